"""What drove it: the model or other line item behind a rise, or behind the month's spend. Pure."""

from collections.abc import Mapping, Sequence
from statistics import median

from workflows.budgets.anomaly import WINDOW
from workflows.model import Driver
from workflows.money import from_nanos

Items = Mapping[str, Sequence[int]]
"""Line item → its nanodollars of each day."""


def driver_of_month(items: Items, month: int) -> Driver | None:
    """Return what cost most since the day at index *month*."""
    return _largest({name: sum(days[month:]) for name, days in _by_model(items).items()})


def drivers_of_month(items: Items, month: int, most: int) -> list[Driver]:
    """Return what cost most since the day at index *month*, the largest first, *most* at the most."""
    sums = {name: sum(days[month:]) for name, days in _by_model(items).items()}
    whole = sum(each for each in sums.values() if each > 0)
    largest = sorted(((nanos, name) for name, nanos in sums.items() if nanos > 0), reverse=True)[:most]
    return [Driver(what=name, cents=from_nanos(each), percent=round(100 * each / whole)) for each, name in largest]


def driver_of_rise(items: Items, index: int) -> Driver | None:
    """Return what rose most on the day at *index*, above its own usual day."""
    return _largest(
        {
            name: days[index] - round(median(days[max(0, index - WINDOW) : index] or [0]))
            for name, days in _by_model(items).items()
        }
    )


def _by_model(items: Items) -> dict[str, list[int]]:
    """Add up what belongs to one model: OpenAI's line items are like ``gpt-5, input``."""
    found: dict[str, list[int]] = {}
    for name, days in items.items():
        model = name.partition(", ")[0] or "other"
        found[model] = [sum(pair) for pair in zip(found.get(model, [0] * len(days)), days, strict=True)]
    return found


def _largest(amounts: Mapping[str, int]) -> Driver | None:
    """Return the largest amount with its share of all that is above zero."""
    name = max(amounts, key=lambda each: (amounts[each], each), default="")
    if not name or amounts[name] <= 0:
        return None
    whole = sum(each for each in amounts.values() if each > 0)
    return Driver(what=name, cents=from_nanos(amounts[name]), percent=round(100 * amounts[name] / whole))
