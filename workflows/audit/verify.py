"""Follow the chain of hashes, entry by entry, in constant memory and without a database."""

from collections.abc import Iterable
from dataclasses import dataclass

from workflows.audit.entry import GENESIS, AuditEntry, digest, hashed
from workflows.errors import ChainBroken


@dataclass(frozen=True, kw_only=True)
class Head:
    """The last entry of a log: its number and its hash. An empty log has 0 and ``GENESIS``."""

    seq: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What was found in order: how many entries, and the last of them."""

    count: int
    head: Head


class Verifier:
    """Is fed every entry in order and raises ``ChainBroken`` at the first that does not fit.

    A *filtered* export leaves entries out: each entry is then checked by its own hash, the order by the numbers, and
    neighbours against each other. That an entry was removed from a filtered export cannot be seen.
    """

    def __init__(self, *, filtered: bool = False) -> None:
        self._filtered = filtered
        self._count = 0
        self._seq = 0
        self._hash = GENESIS

    def feed(self, entry: AuditEntry) -> None:
        """Check that *entry* is whole and follows the one before. Raises ``ChainBroken``."""
        if entry.seq != self._seq + 1:
            self._check_gap(entry.seq)
        elif entry.prev_hash != self._hash:
            raise ChainBroken(entry.seq, f"Entry {entry.seq} does not follow {self._before()}: it names another hash.")
        if _digest(entry) != entry.hash:
            raise ChainBroken(entry.seq, f"Entry {entry.seq} was altered: its hash does not fit its content.")
        self._count += 1
        self._seq = entry.seq
        self._hash = entry.hash

    def finish(self, expected_head: Head | None = None) -> Verified:
        """Say what was verified; with *expected_head*, known from elsewhere, also that the log ends there.

        Raises ``ChainBroken`` when the end was cut off or is another one. Of a filtered export only an end beyond
        the expected one, or another entry in its place, can be seen.
        """
        head = Head(seq=self._seq, hash=self._hash)
        if expected_head is not None and head != expected_head:
            self._check_end(head, expected_head)
        return Verified(count=self._count, head=head)

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


def verify(entries: Iterable[AuditEntry], *, filtered: bool = False, expected_head: Head | None = None) -> Verified:
    """Verify a whole log or export. Raises ``ChainBroken`` with the first entry that does not fit."""
    verifier = Verifier(filtered=filtered)
    for entry in entries:
        verifier.feed(entry)
    return verifier.finish(expected_head)


def _digest(entry: AuditEntry) -> str:
    try:
        return digest(hashed(entry), entry.prev_hash)
    except ValueError:
        return ""  # a line break inside a value: no entry that was linked has one, so no hash fits it
