"""What the Administration API's replies say, as values.

Times are aware UTC, spend limits integer cents, costs decimal dollars. Roles and states are the API's own words:
open strings, in which new ones may appear.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


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
    """A service account of a project (API page: Project service accounts), never its key."""

    id: str
    name: str
    role: str
    created_at: datetime


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
class Cost:
    """What one UTC day cost (API page: Costs), in dollars; credits are negative.

    ``project_id`` is None for what OpenAI attributes to no project: keep it, or totals do not add up.
    """

    project_id: str | None
    day: date
    amount: Decimal
    line_item: str | None
