"""Pages of time buckets, the pagination style of costs and usage, with the drawing of past days kept.

Source: Administration API reference, Costs and Usage: ``limit`` counts buckets, ``page`` is an opaque cursor. Buckets
lie on whole multiples of their width in UTC; none lies in the future; one without anything is empty.
"""

import base64
import binascii
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

from sandbox.openai.errors import invalid

DAY = 86_400
MOST_KEPT = 96 * 2**20  # bytes
Drawn = Mapping[int, bytes]
"""The results of a day's buckets as JSON without brackets, by the bucket's start (Unix seconds)."""


class Page(dict[str, Any]):
    """An answer whose ``data`` is JSON already: drawing a year's buckets anew for every question takes too long."""

    def __init__(self, data: list[bytes], next_page: str | None) -> None:
        super().__init__(object="page", has_more=next_page is not None, next_page=next_page)
        self._data = data

    def rendered(self) -> bytes:
        # In one go: such a page can have many megabytes.
        return b"".join((b'{"data":[', *self._data, b"],", to_json(self)[1:]))


@dataclass(frozen=True, kw_only=True)
class Span:
    """The buckets of one page: starts from *first* up to *last*, and on to *end* on later pages (Unix seconds)."""

    width: int
    first: int
    last: int
    end: int

    @classmethod
    def asked(cls, asked: tuple[int, int | None], page: str | None, *, width: int, limit: int, now: int) -> "Span":
        """Read a question for times from (and before) *asked*. Raises ``Refusal`` (400)."""
        start, end = asked
        if end is not None and end <= start:
            raise invalid("end_time must be after start_time.", "end_time")
        soon = (now // width + 1) * width
        last = soon if end is None else min(-(-end // width) * width, soon)
        first = start // width * width if page is None else _start_of(page, width)
        return cls(width=width, first=first, last=max(first, min(first + limit * width, last)), end=last)

    def page(self, day_drawn: Callable[[int], Drawn]) -> Page:
        """Compose the page from *day_drawn*, which is asked for each day (counted from 1970) it touches."""
        days: dict[int, Drawn] = {}
        data: list[bytes] = []
        for start in range(self.first, self.last, self.width):
            day = start // DAY
            if day not in days:
                days[day] = day_drawn(day)
            comma = b"," if data else b""
            head = b'%s{"object":"bucket","start_time":%d,"end_time":%d,"results":['
            data += (head % (comma, start, start + self.width), days[day].get(start, b""), b"]}")
        return Page(data, _page_of(self.last, self.width) if self.last < self.end else None)


class DrawnDays:
    """What was drawn for a day and a question, until the day changes; the longest unused goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[int, Drawn, int]] = OrderedDict()
        self._size = 0

    def get(self, key: Hashable, revision: int, draw: Callable[[], Drawn]) -> Drawn:
        """Return what stands under *key* if the day still has this *revision*; else *draw* it."""
        known = self._kept.get(key)
        if known and known[0] == revision:
            self._kept.move_to_end(key)
            return known[1]
        drawn = draw()
        self._forget(key)
        size = 200 + sum(map(len, drawn.values()))
        self._kept[key] = (revision, drawn, size)
        self._size += size
        while self._size > MOST_KEPT:
            self._forget(next(iter(self._kept)))
        return drawn

    def _forget(self, key: Hashable) -> None:
        known = self._kept.pop(key, None)
        self._size -= known[2] if known else 0


def _page_of(start: int, width: int) -> str:
    return "page_" + base64.urlsafe_b64encode(f"{width}:{start}".encode()).decode()


def _start_of(page: str, width: int) -> int:
    try:
        name, _, start = base64.urlsafe_b64decode(page.removeprefix("page_")).decode().partition(":")
        if int(name) == width and int(start) >= 0 and int(start) % width == 0:
            return int(start)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise invalid("The page is none that an earlier answer gave.", "page")
