"""Where usage is kept: one record for each minute and each combination of labels, filed under endpoint and day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import add

from pydantic_core import to_json

from sandbox.openai.store import Shelf, Store
from sandbox.openai.usage.endpoints import UsageEndpoint
from sandbox.openai.usage.pages import DAY, DrawnDays

MINUTE = 60
Label = str | bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class UsageRecord:
    """*at* is the start of the minute in Unix seconds; labels and counts stand in the endpoint's order."""

    at: int
    labels: tuple[Label, ...]
    counts: tuple[int, ...]


USAGE = Shelf(name="usage", holds=UsageRecord)


class UsageBook:
    def __init__(self, store: Store) -> None:
        self._records = store[USAGE]
        self.drawn = DrawnDays()

    def add(self, endpoint: UsageEndpoint, at: int, labels: Mapping[str, Label], counts: Mapping[str, int]) -> None:
        """Count something that happened at *at* (Unix seconds); what is not named is null or zero."""
        told = tuple(labels.get(name) for name in endpoint.labels)
        counted = tuple(counts.get(name, 0) for name in endpoint.counts)
        minute = at // MINUTE * MINUTE
        owner, key = _owner(endpoint, at // DAY), to_json([minute, *told]).decode()
        before = self._records.get(key, owner)
        if before:
            counted = tuple(map(add, before.counts, counted))
        self._records.put(key, UsageRecord(at=minute, labels=told, counts=counted), owner)

    def day(self, endpoint: UsageEndpoint, day: int) -> Iterable[UsageRecord]:
        """Return the records of a UTC day, counted from 1970."""
        return self._records.of(_owner(endpoint, day)).values()

    def revision(self, endpoint: UsageEndpoint, day: int) -> int:
        """Return a number that is another after every change of the day's records."""
        return self._records.revision(_owner(endpoint, day))


def _owner(endpoint: UsageEndpoint, day: int) -> str:
    return f"{endpoint.name}/{day}"
