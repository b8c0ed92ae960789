"""Which month somebody means, and how it is called: pure."""

import contextlib
from datetime import date

from workflows.budgets.months import first_day, month_before, period_of
from workflows.errors import Refusal

HOW = "Write it like 2026-11, or this or last"
LAST, THIS = ("", "last", "last month"), ("this", "this month")
_DIGITS = len("2026-11")


def month_named(words: str, today: date) -> str:
    """Return the month as ``2026-11``; no words mean the last one. Raises ``Refusal`` for what has not begun."""
    wanted = " ".join(words.split()).strip("`").casefold()
    if wanted in LAST:
        return period_of(month_before(today))
    if wanted in THIS:
        return period_of(today)
    found = _written(wanted)
    if not found:
        raise Refusal(f"“{words.strip()[:40]}” is no month. {HOW}.")
    if found > period_of(today):
        raise Refusal(f"{spelled(found)} has not begun yet.")
    return found


def _written(wanted: str) -> str:
    """Return a month that is written in digits, or an empty text."""
    if len(wanted) != _DIGITS or not wanted.isascii():
        return ""
    with contextlib.suppress(ValueError):
        return period_of(first_day(wanted))
    return ""


def spelled(period: str) -> str:
    """Return a month as people call it: November 2026."""
    return f"{first_day(period):%B %Y}"
