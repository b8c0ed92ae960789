"""Follow the chain of hashes, entry by entry, in constant memory and without a database."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from workflows.audit.entry import GENESIS, AuditEntry, digest
from workflows.errors import ChainBroken

PRUNED = "pruned"
"""The action that tells which part of the log was archived and removed."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """The last entry of a log: its number and its hash. An empty log has 0 and ``GENESIS``."""

    seq: int = 0
    hash: str = GENESIS


_NAMED = re.compile(r"(\d{1,18}):([0-9a-f]{64})", re.ASCII)


def head_of(text: str) -> Head:
    """Return the entry that *text* names as an anchor does: its number, a colon, its hash. Raises ``ValueError``."""
    named = _NAMED.fullmatch(text.strip())
    if named is None:
        raise ValueError("not a number, a colon and a hash")
    return Head(seq=int(named[1]), hash=named[2])


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What was found in order: how many entries, which one they follow, and the last of them."""

    count: int
    head: Head
    floor: Head = Head()


class Verifier:
    """Is fed every entry in order and raises ``ChainBroken`` at the first that does not fit.

    A *filtered* export leaves entries out: each entry is then checked by its own hash, the order by the numbers, and
    neighbours against each other. That an entry was removed from a filtered export cannot be seen.

    A part of the log follows *floor*, an entry that is known from elsewhere; for a database that is the last one that
    was archived, and an entry of the log itself has to say so (*archived*). *anchors* are entries that were noted
    elsewhere earlier: each must be there as it was.
    """

    def __init__(
        self, *, filtered: bool = False, floor: Head | None = None, archived: bool = False, anchors: Iterable[Head] = ()
    ) -> None:
        self._filtered = filtered
        self._count = 0
        self._floor = floor or Head()
        self._seq, self._hash = self._floor.seq, self._floor.hash
        self._archived = archived and self._floor != Head()
        self._anchors = {each.seq: each for each in anchors}
        self._check_anchors(self._floor)

    def feed(self, entry: AuditEntry) -> None:
        """Check that *entry* is whole and follows the one before. Raises ``ChainBroken``."""
        self.feed_all((entry,))

    def feed_all(self, entries: Iterable[AuditEntry]) -> None:
        """Check that each of *entries* is whole and follows the one before. Raises ``ChainBroken``."""
        for entry in entries:
            seq, prev_hash, found = entry[0], entry[-2], entry[-1]  # by place: a million times round
            if seq != self._seq + 1:
                self._check_gap(seq)
            elif prev_hash != self._hash:
                raise ChainBroken(seq, f"Entry {seq} does not follow {self._before()}: it names another hash.")
            if _digest(entry) != found:
                raise ChainBroken(seq, f"Entry {seq} was altered: its hash does not fit its content.")
            self._count += 1
            self._seq, self._hash = seq, found
            if self._anchors:
                self._check_anchors(Head(seq=seq, hash=found))
            if self._archived and entry.action == PRUNED:
                self._archived = not self._tells_of_floor(entry)

    def finish(self, expected_head: Head | None = None) -> Verified:
        """Say what was verified; with *expected_head*, known from elsewhere, also that the log ends there.

        Raises ``ChainBroken`` when the end was cut off or is another one. Of a filtered export only an end beyond
        the expected one, or another entry in its place, can be seen.
        """
        head = Head(seq=self._seq, hash=self._hash)
        if expected_head is not None and head != expected_head:
            self._check_end(head, expected_head)
        if self._archived:
            raise ChainBroken(
                self._floor.seq + 1,
                f"The log begins after entry {self._floor.seq}, but no entry says that what was before was archived.",
            )
        for anchor in self._anchors.values():
            if anchor.seq > head.seq or (anchor.seq >= self._floor.seq and not self._filtered):
                raise ChainBroken(
                    head.seq + 1, f"The log is known to have reached entry {anchor.seq}, but it is not there any more."
                )
        return Verified(count=self._count, floor=self._floor, head=head)

    def _check_anchors(self, found: Head) -> None:
        anchor = self._anchors.pop(found.seq, None)
        if anchor is not None and anchor != found:
            raise ChainBroken(found.seq, f"Entry {found.seq} was written anew: its anchor names another hash.")

    def _tells_of_floor(self, entry: AuditEntry) -> bool:
        told = json.loads(entry.data)
        return (told.get("through"), told.get("hash")) == (self._floor.seq, self._floor.hash)

    def _check_gap(self, seq: int) -> None:
        if seq <= self._seq:
            raise ChainBroken(
                seq, f"Entry {seq} comes after entry {self._seq}: entries were moved, repeated or put in."
            )
        if not self._filtered:
            raise ChainBroken(
                self._seq + 1,
                f"Entry {self._seq + 1} is missing: {seq} follows {self._before()}."
                " If this export was filtered, verify it with --filtered.",
            )

    def _check_end(self, head: Head, expected: Head) -> None:
        if head.seq > expected.seq:
            raise ChainBroken(expected.seq + 1, f"The log should end with entry {expected.seq}, but goes on after it.")
        if head.seq == expected.seq:
            raise ChainBroken(head.seq, f"Entry {head.seq} is not the one that the log is known to end with.")
        if not self._filtered:
            raise ChainBroken(
                head.seq + 1,
                f"The log ends with {self._before()}, but is known to reach entry {expected.seq}: the end was cut off.",
            )

    def _before(self) -> str:
        return f"entry {self._seq}" if self._seq else "the beginning"


def verify(
    entries: Iterable[AuditEntry],
    *,
    filtered: bool = False,
    floor: Head | None = None,
    anchors: Iterable[Head] = (),
    expected_head: Head | None = None,
) -> Verified:
    """Verify a whole log or export. Raises ``ChainBroken`` with the first entry that does not fit."""
    verifier = Verifier(filtered=filtered, floor=floor, anchors=anchors)
    verifier.feed_all(entries)
    return verifier.finish(expected_head)


def _digest(entry: AuditEntry) -> str:
    try:
        return digest(entry[:-2], entry[-2])
    except (ValueError, TypeError):
        return ""  # a line break inside a value, or no text: no entry that was linked has it, so no hash fits it
