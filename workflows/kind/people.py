"""What can be known of somebody whom a request names: whether the address is fit, and their place in a project."""

from collections.abc import Sequence
from dataclasses import dataclass

from workflows.admin_api import APIUser, Invite, ProjectUser
from workflows.errors import AmbiguousPerson, UnknownPerson
from workflows.kind.roles import PLACES
from workflows.kind.work import Context

LONGEST_ADDRESS = 254


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where somebody stands: ``member`` of the project, ``user`` of the organisation, or pending ``invites`` to it.

    ``role`` is ``owner`` or ``member``, or what an invite promises of these; ``mixed``: two invites do not promise the
    same. Who has other roles only is a member without one; who has access through a group only is no member.
    """

    role: str | None = None
    mixed: bool = False
    member: ProjectUser | None = None
    user: APIUser | None = None
    invites: tuple[Invite, ...] = ()


def taken_in(member: ProjectUser, user: APIUser | None = None) -> Place:
    """Return the place of a member of the project."""
    return Place(role=member.role if member.role in PLACES else None, member=member, user=user)


def invited(email: str, project_id: str, invites: Sequence[Invite]) -> Place:
    """Return the place of somebody outside the organisation, given all *invites* to it."""
    waiting = tuple(
        each for each in invites if (each.email, each.status) == (email, "pending") and project_id in each.project_ids
    )
    promises = {promised(each, project_id) for each in waiting}
    return Place(role=max(promises, key=rank, default=None), mixed=len(promises) > 1, invites=waiting)


def promised(invite: Invite, project_id: str) -> str | None:
    """Return the place in a project that an invite promises."""
    roles = (each.role for each in invite.projects if each.project_id == project_id and each.role in PLACES)
    return max(roles, key=rank, default=None)


def rank(role: str | None) -> int:
    """Order places: none, member, owner."""
    return PLACES.index(role) + 1 if role in PLACES else 0


def place_in_words(place: Place) -> str:
    """Say where somebody stands, for a card."""
    if place.invites:
        return f"invited as {place.role}" if place.role else "invited"
    if place.member is not None:
        return place.role or "other roles only"
    return "not in it"


async def place_seen(project_id: str, email: str, context: Context) -> Place:
    """Return somebody's place in a project, at most a minute old. Raises ``AdminAPIError``."""
    known = await context.organization.users_with(email)
    user = known[0] if known else None
    for each in await context.organization.members(project_id):
        if each.email == email:
            return taken_in(each, user)
    return Place(user=user) if user else invited(email, project_id, await context.organization.invites(project_id))


async def person_problem(email: str, context: Context, *, must_be_here: bool) -> str:
    """Return what is wrong with an address, or an empty text. *must_be_here*: they have to decide in this workspace."""
    written = email.isascii() and email.isprintable() and len(email) <= LONGEST_ADDRESS
    if email.count("@") != 1 or not all(email.split("@")) or not written:
        return f"{email[:60]} is not an e-mail address."
    domains = context.policy.email_domains
    if domains and email.split("@")[1] not in domains:
        return f"{email} is not an address of {' or '.join(domains)}."
    if len(await context.organization.users_with(email)) > 1:
        return f"Two people of the OpenAI organisation have the address {email}. Mend that in OpenAI first."
    try:
        await context.directory.by_email(email)
    except AmbiguousPerson as problem:
        return str(problem)
    except UnknownPerson:
        if must_be_here:
            return f"Nobody in this workspace has the address {email}; an owner has to be able to decide here."
    return ""
