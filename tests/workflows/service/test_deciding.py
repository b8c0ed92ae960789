"""Deciding: one decision wins, and only of somebody who may decide now."""

import asyncio

import pytest

from tests.support.company import Company
from workflows.errors import (
    AlreadyDecided,
    Conflict,
    ForeignWorkspace,
    NotAllowed,
    Redelivered,
    Refusal,
    SelfApproval,
    UnknownPerson,
    UnknownRequest,
    WorkflowError,
)
from workflows.lifecycle import State
from workflows.model import Reference, Verdict


async def test_an_owners_approval_makes_it_ready_to_run(acme: Company) -> None:
    request = await acme.decide(await acme.ask_for_budget(), "petra", note="Fine")

    assert request.state is State.APPROVED
    assert await acme.trail(request) == ["opened", "quorum_reached"]


async def test_a_denial_needs_a_reason_and_ends_it(acme: Company) -> None:
    request = await acme.ask_for_budget()
    with pytest.raises(Refusal, match="Say why"):
        await acme.decide(request, "petra", Verdict.DENY)

    denied = await acme.decide(request, "petra", Verdict.DENY, "Too much")

    assert denied.state is State.DENIED
    dossier = await acme.service.dossier(request.id)
    assert [(each.approver.name, each.note) for each in dossier.decisions] == [("Petra", "Too much")]


async def test_stages_come_in_order_and_a_quorum_is_counted(acme: Company) -> None:
    request = await acme.ask_for_budget("5,000")

    second = await acme.decide(request, "petra")
    assert (second.state, second.stage) == (State.PENDING, 1)
    third = await acme.decide(second, "fay")
    assert third.state is State.PENDING
    fourth = await acme.decide(third, "finn")

    assert fourth.state is State.APPROVED
    assert await acme.trail(request) == ["opened", "stage_completed", "approval_given", "quorum_reached"]


async def test_who_decided_an_earlier_stage_does_not_decide_the_next(acme: Company) -> None:
    acme.people.groups["finance"] = ["petra", "fay", "finn"]
    second = await acme.decide(await acme.ask_for_budget("5,000"), "petra")

    with pytest.raises(NotAllowed):
        await acme.decide(second, "petra")


@pytest.mark.parametrize(
    ("who", "error"),
    [
        pytest.param("dana", SelfApproval, id="requester"),
        pytest.param("pat", NotAllowed, id="administrator"),
        pytest.param("olivia", NotAllowed, id="organisation-owner"),
    ],
)
async def test_a_click_without_authority_changes_nothing_but_is_written_down(
    acme: Company, who: str, error: type[WorkflowError]
) -> None:
    request = await acme.ask_for_budget()

    with pytest.raises(error):
        await acme.decide(request, who)

    assert await acme.state(request) is State.PENDING
    assert await acme.trail(request) == ["opened", "decision_refused"]


async def test_the_requester_may_not_decide_as_an_owner_either(acme: Company) -> None:
    request = await acme.ask("budget", {"project": acme.project_id, "monthly_limit": "800", "reason": "r"}, who="petra")

    assert request.fallback_used
    with pytest.raises(SelfApproval):
        await acme.decide(request, "petra")


async def test_an_owner_who_left_cannot_decide(acme: Company) -> None:
    request = await acme.ask_for_budget()
    acme.people.away.add("petra")

    with pytest.raises(UnknownPerson):
        await acme.decide(request, "petra")


async def test_an_owner_removed_in_openai_cannot_decide_a_minute_later(acme: Company) -> None:
    request = await acme.ask_for_budget()
    await acme.remove("petra")
    acme.clock.advance(seconds=61)

    with pytest.raises(NotAllowed):
        await acme.decide(request, "petra")


async def test_nobody_decides_while_openai_cannot_say_who_owns_the_project(acme: Company) -> None:
    request = await acme.ask_for_budget()
    acme.clock.advance(minutes=6)
    await acme.fault(fault="server_error", status=503, count=None)

    with pytest.raises(WorkflowError):
        await acme.decide(request, "petra")
    assert await acme.state(request) is State.PENDING


async def test_a_person_of_another_workspace_cannot_decide(acme: Company) -> None:
    request = await acme.ask_for_budget()
    acme.people.foreign.add("petra")

    with pytest.raises(ForeignWorkspace):
        await acme.decide(request, "petra")


