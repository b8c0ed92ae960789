"""Steps that bring every rate limit of a project down to the least there is, and back.

All models share a step: each look is one call for the whole list, while OpenAI allows about seven calls a minute. So
what the limits were is marked in the ledger before the first is changed, and whatever happens on the way is undone.
"""

from collections.abc import Mapping, Sequence

from workflows.admin_api import RateLimit
from workflows.errors import AdminAPIRefused, AdminAPIThrottled
from workflows.kind import Receipt, Step, Work
from workflows.ledger import Ending, Mark
from workflows.steps.limits import RATE, due
from workflows.steps.words import ending_of, listed

LEAST = 1
"""The smallest limit that is set. OpenAI documents no bound; 0 may be refused, or mean that there is no limit."""

DIMENSIONS = (
    "requests_per_minute",
    "tokens_per_minute",
    "images_per_minute",
    "audio_megabytes_per_minute",
    "requests_per_day",
    "batch_input_tokens_per_day",
)
"""Everything that OpenAI limits of a model; each model has some of it."""

Limits = dict[str, dict[str, int]]
"""Model → its limits."""


def note_limits(models: Sequence[str]) -> Step:
    """Write down what the limits of these models are, as what they go back to."""

    async def look(work: Work) -> Receipt:
        return {"limits": {each.model: values(each) for each in await _of(work, models)}}

    async def act(work: Work) -> None:
        """Change nothing: what is looked for is always there."""

    def marks(before: Receipt, receipt: Receipt) -> list[Mark]:
        del before
        return [
            Mark(subject=f"{RATE}{model}:{name}", value=min(value, LEAST), before=value)
            for model, limits in receipt["limits"].items()
            for name, value in limits.items()
        ]

    return Step(name="note_limits", says="Note the limits to go back to", look=look, act=act, marks=marks)


def pause_models(models: Sequence[str]) -> Step:
    """Bring every limit of these models down to the least, in this order."""

    async def look(work: Work) -> Receipt | None:
        found = {each.model: values(each) for each in await _of(work, models)}
        return {"limits": found} if all(value <= LEAST for each in found.values() for value in each.values()) else None

    async def act(work: Work) -> None:
        wanted = {
            each: {name: LEAST for name, value in values(each).items() if value > LEAST}
            for each in await _of(work, models)
        }
        await _set_each(work, wanted)

    says = f"Slow {listed(models, 'models')} down to the least"
    return Step(name="pause_models", says=says, look=look, act=act, repeatable=True)


def resume_models(endings: Sequence[Ending]) -> Sequence[Step]:
    """Give the limits back that hold without the pause that ends."""
    about: dict[str, dict[str, Ending]] = {}
    for each in ending_of(endings, RATE):
        model, _, name = each.subject.removeprefix(RATE).rpartition(":")
        about.setdefault(model, {})[name] = each

    async def look(work: Work) -> Receipt | None:
        found = await _of(work, list(about))  # a model that the project lost since has nothing left to limit
        if any(_missing(each, about[each.model]) for each in found):
            return None
        return {"limits": {each.model: values(each) for each in found}}

    async def act(work: Work) -> None:
        found = await _of(work, list(about))
        await _set_each(work, {each: _missing(each, about[each.model]) for each in found})

    says = f"Give {listed(list(about), 'models')} their limits back"
    return (Step(name="resume_models", says=says, look=look, act=act, repeatable=True),) if about else ()


def values(limit: RateLimit) -> dict[str, int]:
    """Return the limits that a model has."""
    found = {name: getattr(limit, name) for name in DIMENSIONS}
    return {name: value for name, value in found.items() if value is not None}


async def _of(work: Work, models: Sequence[str]) -> list[RateLimit]:
    """Return what is listed of these models, in their order."""
    found = {each.model: each for each in await work.api.rate_limits(work.project_id)}
    return [found[each] for each in models if each in found]


def _missing(limit: RateLimit, endings: Mapping[str, Ending]) -> dict[str, int]:
    """Return which limits are to be set, and to what; one that the model does not have any more is not."""
    now = values(limit)
    wanted = {name: due(now[name], each) for name, each in endings.items() if name in now}
    return {name: value for name, value in wanted.items() if value is not None and value != now[name]}


async def _set_each(work: Work, wanted: Mapping[RateLimit, Mapping[str, int]]) -> None:
    """Set them all: what OpenAI refuses of one model keeps no other from its turn. Raises the first refusal then."""
    refused: AdminAPIRefused | None = None
    for limit, asked in wanted.items():
        try:
            await _set(work, limit, asked)
        except AdminAPIThrottled:
            raise
        except AdminAPIRefused as problem:
            refused = refused or problem
    if refused is not None:
        raise refused


async def _set(work: Work, limit: RateLimit, asked: Mapping[str, int]) -> None:
    if not asked:
        return
    try:
        await work.api.set_rate_limit(work.project_id, limit.id, **asked)
    except AdminAPIThrottled:
        # Nothing happened, and now it is known how long to wait: this time the call waits for its turn.
        await work.api.set_rate_limit(work.project_id, limit.id, **asked)
