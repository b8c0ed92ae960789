"""People as they stand once a grant does not count any more."""

from collections.abc import Mapping, Sequence

from workflows.kind import PLACES, Place, Receipt, Step, Work, rank, role_id
from workflows.ledger import Ending
from workflows.steps.people import places, roles
from workflows.steps.people.finding import place_of, roles_of
from workflows.steps.words import ending_of


def restore_people(endings: Sequence[Ending], names: Mapping[str, str] | None = None) -> Sequence[Step]:
    """Give people the places and roles that they have without the grant that ends; *names* are those of roles."""
    known = names or {}
    taken = [each for each in ending_of(endings, roles.SUBJECT) if not each.target]
    return (
        *(_restore_place(each) for each in ending_of(endings, places.SUBJECT)),
        *(roles.take_role(each, known.get(id_, id_)) for each in taken for _, id_ in [roles.person_and_role(each)]),
    )


def _restore_place(ending: Ending) -> Step:
    email = ending.subject.removeprefix(places.SUBJECT)

    async def look(work: Work) -> Receipt | None:
        place = await place_of(work, email)
        there = place.role == _due(place.role, ending) and not place.mixed
        return places.receipt_of(place) if there else None

    async def act(work: Work) -> None:
        place = await place_of(work, email)
        due = _due(place.role, ending)
        if due is not None:
            await places.move(work, email, due, invite=False)
        else:
            await _take_place(work, place)

    target = ending.target if ending.target in PLACES else None
    says = f"Make {email} {target} again" if target else f"Take {email} out of the project"
    return Step(name=f"restore:{email}", says=says, look=look, act=act)


def _due(now: str | None, ending: Ending) -> str | None:
    """Return the place that somebody should have: an end never gives more than there is, if it was changed by hand."""
    target: str | None = ending.target if ending.target in PLACES else None
    return target if now == ending.standing else min(now, target, key=rank)


async def _take_place(work: Work, place: Place) -> None:
    """Take the place and nothing more: who was given other roles besides stays with these."""
    if place.member is None:
        await places.withdraw(work, place.invites)
        return
    held = await roles_of(work, place.member.id)
    basic = {role_id(each) for each in PLACES}
    if held <= basic:
        await work.api.remove_project_user(work.project_id, place.member.id)
        return
    for each in sorted(held & basic):
        await work.api.unassign_user_role(work.project_id, place.member.id, each)
