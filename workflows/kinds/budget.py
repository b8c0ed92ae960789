"""A new monthly spend limit for a project, raised or cut, for good or for a time."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from workflows.commitment import commitment
from workflows.errors import AdminAPIError, InvalidFields
from workflows.kind import Ask, Cents, Context, Element, Grant, Outlook, ProjectField, Receipt, Step, plain
from workflows.ledger import Ending, lasting
from workflows.model import Change, Project
from workflows.money import dollars
from workflows.steps import restore_limit, set_limit

STEEP = 50  # per cent; a raise beyond it is pointed out on the card
SUBJECT = "spend_limit"


class Budget(Grant):
    kind: ClassVar[str] = "budget"
    word: ClassVar[str] = "budget"
    label: ClassVar[str] = "Change a budget"
    about: ClassVar[str] = "Raise or cut a project's monthly spend limit, for good or for a time."
    place: ClassVar[int] = 20
    derived: ClassVar[Mapping[str, Any]] = {"raise_amount": 50.0, "raise_percent": 10.0}
    narrows: ClassVar[tuple[str, ...]] = ("monthly_limit", "until")

    project: ProjectField = Field(title="Project")
    monthly_limit: Annotated[Cents, Ask(element=Element.MONEY, placeholder="1,500", affects=True)] = Field(
        title="New monthly limit (USD)",
        description="OpenAI refuses the project's calls with HTTP 429 once the limit is reached, a little late.",
    )

    @classmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        if "project" not in known:
            return Outlook(title=cls.label, request=_dollars(known))
        project = await context.organization.project(known["project"])
        limit, floor = known.get("monthly_limit"), await _floor(project, context)
        proposed = dollars(limit) if limit is not None else ""
        spent = f"{dollars(project.spent)}{_share(project.spent, project.limit)}"
        return Outlook(
            title=f"{_verb(floor, limit)} budget of {project.name}" + (f" to {proposed}" if proposed else ""),
            changes=(
                Change(label="Monthly limit", now=_limit(project.limit, floor), proposed=proposed),
                Change(label="Spent this month", now=spent, proposed=_of(project.spent, limit)),
            ),
            risks=(*_risks(floor, limit), *await _overcommitted(project, floor, limit, context)),
            project=project,
            channel=project.channel,
            request=_dollars(known) | _derived(floor, limit),
        )

    async def complete(self, context: Context) -> Self:
        project = await context.organization.project(self.project, anew=True)
        floor = await _floor(project, context)
        errors = self.until_errors(context.today)
        if self.monthly_limit == project.limit and floor == project.limit:
            errors["monthly_limit"] = f"The limit is {dollars(self.monthly_limit)} already."
        elif self.monthly_limit < project.spent:
            errors["monthly_limit"] = (
                f"{dollars(project.spent)} is spent this month already; "
                "a lower limit would stop the project at once. Choose at least that."
            )
        elif (ceiling := await _ceiling(context)) is not None and self.monthly_limit > ceiling:
            errors["monthly_limit"] = f"The whole organisation's limit is {dollars(ceiling)}. Choose at most that."
        if errors:
            raise InvalidFields(errors)
        return self

    def steps(self) -> Sequence[Step]:
        return (set_limit(self.monthly_limit),)

    def undo(self, receipts: Mapping[str, Receipt], endings: Sequence[Ending]) -> Sequence[Step]:
        del receipts
        return restore_limit(endings)

    def registered(self, receipts: Mapping[str, Receipt]) -> Mapping[str, Any]:
        done = receipts.get("restore_limit") or receipts.get("set_limit")
        return {"limit": done["limit"]} if done else {}


async def _ceiling(context: Context) -> int | None:
    """Return the whole organisation's limit, if OpenAI says it now; it refuses what is above it in any case."""
    try:
        return await context.organization.ceiling()
    except AdminAPIError:
        return None


async def _floor(project: Project, context: Context) -> int | None:
    """Return the limit that the project has once every temporary one has ended."""
    standing = await context.organization.standing(project.id)
    floor: int | None = lasting(standing.get(SUBJECT, ()), project.limit)
    return floor


def _dollars(known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields as a policy's conditions see them: money in dollars, a day as a text."""
    limit = known.get("monthly_limit")
    return plain(known) | ({"monthly_limit": limit / 100} if limit is not None else {})


def _derived(floor: int | None, limit: int | None) -> dict[str, float]:
    """Return what a policy's condition can compare, besides the fields: a cut is negative, unknown is absent.

    Compared is with what lasts: else a raise that stands for a day would be prolonged for good as if it were none.
    """
    if limit is None:
        return {}
    raised = (limit - floor) if floor is not None else 0
    return {"raise_amount": raised / 100, "raise_percent": raised / floor * 100 if floor else 0.0}


def _risks(floor: int | None, limit: int | None) -> tuple[str, ...]:
    if limit is None or floor is None:
        return ()
    percent = (limit - floor) / floor * 100
    return (f"A raise of {percent:.0f}%.",) if percent > STEEP else ()


async def _overcommitted(project: Project, floor: int | None, limit: int | None, context: Context) -> tuple[str, ...]:
    """Say whether a raise lets the projects together spend more than the organisation; a cut never does."""
    if limit is None or floor is None or limit <= floor:
        return ()
    now = await commitment(context.organization, context.policy.alerts)
    return tuple(filter(None, [now.raised(project.limit, limit).warning()]))


def _verb(before: int | None, after: int | None) -> str:
    if before is None or after is None or before == after:
        return "Set the"
    return "Raise the" if after > before else "Cut the"


def _limit(limit: int | None, floor: int | None) -> str:
    now = dollars(limit) if limit is not None else "no limit"
    if floor == limit:
        return now
    return f"{now} for a time, then {dollars(floor) if floor is not None else 'no limit'}"


def _share(spent: int, limit: int | None) -> str:
    return f" ({spent / limit:.0%} of the limit)" if limit else ""


def _of(spent: int, limit: int | None) -> str:
    return f"{spent / limit:.0%} of the new limit" if limit else ""
