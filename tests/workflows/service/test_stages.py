"""Stages and quorums: enough different people, or a clear word; never a request that waits for nobody."""

import asyncio
from dataclasses import replace

import pytest

from tests.support.company import POLICY, Company
from workflows.errors import AlreadyDecided, Conflict, NotAllowed, Refusal
from workflows.lifecycle import State
from workflows.model import Reference, Request, Verdict
from workflows.policy import policy_from_text
from workflows.service.approvers import _all_taken


def ruled_by(acme: Company, *stages: str, fallback: str = "{group: platform}") -> None:
    """Give the company a policy with these stages for every budget."""
    head = POLICY.partition("rules:")[0].replace("[{group: platform}]\nrules", "")
    head = head.replace("fallback: [{group: platform}]", f"fallback: [{fallback}]")
    rule = f"rules:\n  - name: budgets\n    kinds: [budget]\n    stages: [{', '.join(stages)}]\n"
    acme.service.policy = policy_from_text(head + rule, "policy.yml")


OWNER = "{name: owner, approvers: [project_owners]}"
FINANCE = "{name: finance, approvers: [{group: finance}]}"
TWO_OF_FINANCE = "{name: finance, approvers: [{group: finance}], quorum: 2}"
PETRA = "{name: petra, approvers: [{email: petra@acme.example}]}"


async def test_a_later_stage_without_people_is_said_at_submission(acme: Company) -> None:
    ruled_by(acme, OWNER, "{name: legal, approvers: [{group: legal}]}", fallback="{group: legal}")

    with pytest.raises(Refusal, match="Nobody could decide"):
        await acme.ask_for_budget()


async def test_one_person_for_two_stages_is_too_few_and_said_at_submission(acme: Company) -> None:
    ruled_by(acme, OWNER, PETRA, fallback="{email: petra@acme.example}")

    with pytest.raises(Refusal, match="too few"):
        await acme.ask_for_budget()


async def test_a_quorum_larger_than_its_people_needs_the_fallback(acme: Company) -> None:
    acme.people.groups["finance"] = ["fay"]
    ruled_by(acme, TWO_OF_FINANCE)

    request = await acme.ask_for_budget()
    assert request.fallback_used
    second = await acme.decide(request, "fay")
    assert second.state is State.PENDING
    assert (await acme.decide(second, "pat")).state is State.APPROVED


async def test_a_quorum_larger_than_people_and_fallback_is_said_at_submission(acme: Company) -> None:
    acme.people.groups["finance"] = ["fay"]
    ruled_by(acme, "{name: finance, approvers: [{group: finance}], quorum: 3}")

    with pytest.raises(Refusal, match="Nobody could decide"):
        await acme.ask_for_budget()


async def test_the_fallback_decides_a_later_stage_whose_only_person_decided_before(acme: Company) -> None:
    ruled_by(acme, OWNER, PETRA)

    second = await acme.decide(await acme.ask_for_budget(), "petra")

    assert (second.stage, second.fallback_used) == (1, True)
    with pytest.raises(NotAllowed):
        await acme.decide(second, "petra")
    assert (await acme.decide(second, "pat")).state is State.APPROVED


async def test_who_would_leave_nobody_for_the_next_stage_is_told_and_nothing_changes(acme: Company) -> None:
    acme.people.groups["finance"] = ["fay", "petra"]
    acme.people.groups["platform"] = []
    ruled_by(acme, FINANCE, PETRA)
    request = await acme.ask_for_budget()

    with pytest.raises(Refusal, match="too few people are left"):
        await acme.decide(request, "petra")

    assert (await acme.service.dossier(request.id)).decisions == ()
    second = await acme.decide(request, "fay")
    assert (await acme.decide(second, "petra")).state is State.APPROVED


async def test_who_would_leave_nobody_can_still_deny(acme: Company) -> None:
    acme.people.groups |= {"finance": ["fay", "petra"], "platform": []}
    ruled_by(acme, FINANCE, PETRA)
    request = await acme.ask_for_budget()

    assert (await acme.decide(request, "petra", Verdict.DENY, "No")).state is State.DENIED


async def test_a_group_that_was_deleted_since_goes_to_the_fallback(acme: Company) -> None:
    ruled_by(acme, FINANCE)
    request = await acme.ask_for_budget()
    del acme.people.groups["finance"]

    with pytest.raises(NotAllowed):
        await acme.decide(request, "fay")
    assert (await acme.decide(request, "pat")).state is State.APPROVED


