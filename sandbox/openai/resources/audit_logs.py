"""Reading the audit log, newest first, by time, type, actor and target.

Source: Administration API reference, Audit logs. What an admin key does belongs to the default project, whatever
project it changed: asking for that project's id finds nothing, asking for the target's does.
"""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from sandbox.openai.call import JSON, Call
from sandbox.openai.errors import invalid
from sandbox.openai.event_types import event_types
from sandbox.openai.organization import Organization
from sandbox.openai.paging import TwoWayCursor, id_page
from sandbox.openai.records import AUDIT_ENTRIES, AuditEntry
from sandbox.openai.routing import Operations

operations = Operations()

EVENT_TYPES = event_types()
IDENTIFYING = ("id", "principal_id", "resource_id")


def _known(event: str) -> str:
    if event not in EVENT_TYPES:
        raise ValueError(f"{event} is no event type of the audit log")
    return event


EventType = Annotated[str, AfterValidator(_known)]


class Moments(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    gt: int | None = None
    gte: int | None = None
    lt: int | None = None
    lte: int | None = None

    def hold(self, moment: int) -> bool:
        return (
            (self.gt is None or moment > self.gt)
            and (self.gte is None or moment >= self.gte)
            and (self.lt is None or moment < self.lt)
            and (self.lte is None or moment <= self.lte)
        )


class AuditQuestion(TwoWayCursor):
    effective_at: Moments = Field(default_factory=Moments)
    project_ids: tuple[str, ...] = ()
    event_types: tuple[EventType, ...] = ()
    actor_ids: tuple[str, ...] = ()
    actor_emails: tuple[str, ...] = ()
    resource_ids: tuple[str, ...] = ()
    tenant_only: bool = False

    def wants(self, entry: AuditEntry, default_project_id: str) -> bool:
        return (
            self.effective_at.hold(entry.effective_at)
            and (not self.event_types or entry.type in self.event_types)
            and (not self.resource_ids or not _resources(entry).isdisjoint(self.resource_ids))
            and (not self.project_ids or default_project_id in self.project_ids)
            and self._by(entry)
        )

    def _by(self, entry: AuditEntry) -> bool:
        ids, emails = _actors(entry)
        return (not self.actor_ids or not ids.isdisjoint(self.actor_ids)) and (
            not self.actor_emails or not emails.isdisjoint(self.actor_emails)
        )


@operations.get("/organization/audit_logs")
def list_entries(organization: Organization, call: Call) -> JSON:
    question, default = call.question(AuditQuestion), organization.default_project
    if question.tenant_only:
        _refuse_others(question.event_types)
    entries = () if question.tenant_only else reversed(list(organization.store[AUDIT_ENTRIES].of().values()))
    project = {"id": default.id, "name": default.name}
    return id_page(
        entries,
        question,
        lambda entry: draw(entry, project),
        keep=lambda entry: question.wants(entry, default.id),
    )


def draw(entry: AuditEntry, project: JSON) -> JSON:
    return {
        "id": entry.id,
        "type": entry.type,
        "effective_at": entry.effective_at,
        "project": project,
        "actor": entry.actor,
        entry.type: entry.details,
    }


def _resources(entry: AuditEntry) -> set[str]:
    """Return the ids of what the event happened to: the thing, and for a role's assignment both of its ends."""
    listed = [each["id"] for each in entry.details.get("certificates", ())]
    return {entry.details[name] for name in IDENTIFYING if name in entry.details} | set(listed)


def _actors(entry: AuditEntry) -> tuple[set[str], set[str]]:
    """Return the ids and e-mails under which the entry's actor can be asked for."""
    part = entry.actor[entry.actor["type"]]
    user = part.get("user", {})
    return {part.get("id"), user.get("id")} - {None}, {user["email"]} if user else set()


def _refuse_others(event_types: tuple[str, ...]) -> None:
    for event in event_types:
        if not event.startswith(("tenant.", "role.bound", "role.unbound")):
            raise invalid(f"{event} is not tenant-scoped.", "event_types")
