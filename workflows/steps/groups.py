"""Steps about which groups of the organisation may use a project, in which role."""

from collections.abc import Mapping, Sequence

from workflows.kind import Receipt, Step, Work
from workflows.ledger import Ending, Mark
from workflows.steps.words import ending_of, listed

SUBJECT = "group:"


def group_subject(group_id: str) -> str:
    return f"{SUBJECT}{group_id}"


def set_group_role(group_id: str, name: str, role_id: str, role_name: str) -> Step:
    """Give the group exactly this role in the project."""

    async def note(work: Work) -> Receipt:
        return {"roles": await _held(work, group_id) or []}

    async def look(work: Work) -> Receipt | None:
        there = await _held(work, group_id) == [role_id]
        return {"group_id": group_id, "roles": [role_id]} if there else None

    async def act(work: Work) -> None:
        await _give(work, group_id, [role_id])

    def marks(before: Receipt, receipt: Receipt) -> list[Mark]:
        return [Mark(subject=group_subject(group_id), value=receipt["roles"], before=before["roles"])]

    says = f"Let the group {name} in as {role_name}"
    return Step(name=f"group:{group_id}", says=says, look=look, act=act, note=note, marks=marks)


def restore_groups(endings: Sequence[Ending], names: Mapping[str, str] | None = None) -> Sequence[Step]:
    """Give groups the roles that they have without the grant that ends, or take them out.

    *names* are those of groups and roles, by id.
    """
    return tuple(_restore(each, names or {}) for each in ending_of(endings, SUBJECT))


def _restore(ending: Ending, names: Mapping[str, str]) -> Step:
    group_id = ending.subject.removeprefix(SUBJECT)

    async def look(work: Work) -> Receipt | None:
        held = await _held(work, group_id) or []
        return {"group_id": group_id, "roles": held} if held == await _due(work, held, ending) else None

    async def act(work: Work) -> None:
        due = await _due(work, await _held(work, group_id) or [], ending)
        if due:
            await _give(work, group_id, due)
        else:
            await work.api.remove_project_group(work.project_id, group_id)

    group = f"the group {names.get(group_id, group_id)}"
    roles = listed([names.get(each, each) for each in ending.target], "roles")
    says = f"Have {group} as {roles} again" if roles else f"Take {group} out"
    return Step(name=f"restore_group:{group_id}", says=says, look=look, act=act)


async def _due(work: Work, held: list[str], ending: Ending) -> list[str]:
    """Return the roles that the group should have; what was changed by hand loses only what the grant had given."""
    now, standing, target = set(held), set(ending.standing), set(ending.target)
    on_the_way = now <= standing | target and (standing <= now or target <= now)
    if not on_the_way:
        return sorted(now - (set(ending.value) - target))
    there = {each.id for each in await work.api.project_roles(work.project_id)} if target else set()
    return sorted(target & there)  # a role can be deleted meanwhile


async def _give(work: Work, group_id: str, roles: Sequence[str]) -> None:
    """Add what is missing before taking the rest away: OpenAI has no call that changes a role."""
    held = await _held(work, group_id)
    first, *_ = roles
    if held is None:
        await work.api.add_project_group(work.project_id, group_id, first)
        held = [first]
    for each in roles:
        if each not in held:
            await work.api.assign_group_role(work.project_id, group_id, each)
    for each in held:
        if each not in roles:
            await work.api.unassign_group_role(work.project_id, group_id, each)


async def _held(work: Work, group_id: str) -> list[str] | None:
    """Return the ids of the roles that the group has in the project; None when it is not in it.

    The API lists a project's groups without their roles, and a group's roles one by one.
    """
    if not any(each.id == group_id for each in await work.api.project_groups(work.project_id)):
        return None
    return sorted(each.id for each in await work.api.group_roles(work.project_id, group_id))
