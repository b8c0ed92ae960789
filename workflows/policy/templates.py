"""What the policy says besides its rules: what a project starts with, how keys are handled, when people are warned."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.model import EmergencyTerms, Project


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What a new project of this environment starts with. Limits are cents a month; no models means any model.

    ``groups`` maps names of the organisation's groups to their role in the project, ``rate_limits`` models to their
    ``requests_per_minute`` and ``tokens_per_minute``; ``service_account`` names the first one, whose key the requester
    claims (empty: none).
    """

    name: str
    description: str
    models: tuple[str, ...]
    monthly_limit: int
    maximum_monthly_limit: int | None = None
    channel: str = ""
    tools: tuple[str, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    rate_limits: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    service_account: str = ""


@dataclass(frozen=True, kw_only=True)
class Keys:
    """How keys are handled. ``claim_hours``: how long an approved key waits for its requester.

    ``expires_in_days`` is what a form that leaves it empty means (None: for good), ``longest_days`` the most that may
    be asked for. After a rotation the old key is revoked when the overlap ends or, with ``when_unused``, as soon as it
    was not used for a day.
    """

    claim_hours: int = 72
    expires_in_days: int | None = 90
    longest_days: int = 365
    overlap_days: int = 7
    when_unused: bool = False


@dataclass(frozen=True, kw_only=True)
class Terms:
    """When to warn: at these percents of the monthly limit, and at these amounts in cents."""

    thresholds: tuple[int, ...] = (50, 80, 95, 100)
    amounts: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What a cost centre or the whole organisation may spend in a month, in cents. OpenAI does not enforce it."""

    monthly: int
    terms: Terms


@dataclass(frozen=True, kw_only=True)
class Alerts:
    """When people are warned of spend. What is said of one project goes before what is said of its environment.

    From ``critical`` percent on the channel for alerts hears of it too; a rise of a day below ``smallest_spike`` cents
    is none. ``projects`` are named by name or id. ``elsewhere`` has, by workspace, the terms of other
    workspaces' policies, which hold for the projects that are governed from there.
    """

    terms: Terms = field(default_factory=Terms)
    critical: int = 95
    forecast: bool = True
    spikes: bool = True
    smallest_spike: int = 20_00
    environments: Mapping[str, Terms] = field(default_factory=dict)
    projects: Mapping[str, Terms] = field(default_factory=dict)
    cost_centres: Mapping[str, Budget] = field(default_factory=dict)
    organization: Budget | None = None
    elsewhere: "Mapping[str, Alerts]" = field(default_factory=dict)

    def terms_of(self, project: Project) -> Terms:
        if (theirs := self.elsewhere.get(project.workspace)) is not None:
            return theirs.terms_of(project)
        for named in (project.id, project.name):
            if named in self.projects:
                return self.projects[named]
        return self.environments.get(project.environment, self.terms)


@dataclass(frozen=True, kw_only=True)
class Reminders:
    """After how many working hours somebody is reminded; none: never.

    Working hours go from ``begins`` until before ``ends`` o'clock on ``days`` (0 is Monday), in everybody's own zone.
    Of more than ``digest_above`` requests that wait for one person there is one message a day.
    """

    after: tuple[int, ...] = (4, 12, 24)
    begins: int = 9
    ends: int = 17
    days: frozenset[int] = frozenset(range(5))
    digest_above: int = 3


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """After how many working hours of everybody who is waited for a stage is passed on; None: never."""

    backup_after: int | None = 8
    fallback_after: int | None = 16


@dataclass(frozen=True, kw_only=True)
class Emergency:
    """Which ``kinds`` may be carried out before they are decided (none: nothing), on which terms."""

    kinds: tuple[str, ...] = ()
    terms: EmergencyTerms = field(default_factory=lambda: EmergencyTerms(people=()))


@dataclass(frozen=True, kw_only=True)
class Breaker:
    """After so many approvals by rules within so many minutes, people decide for as many minutes."""

    approvals: int = 50
    minutes: int = 60


@dataclass(frozen=True, kw_only=True)
class Digest:
    """When owners hear of their projects: every week, on a ``weekday`` (Monday is 0), at an ``hour`` of their own."""

    weekly: bool = True
    weekday: int = 0
    hour: int = 9
