"""Which entries of the audit log an export holds."""

from dataclasses import dataclass
from datetime import datetime

from workflows.audit.entry import AuditEntry, stamp


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A part of the log: from ``since``, up to and without ``until`` (both with a zone); empty texts mean any."""

    since: datetime | None = None
    until: datetime | None = None
    project: str = ""
    kind: str = ""

    @property
    def narrows(self) -> bool:
        """Whether an export may leave entries out, so that it verifies as a part only (``--filtered``)."""
        return self != Filter()

    def includes(self, entry: AuditEntry) -> bool:
        return not (
            (self.since is not None and entry.at < stamp(self.since))
            or (self.until is not None and entry.at >= stamp(self.until))
            or (self.project and entry.project_id != self.project)
            or (self.kind and entry.kind != self.kind)
        )