async def test_a_late_click_is_told_who_was_first(acme: Company) -> None:
    request = await acme.ask_for_project()
    await acme.decide(request, "olivia")

    with pytest.raises(AlreadyDecided, match="Olivia approved this already"):
        await acme.decide(request, "omar", Verdict.DENY, "No")


async def test_a_click_drawn_for_an_earlier_stage_does_nothing(acme: Company) -> None:
    request = await acme.ask_for_budget("5,000")
    await acme.decide(request, "petra")

    with pytest.raises(Conflict):
        await acme.decide(request, "fay")


async def test_a_forged_reference_matches_nothing(acme: Company) -> None:
    request = await acme.ask_for_budget()

    for text in ("", "R.0", f"{request.id}.-1", f"{request.id}.9", "'; drop table requests", f"{request.id}.\u0663"):
        with pytest.raises((UnknownRequest, Conflict)):
            await acme.service.decide(Reference.parse(text), "U_PETRA", Verdict.APPROVE)


async def test_two_clicks_at_once_have_one_winner(acme: Company) -> None:
    request = await acme.ask_for_project()

    outcomes = await asyncio.gather(
        acme.decide(request, "olivia"), acme.decide(request, "omar", Verdict.DENY, "No"), return_exceptions=True
    )

    assert sum(isinstance(each, Conflict) for each in outcomes) == 1
    assert len((await acme.service.dossier(request.id)).decisions) == 1


async def test_a_redelivered_click_is_silent(acme: Company) -> None:
    request = await acme.ask_for_budget("5,000")
    reference = Reference(request_id=request.id, stage=0)
    await acme.service.decide(reference, "U_PETRA", Verdict.APPROVE, delivery="U_PETRA:1:approve")

    with pytest.raises(Redelivered):
        await acme.service.decide(reference, "U_PETRA", Verdict.APPROVE, delivery="U_PETRA:1:approve")
    assert await acme.trail(request) == ["opened", "stage_completed"]


async def test_a_redelivered_click_without_authority_is_written_down_once(acme: Company) -> None:
    request = await acme.ask_for_budget()
    reference = Reference(request_id=request.id, stage=0)
    with pytest.raises(NotAllowed):
        await acme.service.decide(reference, "U_PAT", Verdict.APPROVE, delivery="U_PAT:1:approve")

    with pytest.raises(Redelivered):
        await acme.service.decide(reference, "U_PAT", Verdict.APPROVE, delivery="U_PAT:1:approve")
    assert await acme.trail(request) == ["opened", "decision_refused"]


@pytest.mark.parametrize("who", ["dana", "pat"])
async def test_the_requester_or_an_administrator_can_cancel(acme: Company, who: str) -> None:
    request = await acme.ask_for_budget()

    cancelled = await acme.service.cancel(request.id, acme.people.everybody[who].id)

    assert cancelled.state is State.CANCELLED


async def test_nobody_else_can_cancel(acme: Company) -> None:
    request = await acme.ask_for_budget()

    with pytest.raises(NotAllowed):
        await acme.service.cancel(request.id, "U_PETRA")
    assert await acme.trail(request) == ["opened", "cancel_refused"]


async def test_an_unanswered_request_expires_at_its_hour_and_not_before(acme: Company) -> None:
    request = await acme.ask_for_budget()

    acme.clock.advance(hours=71, minutes=59)
    assert await acme.service.expire_due() == 0
    acme.clock.advance(minutes=1)
    assert await acme.service.expire_due() == 1

    assert await acme.state(request) is State.EXPIRED
    assert await acme.trail(request) == ["opened", "lapsed"]


async def test_what_waits_for_a_person_leaves_their_list_when_they_decide(acme: Company) -> None:
    request = await acme.ask_for_budget("5,000")
    assert [each.id for each in await acme.service.waiting_for("U_PETRA")] == [request.id]

    second = await acme.decide(request, "petra")
    assert await acme.service.waiting_for("U_PETRA") == []
    assert len(await acme.service.waiting_for("U_FAY")) == 1
    await acme.decide(second, "fay")

    assert await acme.service.waiting_for("U_FAY") == []
