"""A project slowed down to almost nothing for a time, by an owner, who takes it back with one click."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from pydantic import Field

from workflows.admin_api import RateLimit
from workflows.errors import AdminAPIError, InvalidFields
from workflows.kind import Ask, Context, Grant, Outlook, ProjectField, Receipt, Step, Until, end_of, plain
from workflows.ledger import Ending, lasting
from workflows.model import Change
from workflows.steps import note_limits, pause_models, resume_models
from workflows.steps.having import until
from workflows.steps.limits import RATE
from workflows.steps.pausing import LEAST, values
from workflows.steps.words import listed

PACE = 7
"""Rate limits that OpenAI takes in a minute, as measured by its users; it documents none."""

REFUSED = (
    "Nearly every call of the project is refused with HTTP 429 while it is paused: each model takes one request and "
    "one token a minute, so a few small calls may still get through."
)
GOES_ON = (
    "What runs already is finished and billed, batches too. Keys stay valid. A model that the project gets later is "
    "not paused."
)


class Pause(Grant):
    """``models`` stands in no form: those that OpenAI lists at the time, those first that cost most this month.

    It always ends. A pause that nobody remembers would be a project that nobody can explain; and what ends can be
    ended early, by one click of any owner.
    """

    kind: ClassVar[str] = "pause"
    word: ClassVar[str] = "pause"
    label: ClassVar[str] = "Pause a project"
    about: ClassVar[str] = "Slow a project down to almost nothing until a day. Any owner ends that with one click."
    place: ClassVar[int] = 36
    owners_end: ClassVar[bool] = True
    derived: ClassVar[Mapping[str, Any]] = {"project_owner": True, "organization_owner": True}

    project: ProjectField = Field(title="Project")
    until: Until = Field(
        default=None,
        title="Until",
        description="The last day, in UTC: it ends by itself afterwards. Leave it empty for the end of this month.",
    )
    models: tuple[str, ...] = ()

    @classmethod
    def asks(cls) -> dict[str, Ask]:
        asked = super().asks()
        return {name: asked[name] for name in ("project", "until", "reason")}

    @classmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        if "project" not in known:
            return Outlook(title=cls.label, request=plain(known))
        project = await context.organization.project(known["project"])
        models = known.get("models") or [each.model for each in await _paused(project.id, context)]
        last = known.get("until") or last_of_month(context.today)
        customers = ("It is a production project: what serves customers stops.",)
        return Outlook(
            title=f"Pause {project.name}",
            changes=(
                Change(
                    label=f"Rate limits of {len(models)} {'model' if len(models) == 1 else 'models'}",
                    now="",
                    proposed=f"{LEAST} a minute, the least there is, {until(end_of(last))}",
                ),
                Change(label="Models", now="", proposed=listed(list(models), "models")),
            ),
            risks=(*(customers if project.environment == "production" else ()), REFUSED, GOES_ON),
            hints=(_how_fast(len(models)), _BACK),
            project=project,
            channel=project.channel,
            request=plain(known) | await _authority(project.id, context),
        )

    async def complete(self, context: Context) -> Self:
        await context.organization.project(self.project, anew=True)
        found = await _paused(self.project, context)
        errors = self.until_errors(context.today)
        if not found:
            errors["project"] = "OpenAI lists no rate limit of this project, so there is nothing to pause."
        elif not any(each.lasting > LEAST for each in found):
            errors["project"] = "Every rate limit of this project is at the least already."
        if errors:
            raise InvalidFields(errors)
        last = self.until or last_of_month(context.today)
        return self.model_copy(update={"until": last, "models": tuple(each.model for each in found)})

    def steps(self) -> Sequence[Step]:
        return (note_limits(self.models), pause_models(self.models))

    def undo(self, receipts: Mapping[str, Receipt], endings: Sequence[Ending]) -> Sequence[Step]:
        del receipts
        return resume_models(endings)


_BACK = (
    "Any owner of the project, or who administers this bot, can end it early. Every limit then becomes what it is "
    "without the pause: what it was, or what was approved meanwhile."
)


@dataclass(frozen=True, kw_only=True)
class _Paused:
    """A model to pause; ``lasting`` is the largest limit that it has once no grant stands."""

    model: str
    lasting: int


def last_of_month(today: date) -> date:
    """Return the last day of the month, in UTC: then the budget begins anew."""
    return today.replace(day=monthrange(today.year, today.month)[1])


def costliest_first(models: Sequence[str], spent: Mapping[str, int]) -> list[str]:
    """Order models by what was spent on them; *spent* is by line item, like ``gpt-5, input``."""
    amounts = dict.fromkeys(models, 0)
    for item, amount in spent.items():
        model = item.partition(", ")[0]
        # A bill may name the dated version of a model whose limit is listed without the date.
        matching = [each for each in models if model == each or model.startswith(f"{each}-")]
        if matching:
            amounts[max(matching, key=len)] += amount
    return sorted(models, key=lambda each: -amounts[each])


async def _paused(project_id: str, context: Context) -> list[_Paused]:
    found = {each.model: each for each in await context.organization.rate_limits(project_id) if each.model}
    standing = await context.organization.standing(project_id)
    order = costliest_first(list(found), await context.organization.spent_by_item(project_id))

    def lasts(limit: RateLimit) -> int:
        subject = f"{RATE}{limit.model}:"
        return max((lasting(standing.get(subject + name, ()), now) for name, now in values(limit).items()), default=0)

    return [_Paused(model=each, lasting=lasts(found[each])) for each in order]


async def _authority(project_id: str, context: Context) -> dict[str, bool]:
    """Return by what the requester may have a right to this without anybody's approval; doubt is none."""
    email = context.requester.email
    try:
        project, organization = (
            await context.organization.project_owners(project_id),
            await context.organization.owners(),
        )
    except AdminAPIError:
        project, organization = (), ()
    return {"project_owner": email in project, "organization_owner": email in organization}


def _how_fast(models: int) -> str:
    seconds = "It takes effect within seconds, and OpenAI counts by the minute"
    if models <= PACE:
        return f"{seconds}."
    return (
        f"{seconds}. OpenAI takes about {PACE} such changes a minute: {models} models may take {-(-models // PACE)} "
        "minutes, those first that cost most this month."
    )
