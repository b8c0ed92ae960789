"""What just changed: each committed change in a sentence, and which projects look different since when."""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sandbox.openai.boundary.enforcement import LAGS, VERDICTS
from sandbox.openai.ledger import CHARGES
from sandbox.openai.organization import Organization
from sandbox.openai.overview.sentences import project_of, sentences
from sandbox.openai.records import ADMIN_KEYS, AUDIT_ENTRIES, USERS
from sandbox.openai.store import Written
from sandbox.openai.usage.book import USAGE

KEPT = 200
"""Sentences that are remembered."""

UNSEEN = {USAGE.name, AUDIT_ENTRIES.name, VERDICTS.name, LAGS.name}
"""Shelves of which the overview shows nothing."""

USED = {ADMIN_KEYS.name: "last_used_at", USERS.name: "api_key_last_used_at"}
"""What changes at every use, and is not shown either."""


@dataclass(frozen=True, kw_only=True)
class Headline:
    """A sentence about a project, or about the organisation (no *project_id*); *at* in Unix seconds."""

    revision: int
    at: int
    project_id: str | None
    text: str


class News:
    """A log in memory, whose revision rises with each change and with each restart.

    *note* is to watch the organisation's store; what happened before it did is no news.
    """

    def __init__(self, organization: Organization) -> None:
        self._organization = organization
        # Microseconds outrun every count of changes, so whatever an earlier process answered is older than this.
        self._first = self.revision = time.time_ns() // 1_000
        self._everything = self._first
        self._touched: dict[str, int] = {}
        self._headlines: deque[Headline] = deque(maxlen=KEPT)

    def note(self, written: Sequence[Written]) -> None:
        """Take in one transaction: which projects it touched, and what there is to say about it."""
        seen = [each for each in written if each.shelf not in UNSEEN and not _is_mere_use(each)]
        if not seen:
            return
        self.revision += 1
        for each in seen:
            self._touch(each)
        at = self._organization.clock.now()
        for project_id, text in sentences(self._organization, seen):
            self._headlines.appendleft(Headline(revision=self.revision, at=at, project_id=project_id, text=text))

    def knows(self, since: int) -> bool:
        """Whether *since* is a revision of this log."""
        return self._first <= since <= self.revision

    def touched_all(self, since: int) -> bool:
        """Whether something changed after *since* that can show in every project: a name, a policy, the time."""
        return since < self._everything

    def touched(self, since: int = 0) -> Iterator[str]:
        """Yield the ids of the projects that changed after *since*, the latest first."""
        for project_id, revision in reversed(self._touched.items()):
            if revision <= since:
                return
            yield project_id

    def touched_at(self, project_id: str) -> int:
        """Return the revision of a project's last change; that of the beginning when it did not change."""
        return self._touched.get(project_id, self._first)

    def headlines(self, since: int = 0) -> Iterator[Headline]:
        """Yield what was said after *since*, the latest first."""
        return (each for each in self._headlines if each.revision > since)

    def _touch(self, written: Written) -> None:
        charged = written.shelf == CHARGES.name
        project_id = written.after.project_id if charged else project_of(self._organization, written)
        if project_id is None:
            self._everything = self.revision
            return
        self._touched.pop(project_id, None)
        self._touched[project_id] = self.revision


def _is_mere_use(written: Written) -> bool:
    field = USED.get(written.shelf)
    if field is None or written.before is None or written.after is None:
        return False
    used: bool = replace(written.before, **{field: getattr(written.after, field)}) == written.after
    return used
