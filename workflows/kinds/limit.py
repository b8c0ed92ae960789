"""How much of a model a project may use in a minute, for good or for a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from workflows.errors import InvalidFields
from workflows.kind import Ask, Context, Count, Element, Grant, Id, Outlook, ProjectField, Receipt, Step, end_of, plain
from workflows.ledger import Ending, lasting
from workflows.model import Change
from workflows.steps import restore_rate_limits, set_rate_limit
from workflows.steps.having import until
from workflows.steps.limits import DIMENSIONS, RATE

_WORDS = {name: name.replace("_", " ") for name in DIMENSIONS}


class Limit(Grant):
    kind: ClassVar[str] = "limit"
    word: ClassVar[str] = "limit"
    label: ClassVar[str] = "Change a rate limit"
    about: ClassVar[str] = "Set how much of a model a project may use in a minute, for good or for a time."
    place: ClassVar[int] = 34
    derived: ClassVar[Mapping[str, Any]] = {"raise_percent": 10.0, "above_first": False}
    narrows: ClassVar[tuple[str, ...]] = ("requests_per_minute", "tokens_per_minute", "until")

    project: ProjectField = Field(title="Project")
    model: Annotated[Id, Ask(element=Element.MODEL, affects=True)] = Field(title="Model")
    requests_per_minute: Annotated[Count | None, Ask(element=Element.NUMBER, placeholder="500", affects=True)] = Field(
        default=None, title="Requests per minute", description="Leave it empty to keep what it is."
    )
    tokens_per_minute: Annotated[Count | None, Ask(element=Element.NUMBER, placeholder="100,000", affects=True)] = (
        Field(default=None, title="Tokens per minute", description="Leave it empty to keep what it is.")
    )

    @classmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        if "project" not in known:
            return Outlook(title=cls.label, request=plain(known))
        project = await context.organization.project(known["project"])
        model = known.get("model", "")
        limits = await _limits(project.id, model, context)
        asked = _asked(known)
        return Outlook(
            title=f"Limit {model or 'a model'} in {project.name}",
            changes=tuple(
                Change(
                    label=_WORDS[name].capitalize(),
                    now=limits.words(name),
                    proposed=f"{asked[name]:,} {until(end_of(known.get('until')))}" if name in asked else "",
                )
                for name in limits.now
            ),
            risks=tuple(limits.risks(asked)),
            hints=("OpenAI has no way to reset a rate limit: to go back, ask for what it was when first seen.",),
            project=project,
            channel=project.channel,
            request=plain(known) | limits.facts(asked),
        )

    async def complete(self, context: Context) -> Self:
        await context.organization.project(self.project, anew=True)
        limits, asked = await _limits(self.project, self.model, context), _asked(dict(self))
        errors = self.until_errors(context.today)
        if not limits.listed:
            errors["model"] = (
                f"OpenAI lists no rate limit for {self.model[:60]} in this project. "
                "Choose another, or ask for the model first."
            )
        elif lacking := [name for name in asked if name not in limits.now]:
            errors |= {name: f"{self.model} has no limit of {_WORDS[name]}. Leave this empty." for name in lacking}
        elif asked and all(limits.now[name] == limits.lasting[name] == value for name, value in asked.items()):
            errors |= {name: f"The limit is {value:,} already." for name, value in asked.items()}
        if not asked:
            errors["requests_per_minute"] = "Fill in at least one of the two limits."
        if errors:
            raise InvalidFields(errors)
        return self

    def steps(self) -> Sequence[Step]:
        return (set_rate_limit(self.model, _asked(dict(self))),)

    def undo(self, receipts: Mapping[str, Receipt], endings: Sequence[Ending]) -> Sequence[Step]:
        del receipts
        return restore_rate_limits(endings)


@dataclass(frozen=True, kw_only=True)
class _Limits:
    """A model's limits in a project, of those of ``DIMENSIONS`` that it has; ``listed``: whether OpenAI has any.

    ``lasting`` is what they are once no grant stands, ``first`` what they were when first seen.
    """

    listed: bool
    now: Mapping[str, int]
    lasting: Mapping[str, int]
    first: Mapping[str, int]

    def words(self, name: str) -> str:
        now, lasts, first = self.now[name], self.lasting[name], self.first[name]
        later = f" for a time, then {lasts:,}" if lasts != now else ""
        return f"{now:,}{later}" + (f" ({first:,} when first seen)" if first != now else "")

    def risks(self, asked: Mapping[str, int]) -> list[str]:
        return [
            f"{value:,} {_WORDS[name]} is more than the {self.first[name]:,} first seen; OpenAI may refuse it."
            for name, value in asked.items()
            if self._above_first(name, value)
        ]

    def facts(self, asked: Mapping[str, int]) -> dict[str, Any]:
        """Return what a policy's condition can compare: the limits as they would be, and what would be raised.

        Compared is with what lasts: else a raise that stands for a day would be prolonged for good as if it were none.
        """
        bases = {name: self.lasting[name] for name in asked if name in self.lasting}
        raised = [(asked[name] - base) / max(base, 1) * 100 for name, base in bases.items()]
        above = any(self._above_first(name, value) for name, value in asked.items())
        return {**self.now, **asked, "raise_percent": max(raised, default=0.0), "above_first": above}

    def _above_first(self, name: str, value: int) -> bool:
        return name in self.first and value > self.first[name]


async def _limits(project_id: str, model: str, context: Context) -> _Limits:
    listed = await context.organization.rate_limits(project_id) if model else []
    found = next((each for each in listed if each.model == model), None)
    values = {name: getattr(found, name) for name in DIMENSIONS} if found is not None else {}
    now: dict[str, int] = {name: value for name, value in values.items() if value is not None}
    standing = await context.organization.standing(project_id)
    first = await context.organization.first_rate_limit(project_id, model) or {}
    effects = {name: standing.get(f"{RATE}{model}:{name}", ()) for name in now}
    # A limit that the project was made with was lowered before anybody looked; the ledger knows what it was.
    befores = {name: each[0].before if each else None for name, each in effects.items()}
    return _Limits(
        listed=found is not None,
        now=now,
        lasting={name: lasting(effects[name], value) for name, value in now.items()},
        first={name: max(first.get(name) or value, befores[name] or 0) for name, value in now.items()},
    )


def _asked(values: Mapping[str, Any]) -> dict[str, int]:
    return {name: values[name] for name in DIMENSIONS if values.get(name) is not None}
