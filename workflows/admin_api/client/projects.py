"""Projects: list, look up, make, rename, archive."""

from workflows.admin_api.client.operations import PROJECT, PROJECTS, Operations, get, post
from workflows.admin_api.sending import Call
from workflows.admin_api.wire import read
from workflows.admin_api.wire.values import APIProject


class Projects(Operations):
    async def projects(self, *, include_archived: bool = False) -> list[APIProject]:
        """Return every project, those under way only unless told otherwise (API page: List projects)."""
        params = (("include_archived", "true"),) if include_archived else ()
        return await self._caller.everything(read.project, Call(method="GET", template=PROJECTS, params=params))

    async def project(self, project_id: str) -> APIProject:
        """Return one project, archived or not (API page: Retrieve project)."""
        return await self._caller.value(read.project, get(PROJECT, project_id=project_id))

    async def create_project(self, name: str) -> APIProject:
        """Make a project; calling twice makes two, and neither can be deleted (API page: Create project)."""
        return await self._caller.value(read.project, post(PROJECTS, {"name": name}))

    async def update_project(self, project_id: str, name: str) -> APIProject:
        """Rename a project; the Default project refuses (API page: Modify project)."""
        return await self._caller.value(read.project, post(PROJECT, {"name": name}, project_id=project_id))

    async def archive_project(self, project_id: str) -> APIProject:
        """Archive a project for good: there is no way back (API page: Archive project)."""
        return await self._caller.value(read.project, post(f"{PROJECT}/archive", project_id=project_id))
