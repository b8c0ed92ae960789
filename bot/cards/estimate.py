"""What was used and is not booked yet, in words that nobody takes for costs."""

from bot import blocks
from bot.blocks import inline
from workflows.model import Estimate
from workflows.money import dollars

MOST = 3


def unbooked(told: Estimate) -> str:
    """Return one line: how much, since when, by which prices, as of when, and what is not in it."""
    since = f"since {told.since.day} {told.since:%B} (UTC)"
    when = blocks.date(told.as_of, "as of")
    if not told.cents:
        return f"*Not booked yet:* use of {_models(told)} {since}, which has no list price; {when}"
    missing = f", without {_models(told)}, which has no list price" if told.unpriced else ""
    by = f"estimated from usage by list prices of {told.prices_of}"
    return f"*Not booked yet:* about {dollars(told.cents)} {since}, {by}{missing}; {when}"


def _models(told: Estimate) -> str:
    shown = ", ".join(inline(each, 60) for each in told.unpriced[:MOST])
    more = len(told.unpriced) - MOST
    return f"{shown} and {more} more" if more > 0 else shown
