"""Steps that more than one kind of request is made of."""

from workflows.errors import Refusal
from workflows.kind import Receipt, Step, Work
from workflows.money import dollars

LONGEST_NAME = 80
"""Characters of a project's name, as far as is known to be taken."""


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


def allow_models(model_ids: tuple[str, ...]) -> Step:
    """Allow only these models in the project; the list replaces whatever was there."""

    async def note(work: Work) -> Receipt:
        permissions = await work.api.model_permissions(work.project_id)
        return {permissions.mode: sorted(permissions.model_ids)} if permissions is not None else {}

    async def look(work: Work) -> Receipt | None:
        permissions = await work.api.model_permissions(work.project_id)
        if permissions is None or permissions.mode != "allow_list" or permissions.model_ids != frozenset(model_ids):
            return None
        return {"models": sorted(permissions.model_ids)}

    async def act(work: Work) -> None:
        await work.api.set_model_permissions(work.project_id, model_ids)

    return Step(name="allow_models", says=f"Allow {_list(model_ids)}", look=look, act=act, note=note)


def add_person(email: str, role: str) -> Step:
    """Make somebody ``owner`` or ``member`` of the project, by an invite when they are not in the organisation."""

    async def look(work: Work) -> Receipt | None:
        members = await work.api.project_users(work.project_id)
        found = [each for each in members if each.email == email and each.role in {role, "owner"}]
        return {"user_id": found[0].id} if found else await _invited(work, email)

    async def act(work: Work) -> None:
        users = [each for each in await work.api.users([email]) if each.email == email]
        if len(users) > 1:
            raise Refusal(f"Two people of the organisation have the address {email}. Mend that in OpenAI first.")
        if users:
            await work.api.add_project_user(work.project_id, user_id=users[0].id, role=role)
        else:
            await work.api.create_invite(email, "reader", [(work.project_id, role)])

    return Step(name=f"{role}:{email}", says=f"Add {email} as {role}", look=look, act=act)


async def _invited(work: Work, email: str) -> Receipt | None:
    for invite in await work.api.invites():
        if invite.email == email and invite.status == "pending" and work.project_id in invite.project_ids:
            return {"invite_id": invite.id}
    return None


def set_limit(cents: int) -> Step:
    """Set the project's monthly spend limit."""

    async def note(work: Work) -> Receipt:
        limit = await work.api.spend_limit(work.project_id)
        return {"limit": limit.cents if limit is not None else None}

    async def look(work: Work) -> Receipt | None:
        limit = await work.api.spend_limit(work.project_id)
        return {"limit": limit.cents} if limit is not None and limit.cents == cents else None

    async def act(work: Work) -> None:
        await work.api.set_spend_limit(work.project_id, cents)

    return Step(name="set_limit", says=f"Set the monthly limit to {dollars(cents)}", look=look, act=act, note=note)


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(names) if len(names) < 4 else f"{', '.join(names[:3])} and {len(names) - 3} more models"  # noqa: PLR2004 - as many as a line holds
