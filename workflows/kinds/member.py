"""Somebody's place or role in a project, for good or for a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from workflows.errors import InvalidFields
from workflows.kind import (
    PLACES,
    Ask,
    Context,
    Element,
    Email,
    Grant,
    Outlook,
    Place,
    ProjectField,
    Receipt,
    RoleWord,
    Step,
    found_role,
    owns,
    person_problem,
    place_in_words,
    place_seen,
    plain,
    promised,
    rank,
    role_id,
    role_name,
)
from workflows.ledger import Ending
from workflows.model import Change, Effect, Project
from workflows.steps import give_role, restore_people, set_person
from workflows.steps.having import already_so
from workflows.steps.people import place_subject, role_subject
from workflows.steps.projects import is_default
from workflows.steps.words import listed


class Member(Grant):
    kind: ClassVar[str] = "member"
    word: ClassVar[str] = "member"
    label: ClassVar[str] = "Add or change a member"
    about: ClassVar[str] = "Let somebody into a project, or change what they may do there, for good or for a time."
    place: ClassVar[int] = 40
    derived: ClassVar[Mapping[str, Any]] = {"owner_role": False, "downgrade": False, "invited": False}

    project: ProjectField = Field(title="Project")
    person: Annotated[Email, Ask(element=Element.PERSON, placeholder="Type a name or an address", affects=True)] = (
        Field(title="Person", description="Whoever is not in the OpenAI organisation yet is invited.")
    )
    role: Annotated[RoleWord, Ask(element=Element.ROLE, placeholder="Choose a role", affects=True)] = Field(
        title="Role", description="Owner and member replace each other; every other role is given besides."
    )
    role_name: str = ""
    invited: bool = False

    @classmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        if "project" not in known:
            return Outlook(title=cls.label, request=plain(known))
        project = await context.organization.project(known["project"])
        person, role = known.get("person", ""), known.get("role", "")
        case = await _case(project, person, role, context) if person and role else None
        return Outlook(
            title=case.title if case else f"{cls.label} of {project.name}",
            changes=case.changes if case else (),
            risks=case.risks(ends=known.get("until") is not None) if case else (),
            project=project,
            channel=project.channel,
            request=plain(known) | (case.facts if case else {}),
            concerned=(person,) if person else (),
        )

    async def complete(self, context: Context) -> Self:
        project = await context.organization.project(self.project, anew=True)
        errors = self.until_errors(context.today)
        if is_default(project):
            errors["project"] = "Everybody is in the Default project already, in a role that cannot be changed there."
        elif problem := await person_problem(self.person, context, must_be_here=self.role == "owner"):
            errors["person"] = problem
        else:
            case = await _case(project, self.person, self.role, context)
            errors |= case.unfit(lasts=self.until is None)
            if not context.extends:  # what is prolonged is there, of course
                errors |= already_so(
                    case.standing, now=case.now, asked=case.asked, ends_at=self.ends_at, who=self.person
                )
        if errors:
            raise InvalidFields(errors)
        return self.model_copy(update={"role_name": case.name, "invited": case.outside})

    def steps(self) -> Sequence[Step]:
        if self.role in PLACES:
            return (set_person(self.person, self.role, invite=self.invited),)
        return (give_role(self.person, role_id(self.role), self.role_name),)

    def undo(self, receipts: Mapping[str, Receipt], endings: Sequence[Ending]) -> Sequence[Step]:
        del receipts
        return restore_people(endings, {role_id(self.role): self.role_name})


@dataclass(frozen=True, kw_only=True)
class _Case:
    """Somebody and the role that is asked for them. ``name`` is what it is called, empty when there is no such role.

    ``others`` own the project besides them, ``held`` are the names of the roles they were given, by id, ``standing`` is
    what approved requests made of what is asked for.
    """

    project: Project
    person: str
    role: str
    name: str
    owning: bool
    place: Place
    others: int
    held: Mapping[str, str]
    standing: Sequence[Effect]

    @property
    def title(self) -> str:
        if self.role in PLACES:
            return f"Make {self.person} {self.role} of {self.project.name}"
        return f"Give {self.person} the role {self.name or self.role} in {self.project.name}"

    @property
    def outside(self) -> bool:
        """Whether they are not in the organisation yet, as last seen."""
        return self.place.user is None and self.place.member is None

    @property
    def downgrade(self) -> bool:
        return self.role in PLACES and rank(self.place.role) > rank(self.role)

    @property
    def now(self) -> Any:
        """What is true now of what is asked for: their place, or whether they have the role."""
        return self.place.role if self.role in PLACES else role_id(self.role) in self.held

    @property
    def asked(self) -> Any:
        return self.role if self.role in PLACES else True

    @property
    def facts(self) -> dict[str, bool]:
        return {"owner_role": self.owning, "downgrade": self.downgrade, "invited": self.outside}

    @property
    def changes(self) -> tuple[Change, ...]:
        if self.role not in PLACES:
            held = list(self.held.values())
            proposed = held if self.now else [*held, self.name or self.role]
            return (Change(label="Roles", now=listed(held, "roles") or "none", proposed=listed(proposed, "roles")),)
        place = Change(label="Place in the project", now=place_in_words(self.place), proposed=self.role)
        invite = Change(label="OpenAI organisation", now="not in it", proposed="invited")
        return (place, invite) if self.outside and not self.place.invites else (place,)

    def risks(self, *, ends: bool) -> tuple[str, ...]:
        risks = {
            "An owner manages the project's people and keys, and decides about its requests.": self.role == "owner",
            "This role may do what only owners may.": self.owning and self.role != "owner",
            "They have less than before.": self.downgrade,
            "Nobody else owns the project.": self.downgrade and not self.others,
            "They stay in the organisation when this ends.": ends and self.outside,
        }
        return tuple(risk for risk, there in risks.items() if there)

    def unfit(self, *, lasts: bool) -> dict[str, str]:
        """Return what is wrong with asking for this; *lasts*: for good."""
        user, member = self.place.user, self.place.member
        fit_for_owner = self.role == "owner" and lasts and member is None
        shared = [each for each in self.place.invites if len(each.project_ids) > 1]
        if not self.name:
            return {"role": "This project has no such role. Choose from the list."}
        if user is not None and user.role == "owner" and not fit_for_owner:
            return {"person": f"{self.person} owns the organisation, so their role in its projects cannot be changed."}
        if self.outside and self.role not in PLACES:
            return {
                "role": f"{self.person} is not in the OpenAI organisation yet. Choose member or owner to invite them."
            }
        if any(promised(each, self.project.id) != self.role for each in shared):
            return {"person": f"{self.person} was invited to several projects at once. Withdraw that in OpenAI first."}
        return {}


async def _case(project: Project, person: str, role: str, context: Context) -> _Case:
    organization, placed = context.organization, role in PLACES
    roles = () if placed else await organization.roles(project.id)
    place = await place_seen(project.id, person, context)
    held = await organization.user_roles(project.id, place.member.id) if place.member and not placed else ()
    subject = place_subject(person) if placed else role_subject(person, role_id(role))
    members = await organization.members(project.id)
    return _Case(
        project=project,
        person=person,
        role=role,
        name=role if placed else role_name(role, roles) if found_role(role, roles) else "",
        owning=owns(role, roles),
        place=place,
        others=len([each for each in members if each.role == "owner" and each.email != person]),
        held={each.id: each.name for each in held if each.direct},
        standing=(await organization.standing(project.id)).get(subject, ()),
    )
