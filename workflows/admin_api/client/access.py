"""Groups and roles: who may do what in a project beyond being its owner or member."""

from workflows.admin_api.client.operations import PROJECT, Operations, delete, get, post
from workflows.admin_api.sending import Call
from workflows.admin_api.wire import read
from workflows.admin_api.wire.fields import Fields, identifier
from workflows.admin_api.wire.pages import Paging
from workflows.admin_api.wire.refusals import means_none
from workflows.admin_api.wire.values import APIRole, Group, GroupUser, HeldRole, ProjectGroup
from workflows.errors import AdminAPINotFound

_GROUPS = "/organization/groups"
_PROJECT_GROUPS = f"{PROJECT}/groups"
# Roles of projects are the one thing that does not live below /organization.
_ROLES = "/projects/{project_id}/roles"
_OF_USER = "/projects/{project_id}/users/{principal_id}/roles"
_OF_GROUP = "/projects/{project_id}/groups/{principal_id}/roles"


class Access(Operations):
    async def groups(self) -> list[Group]:
        """Return the organisation's groups (API page: List groups)."""
        return await self._caller.everything(read.group, get(_GROUPS), Paging.CURSOR)

    async def group_users(self, group_id: str) -> list[GroupUser]:
        """Return who is in a group, people and service accounts (API page: List group users)."""
        call = get(f"{_GROUPS}/{{group_id}}/users", group_id=group_id)
        return await self._caller.everything(read.group_user, call, Paging.CURSOR)

    async def project_groups(self, project_id: str) -> list[ProjectGroup]:
        """Return the groups with access to a project (API page: List project groups)."""
        return await self._caller.everything(
            read.project_group, get(_PROJECT_GROUPS, project_id=project_id), Paging.CURSOR
        )

    async def add_project_group(self, project_id: str, group_id: str, role_id: str) -> ProjectGroup:
        """Give a group access to a project with one of its roles (API page: Add project group).

        A group that has access refuses ("already exists in project"), whatever the role: assign that instead.
        """
        call = post(_PROJECT_GROUPS, {"group_id": group_id, "role": role_id}, project_id=project_id)
        return await self._caller.value(read.project_group, call)

    async def remove_project_group(self, project_id: str, group_id: str) -> None:
        """Take a group's access with all its roles, gone already is no error (API page: Remove project group)."""
        await self._remove(delete(f"{_PROJECT_GROUPS}/{{group_id}}", project_id=project_id, group_id=group_id))

    async def project_roles(self, project_id: str) -> list[APIRole]:
        """Return the roles there are in a project, predefined and custom (API page: List project roles)."""
        return await self._caller.everything(read.role, get(_ROLES, project_id=project_id), Paging.CURSOR)

    async def user_roles(self, project_id: str, user_id: str) -> list[HeldRole]:
        """Return the roles of a user or service account in a project (API page: List project user roles)."""
        return [held for _, held in await self._held(_OF_USER, project_id, user_id)]

    async def group_roles(self, project_id: str, group_id: str) -> list[HeldRole]:
        """Return the roles of a group in a project (API page: List project group roles)."""
        return [held for _, held in await self._held(_OF_GROUP, project_id, group_id)]

    async def assign_user_role(self, project_id: str, principal_id: str, role_id: str) -> None:
        """Give a user or service account a role, and so access to the project (API page: Assign project user role)."""
        await self._caller.send(_assignment(_OF_USER, project_id, principal_id, role_id))

    async def assign_group_role(self, project_id: str, principal_id: str, role_id: str) -> None:
        """Give a group a role, and so access to the project (API page: Assign project group role)."""
        await self._caller.send(_assignment(_OF_GROUP, project_id, principal_id, role_id))

    async def unassign_user_role(self, project_id: str, principal_id: str, role_id: str) -> None:
        """Take a role from a user or service account, not held is no error (API page: Unassign project user role).

        A role they also hold through a group stays.
        """
        await self._unassign(_OF_USER, project_id, principal_id, role_id)

    async def unassign_group_role(self, project_id: str, principal_id: str, role_id: str) -> None:
        """Take a role from a group, not held is no error (API page: Unassign project group role)."""
        await self._unassign(_OF_GROUP, project_id, principal_id, role_id)

    async def _unassign(self, template: str, project_id: str, principal_id: str, role_id: str) -> None:
        """Take a role away under the id it was given by, or else under the one it is answered with.

        OpenAI may know an assignment by the second only, so a 404 for the first is believed when no list
        contradicts it. Raises ``AdminAPINotFound`` when one does.
        """
        missing = await self._remove(_one(template, project_id, principal_id, role_id))
        if missing is None:
            return
        full_id, held = await self._find_held(template, project_id, principal_id, role_id)
        if full_id not in ("", role_id):
            missing = await self._remove(_one(template, project_id, principal_id, full_id))
        if missing is not None and held is not None and held.direct:
            raise missing

    async def _find_held(
        self, template: str, project_id: str, principal_id: str, role_id: str
    ) -> tuple[str, HeldRole | None]:
        """Return how OpenAI names a role that is held, empty and None when it is not."""
        try:
            roles = await self._held(template, project_id, principal_id)
        except AdminAPINotFound as missing:
            if not means_none(missing, project_id):
                raise
            return "", None  # the holder is gone
        matching = (each for each in roles if role_id in (each[0], each[1].id))
        return next(matching, ("", None))

    async def _held(self, template: str, project_id: str, principal_id: str) -> list[tuple[str, HeldRole]]:
        """Return the roles somebody holds, each with its id as OpenAI answers it."""

        def reader(fields: Fields) -> tuple[str, HeldRole]:
            return identifier(fields), read.held_role(fields, principal_id)

        call = get(template, project_id=project_id, principal_id=principal_id)
        return await self._caller.everything(reader, call, Paging.CURSOR)


def _assignment(template: str, project_id: str, principal_id: str, role_id: str) -> Call:
    return post(template, {"role_id": role_id}, project_id=project_id, principal_id=principal_id)


def _one(template: str, project_id: str, principal_id: str, role_id: str) -> Call:
    return delete(f"{template}/{{role_id}}", project_id=project_id, principal_id=principal_id, role_id=role_id)
