"""Money of the whole organisation: a month's showback, what is committed, and the ledger of raises, as tables."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot import blocks
from bot.blocks import Block, Strong, context, header, inline, section, table
from bot.blocks.table import Cell
from bot.cards.message import Message, message
from bot.cards.words import day
from workflows.lifecycle import State
from workflows.money import dollars, from_nanos
from workflows.reports.commitments import CentreCommitment, Commitments
from workflows.reports.month import spelled
from workflows.reports.raises import Raise
from workflows.reports.showback import NO_CENTRE, Brief, Level, Row

_SHOWBACK = ("Cost centre and project", "Spent", "Share")
MOST = 60
"""Rows of cost centres or raises in one table."""

NAMED = 20
STATES = {State.GRANTED: "stands", State.REVERTED: "over"}
NO_RAISES = "No budget was given for a time, as far as this asks."


def showback(told: Brief, *, tables: bool = True) -> Message:
    """Draw a month by cost centre and project; without *tables* as lines, for a Slack that takes none."""
    title = f"Showback for {spelled(told.period)}"
    spent = dollars(from_nanos(told.total))
    still = "" if told.final else " so far; the month's costs still grow"
    rows = [_showback_row(each, told.total) for each in told.rows]
    body = [header(title), section(f"*{spent}* spent{still}"), *_drawn(_SHOWBACK, rows, tables=tables)]
    command = f"`python -m bot report showback --month {told.period} -o FILE`"
    if told.left_out:
        body.append(context(f"{told.left_out:,} projects are only in the sums here. Each has its line in {command}."))
    else:
        body.append(context(f"As CSV, exact to the last digit: {command}."))
    return message(f"{title}: {spent}", [*body, *_footing(told.as_of, told.problem)])


def _showback_row(row: Row, total: int) -> tuple[Cell, ...]:
    amount, share = dollars(from_nanos(row.nanos)), f"{row.nanos / total:.0%}" if total > 0 else ""
    match row.level:
        case Level.PROJECT:
            return f"· {row.name}", amount, share
        case Level.REST:
            return f"· and {row.count:,} more", amount, share
        case Level.TOTAL:
            return Strong(text="Together"), Strong(text=amount), ""
        case Level.CENTRE:
            return Strong(text=row.name), Strong(text=amount), Strong(text=share)


def commitments(told: Commitments) -> Message:
    """Draw what each cost centre's limits add up to, and name the projects that have none."""
    title = "Approved limits"
    rows: list[tuple[Cell, ...]] = [_commitment_row(each) for each in told.centres[:MOST]]
    left = told.centres[MOST:]
    if left:
        limits, spent = sum(each.limits for each in left), sum(each.spent for each in left)
        rows.append((f"{len(left):,} more cost centres", _whole_dollars(limits), _whole_dollars(spent), "", ""))
    headings = ("Cost centre", "Limits", "Spent", "Forecast", "Room")
    wide = len(headings) - all(each.room is None for each in told.centres)
    rows = [row[:wide] for row in rows]
    body = [header(title), section(_whole(told)), *_drawn(headings[:wide], rows, tables=True)]
    body += [section(each) for each in _without(told)]
    room = "Room: a cost centre's budget in the policy, less its limits. " if wide == len(headings) else ""
    body.append(context(f"{room}As CSV: `python -m bot report commitments -o FILE`."))
    said = f"{title}: {dollars(told.whole.approved)}"
    return message(said, [*body, *(_footing(told.as_of, "") if told.as_of else ())])


def _whole(told: Commitments) -> str:
    whole = told.whole
    spent = f"{dollars(told.spent)} spent this month"
    ahead = f", about {dollars(told.forecast)} by its end" if told.forecast is not None else ""
    if whole.limit is None:
        said = f"The projects' limits add up to *{dollars(whole.approved)}* a month; the organisation has no limit"
    elif whole.over:
        said = (
            f"⚠️ The projects' limits add up to *{dollars(whole.approved)}* a month, {dollars(whole.over)} more than "
            f"{_whose(told)} {dollars(whole.limit)}"
        )
    else:
        said = (
            f"The projects' limits add up to *{dollars(whole.approved)}* of {_whose(told)} {dollars(whole.limit)} a "
            f"month: {dollars(whole.limit - whole.approved)} could still be approved"
        )
    return f"{said}.\n{spent}{ahead}."


def _whose(told: Commitments) -> str:
    return "the organisation's" if told.whole.enforced else "the policy's budget for the organisation,"


def _commitment_row(centre: CentreCommitment) -> tuple[Cell, ...]:
    limits, spent, ahead, room = map(_whole_dollars, (centre.limits, centre.spent, centre.forecast, centre.room))
    over = centre.room is not None and centre.room < 0
    name = centre.name or NO_CENTRE
    return name, limits, spent, ahead, Strong(text=room) if over else room


def _whole_dollars(cents: int | None) -> str:
    return dollars(round(cents, -2)) if cents is not None else ""


def _without(told: Commitments) -> Iterator[str]:
    if told.unlimited:
        yield f"*Without a limit:* {_named(told.unlimited)}"
    if told.unread:
        yield f"*Limit not looked at yet:* {_named(told.unread)}"


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(inline(each, 80) for each in names[:NAMED])
    return f"{shown} and {len(names) - NAMED:,} more" if len(names) > NAMED else shown


def raises(told: Sequence[Raise]) -> Message:
    """Draw the ledger of raises: which project, from what to what, until when, and whether it stands."""
    title = "Budgets given for a time"
    if not told:
        return message(NO_RAISES, [section(NO_RAISES)])
    rows = [_raise_row(each) for each in told[:MOST]]
    headings = ("Project", "From → to", "Until", "State", "Approved by")
    body = [header(title), *_drawn(headings, rows, tables=True, right=())]
    command = "`python -m bot report raises -o FILE`"
    more = f"{len(told) - MOST:,} more are in" if len(told) > MOST else "Who asked, why, and when exactly is in"
    return message(f"{title}: {len(told)}", [*body, context(f"{more} {command}. Days are of UTC.")])


def _raise_row(each: Raise) -> tuple[Cell, ...]:
    change = f"{limit_words(each.before)} → {limit_words(each.after)}"
    until = day(each.ended_at or each.ends_at - timedelta(seconds=1))  # it ends with its last day
    return each.project, change, until, STATES.get(each.state, "being taken back"), ", ".join(each.approved_by)


def limit_words(cents: int | None) -> str:
    return dollars(cents) if cents is not None else "no limit"


def _drawn(
    headings: Sequence[str], rows: Sequence[Sequence[Cell]], *, tables: bool, right: Sequence[int] | None = None
) -> list[Block]:
    """Return the rows as a table whose amounts stand at the right, or as lines."""
    if tables:
        return [table(headings, rows, right=range(1, len(headings)) if right is None else right)]
    return blocks.sections([_as_line(row) for row in rows], most=10)


def _as_line(row: Sequence[Cell]) -> str:
    texts = [inline(each, 120) if isinstance(each, str) else f"*{inline(each.text, 120)}*" for each in row]
    return " · ".join(filter(None, texts)).removeprefix("· ")


def _footing(as_of: datetime, problem: str) -> Iterator[Block]:
    yield context(f"{blocks.date(as_of, 'Costs as of')}. Days are of UTC.")
    if problem:
        yield context(f"⚠️ {inline(problem, 500)}")
