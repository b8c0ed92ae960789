"""The role of a group of the organisation in a project, for good or for a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from workflows.admin_api import Group as APIGroup
from workflows.admin_api import HeldRole
from workflows.errors import InvalidFields
from workflows.kind import (
    Ask,
    Context,
    Element,
    Grant,
    Id,
    Outlook,
    ProjectField,
    Receipt,
    RoleWord,
    Step,
    found_role,
    owns,
    plain,
    role_id,
    role_name,
)
from workflows.ledger import Ending
from workflows.model import Change, Effect, Project
from workflows.steps import restore_groups, set_group_role
from workflows.steps.groups import group_subject
from workflows.steps.having import already_so
from workflows.steps.projects import is_default
from workflows.steps.words import listed


class Group(Grant):
    kind: ClassVar[str] = "group"
    word: ClassVar[str] = "group"
    label: ClassVar[str] = "Let a group in"
    about: ClassVar[str] = "Give a group of the organisation a role in a project, for good or for a time."
    place: ClassVar[int] = 42
    derived: ClassVar[Mapping[str, Any]] = {"owner_role": False}

    project: ProjectField = Field(title="Project")
    group: Annotated[Id, Ask(element=Element.GROUP, placeholder="Type a group's name", affects=True)] = Field(
        title="Group"
    )
    role: Annotated[RoleWord, Ask(element=Element.ROLE, placeholder="Choose a role", affects=True)] = Field(
        title="Role", description="The group has exactly this role then; one that it has now goes."
    )
    group_name: str = ""
    role_name: str = ""
    names_before: Mapping[str, str] = {}

    @classmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        if "project" not in known:
            return Outlook(title=cls.label, request=plain(known))
        project = await context.organization.project(known["project"])
        group, role = known.get("group", ""), known.get("role", "")
        case = await _case(project, group, role, context) if group and role else None
        return Outlook(
            title=case.title if case else f"{cls.label} to {project.name}",
            changes=case.changes if case else (),
            risks=case.risks if case else (),
            project=project,
            channel=project.channel,
            request=plain(known) | ({"owner_role": case.owning} if case else {}),
        )

    async def complete(self, context: Context) -> Self:
        project = await context.organization.project(self.project, anew=True)
        case = await _case(project, self.group, self.role, context)
        errors = self.until_errors(context.today)
        if is_default(project):
            errors["project"] = "Groups cannot be let into the Default project. Choose another."
        if case.group is None:
            errors["group"] = "The organisation has no such group any more. Choose from the list."
        if not case.role_name:
            errors["role"] = "This project has no such role. Choose from the list."
        if not context.extends:  # what is prolonged is there, of course
            errors |= already_so(
                case.standing, now=case.now, asked=case.asked, ends_at=self.ends_at, who=f"The group {case.name}"
            )
        if errors:
            raise InvalidFields(errors)
        return self.model_copy(
            update={
                "group_name": case.name,
                "role_name": case.role_name,
                "names_before": {each.id: each.name for each in case.held},
            }
        )

    def steps(self) -> Sequence[Step]:
        return (set_group_role(self.group, self.group_name, role_id(self.role), self.role_name),)

    def undo(self, receipts: Mapping[str, Receipt], endings: Sequence[Ending]) -> Sequence[Step]:
        del receipts
        names = {self.group: self.group_name, role_id(self.role): self.role_name}
        return restore_groups(endings, {**self.names_before, **names})


@dataclass(frozen=True, kw_only=True)
class _Case:
    """A group and the role that is asked for it. ``role_name`` is empty when there is no such role.

    ``held`` are the roles that it has, ``standing`` what approved requests made of these.
    """

    project: Project
    group: APIGroup | None
    name: str
    role: str
    role_name: str
    owning: bool
    held: Sequence[HeldRole]
    standing: Sequence[Effect]

    @property
    def title(self) -> str:
        return f"Let the group {self.name} into {self.project.name} as {self.role_name or self.role}"

    @property
    def now(self) -> list[str]:
        return sorted(each.id for each in self.held)

    @property
    def asked(self) -> list[str]:
        return [role_id(self.role)]

    @property
    def changes(self) -> tuple[Change, ...]:
        now = listed([each.name or each.id for each in self.held], "roles") or "not let in"
        role = Change(label="Role of the group", now=now, proposed=self.role_name or self.role)
        if self.group is None or not self.group.scim_managed:
            return (role,)
        decided = "whom the identity provider puts there"
        return (role, Change(label="Who is in it", now=decided, proposed=decided))

    @property
    def risks(self) -> tuple[str, ...]:
        return ("Everybody in the group may do what the project's owners may.",) if self.owning else ()


async def _case(project: Project, group_id: str, role: str, context: Context) -> _Case:
    organization = context.organization
    roles = await organization.roles(project.id)
    group = next((each for each in await organization.groups() if each.id == group_id), None)
    let_in = any(each.id == group_id for each in await organization.project_groups(project.id))
    return _Case(
        project=project,
        group=group,
        name=group.name if group and group.name else group_id,
        role=role,
        role_name=role_name(role, roles) if found_role(role, roles) else "",
        owning=owns(role, roles),
        held=await organization.group_roles(project.id, group_id) if let_in else (),
        standing=(await organization.standing(project.id)).get(group_subject(group_id), ()),
    )
