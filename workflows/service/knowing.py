"""Who can do what in a project, and through what: read when somebody asks, told to those who belong there."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from workflows.admin_api import APIKey, GroupUser, Invite, ProjectGroup, ProjectUser, ServiceAccount
from workflows.errors import AdminAPIError, NotAllowed, Refusal
from workflows.model import Person, Project
from workflows.service.desk import Desk
from workflows.steps.people.roles import SUBJECT

T = TypeVar("T")
BASIC = ("owner", "member")
MOST_ASKED = 5
"""People whose special roles are asked about, one call each, while somebody waits."""

USUAL_MODEL = "gpt-5-mini"
"""The model that an example names when nothing better is known."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A role in the project; ``group`` is the group that it comes through, empty for one given directly."""

    role: str
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A person or a service account with what they hold. ``invited``: they have not accepted yet."""

    id: str
    name: str
    email: str = ""
    held: tuple[Held, ...] = ()
    owns_organization: bool = False
    invited: bool = False


@dataclass(frozen=True, kw_only=True)
class GroupAccess:
    """A group with access to the project. ``size`` is None when its members could not be read."""

    id: str
    name: str
    roles: tuple[str, ...] = ()
    size: int | None = None


@dataclass(frozen=True, kw_only=True)
class Access:
    """Everybody and everything that can do something in *project*; ``unread`` names what could not be read just now."""

    project: Project
    as_of: datetime
    people: tuple[Holder, ...] = ()
    groups: tuple[GroupAccess, ...] = ()
    accounts: tuple[Holder, ...] = ()
    keys: tuple[APIKey, ...] = ()
    unread: tuple[str, ...] = ()

    def holds(self, person: Person) -> bool:
        """Whether *person* can do something here now."""
        return any(each.email == person.email and not each.invited for each in self.people)


@dataclass(frozen=True, kw_only=True)
class _Reads:
    """What was asked of OpenAI, with what it did not answer."""

    unread: list[str] = field(default_factory=list)

    async def of(self, what: str, read: Awaitable[Sequence[T]]) -> Sequence[T]:
        try:
            return await read
        except AdminAPIError:
            self.unread.append(what)
            return ()


class Knowing(Desk):
    async def who(self, project_id: str, person_id: str) -> Access:
        """Return who can do what in a project. Raises ``NotAllowed`` for whom this is no business of."""
        person = await self.known(person_id, "who", "")
        project = await self.organization.project(project_id)
        access = await self._access(project)
        if access.holds(person) or await self.is_administrator(person) or await self.is_auditor(person_id):
            return access
        if access.unread:
            raise Refusal(
                "OpenAI did not say just now whether you belong to this project. Please try again in a minute."
            )
        refusal = NotAllowed(f"Who can do what in {project.name} is for its members, administrators and auditors.")
        raise await self.refuse(None, person, "who", refusal, project=project.id)

    async def a_model(self, project_id: str) -> str:
        """Return a model that the project may use, for an example that works. Raises ``AdminAPIError``."""
        known, permissions = await self.organization.models(), await self.organization.permissions(project_id)
        if permissions is not None and permissions.mode == "allow_list":
            usable = permissions.model_ids
        else:
            usable = known - (permissions.model_ids if permissions else frozenset())
        if USUAL_MODEL in usable or not usable:
            return USUAL_MODEL
        return min(usable, key=lambda each: (not each.startswith("gpt-"), each))

    async def _access(self, project: Project) -> Access:
        organization, reads, now = self.organization, _Reads(), self.now()
        members, invites, owners, groups, accounts, keys = await asyncio.gather(
            reads.of("its members", organization.members(project.id)),
            reads.of("who is invited", organization.invites(project.id)),
            reads.of("the owners of the organisation", organization.owners()),
            reads.of("its groups", organization.project_groups(project.id)),
            reads.of("its service accounts", organization.accounts(project.id)),
            reads.of("its keys", organization.keys(project.id)),
        )
        found = await asyncio.gather(*(self._group(project.id, each, reads) for each in groups))
        through = _through(found)
        special = await self._special(project.id, members, reads)
        return Access(
            project=project,
            as_of=now,
            people=_people(project.id, members, invites, owners, _with_special(members, through, special)),
            groups=tuple(group for group, _ in found),
            accounts=tuple(_account(each, through) for each in accounts),
            keys=tuple(sorted(keys, key=lambda each: each.name.casefold())),
            unread=tuple(reads.unread),
        )

    async def _special(
        self, project_id: str, members: Sequence[ProjectUser], reads: _Reads
    ) -> Mapping[str, Sequence[Held]]:
        """Return person's id → the roles that they hold besides a plain place, for those who are known to.

        A list of members says owner or member at most. Asking about everybody is a call for each, of seven a minute:
        so only those are asked about whose place is something else, and whom an approved request gave a role.
        """
        standing = await self.organization.standing(project_id)
        given = {each.removeprefix(SUBJECT).rpartition(":")[0] for each in standing if each.startswith(SUBJECT)}
        asked = [each for each in members if each.role not in BASIC or each.email in given]
        if len(asked) > MOST_ASKED:
            reads.unread.append(f"the special roles of {len(asked) - MOST_ASKED} people")
        found: dict[str, Sequence[Held]] = {}
        for each in asked[:MOST_ASKED]:
            what = f"the special roles of {each.name or each.email}"
            roles = await reads.of(what, self.organization.user_roles(project_id, each.id))
            found[each.id] = [Held(role=one.name) for one in roles if one.direct and not one.predefined]
        return found

    async def _group(
        self, project_id: str, group: ProjectGroup, reads: _Reads
    ) -> tuple[GroupAccess, Sequence[GroupUser]]:
        roles, users = await asyncio.gather(
            reads.of(f"the roles of {group.name}", self.organization.group_roles(project_id, group.id)),
            reads.of(f"who is in {group.name}", self.organization.group_users(group.id)),
        )
        size = None if f"who is in {group.name}" in reads.unread else len(users)
        return GroupAccess(id=group.id, name=group.name, roles=tuple(each.name for each in roles), size=size), users


Through = Mapping[str, tuple[GroupUser, list[Held]]]
"""The id of a person or service account → who that is, and what they hold through groups."""


def _through(groups: Iterable[tuple[GroupAccess, Sequence[GroupUser]]]) -> Through:
    found: dict[str, tuple[GroupUser, list[Held]]] = {}
    for group, users in groups:
        for user in users:
            _, held = found.setdefault(user.id, (user, []))
            held += [Held(role=role, group=group.name) for role in group.roles or ("a role",)]
    return found


def _with_special(members: Sequence[ProjectUser], through: Through, special: Mapping[str, Sequence[Held]]) -> Through:
    """Return what people hold besides their plain place: directly, then through groups."""
    users = {each.id: GroupUser(id=each.id, email=each.email, name=each.name) for each in members}
    merged = dict(through)
    for key, held in special.items():
        user, more = through.get(key, (users[key], []))
        merged[key] = (user, [*held, *more])
    return merged


def _people(
    project_id: str,
    members: Sequence[ProjectUser],
    invites: Sequence[Invite],
    owners: Sequence[str],
    through: Through,
) -> tuple[Holder, ...]:
    """Return everybody, each once: members, members of groups, owners of the organisation, and who is invited."""
    found: dict[str, Holder] = {}
    for each in members:
        more = through.get(each.id, (None, ()))[1]
        held = (*((Held(role=each.role),) if each.role != "none" or not more else ()), *more)
        found[each.email or each.id] = Holder(id=each.id, name=each.name, email=each.email, held=held)
    for user, more in through.values():
        if not user.service_account:
            one = Holder(id=user.id, name=user.name, email=user.email, held=tuple(more))
            found.setdefault(user.email or user.id, one)
    for email in owners:
        one = found.get(email, Holder(id=email, name="", email=email))
        found[email] = replace(one, owns_organization=True)
    for invite in invites:
        roles = tuple(Held(role=each.role) for each in invite.projects if each.project_id == project_id)
        if roles:
            invited = Holder(id=invite.id, name="", email=invite.email, held=roles, invited=True)
            found.setdefault(invite.email, invited)
    return tuple(sorted(found.values(), key=lambda each: (each.name or each.email).casefold()))


def _account(account: ServiceAccount, through: Through) -> Holder:
    more = through.get(account.id, (None, ()))[1]
    own = (Held(role=account.role),) if account.role != "none" or not more else ()
    return Holder(id=account.id, name=account.name, held=(*own, *more))
