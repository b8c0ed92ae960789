"""What is spent: one project with what drove it, or all that concern somebody, in one message."""

from collections.abc import Iterator, Sequence
from datetime import date

from bot import blocks
from bot.blocks import Block, context, header, inline, section, sections
from bot.cards.estimate import unbooked
from bot.cards.message import Message, message
from bot.cards.words import names
from workflows.budgets.statements import Line, Overview, Statement
from workflows.model import Forecast, Project
from workflows.money import dollars

MOST = 25
"""Projects that an overview lists."""

_NAMED = 10
_SECTIONS = 9
NOTHING = (
    "No project that you belong to is known here. Name one: `/openai spend PROJECT`. A project that you joined at "
    "OpenAI itself, or through a group, is found only by its name."
)
COMING = "The chart comes in a direct message."


def statement(told: Statement, *, chart: bool = False) -> Message:
    """Draw what a project spends; with *chart* it says that the picture comes."""
    title = f"Spend of {inline(told.project.name, 80)}"
    said = f"{amounts(told.spent, told.limit)} in {_month(told.period)}"
    body = [header(title), *sections(_lines(told, said)), *_footing(told)]
    return message(f"{title}: {said}", [*body, *([context(COMING)] if chart else [])])


def overview(told: Overview) -> Message:
    """Draw the projects that concern somebody, the dearest first, and their sum."""
    if not told.lines and not told.unsure and not told.everything:
        return message(NOTHING, [section(NOTHING)])
    title = f"Spend in {_month(told.period)}"
    shown = [_line(each) for each in told.lines[:MOST]]
    listed = sections([*shown, *_rest(told.lines), *_unsure(told.unsure)], most=_SECTIONS)
    total = [f"*Together:* {dollars(told.spent)}{_elsewhere(told)}"]
    if told.estimate is not None:
        total.append(unbooked(told.estimate))
    return message(f"{title}: {dollars(told.spent)}", [header(title), *listed, *sections(total), *_footing(told)])


def amounts(spent: int, limit: int | None) -> str:
    """Return cents of cents, with the share where there is one: ``$1,650 of $2,000 (82%)``."""
    if limit is None:
        return f"{dollars(spent)} (no limit)"
    return f"{dollars(spent)} of {dollars(limit)}" + (f" ({max(0, spent) / limit:.0%})" if limit > 0 else "")


def _lines(told: Statement, said: str) -> Iterator[str]:
    yield f"*Spent:* {said}"
    if told.estimate is not None:
        yield unbooked(told.estimate)
    if told.forecast is not None:
        span = f"{dollars(told.forecast.low)} to {dollars(told.forecast.high)}"
        yield f"*By the month's end:* about {dollars(told.forecast.end)} ({span}){_hit(told.forecast)}"
    else:
        yield "*By the month's end:* nothing can be foreseen yet; it takes some days of spend"
    if any(told.last_month):
        yield f"*All of last month:* {dollars(told.last_month[-1])}"
    if told.drivers:
        yield "*Driven by:*"
        yield from (f"• {inline(each.what, 100)}: {dollars(each.cents)} ({each.percent}%)" for each in told.drivers)
    if told.owners:
        yield f"*Owned by:* {names(told.owners)}"


def _hit(forecast: Forecast) -> str:
    return f"; the limit is reached on {forecast.hits_on}" if forecast.hits_on else ""


def _line(line: Line) -> str:
    said = amounts(line.spent, line.limit) if line.project.seen_at is not None else dollars(line.spent)
    ahead = ""
    if line.forecast is not None:
        over = ", *above its limit*" if line.limit is not None and line.forecast.end >= line.limit else ""
        ahead = f" · about {dollars(line.forecast.end)} by the month's end{over}"
    return f"• *{inline(line.project.name, 80)}*: {said}{ahead}"


def _rest(lines: Sequence[Line]) -> list[str]:
    left = lines[MOST:]
    if not left:
        return []
    return [f"_and {len(left)} more, which spent {dollars(sum(each.spent for each in left))} together_"]


def _unsure(projects: Sequence[Project]) -> list[str]:
    if not projects:
        return []
    named = ", ".join(inline(each.name, 60) for each in projects[:_NAMED])
    more = f" and {len(projects) - _NAMED} more" if len(projects) > _NAMED else ""
    return [f"_Not looked into just now: {named}{more}. Name one: `/openai spend PROJECT`._"]


def _elsewhere(told: Overview) -> str:
    if not told.elsewhere:
        return ""
    return f", of which {dollars(told.elsewhere)} in archived projects or attributed to none"


def _footing(told: Statement | Overview) -> Iterator[Block]:
    yield context(f"{blocks.date(told.as_of, 'Costs as of')}. OpenAI books them late; days are of UTC.")
    if told.problem:
        yield context(f"⚠️ {inline(told.problem, 500)}")


def _month(period: str) -> str:
    return f"{date.fromisoformat(f'{period}-01'):%B %Y}"
