"""Whether a project has something, and for how long, as forms and cards say it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from workflows.ledger import grants_end, lasting
from workflows.model import Effect


@dataclass(frozen=True, kw_only=True)
class Having:
    """Whether it is there *now*. ``until`` is when the last grant ends without which it would not be (None: never)."""

    now: bool
    until: datetime | None = None

    @property
    def for_good(self) -> bool:
        return self.now and self.until is None

    def lasts(self, ends_at: datetime | None) -> bool:
        """Say whether it stays at least until *ends_at* (None: for good) as it is."""
        if self.until is None or ends_at is None:
            return self.for_good
        return self.now and self.until >= ends_at

    def extended(self, ends_at: datetime | None) -> "Having":
        """Return what it is once it was given until *ends_at* (None: for good) besides."""
        if self.for_good or ends_at is None:
            return Having(now=True)
        return Having(now=True, until=max(ends_at, self.until or ends_at))

    def words(self, there: str) -> str:
        """Return it for a card; *there* is the word for what is, like *allowed*."""
        if not self.now:
            return f"not {there}"
        return f"{there} {until(self.until)}"


def having(standing: Sequence[Effect], *, now: bool) -> Having:
    """Return whether and how long there is what these effects are about, given whether it is there *now*."""
    return Having(now=now, until=None if not now or lasting(standing, now) else grants_end(standing))


def already(has: Sequence[Having], ends_at: datetime | None, *, field: str, there: str) -> dict[str, str]:
    """Return what is wrong with asking for all of these until *ends_at*, as ``InvalidFields`` takes it.

    *field* names them in the form, *there* is the word for what is, like *allowed*.
    """
    if all(each.for_good for each in has):
        return {field: f"This is {there} already. Choose something that is not."}
    if not all(each.lasts(ends_at) for each in has):
        return {}
    first = min(each.until for each in has if each.until is not None)
    return {"until": f"This is {there} {until(first)} already. Choose a later day, or none to have it for good."}


def already_so(
    standing: Sequence[Effect], *, now: Any, asked: Any, ends_at: datetime | None, who: str
) -> dict[str, str]:
    """Return what is wrong with asking for a role that somebody has, for good or for long enough already.

    *standing* is what approved requests made of it, *ends_at* until when it is asked for (None: for good).
    """
    if now != asked:
        return {}
    if lasting(standing, now) == asked:
        return {"role": f"{who} has this role already."}
    last = standing[-1]
    if last.value == asked and last.ends_at is not None and ends_at is not None and ends_at <= last.ends_at:
        return {"until": f"{who} has this role {until(last.ends_at)} already. Choose a later day, or none."}
    return {}


def until(ends_at: datetime | None) -> str:
    """Say how long: *for good*, or until the last day of what ends at that midnight."""
    return f"until {ends_at - timedelta(days=1):%Y-%m-%d}" if ends_at is not None else "for good"
