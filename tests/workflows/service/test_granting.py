"""Grants: prolonged by a request of their own, given back, ended in time, and spoken of before."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.company import Company
from workflows.errors import Conflict, InvalidFields, NotAllowed, Redelivered
from workflows.lifecycle import State
from workflows.model import Request, Role
from workflows.policy import policy_from_text

END_OF_MONTH = datetime(2026, 12, 1, tzinfo=UTC)


async def granted(acme: Company, **changes: Any) -> Request:
    """Give internal-qa 800 dollars a month until the end of November; the clock stands at 23 November."""
    request = await acme.ask_for_budget(until="2026-11-30", **changes)
    return await acme.carried_out(request, "petra")


async def limit(acme: Company) -> int | None:
    found = await acme.api.spend_limit(acme.project_id)
    return found.cents if found else None


async def roles_told(acme: Company, request: Request) -> list[str]:
    """Return for what messages about *request* were ordered."""
    async with acme.database.begin() as work:
        entries = await work.claim_outbox(acme.clock(), acme.executor._lease, 1)
        told = []
        while entries:
            told += [each.role for each in entries if each.request_id == request.id]
            for each in entries:
                await work.settle_outbox(each.id, acme.clock())
            entries = await work.claim_outbox(acme.clock(), acme.executor._lease, 1)
        return told


async def test_a_grant_begins_when_it_is_carried_out_and_ends_after_its_last_day(acme: Company) -> None:
    request = await granted(acme)

    assert request.state is State.GRANTED
    assert request.granted_at == acme.clock()
    assert request.ends_at == END_OF_MONTH
    assert await limit(acme) == 800_00


async def test_what_was_approved_too_late_is_not_given_at_all(acme: Company) -> None:
    request = await acme.ask_for_budget(until="2026-11-24")
    await acme.decide(request, "petra")
    acme.pass_time(days=3)
    await acme.executor.run_due()

    failed = await acme.request(request)
    assert failed.state is State.FAILED
    assert "last day was over" in failed.problem
    assert await limit(acme) == 500_00


async def test_the_end_takes_back_what_was_given(acme: Company) -> None:
    request = await granted(acme)
    acme.pass_time(days=8)
    assert await acme.service.end_due() == 1
    await acme.executor.run_due()

    assert await acme.state(request) is State.REVERTED
    assert await limit(acme) == 500_00
    assert (await acme.organization.project(acme.project_id)).limit == 500_00


async def test_before_its_end_nothing_ends(acme: Company) -> None:
    request = await granted(acme)
    acme.pass_time(days=7)

    assert await acme.service.end_due() == 0
    assert await acme.state(request) is State.GRANTED


async def test_its_requester_gives_it_back_early(acme: Company) -> None:
    request = await granted(acme)
    await acme.service.give_back(request.id, "U_DANA")
    await acme.executor.run_due()

    assert await acme.state(request) is State.REVERTED
    assert await limit(acme) == 500_00
    assert "given_back" in await acme.trail(request)


@pytest.mark.parametrize("who", ["petra", "pat"])
async def test_an_approver_or_administrator_ends_it_early(acme: Company, who: str) -> None:
    request = await granted(acme)
    await acme.service.give_back(request.id, acme.people.everybody[who].id)

    assert await acme.state(request) is State.REVERTING
    assert "revoked" in await acme.trail(request)


@pytest.mark.parametrize("act", ["give_back", "extend"])
async def test_nobody_else_touches_it_and_the_attempt_is_written_down(acme: Company, act: str) -> None:
    request = await granted(acme)
    with pytest.raises(NotAllowed):
        await getattr(acme.service, act)(request.id, "U_FAY")

    assert await acme.state(request) is State.GRANTED
    assert (await acme.trail(request))[-1] == f"{act}_refused"


async def test_giving_back_twice_is_a_conflict(acme: Company) -> None:
    request = await granted(acme)
    await acme.service.give_back(request.id, "U_DANA", delivery="first")

    with pytest.raises(Redelivered):
        await acme.service.give_back(request.id, "U_DANA", delivery="first")
    with pytest.raises(Conflict):
        await acme.service.give_back(request.id, "U_DANA", delivery="second")


async def test_an_extension_is_a_request_of_its_own_for_as_long_again(acme: Company) -> None:
    request = await granted(acme)
    longer = await acme.service.extend(request.id, "U_DANA")

    assert (longer.state, longer.extends) == (State.PENDING, request.id)
    assert longer.params["until"] == "2026-12-08"
    assert request.id in longer.params["reason"]


async def test_an_approved_extension_moves_the_end_and_nothing_else(acme: Company) -> None:
    request = await granted(acme)
    longer = await acme.carried_out(await acme.service.extend(request.id, "U_DANA"), "petra")

    assert longer.state is State.COMPLETED
    moved = await acme.request(request)
    assert (moved.state, moved.ends_at) == (State.GRANTED, datetime(2026, 12, 9, tzinfo=UTC))
    acme.pass_time(days=8)
    assert await acme.service.end_due() == 0
    acme.pass_time(days=8)
    assert await acme.service.end_due() == 1
    await acme.executor.run_due()
    assert await limit(acme) == 500_00


async def test_a_second_extension_gives_as_long_again_as_the_first_grant(acme: Company) -> None:
    request = await granted(acme)
    await acme.carried_out(await acme.service.extend(request.id, "U_DANA"), "petra")

    longer = await acme.service.extend(request.id, "U_DANA")

    assert longer.params["until"] == "2026-12-16"


async def test_pressing_extend_again_finds_the_request_that_waits(acme: Company) -> None:
    request = await granted(acme)
    first = await acme.service.extend(request.id, "U_DANA")

    assert (await acme.service.extend(request.id, "U_DANA")).id == first.id
    await acme.service.cancel(first.id, "U_DANA")
    assert (await acme.service.extend(request.id, "U_DANA")).id != first.id


async def test_an_extension_that_comes_after_the_end_is_a_grant_of_its_own(acme: Company) -> None:
    request = await granted(acme)
    acme.pass_time(days=6)
    longer = await acme.service.extend(request.id, "U_DANA")
    acme.pass_time(days=2)
    await acme.service.end_due()
    await acme.executor.run_due()
    assert await limit(acme) == 500_00

    later = await acme.carried_out(longer, "petra")

    assert later.state is State.GRANTED
    assert await limit(acme) == 800_00
    acme.pass_time(days=8)
    await acme.service.end_due()
    await acme.executor.run_due()
    assert await limit(acme) == 500_00


async def test_the_policy_sees_an_extension_of_a_raise_as_the_raise_that_it_is(acme: Company) -> None:
    request = await acme.ask_for_budget("2000", until="2026-11-30")
    assert request.ruling.rule == "big raises"
    request = await acme.carried_out(request, "petra", "fay", "finn")
    assert request.state is State.GRANTED

    longer = await acme.service.extend(request.id, "U_DANA")

    assert longer.ruling.rule == "big raises"


@pytest.mark.parametrize(("days", "told"), [(3.0, 0), (5.0, 1), (7.5, 1), (8.0, 0)])
async def test_its_end_is_announced_once_some_days_before(acme: Company, days: float, told: int) -> None:
    await granted(acme)
    acme.pass_time(days=days)

    assert [await acme.service.announce_ends() for _ in range(2)] == [told, 0]


async def test_a_moved_end_is_announced_again(acme: Company) -> None:
    request = await granted(acme)
    acme.pass_time(days=6)
    await acme.service.announce_ends()
    await acme.carried_out(await acme.service.extend(request.id, "U_DANA"), "petra")
    acme.pass_time(days=7)

    assert await acme.service.announce_ends() == 1
    announced = [each for each in await roles_told(acme, request) if each.startswith(Role.ENDING)]
    assert announced == ["ending:2026-12-01", "ending:2026-12-09"]


async def test_everybody_sees_the_grants_that_are_their_business(acme: Company) -> None:
    request = await granted(acme)

    seen = {who: [each.id for each in await acme.service.grants(f"U_{who.upper()}")] for who in acme.people.everybody}

    assert {who for who, found in seen.items() if found == [request.id]} == {"dana", "petra", "pat", "audra"}


RULE = """
  - name: only for a while
    kinds: [budget]
    stages: [{approvers: [project_owners]}]
    longest_grant_days: 10
"""


@pytest.mark.parametrize(("until", "fine"), [("2026-12-03", True), ("2026-12-04", False), ("", False)])
async def test_a_rule_may_give_nothing_for_longer_than_it_says(acme: Company, until: str, fine: bool) -> None:  # noqa: FBT001 - a column of the table
    head = "version: 1\nenvironments: {sandbox: {description: Tries., monthly_limit: 50}}\nrules:"
    acme.service.policy = policy_from_text(head + RULE, "policy.yml")

    if fine:
        assert (await acme.ask_for_budget(until=until)).ends_at is not None
        return
    with pytest.raises(InvalidFields) as refused:
        await acme.ask_for_budget(until=until)
    assert "2026-12-03" in refused.value.errors["until"]
