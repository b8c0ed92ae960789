"""A new monthly spend limit for a project, raised or cut for good."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, StringConstraints

from workflows.errors import InvalidFields
from workflows.kind import Ask, Cents, Context, Element, Kind, Outlook, Receipt, Step
from workflows.model import Change, Project
from workflows.money import dollars
from workflows.steps import set_limit

Reason = Annotated[str, StringConstraints(min_length=1, max_length=3000)]
ProjectId = Annotated[str, StringConstraints(min_length=1, max_length=100)]
STEEP = 50  # per cent; a raise beyond it is pointed out on the card


class Budget(Kind):
    kind: ClassVar[str] = "budget"
    word: ClassVar[str] = "budget"
    label: ClassVar[str] = "Change a budget"
    about: ClassVar[str] = "Raise or cut a project's monthly spend limit."
    place: ClassVar[int] = 20
    derived: ClassVar[Mapping[str, Any]] = {"raise_amount": 50.0, "raise_percent": 10.0}

    project: Annotated[ProjectId, Ask(element=Element.PROJECT, placeholder="Type a project's name", affects=True)] = (
        Field(title="Project")
    )
    monthly_limit: Annotated[Cents, Ask(element=Element.MONEY, placeholder="1,500", affects=True)] = Field(
        title="New monthly limit (USD)",
        description="OpenAI refuses the project's calls with HTTP 429 once the limit is reached, a little late.",
    )
    reason: Annotated[Reason, Ask(element=Element.LONG_TEXT, placeholder="What changed?")] = Field(title="Reason")

    @classmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        if "project" not in known:
            return Outlook(title=cls.label, request=_dollars(known))
        project = await context.organization.project(known["project"])
        limit = known.get("monthly_limit")
        proposed = dollars(limit) if limit is not None else ""
        spent = f"{dollars(project.spent)}{_share(project.spent, project.limit)}"
        return Outlook(
            title=f"{_verb(project.limit, limit)} budget of {project.name}" + (f" to {proposed}" if proposed else ""),
            changes=(
                Change(label="Monthly limit", now=_limit(project), proposed=proposed),
                Change(label="Spent this month", now=spent, proposed=_of(project.spent, limit)),
            ),
            risks=_risks(project, limit),
            project=project,
            channel=project.channel,
            request=_dollars(known) | _derived(project, limit),
        )

    async def complete(self, context: Context) -> Self:
        project = await context.organization.project(self.project, anew=True)
        if self.monthly_limit == project.limit:
            raise InvalidFields({"monthly_limit": f"The limit is {dollars(self.monthly_limit)} already."})
        if self.monthly_limit < project.spent:
            raise InvalidFields(
                {
                    "monthly_limit": f"{dollars(project.spent)} is spent this month already; "
                    "a lower limit would stop the project at once. Choose at least that."
                }
            )
        return self

    def steps(self) -> Sequence[Step]:
        return (set_limit(self.monthly_limit),)

    def registered(self, receipts: Mapping[str, Receipt]) -> Mapping[str, Any]:
        done = receipts.get("set_limit")
        return {"limit": done["limit"]} if done else {}


def _dollars(known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields as a policy's conditions see them: money in dollars."""
    limit = known.get("monthly_limit")
    return dict(known) | ({"monthly_limit": limit / 100} if limit is not None else {})


def _derived(project: Project, limit: int | None) -> dict[str, float]:
    """Return what a policy's condition can compare, besides the fields: a cut is negative, unknown is absent."""
    if limit is None:
        return {}
    raised = (limit - project.limit) if project.limit is not None else 0
    percent = raised / project.limit * 100 if project.limit else 0.0
    return {"raise_amount": raised / 100, "raise_percent": percent}


def _risks(project: Project, limit: int | None) -> tuple[str, ...]:
    if limit is None or project.limit is None:
        return ()
    percent = (limit - project.limit) / project.limit * 100
    return (f"A raise of {percent:.0f}%.",) if percent > STEEP else ()


def _verb(before: int | None, after: int | None) -> str:
    if before is None or after is None:
        return "Set the"
    return "Raise the" if after > before else "Cut the"


def _limit(project: Project) -> str:
    return dollars(project.limit) if project.limit is not None else "no limit"


def _share(spent: int, limit: int | None) -> str:
    return f" ({spent / limit:.0%} of the limit)" if limit else ""


def _of(spent: int, limit: int | None) -> str:
    return f"{spent / limit:.0%} of the new limit" if limit else ""
