"""The weekly digest: what somebody's projects cost, what stands out, and what waits for them."""

from collections.abc import Iterator, Sequence
from datetime import date

from bot import blocks
from bot.blocks import Block, context, header, inline, section, sections
from bot.cards.message import Message, message
from bot.cards.money import limit_words
from bot.cards.spend import amounts
from workflows.money import dollars
from workflows.reports.digest import Digest, ProjectWeek
from workflows.reports.month import spelled
from workflows.reports.raises import Raise

MOST = 15
"""Projects that have lines of their own, raises and requests likewise."""


def digest(told: Digest) -> Message:
    """Draw the digest; a long list is capped, and says so."""
    count = len(told.projects)
    title = "Your OpenAI project this week" if count == 1 else f"Your {count} OpenAI projects this week"
    spent = dollars(sum(each.spent for each in told.projects))
    projects = sections(_only(told, told.projects[0])) if count == 1 else [section(_together(told)), *_each(told)]
    body = [header(title), *projects, *_ending(told), *_waiting(told), *_footing(told)]
    return message(f"{title}: {spent} spent in {spelled(told.period)}", body)


def _only(told: Digest, project: ProjectWeek) -> Iterator[str]:
    yield f"{_heading(project)} in {spelled(told.period)}"
    ahead = f"{_about(project.forecast.end)}\n" if project.forecast is not None else ""
    yield f"{ahead}{_days(told.first, told.last)}: {_change(project.week, project.before)}"
    yield from _outstanding(project)


def _together(told: Digest) -> str:
    spent = sum(each.spent for each in told.projects)
    limits = [each.limit for each in told.projects if each.limit is not None]
    of = f" of {dollars(sum(limits))}" if len(limits) == len(told.projects) else ""
    change = _change(sum(each.week for each in told.projects), sum(each.before for each in told.projects))
    together = f"*Together:* {dollars(spent)}{of} in {spelled(told.period)}, {_about(told.forecast)}"
    return f"{together}\n{_days(told.first, told.last)}: {change}"


def _each(told: Digest) -> list[Block]:
    left = told.projects[MOST:]
    shown = [section("\n".join(_lines(each))) for each in told.projects[:MOST]]
    if not left:
        return shown
    spent = dollars(sum(each.spent for each in left))
    return [
        *shown,
        section(f"_and {len(left)} more, which spent {spent} together: `/openai spend PROJECT` shows each_"),
    ]


def _lines(project: ProjectWeek) -> Iterator[str]:
    yield _heading(project)
    facts = [_about(project.forecast.end)] if project.forecast is not None else []
    if project.week or project.before:
        facts.append(f"last week {dollars(project.week)}{_percent(project.week, project.before)}")
    if facts:
        yield " · ".join(facts)
    yield from _outstanding(project)


def _heading(project: ProjectWeek) -> str:
    return f"*{inline(project.name, 80)}* · {amounts(project.spent, project.limit)}"


def _about(cents: int) -> str:
    return f"about {dollars(round(cents, -2))} by the month's end"


def _outstanding(project: ProjectWeek) -> Iterator[str]:
    """Say which threshold was reached, the highest share and each amount, and when the limit will be."""
    if project.passed:
        shares = [each for each in project.passed if each.endswith("%")]
        reached = [
            *(f"{each} of its limit" for each in shares[-1:]),
            *(each for each in project.passed if each not in shares),
        ]
        sign = "🔴" if project.limit is not None and project.spent >= project.limit else "🟠"
        yield f"{sign} has reached {inline(' and '.join(reached), 200)} this month"
    if project.forecast is not None and project.forecast.hits_on is not None and project.spent < (project.limit or 0):
        yield f"📈 reaches its limit on {_day(project.forecast.hits_on)}"


def _ending(told: Digest) -> list[Block]:
    lines = [f"⏳ {_ends(each)}" for each in told.ending[:MOST]]
    return _listed("Raises that end this week", lines, len(told.ending), "`/openai grants` lists them all")


def _ends(each: Raise) -> str:
    until = blocks.date(each.ends_at, "until")
    return f"*{inline(each.project, 80)}*: {limit_words(each.after)}, {until}; then {limit_words(each.before)} again"


def _waiting(told: Digest) -> list[Block]:
    lines = [
        f"🟡 *{inline(each.title, 150)}* · asked by {inline(each.asked_by, 80)} · "
        f"{blocks.date(each.expires_at, 'expires')}"
        for each in told.waiting[:MOST]
    ]
    return _listed("Waiting for you", lines, len(told.waiting), "`/openai approvals` lists them all")


def _listed(heading: str, lines: Sequence[str], count: int, more: str) -> list[Block]:
    rest = [f"_and {count - len(lines)} more: {more}_"] if count > len(lines) else []
    return sections([f"*{heading}*", *lines, *rest], most=2) if lines else []


def _change(week: int, before: int) -> str:
    """Say what was spent in a week against the one before it."""
    if not week and not before:
        return "nothing spent"
    if before <= 0 or week < 0:
        return f"{dollars(week)}, after {dollars(before)} the week before"
    return f"{dollars(week)}{_percent(week, before)} against {dollars(before)} the week before"


def _percent(week: int, before: int) -> str:
    """Return by how much a week was dearer, where that can be said in percent: `` (+12%)``."""
    percent = round((week - before) / before * 100) if before > 0 and week >= 0 else 0
    return f" ({percent:+,}%)" if percent else ""


def _days(first: date, last: date) -> str:
    return f"{first.day} to {_day(last)}" if first.month == last.month else f"{_day(first)} to {_day(last)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"


def _footing(told: Digest) -> Iterator[Block]:
    yield context(f"{blocks.date(told.as_of, 'Costs as of')}. OpenAI books them late; days are of UTC.")
    if told.problem:
        yield context(f"⚠️ {inline(told.problem, 500)}")
