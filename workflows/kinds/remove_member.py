"""Somebody is taken out of a project."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from workflows.admin_api import APIKey
from workflows.errors import InvalidFields
from workflows.kind import (
    Ask,
    Context,
    Element,
    Email,
    Kind,
    Outlook,
    Place,
    ProjectField,
    Reason,
    Step,
    place_in_words,
    place_seen,
    plain,
)
from workflows.model import Change, Project
from workflows.steps import key_in_words, last_used, remove_person
from workflows.steps.projects import is_default
from workflows.steps.words import listed


class RemoveMember(Kind):
    kind: ClassVar[str] = "remove_member"
    word: ClassVar[str] = "remove"
    label: ClassVar[str] = "Remove a member"
    about: ClassVar[str] = "Take somebody out of a project, or take back the invite that they have not accepted."
    place: ClassVar[int] = 44
    derived: ClassVar[Mapping[str, Any]] = {"last_owner": False, "keys": 1}

    project: ProjectField = Field(title="Project")
    person: Annotated[Email, Ask(element=Element.PERSON, placeholder="Type a name or an address", affects=True)] = (
        Field(title="Person", description="They stay in the OpenAI organisation, and in its other projects.")
    )
    reason: Reason = Field(title="Reason")

    @classmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        if "project" not in known:
            return Outlook(title=cls.label, request=plain(known))
        project = await context.organization.project(known["project"])
        person = known.get("person", "")
        case = await _case(project, person, context) if person else None
        return Outlook(
            title=f"Remove {person or 'a member'} from {project.name}",
            changes=case.changes if case else (),
            risks=case.risks if case else (),
            project=project,
            channel=project.channel,
            request=plain(known) | (case.facts if case else {}),
            concerned=(person,) if person else (),
        )

    async def complete(self, context: Context) -> Self:
        project = await context.organization.project(self.project, anew=True)
        case = await _case(project, self.person, context)
        if is_default(project):
            raise InvalidFields({"project": "Nobody can be taken out of the Default project. Choose another."})
        if problem := case.unfit:
            raise InvalidFields({"person": problem})
        return self

    def steps(self) -> Sequence[Step]:
        return (remove_person(self.person),)


@dataclass(frozen=True, kw_only=True)
class _Case:
    """Somebody who is to go: their ``keys`` in the project, the names of ``groups`` that let them in besides."""

    project: Project
    person: str
    people: int
    place: Place
    others: int
    keys: Sequence[APIKey]
    groups: Sequence[str]

    @property
    def last_owner(self) -> bool:
        member = self.place.member
        return member is not None and member.role == "owner" and not self.others

    @property
    def facts(self) -> dict[str, Any]:
        return {"last_owner": self.last_owner, "keys": len(self.keys)}

    @property
    def changes(self) -> tuple[Change, ...]:
        place = Change(label="Place in the project", now=place_in_words(self.place), proposed="not in it")
        keys = listed([f"{key_in_words(each)}, last used {last_used(each)}" for each in self.keys], "keys")
        groups = listed(self.groups, "groups")
        stop = "work on, through a group" if self.groups else "stop working"
        lines = [place]
        lines += [Change(label="Their keys", now=keys, proposed=stop)] if keys else []
        lines += [Change(label="Access through groups", now=groups, proposed="stays")] if groups else []
        return tuple(lines)

    @property
    def risks(self) -> tuple[str, ...]:
        risks = {
            "Nobody else owns the project.": self.last_owner,
            "They keep access through a group; only taking them out of that group ends it.": bool(self.groups),
        }
        return tuple(risk for risk, there in risks.items() if there)

    @property
    def unfit(self) -> str:
        """What is wrong with asking for this, or an empty text."""
        if self.people > 1:
            return f"Two people of the OpenAI organisation have the address {self.person}. Mend that in OpenAI first."
        if self.place.user is not None and self.place.user.role == "owner":
            return f"{self.person} owns the organisation, so nobody can take them out of its projects."
        if self.place.member is None and not self.place.invites:
            return f"{self.person} is not a member of {self.project.name}, and not invited to it."
        if any(len(each.project_ids) > 1 for each in self.place.invites):
            return f"{self.person} was invited to several projects at once. Withdraw that invite in OpenAI."
        return ""


async def _case(project: Project, person: str, context: Context) -> _Case:
    organization = context.organization
    place = await place_seen(project.id, person, context)
    members = await organization.members(project.id)
    return _Case(
        project=project,
        person=person,
        people=len(await organization.users_with(person)),
        place=place,
        others=len([each for each in members if each.role == "owner" and each.email != person]),
        keys=await _keys(project, place, context),
        groups=await _groups(project, place, context),
    )


async def _keys(project: Project, place: Place, context: Context) -> list[APIKey]:
    if place.member is None:
        return []
    keys = await context.organization.keys(project.id)
    return [each for each in keys if each.owner_type == "user" and each.owner_id == place.member.id]


async def _groups(project: Project, place: Place, context: Context) -> list[str]:
    """Return the names of the groups through which a member has access as well."""
    if place.member is None:
        return []
    held = await context.organization.user_roles(project.id, place.member.id)
    sources = {source for each in held for source in each.sources}
    if not sources:
        return []
    names = {each.id: each.name for each in await context.organization.project_groups(project.id)}
    return sorted(names.get(each) or each for each in sources)
