"""Steps that make a project, name it and archive it."""

from workflows.errors import Refusal
from workflows.kind import Receipt, Step, Work
from workflows.model import Project

LONGEST_NAME = 80
"""Characters of a project's name, as far as is known to be taken."""

_DEFAULT = "Default project"


def is_default(project: Project) -> bool:
    """Say whether a project is the one that everybody is in and nobody can archive; only its name tells."""
    return project.name == _DEFAULT


def create_project(name: str) -> Step:
    """Make a project, for a while with the request's id in its name; ``name_project`` follows.

    OpenAI lets two projects have one name and deletes none. By the id ours is told from one that somebody makes by
    hand meanwhile, and a call that was cut off is found again.
    """

    async def look(work: Work) -> Receipt | None:
        projects = await work.api.projects()
        made = sorted((each for each in projects if work.request.id in each.name), key=lambda each: each.created_at)
        if made:
            return {"project_id": made[0].id}
        if any(each.name == name for each in projects):
            raise Refusal(f"Another project named {name} was made meanwhile. Ask again under another name.")
        return None

    async def act(work: Work) -> None:
        await work.api.create_project(f"{work.request.id} {name}"[:LONGEST_NAME])

    return Step(name="create_project", says=f"Create the project {name}", look=look, act=act)


def name_project(name: str) -> Step:
    """Give the project that was made its own name."""

    async def look(work: Work) -> Receipt | None:
        project = await work.api.project(work.project_id)
        return {"name": project.name} if project.name == name else None

    async def act(work: Work) -> None:
        await work.api.update_project(work.project_id, name)

    return Step(name="name_project", says=f"Name it {name}", look=look, act=act)


def archive_project(says: str) -> Step:
    """Archive the project for good; whatever lives in it ends with it."""

    async def note(work: Work) -> Receipt:
        if (await work.api.project(work.project_id)).archived:
            return {}
        return {
            "members": [each.email for each in await work.api.project_users(work.project_id)],
            "service_accounts": [each.name for each in await work.api.service_accounts(work.project_id)],
            "keys": [each.id for each in await work.api.keys(work.project_id)],
        }

    async def look(work: Work) -> Receipt | None:
        project = await work.api.project(work.project_id)
        return {"archived": project.id} if project.archived else None

    async def act(work: Work) -> None:
        await work.api.archive_project(work.project_id)

    return Step(name="archive_project", says=says, look=look, act=act, note=note)
