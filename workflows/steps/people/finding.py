"""Somebody as OpenAI knows them now, found by their address."""

from workflows.admin_api import APIUser, Invite
from workflows.errors import AdminAPINotFound, Refusal
from workflows.kind import Place, Work, invited, taken_in


async def place_of(work: Work, email: str) -> Place:
    """Return where somebody stands in the project."""
    members = [each for each in await work.api.project_users(work.project_id) if each.email == email]
    if len(members) > 1:
        raise _two(email, "project")
    if members:
        return taken_in(members[0])
    if user := await user_of(work, email):
        return Place(user=user)  # an invite that they did not answer lets them in nowhere any more
    return invited(email, work.project_id, await work.api.invites())


async def user_of(work: Work, email: str) -> APIUser | None:
    """Return who in the organisation has this address."""
    users = [each for each in await work.api.users([email]) if each.email == email]
    if len(users) > 1:
        raise _two(email, "organisation")
    return users[0] if users else None


async def waiting_for(work: Work, email: str) -> tuple[Invite, ...]:
    """Return the invites to the project that wait for this person's answer."""
    return invited(email, work.project_id, await work.api.invites()).invites


async def roles_of(work: Work, user_id: str) -> frozenset[str]:
    """Return the ids of the roles that were given to somebody themselves, and not to a group that they are in."""
    try:
        held = await work.api.user_roles(work.project_id, user_id)
    except AdminAPINotFound:
        if any(each.id == user_id for each in await work.api.project_users(work.project_id)):
            raise
        return frozenset()  # OpenAI does not say how it answers for who has no access at all
    return frozenset(each.id for each in held if each.direct)


def _two(email: str, where: str) -> Refusal:
    return Refusal(f"Two people of the {where} have the address {email}. Mend that in OpenAI first.")
