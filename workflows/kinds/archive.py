"""A project is archived, for good."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, StringConstraints

from workflows.admin_api import APIKey, ProjectUser, ServiceAccount
from workflows.errors import InvalidFields
from workflows.kind import Ask, Context, Element, Kind, Outlook, ProjectField, Reason, Receipt, Step, plain
from workflows.model import Change, Project
from workflows.money import dollars
from workflows.steps import archive_project, key_in_words, last_used
from workflows.steps.projects import is_default
from workflows.steps.words import listed

RECENT_DAYS = 30
FINAL = "This is final: OpenAI has no way back. Every key, service account and access ends with it."

Confirmation = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class Archive(Kind):
    kind: ClassVar[str] = "archive"
    word: ClassVar[str] = "archive"
    label: ClassVar[str] = "Archive a project"
    about: ClassVar[str] = "End a project for good, with its keys, service accounts and members."
    place: ClassVar[int] = 90
    derived: ClassVar[Mapping[str, Any]] = {"keys": 2, "members": 3, "recently_used": True}

    project: ProjectField = Field(title="Project")
    confirm_name: Annotated[Confirmation, Ask(element=Element.TEXT, placeholder="The project's name")] = Field(
        title="Type its name", description="Exactly as it stands there: nobody can take this back."
    )
    reason: Reason = Field(title="Reason")

    @classmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        if "project" not in known:
            return Outlook(title=cls.label, risks=(FINAL,), request=plain(known))
        project = await context.organization.project(known["project"])
        losses = await _losses(project, context)
        return Outlook(
            title=f"Archive {project.name}",
            changes=losses.changes,
            risks=losses.risks,
            project=project,
            channel=project.channel,
            request=plain(known) | losses.facts,
            concerned=losses.people,
        )

    async def complete(self, context: Context) -> Self:
        project = await context.organization.project(self.project, anew=True)
        if is_default(project):
            raise InvalidFields({"project": "The Default project cannot be archived. Choose another."})
        if self.confirm_name != project.name.strip():
            raise InvalidFields({"confirm_name": f"This is not its name. Type {project.name} to archive it."})
        return self

    def steps(self) -> Sequence[Step]:
        return (archive_project(f"Archive {self.confirm_name}"),)

    def registered(self, receipts: Mapping[str, Receipt]) -> Mapping[str, Any]:
        return {"archived": True} if "archive_project" in receipts else {}


@dataclass(frozen=True, kw_only=True)
class _Losses:
    """What ends with the project; ``grants`` is how many requests give something in it for a time."""

    project: Project
    keys: Sequence[APIKey]
    accounts: Sequence[ServiceAccount]
    members: Sequence[ProjectUser]
    grants: int
    in_use: bool

    @property
    def facts(self) -> dict[str, Any]:
        return {"keys": len(self.keys), "members": len(self.members), "recently_used": self.in_use}

    @property
    def people(self) -> tuple[str, ...]:
        """The addresses of who owns the project or a key in it."""
        owners = [each.email for each in self.members if each.role == "owner"]
        return tuple(dict.fromkeys(each for each in [*owners, *(key.owner_email for key in self.keys)] if each))

    @property
    def changes(self) -> tuple[Change, ...]:
        latest = sorted(self.keys, key=lambda each: each.last_used_at or each.created_at, reverse=True)
        lost = {
            "Keys": listed([f"{key_in_words(each)}, last used {last_used(each)}" for each in latest], "keys"),
            "Service accounts": listed([each.name for each in self.accounts], "service accounts"),
            "Members": listed([each.email or each.name for each in self.members], "members"),
            "Given for a time": f"{self.grants}" if self.grants else "",
        }
        spent = Change(label="Spent this month", now=dollars(self.project.spent), proposed="nothing more")
        ended = [Change(label=label, now=now, proposed="end") for label, now in lost.items() if now]
        return (Change(label="Project", now="active", proposed="archived"), *ended, spent)

    @property
    def risks(self) -> tuple[str, ...]:
        used = f"It is in use: a key was used within the last {RECENT_DAYS} days."
        return (FINAL, used) if self.in_use else (FINAL,)


async def _losses(project: Project, context: Context) -> _Losses:
    organization = context.organization
    keys = await organization.keys(project.id)
    standing = await organization.standing(project.id)
    given = {each.request_id for effects in standing.values() for each in effects if each.ends_at is not None}
    used = [(context.today - each.last_used_at.date()).days for each in keys if each.last_used_at]
    return _Losses(
        project=project,
        keys=keys,
        accounts=await organization.accounts(project.id),
        members=await organization.members(project.id),
        grants=len(given),
        in_use=min(used, default=RECENT_DAYS + 1) <= RECENT_DAYS,
    )
