"""Make calls and read their replies: one object, or a list to its very end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from workflows.admin_api.sending import Call
from workflows.admin_api.wire.fields import Fields, Malformed, parse
from workflows.admin_api.wire.pages import Page, Paging, page
from workflows.errors import AdminAPIUnclear

T = TypeVar("T")


class Sends(Protocol):
    """Whatever brings a call to the API and its reply back: ``sending.Sender``, or somebody who has one elsewhere."""

    async def send(self, call: Call, *, patience: float, urgent: bool) -> bytes:
        """Return the body of a 2xx reply, waiting at most *patience* seconds for turns. Raises ``AdminAPIError``."""
        ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Caller:
    """How somebody calls: ``patience`` in seconds for each turn, ``urgent`` before those who are not."""

    sender: Sends
    patience: float
    urgent: bool = False

    async def send(self, call: Call) -> bytes:
        """Make a call whose reply says nothing of interest. Raises ``AdminAPIError``."""
        return await self.sender.send(call, patience=self.patience, urgent=self.urgent)

    async def value(self, reader: Callable[[Fields], T], call: Call) -> T:
        """Return what a reply says. Raises ``AdminAPIError``; a reply that cannot be read is ``AdminAPIUnclear``."""
        understood = _understood(reader, await self.send(call))
        if isinstance(understood, AdminAPIUnclear):
            raise understood
        return understood

    async def everything(self, reader: Callable[[Fields], T], call: Call, paging: Paging = Paging.AFTER_ID) -> list[T]:
        """Return a whole list, all pages of it. Raises ``AdminAPIError``: never a list that is silently short."""
        found: list[T] = []
        cursors: set[str] = set()
        following = call.with_params(("limit", paging.largest_page))
        while True:
            items, cursor = await self.value(lambda reply: _items(reader, page(reply, paging)), following)
            found += items
            if not cursor:
                return found
            if cursor in cursors:
                raise AdminAPIUnclear("OpenAI's list does not end: it named the same next page twice.")
            cursors.add(cursor)
            following = call.with_params(("limit", paging.largest_page), (paging.parameter, cursor))


def _items(reader: Callable[[Fields], T], found: Page) -> tuple[list[T], str]:
    return [reader(item) for item in found.items], found.cursor


def _understood(reader: Callable[[Fields], T], body: bytes) -> T | AdminAPIUnclear:
    """Read a reply; the error is returned, because one raised here would keep the body, which may hold a key."""
    try:
        return reader(parse(body))
    except Malformed as problem:
        return AdminAPIUnclear(f"OpenAI's reply cannot be read: {problem}.")
