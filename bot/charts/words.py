"""What a chart shows, said in words: for who cannot see it, and in few signs for the picture itself. Pure."""

from bot.charts.chart import Chart
from workflows.money import dollars

MOST = 1000
"""Characters that Slack takes to describe an uploaded picture (``alt_txt``)."""

NAME = 80
_STEPS = ((100_000_000_000, "B"), (100_000_000, "M"), (100_000, "k"))
"""Cents in a billion, a million, a thousand dollars."""

_SPELT_OUT = 1_000_000
"""Cents below which an amount is written out in whole dollars."""

_WITH_CENTS = 1000


def alt_text(chart: Chart) -> str:
    """Say what the picture shows: who, when, how much of what, where it leads, and as of when."""
    name = " ".join(chart.name.split())
    shown = name if len(name) <= NAME else f"{name[: NAME - 1]}…"
    said = (
        f"Line chart of the spend of {shown} in {chart.title}, added up by UTC days:",
        f"{dollars(chart.spent)} so far{_of_limit(chart)}.",
        _forecast(chart),
        f"All of last month: {dollars(chart.before)}." if chart.before is not None else "",
        f"Costs as of {chart.as_of}.",
    )
    return " ".join(filter(None, said))[:MOST]


def _of_limit(chart: Chart) -> str:
    if chart.limit is None:
        return ", without a limit"
    part = share(chart.spent, chart.limit)
    return f", of a limit of {dollars(chart.limit)}" + (f" ({part})" if part else "")


def _forecast(chart: Chart) -> str:
    if chart.foreseen is None or not chart.low or not chart.high:
        return "Nothing can be foreseen yet." if len(chart.month) < chart.days else ""
    span = f"probably between {dollars(chart.low[-1])} and {dollars(chart.high[-1])}"
    over = ", above the limit" if chart.limit is not None and chart.foreseen >= chart.limit else ""
    return f"Forecast for the month's end: about {dollars(chart.foreseen)}, {span}{over}."


def share(spent: int, limit: int | None) -> str:
    """Return the spent percent of the limit, or an empty text where there is none to speak of."""
    if not limit or spent < 0:
        return ""
    return "under 1%" if 0 < 100 * spent < limit else f"{spent / limit:.0%}"


def tick(cents: int) -> str:
    """Return an amount on a scale in the fewest characters: ``$500``, ``$2k``."""
    return short(cents) if abs(cents) < _STEPS[-1][0] else _in_letters(cents)


def short(cents: int) -> str:
    """Return an amount in few characters: ``$0.42``, ``$1,650``, ``$12.3k``."""
    sign, amount = ("-" if cents < 0 else ""), abs(cents)
    if amount < _WITH_CENTS:
        return f"{sign}{dollars(amount)}"
    if amount < _SPELT_OUT:
        return f"{sign}${round(amount / 100):,}"
    return _in_letters(cents)


def _in_letters(cents: int) -> str:
    sign, amount = ("-" if cents < 0 else ""), abs(cents)
    size, letter = next(step for step in _STEPS if amount >= step[0])
    return f"{sign}${amount / size:.3g}{letter}" if amount < 1000 * size else f"{sign}${amount / size:,.0f}{letter}"
