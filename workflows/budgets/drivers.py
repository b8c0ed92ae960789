"""What drove it: the model or other line item, or the API key, behind a rise or the month's spend. Pure."""

from collections.abc import Mapping, Sequence
from statistics import median

from workflows.budgets.anomaly import WINDOW
from workflows.model import Driver
from workflows.money import from_nanos

Items = Mapping[str, Sequence[int]]
"""Line item → its nanodollars of each day."""

Keys = Mapping[str, Sequence[int]]
"""API key's id → its nanodollars of each day; what no key is named for stands under the empty id."""


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
    return _largest(_rises(_by_model(items), index))


def key_of_month(keys: Keys, month: int) -> Driver | None:
    """Return the key that cost most since the day at index *month*; None when no key is named for more than that."""
    return _largest({key: sum(days[month:]) for key, days in keys.items()})


def key_of_rise(keys: Keys, index: int) -> Driver | None:
    """Return the key that rose most on the day at *index*; None when no key is named for more than that."""
    return _largest(_rises(keys, index))


def _rises(amounts: Mapping[str, Sequence[int]], index: int) -> dict[str, int]:
    """Return by how much each is above its own usual day on the day at *index*."""
    return {
        name: days[index] - round(median(days[max(0, index - WINDOW) : index] or [0])) for name, days in amounts.items()
    }


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
