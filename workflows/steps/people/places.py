"""The place that somebody has in a project: owner, member, or none."""

from collections.abc import Sequence

from workflows.admin_api import Invite
from workflows.errors import Refusal
from workflows.kind import Place, Receipt, Step, Work, promised
from workflows.ledger import Mark
from workflows.steps.people.finding import place_of, waiting_for

SUBJECT = "member:"


def place_subject(email: str) -> str:
    return f"{SUBJECT}{email}"


def add_person(email: str, role: str) -> Step:
    """Make somebody ``owner`` or ``member``, by an invite when they are not in the organisation; never less."""
    return _place(email, role, enough=frozenset({role, "owner"}), says=f"Add {email} as {role}", invite=True)


def set_person(email: str, role: str, *, invite: bool = True) -> Step:
    """Make somebody exactly ``owner`` or ``member``; with *invite* by one when they are not in the organisation."""
    return _place(email, role, enough=frozenset({role}), says=f"Make {email} {role} of the project", invite=invite)


def _place(email: str, role: str, *, enough: frozenset[str], says: str, invite: bool) -> Step:
    async def note(work: Work) -> Receipt:
        return {"role": (await place_of(work, email)).role}

    async def look(work: Work) -> Receipt | None:
        place = await place_of(work, email)
        return receipt_of(place) if place.role in enough and not place.mixed else None

    async def act(work: Work) -> None:
        await move(work, email, role, invite=invite)

    def marks(before: Receipt, receipt: Receipt) -> list[Mark]:
        return [Mark(subject=place_subject(email), value=receipt["role"], before=before["role"])]

    return Step(name=f"{role}:{email}", says=says, look=look, act=act, note=note, marks=marks)


def remove_person(email: str) -> Step:
    """Take somebody out of the project, a pending invite to it included."""

    async def note(work: Work) -> Receipt:
        return {"role": (await place_of(work, email)).role}

    async def look(work: Work) -> Receipt | None:
        there = (await place_of(work, email)).member or await waiting_for(work, email)
        return None if there else {"removed": email}

    async def act(work: Work) -> None:
        await withdraw(work, await waiting_for(work, email))  # first: it may be refused, and then nothing was done
        place = await place_of(work, email)
        if place.member is not None:
            await work.api.remove_project_user(work.project_id, place.member.id)

    def marks(before: Receipt, receipt: Receipt) -> list[Mark]:
        del receipt
        return [Mark(subject=place_subject(email), value=None, before=before["role"])]

    return Step(name=f"remove:{email}", says=f"Remove {email}", look=look, act=act, note=note, marks=marks)


def receipt_of(place: Place) -> Receipt:
    """Return what proves a place: who has it, or which invite promises it."""
    if place.member is not None:
        return {"user_id": place.member.id, "role": place.role}
    return {"invite_id": place.invites[0].id if place.invites else "", "role": place.role}


async def move(work: Work, email: str, role: str, *, invite: bool) -> None:
    """Give somebody the place *role*, wherever they stand now."""
    place = await place_of(work, email)
    if place.member is not None:
        await work.api.update_project_user(work.project_id, place.member.id, role)
    elif place.user is not None:
        await work.api.add_project_user(work.project_id, user_id=place.user.id, role=role)
    elif place.invites or invite:
        await _promise(work, email, role, place.invites)
    else:
        raise Refusal(f"{email} is not in the OpenAI organisation any more. Ask for this again to have them invited.")


async def _promise(work: Work, email: str, role: str, invites: Sequence[Invite]) -> None:
    """Invite somebody. What an invite promises cannot be changed: another takes its place before it goes."""
    fit = [each for each in invites if promised(each, work.project_id) == role]
    unfit = [each for each in invites if each not in fit]
    _refuse_shared(unfit)
    if not fit:
        await work.api.create_invite(email, "reader", [(work.project_id, role)])
    await withdraw(work, unfit)


async def withdraw(work: Work, invites: Sequence[Invite]) -> None:
    """Take back invites that wait for an answer."""
    _refuse_shared(invites)
    for invite in invites:
        await work.api.delete_invite(invite.id)


def _refuse_shared(invites: Sequence[Invite]) -> None:
    for invite in invites:
        if len(invite.project_ids) > 1:
            raise Refusal(
                f"{invite.email} was invited to several projects at once and has not accepted yet. "
                "Withdraw that invite in OpenAI."
            )
