"""People: members of the organisation, invites to it, members of a project."""

from collections.abc import Sequence

from workflows.admin_api.client.operations import PROJECT, Operations, delete, get, post
from workflows.admin_api.sending import Call
from workflows.admin_api.wire import read
from workflows.admin_api.wire.values import APIUser, Invite, ProjectUser

_INVITES = "/organization/invites"
_MEMBERS = f"{PROJECT}/users"
_MEMBER = f"{_MEMBERS}/{{user_id}}"
_ADDRESSES_PER_CALL = 50  # they travel in the URL


class People(Operations):
    async def users(self, emails: Sequence[str] = ()) -> list[APIUser]:
        """Return the organisation's members, or those with one of *emails* (API page: List users)."""
        if not emails:
            return await self._caller.everything(read.user, _users())
        found: list[APIUser] = []
        for start in range(0, len(emails), _ADDRESSES_PER_CALL):
            found += await self._caller.everything(read.user, _users(emails[start : start + _ADDRESSES_PER_CALL]))
        wanted = {email.strip().lower() for email in emails}
        return [user for user in found if user.email in wanted]

    async def invites(self) -> list[Invite]:
        """Return every invite, pending or past (API page: List invites)."""
        return await self._caller.everything(read.invite, get(_INVITES))

    async def create_invite(self, email: str, role: str, projects: Sequence[tuple[str, str]]) -> Invite:
        """Invite somebody to the organisation as ``reader`` or ``owner`` and to *projects*, (id, role) each.

        An empty *projects* means none; left out, OpenAI would add the Default project (API page: Create invite).
        """
        places = [{"id": project_id, "role": project_role} for project_id, project_role in projects]
        body = {"email": email, "role": role, "projects": places}
        return await self._caller.value(read.invite, post(_INVITES, body))

    async def delete_invite(self, invite_id: str) -> None:
        """Take an invite back, gone already is no error; an accepted one refuses (API page: Delete invite)."""
        await self._remove(delete(f"{_INVITES}/{{invite_id}}", invite_id=invite_id))

    async def project_users(self, project_id: str) -> list[ProjectUser]:
        """Return a project's members; an archived one refuses (API page: List project users)."""
        return await self._caller.everything(read.project_user, get(_MEMBERS, project_id=project_id))

    async def add_project_user(self, project_id: str, *, user_id: str, role: str) -> ProjectUser:
        """Add a member of the organisation as ``owner`` or ``member`` (API page: Create project user)."""
        body = {"user_id": user_id, "role": role}
        return await self._caller.value(read.project_user, post(_MEMBERS, body, project_id=project_id))

    async def update_project_user(self, project_id: str, user_id: str, role: str) -> ProjectUser:
        """Make a member an ``owner`` or a ``member`` (API page: Modify project user).

        An owner of the organisation is refused any lesser role.
        """
        call = post(_MEMBER, {"role": role}, project_id=project_id, user_id=user_id)
        return await self._caller.value(read.project_user, call)

    async def remove_project_user(self, project_id: str, user_id: str) -> None:
        """Take somebody out of a project, gone already is no error (API page: Delete project user).

        An owner of the organisation cannot be taken out. Their keys, and what a group gives them, are other matters.
        """
        await self._remove(delete(_MEMBER, project_id=project_id, user_id=user_id))


def _users(emails: Sequence[str] = ()) -> Call:
    return Call(method="GET", template="/organization/users", params=tuple(("emails[]", email) for email in emails))
