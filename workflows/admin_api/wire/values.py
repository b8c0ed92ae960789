"""What the Administration API's replies say, as values.

Times are aware UTC, spend limits integer cents, costs decimal dollars. Roles and states are the API's own words:
open strings, in which new ones may appear.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from pydantic import SecretStr


@dataclass(frozen=True, kw_only=True)
class APIProject:
    """A project (API page: Projects). Its name need not be unique; ``created_at`` is to the second."""

    id: str
    name: str
    archived: bool
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class APIUser:
    """A member of the organisation (API page: Users). ``email`` is lower case, empty when the reply had none."""

    id: str
    email: str
    name: str
    role: str


@dataclass(frozen=True, kw_only=True)
class InvitedTo:
    """A project that somebody will join by accepting their invite."""

    project_id: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Invite:
    """An invite to the organisation (API page: Invites). ``status`` is ``pending``, ``accepted`` or ``expired``."""

    id: str
    email: str
    role: str
    status: str
    projects: tuple[InvitedTo, ...] = ()

    @property
    def project_ids(self) -> tuple[str, ...]:
        return tuple(project.project_id for project in self.projects)


@dataclass(frozen=True, kw_only=True)
class ProjectUser:
    """A member of a project (API page: Project users). ``role`` is ``owner`` or ``member``."""

    id: str
    email: str
    name: str
    role: str


@dataclass(frozen=True, kw_only=True)
class ServiceAccount:
    """A service account of a project (API page: Project service accounts), never its key.

    ``role`` is ``owner``, ``member`` or ``none``: without a role it may do nothing.
    """

    id: str
    name: str
    role: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class IssuedKey:
    """A service account's new key (API page: Project service accounts). ``value`` is told this once and never again.

    ``expires_at`` is None when it lives for ever; an older organisation knows nothing else. ``request_ids`` are
    OpenAI's ids of the calls that made it, which who made the call fills in.
    """

    id: str
    name: str
    value: SecretStr
    expires_at: datetime | None
    request_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class APIKey:
    """A key of a project (API page: Project API keys), without its value.

    ``knows_expiry`` is False when the reply did not speak of expiry at all, so that ``expires_at`` says nothing.
    ``owner_type`` is ``user`` or ``service_account``; ``owner_has_access`` is None when the reply did not say.
    """

    id: str
    name: str
    redacted: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    knows_expiry: bool
    owner_type: str
    owner_id: str
    owner_name: str
    owner_email: str
    owner_has_access: bool | None


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group of the organisation (API page: Groups). Who is in a SCIM group, the identity provider decides."""

    id: str
    name: str
    scim_managed: bool


@dataclass(frozen=True, kw_only=True)
class GroupUser:
    """Who is in a group (API page: Group users). ``service_account`` is None when the reply did not say."""

    id: str
    email: str
    name: str
    service_account: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ProjectGroup:
    """A group with access to a project (API page: Project groups). Its roles are only told by the assignments."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class APIRole:
    """A role of a project (API page: Project roles). ``id`` is the alias of a predefined one, without its scope."""

    id: str
    name: str
    predefined: bool
    permissions: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class HeldRole:
    """A role that somebody has in a project (API page: Role assignments). ``id`` is as in ``APIRole``.

    ``sources`` are the groups it comes through; ``direct`` says whether it was given to the holder as well or only.
    """

    id: str
    name: str
    predefined: bool
    sources: tuple[str, ...] = ()
    direct: bool = True


@dataclass(frozen=True, kw_only=True)
class ModelPermissions:
    """Which models a project may use (API page: Model permissions).

    ``mode`` is ``allow_list`` (these and no others) or ``deny_list`` (all but these).
    """

    mode: str
    model_ids: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class RateLimit:
    """A project's limits for one model (API page: Project rate limits); None is a limit the model does not have."""

    id: str
    model: str
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    images_per_minute: int | None = None
    audio_megabytes_per_minute: int | None = None
    requests_per_day: int | None = None
    batch_input_tokens_per_day: int | None = None


@dataclass(frozen=True, kw_only=True)
class SpendLimit:
    """A hard monthly limit (API page: Spend limits), in cents of US dollars.

    ``enforcement`` is what the API reports, for show only: its meaning is not settled, and it changes by itself,
    so two limits of the same amount are equal whatever it says.
    """

    cents: int
    enforcement: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True)
class SpendAlert:
    """An e-mail that OpenAI sends at an amount of a month's spend (API page: Spend alerts), in cents of US dollars."""

    id: str
    cents: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What one UTC day cost (API page: Costs); credits are negative.

    ``project_id`` is None for what OpenAI attributes to no project: keep it, or totals do not add up. ``currency`` is
    ``usd`` always, as far as anybody saw: another is not to be added up with it.
    """

    project_id: str | None
    day: date
    amount: Decimal
    line_item: str | None
    currency: str = "usd"


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenUse:
    """What one model took and gave in one hour (UTC) for a project (API page: Usage).

    ``fresh`` and ``cached`` tokens together are the input. ``project_id`` and ``model`` are None where OpenAI names
    none. ``batch``: asked for in a batch, which has a price of its own.
    """

    hour: datetime
    project_id: str | None
    model: str | None
    fresh: int
    cached: int
    output: int
    batch: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyCost:
    """What one API key cost on a UTC day (API page: Costs); otherwise as ``Cost``.

    ``key_id`` is None for what no key is named for, as an older organisation does for everything.
    """

    project_id: str | None
    day: date
    amount: Decimal
    key_id: str | None
    currency: str = "usd"
