"""What a chart of a month shows: plain numbers that travel to the process that draws."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One month's spend. Amounts are cents, days are UTC days, texts are as people wrote them.

    ``month`` is the sum at the end of each of its ``days`` as far as they were read, ``last_month`` that of the month
    before. ``path``, ``low`` and ``high`` are what is foreseen for the end of its last days. ``marks`` are the sums
    that people are warned at. ``title`` names the month, ``as_of`` says when the costs were read.
    """

    name: str
    title: str
    as_of: str
    days: int
    month: tuple[int, ...]
    last_month: tuple[int, ...] = ()
    path: tuple[int, ...] = ()
    low: tuple[int, ...] = ()
    high: tuple[int, ...] = ()
    limit: int | None = None
    marks: tuple[int, ...] = ()

    @property
    def spent(self) -> int:
        return self.month[-1] if self.month else 0

    @property
    def foreseen(self) -> int | None:
        """What the month is expected to cost; None when nothing can be foreseen."""
        return self.path[-1] if self.path else None

    @property
    def before(self) -> int | None:
        """What the month before cost; None when nothing is known of it."""
        return self.last_month[-1] if any(self.last_month) else None

    def line(self) -> bytes:
        """Return the chart as one line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """Return the chart that ``line`` wrote."""
        read: dict[str, Any] = {each.name: values[each.name] for each in fields(cls)}
        return cls(**read | {name: tuple(value) for name, value in read.items() if isinstance(value, list)})


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A chart that lies at Slack: its file's id, and what it shows in words (at most 1,000 characters)."""

    file: str
    alt: str