async def test_two_of_a_quorum_at_once_are_both_counted(acme: Company) -> None:
    ruled_by(acme, TWO_OF_FINANCE)
    request = await acme.ask_for_budget()

    await asyncio.gather(acme.decide(request, "fay"), acme.decide(request, "finn"))

    assert await acme.state(request) is State.APPROVED
    assert (await acme.trail(request)).count("quorum_reached") == 1


async def test_one_person_is_not_two_of_a_quorum(acme: Company) -> None:
    ruled_by(acme, TWO_OF_FINANCE)
    request = await acme.decide(await acme.ask_for_budget(), "fay")

    with pytest.raises(AlreadyDecided):
        await acme.decide(request, "fay")
    assert await acme.state(request) is State.PENDING


async def test_a_stage_cannot_be_skipped(acme: Company) -> None:
    ruled_by(acme, OWNER, FINANCE)
    request = await acme.ask_for_budget()

    with pytest.raises(Conflict):
        await acme.service.decide(Reference(request_id=request.id, stage=1), "U_FAY", Verdict.APPROVE)
    assert (await acme.request(request)).stage == 0


async def test_the_rule_of_the_day_it_was_asked_for_decides(acme: Company) -> None:
    request = await acme.ask_for_budget()
    ruled_by(acme, TWO_OF_FINANCE)

    assert (await acme.decide(request, "petra")).state is State.APPROVED


async def test_a_requester_with_a_new_address_still_is_the_requester(acme: Company) -> None:
    acme.people.groups["finance"] = ["dana", "fay"]
    ruled_by(acme, FINANCE)
    request = await acme.ask_for_budget()
    acme.people.everybody["dana"] = replace(acme.people.everybody["dana"], email="dana.new@acme.example")

    with pytest.raises(NotAllowed):
        await acme.decide(request, "dana")


async def test_a_click_after_the_hour_decides_nothing_though_nobody_swept_yet(acme: Company) -> None:
    request = await acme.ask_for_budget()
    acme.clock.advance(hours=72)

    with pytest.raises(Conflict, match="expired"):
        await acme.decide(request, "petra")
    assert await acme.service.expire_due() == 1


async def test_expiry_and_decision_at_the_same_moment_have_one_winner(acme: Company) -> None:
    request = await acme.ask_for_budget()
    acme.clock.advance(hours=71, minutes=59, seconds=59)
    clicked = asyncio.create_task(acme.decide(request, "petra"))
    await asyncio.sleep(0)
    acme.clock.advance(seconds=1)
    await asyncio.gather(clicked, acme.service.expire_due(), return_exceptions=True)

    trail = await acme.trail(request)
    assert ("quorum_reached" in trail) != ("lapsed" in trail)


async def test_whoever_decided_makes_room_for_what_still_waits(acme: Company) -> None:
    ruled_by(acme, TWO_OF_FINANCE)
    requests = [await acme.ask_for_budget(str(600 + number)) for number in range(22)]
    for request in requests[:20]:
        await acme.decide(request, "fay")

    assert [each.id for each in await acme.service.waiting_for("U_FAY")] == [each.id for each in requests[20:]]


async def test_nobody_is_waited_for_when_it_is_decided(acme: Company) -> None:
    ruled_by(acme, OWNER, FINANCE)
    decided = await acme.decide(await acme.decide(await acme.ask_for_budget(), "petra"), "fay")
    cancelled = await acme.ask_for_budget("900")
    await acme.service.cancel(cancelled.id, "U_DANA")

    assert await _awaited(acme, decided) == await _awaited(acme, cancelled) == 0


async def _awaited(acme: Company, request: Request) -> int:
    async with acme.database.read() as work:
        return sum([len(await work.awaited(request.id, stage)) for stage in (0, 1)])


@pytest.mark.parametrize(
    ("seats", "possible"),
    [
        ([], True),
        ([{"a"}], True),
        ([set()], False),
        ([{"a"}, {"a"}], False),
        ([{"a", "b"}, {"a"}], True),
        ([{"a"}, {"a", "b"}, {"b", "c"}], True),
        ([{"a", "b"}, {"a", "b"}, {"a", "b"}], False),
    ],
)
def test_seats_are_taken_by_different_people(seats: list[set[str]], *, possible: bool) -> None:
    assert _all_taken(seats) is possible
