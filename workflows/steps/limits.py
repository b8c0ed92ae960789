"""Steps about what a project may spend, and how fast it may call."""

from collections.abc import Sequence
from typing import Any

from workflows.admin_api import RateLimit
from workflows.errors import Refusal
from workflows.kind import Receipt, Step, Work
from workflows.ledger import Ending, Mark
from workflows.money import dollars
from workflows.steps.words import ending_of

SPEND = "spend_limit"
RATE = "rate:"
DIMENSIONS = ("requests_per_minute", "tokens_per_minute")


def set_limit(cents: int) -> Step:
    """Set the project's monthly spend limit."""

    async def note(work: Work) -> Receipt:
        limit = await work.api.spend_limit(work.project_id)
        return {"limit": limit.cents if limit is not None else None}

    async def look(work: Work) -> Receipt | None:
        limit = await work.api.spend_limit(work.project_id)
        return {"limit": limit.cents} if limit is not None and limit.cents == cents else None

    async def act(work: Work) -> None:
        await work.api.set_spend_limit(work.project_id, cents)

    def marks(before: Receipt, receipt: Receipt) -> list[Mark]:
        return [Mark(subject=SPEND, value=receipt["limit"], before=before["limit"])]

    says = f"Set the monthly limit to {dollars(cents)}"
    return Step(name="set_limit", says=says, look=look, act=act, note=note, marks=marks, repeatable=True)


def restore_limit(endings: Sequence[Ending]) -> Sequence[Step]:
    """Give the project the spend limit that it has without the grant that ends."""
    return tuple(_restore_limit(each) for each in ending_of(endings, SPEND))


def _restore_limit(ending: Ending) -> Step:
    async def note(work: Work) -> Receipt:
        limit = await work.api.spend_limit(work.project_id)
        return {"limit": limit.cents if limit is not None else None}

    async def look(work: Work) -> Receipt | None:
        limit = await work.api.spend_limit(work.project_id)
        now = limit.cents if limit is not None else None
        return {"limit": now} if now == due(now, ending) else None

    async def act(work: Work) -> None:
        if ending.target is None:
            await work.api.delete_spend_limit(work.project_id)
        else:
            await work.api.set_spend_limit(work.project_id, ending.target)

    goal = f"to {dollars(ending.target)}" if ending.target is not None else "off again"
    return Step(name="restore_limit", says=f"Set the monthly limit {goal}", look=look, act=act, note=note)


def due(now: int | None, ending: Ending) -> int | None:
    """Return what a value should become: an end never gives more than there is, if somebody changed it by hand."""
    target: int | None = ending.target
    if now == ending.standing or now is None:
        return target
    return now if target is None else min(now, target)


def set_rate_limit(model: str, asked: dict[str, int], *, step: str = "set_rate_limit") -> Step:
    """Set how much of *model* the project may use in a minute; *asked* names ``DIMENSIONS``."""

    async def note(work: Work) -> Receipt:
        return _values(await _found(work, model))

    async def look(work: Work) -> Receipt | None:
        now = _values(await _found(work, model))
        return {"model": model, **asked} if all(now[name] == value for name, value in asked.items()) else None

    async def act(work: Work) -> None:
        await work.api.set_rate_limit(work.project_id, (await _found(work, model)).id, **asked)

    def marks(before: Receipt, receipt: Receipt) -> list[Mark]:
        del receipt
        return [
            Mark(subject=f"{RATE}{model}:{name}", value=value, before=before[name]) for name, value in asked.items()
        ]

    says = f"Limit {model} to {_words(asked)}"
    return Step(name=step, says=says, look=look, act=act, note=note, marks=marks)


def restore_rate_limits(endings: Sequence[Ending]) -> Sequence[Step]:
    """Give back the rate limits that hold without the grant that ends."""
    about: dict[str, dict[str, Ending]] = {}
    for each in ending_of(endings, RATE):
        model, _, name = each.subject.removeprefix(RATE).rpartition(":")
        about.setdefault(model, {})[name] = each
    return tuple(_restore_rate_limit(model, each) for model, each in about.items())


def _restore_rate_limit(model: str, endings: dict[str, Ending]) -> Step:
    async def note(work: Work) -> Receipt:
        found = await _find(work, model)
        return _values(found) if found is not None else {}

    async def look(work: Work) -> Receipt | None:
        found = await _find(work, model)
        if found is None:
            # The project lost the model since, maybe by an end on the same day; there is nothing left to limit.
            return {"model": model, "not_listed": True}
        now = _values(found)
        return None if _missing(now, endings) else {"model": model, **{name: now[name] for name in endings}}

    async def act(work: Work) -> None:
        found = await _found(work, model)
        await work.api.set_rate_limit(work.project_id, found.id, **_missing(_values(found), endings))

    says = f"Limit {model} to {_words({name: each.target for name, each in endings.items()})} again"
    return Step(name=f"restore_rate_limit:{model}", says=says, look=look, act=act, note=note)


def _missing(now: dict[str, Any], endings: dict[str, Ending]) -> dict[str, int]:
    """Return which limits are to be set, and to what; one that the model does not have any more is not."""
    wanted = {name: due(now[name], each) for name, each in endings.items() if now[name] is not None}
    return {name: value for name, value in wanted.items() if value is not None and value != now[name]}


async def _find(work: Work, model: str) -> RateLimit | None:
    return next((each for each in await work.api.rate_limits(work.project_id) if each.model == model), None)


async def _found(work: Work, model: str) -> RateLimit:
    found = await _find(work, model)
    if found is None:
        sentence = f"OpenAI lists no rate limit for {model} in this project"
        raise Refusal(f"{sentence}; the project may not be allowed to use it.")
    return found


def _values(limit: RateLimit) -> dict[str, Any]:
    return {name: getattr(limit, name) for name in DIMENSIONS}


def _words(asked: dict[str, Any]) -> str:
    parts = [f"{value:,} {name.replace('_', ' ')}" for name, value in asked.items() if value is not None]
    return " and ".join(parts) or "what it had"
