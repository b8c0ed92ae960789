"""The roles of a project that somebody has besides their place in it."""

from workflows.errors import Refusal
from workflows.kind import Receipt, Step, Work
from workflows.ledger import Ending, Mark
from workflows.steps.people.finding import roles_of, user_of

SUBJECT = "role:"


def role_subject(email: str, role_id: str) -> str:
    return f"{SUBJECT}{email}:{role_id}"


def give_role(email: str, role_id: str, role_name: str) -> Step:
    """Assign somebody of the organisation a role of the project, besides those that they have."""

    async def note(work: Work) -> Receipt:
        return {"held": await _holds(work, email, role_id)}

    async def look(work: Work) -> Receipt | None:
        return {"role_id": role_id} if await _holds(work, email, role_id) else None

    async def act(work: Work) -> None:
        user = await user_of(work, email)
        if user is None:
            raise Refusal(f"{email} is not in the OpenAI organisation. Ask for member or owner first.")
        await work.api.assign_user_role(work.project_id, user.id, role_id)

    def marks(before: Receipt, receipt: Receipt) -> list[Mark]:
        del receipt
        return [Mark(subject=role_subject(email, role_id), value=True, before=before["held"])]

    says = f"Give {email} the role {role_name}"
    return Step(name=f"give_role:{email}", says=says, look=look, act=act, note=note, marks=marks)


def take_role(ending: Ending, role_name: str) -> Step:
    """Take the role of a grant that ends back; whoever has no other leaves the project with it."""
    email, role_id = person_and_role(ending)

    async def look(work: Work) -> Receipt | None:
        return None if await _holds(work, email, role_id) else {"role_taken_back": role_id}

    async def act(work: Work) -> None:
        if user := await user_of(work, email):
            await work.api.unassign_user_role(work.project_id, user.id, role_id)

    says = f"Take the role {role_name} of {email} back"
    return Step(name=f"take_role:{email}:{role_id}", says=says, look=look, act=act)


def person_and_role(ending: Ending) -> tuple[str, str]:
    """Return whose role an ending is about, and which."""
    email, _, role_id = ending.subject.removeprefix(SUBJECT).rpartition(":")
    return email, role_id


async def _holds(work: Work, email: str, role_id: str) -> bool:
    user = await user_of(work, email)
    return user is not None and role_id in await roles_of(work, user.id)
