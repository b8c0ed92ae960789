"""What one transaction can do: everything in it happens together or not at all."""

from workflows.store.audit_log import AuditLog
from workflows.store.outbox import Outbox
from workflows.store.requests import Requests
from workflows.store.snapshot import Snapshot


class UnitOfWork(Requests, Outbox, AuditLog, Snapshot):
    """The requests, the outbox, the audit log and the snapshot of the organisation, in one transaction.

    Lock order: the request's row first, the head of the audit log after it; one request per transaction.
    """
