"""The pagination styles of the Administration API."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, Protocol, TypeVar

from pydantic import Field

from sandbox.openai.call import JSON, Question
from sandbox.openai.errors import invalid


class Identified(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=Identified)


class Cursor(Question):
    """The id-cursor style: ``limit`` 1 to 100 and ``after``, answered by ``first_id``, ``last_id``, ``has_more``."""

    limit: int = Field(default=20, ge=1, le=100)
    after: str | None = None


class TwoWayCursor(Cursor):
    """As above, and ``before`` for the page that ends where this one began."""

    before: str | None = None


class NextCursor(Question):
    """The style of groups and roles: ``limit`` 0 to 1000 and ``after``, answered by ``next`` and ``has_more``."""

    limit: int = Field(default=1000, ge=0, le=1000)
    after: str | None = None
    order: Literal["asc", "desc"] = "asc"


def everything(_record: object) -> bool:
    return True


def id_page(
    records: Iterable[T], cursor: Cursor, draw: Callable[[T], JSON], *, keep: Callable[[T], bool] = everything
) -> JSON:
    """One page of *records* (in the order of the listing) that *keep* lets through.

    The cursor may be a record that is filtered out by now, such as a project archived between two pages.
    Raises ``Refusal`` (400) for a cursor that was never there.
    """
    window, backwards = _window(list(records), cursor)
    kept = _first(reversed(window) if backwards else window, keep, cursor.limit + 1)
    shown, more = kept[: cursor.limit], len(kept) > cursor.limit
    if backwards:
        shown.reverse()
    return {
        "object": "list",
        "data": [draw(record) for record in shown],
        "first_id": shown[0].id if shown else None,
        "last_id": shown[-1].id if shown else None,
        "has_more": more,
    }


def next_page(records: Iterable[T], cursor: NextCursor, draw: Callable[[T], JSON]) -> JSON:
    """One page of *records*, given oldest first. A limit of 0 shows nothing and therefore has no cursor to go on from.

    Raises ``Refusal`` (400) for a cursor that names nothing in the list.
    """
    ordered = list(records)
    if cursor.order == "desc":
        ordered.reverse()
    start = 0 if cursor.after is None else _position(ordered, cursor.after, "after") + 1
    shown = ordered[start : start + cursor.limit]
    more = start + cursor.limit < len(ordered)
    return {
        "object": "list",
        "data": [draw(record) for record in shown],
        "has_more": more,
        "next": shown[-1].id if more and shown else None,
    }


def _window(records: list[T], cursor: Cursor) -> tuple[Sequence[T], bool]:
    start = 0 if cursor.after is None else _position(records, cursor.after, "after") + 1
    before = cursor.before if isinstance(cursor, TwoWayCursor) else None
    end = len(records) if before is None else _position(records, before, "before")
    return records[start:end], before is not None and cursor.after is None


def _position(records: list[T], wanted: str, param: str) -> int:
    for position, record in enumerate(records):
        if record.id == wanted:
            return position
    raise invalid(f"No object with the id {wanted} is in this list.", param)


def _first(records: Iterable[T], keep: Callable[[T], bool], count: int) -> list[T]:
    found: list[T] = []
    for record in records:
        if len(found) == count:
            break
        if keep(record):
            found.append(record)
    return found
