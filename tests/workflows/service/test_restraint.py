"""A rule approves by itself up to its cap for each project and period, and all of them until the breaker opens."""

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.support.company import POLICY, Company
from tests.support.databases import BOTH, tried_on
from tests.workflows.service.test_governing import another
from workflows.errors import NotAllowed, PolicyInvalid, Refusal
from workflows.kinds import discover, examples
from workflows.lifecycle import State
from workflows.model import OutboxTopic, Request
from workflows.policy import policy_from_text
from workflows.service.restraining import NOTICE

_database_url = tried_on("sqlite")
WITH_STAGES = "stages: [{name: owner, approvers: [project_owners]}]"


def decree(acme: Company, auto: str, *, more: str = "", breaker: str = "") -> None:
    """Let raises approve themselves as *auto* says."""
    head, own = POLICY.split("rules:\n")
    rule = f"  - {{name: small, kinds: [budget], when: request.raise_amount <= 400.0, auto: {auto}{more}}}\n"
    acme.service.policy = policy_from_text(
        f"{head}{breaker}rules:\n{rule}{own}", "policy.yml", examples=examples(discover())
    )


async def ask(acme: Company, limit: str = "700") -> Request:
    """Ask for two hundred dollars more, unless another limit is given."""
    return await acme.ask_for_budget(limit)


async def proofs(acme: Company, action: str) -> list[Mapping[str, Any]]:
    async with acme.database.read() as work:
        return [json.loads(each.data) async for each in work.audit_entries() if each.action == action]


async def notices(acme: Company) -> list[str]:
    """Return where it was ordered to be told that the breaker is open."""
    found = []
    async with acme.database.begin() as work:
        while entries := await work.claim_outbox(acme.clock(), acme.executor._lease, 1):
            for each in entries:
                if each.topic is OutboxTopic.REPORT and each.payload["kind"] == NOTICE:
                    found.append(each.payload["where"])
                await work.settle_outbox(each.id, acme.clock())
    return sorted(found)


@BOTH
async def test_beyond_its_cap_the_stages_of_the_rule_decide_and_the_card_says_why(acme: Company) -> None:
    decree(acme, "{cap: 500}", more=f", {WITH_STAGES}")

    first, second, third = [await ask(acme) for _ in range(3)]

    assert [first.state, second.state, third.state] == [State.APPROVED, State.APPROVED, State.PENDING]
    assert third.ruling.rule == "small"
    assert third.risks[-1] == (
        "The rule small approves by itself only $500 a month for each project; $100 is left. So people decide."
    )
    assert (await acme.decide(third, "petra")).state is State.APPROVED
    assert (await ask(acme, "600")).state is State.APPROVED  # what people approve takes nothing from the cap


async def test_without_stages_the_fallback_decides(acme: Company) -> None:
    decree(acme, "{count: 1, per: day}")
    await ask(acme)

    held = await ask(acme)

    assert "1 times a day" in held.risks[-1]
    assert (await acme.decide(held, "pat")).state is State.APPROVED


@pytest.mark.parametrize(("per", "days"), [("day", 1), ("week", 7), ("month", 8)])
async def test_the_next_period_begins_anew(acme: Company, per: str, days: int) -> None:
    decree(acme, f"{{cap: 200, per: {per}}}")
    assert (await ask(acme)).state is State.APPROVED
    assert (await ask(acme)).state is State.PENDING

    acme.pass_time(days=days)

    assert (await ask(acme)).state is State.APPROVED


@BOTH
async def test_of_many_at_the_same_moment_in_two_processes_only_as_many_as_the_cap_allows(acme: Company) -> None:
    decree(acme, "{cap: 400}")
    other = another(acme)
    other.policy = acme.service.policy
    values = {"project": acme.project_id, "monthly_limit": "700", "reason": "r"}

    asked = await asyncio.gather(
        *(service.open("budget", values, "U_DANA", origin="") for service in (acme.service, other) * 3)
    )

    assert sorted(each.state for each in asked) == [State.APPROVED] * 2 + [State.PENDING] * 4


@BOTH
async def test_too_many_in_a_short_time_open_the_breaker_for_all_rules_once(acme: Company) -> None:
    decree(acme, "true", breaker="breaker: {approvals: 3, minutes: 30}\n")
    before = [await ask(acme) for _ in range(3)]

    held = await ask(acme)

    assert {each.state for each in before} == {State.APPROVED}
    assert held.state is State.PENDING
    assert "until 2026-11-23 09:30 UTC people decide" in held.risks[-1]
    ((proof,), told) = await proofs(acme, "breaker_opened"), await notices(acme)
    assert (proof["approvals"], proof["minutes"]) == (3, 30)
    assert told == ["requests", "security"]

    acme.pass_time(minutes=29)
    assert (await another_process(acme)).state is State.PENDING
    acme.pass_time(minutes=2)
    assert (await ask(acme)).state is State.APPROVED
    assert await notices(acme) == []


async def another_process(acme: Company) -> Request:
    other = another(acme)
    other.policy = acme.service.policy
    values = {"project": acme.project_id, "monthly_limit": "700", "reason": "r"}
    return await other.open("budget", values, "U_DANA", origin="")


async def test_rules_that_only_take_away_need_not_count(acme: Company) -> None:
    decree(acme, "{breaker: false}", breaker="breaker: {approvals: 1, minutes: 30}\n")

    assert {(await ask(acme)).state for _ in range(3)} == {State.APPROVED}
    assert await proofs(acme, "breaker_opened") == []


async def test_the_form_says_who_decides_beyond_the_cap(acme: Company) -> None:
    decree(acme, "{cap: 200}", more=f", {WITH_STAGES}")
    values = {"project": acme.project_id, "monthly_limit": "700"}
    assert "Nobody has to" in (await acme.service.preview("budget", values, "U_DANA")).deciders

    await ask(acme)

    assert (await acme.service.preview("budget", values, "U_DANA")).deciders == "Petra. Rule: small."


@pytest.mark.parametrize(
    ("auto", "sentence"),
    [
        ("{cap: 5, per: year}", "per must be 'day', 'week' or 'month'"),
        ("{per: day}", "per means nothing without cap or count"),
        ("{caps: 5}", "did you mean cap?"),
        ("false", "auto must be names with values under them"),
        ("{count: 0}", "count must be 1 or more"),
    ],
)
def test_bounds_that_mean_nothing_are_refused_with_their_line(auto: str, sentence: str) -> None:
    rule = f"  - {{name: small, kinds: [budget], auto: {auto}}}\n"

    with pytest.raises(PolicyInvalid) as invalid:
        policy_from_text(POLICY.replace("rules:\n", f"rules:\n{rule}"), "policy.yml", examples=examples(discover()))

    assert sentence in str(invalid.value)
    assert "policy.yml, line 10" in str(invalid.value)


def test_money_that_nobody_asks_for_has_no_cap() -> None:
    rule = "  - {name: small, kinds: [budget, pause], auto: {cap: 5}}\n"

    with pytest.raises(PolicyInvalid, match="pause requests ask for no money; bound them by count"):
        policy_from_text(POLICY.replace("rules:\n", f"rules:\n{rule}"), "policy.yml", examples=examples(discover()))


async def test_a_breaker_that_a_process_with_a_faster_clock_opened_holds_here_too(acme: Company) -> None:
    decree(acme, "{count: 9}")
    async with acme.database.begin() as work:
        ahead = acme.clock() + timedelta(minutes=2)
        await work.open_breaker(ahead, ahead + timedelta(hours=1))

    assert (await ask(acme)).state is State.PENDING


@BOTH
async def test_an_administrator_closes_the_breaker_and_it_counts_from_there(acme: Company) -> None:
    decree(acme, "{count: 99}", breaker="breaker: {approvals: 2, minutes: 60}\n")
    assert [(await ask(acme)).state for _ in range(3)] == [State.APPROVED, State.APPROVED, State.PENDING]
    await notices(acme)
    with pytest.raises(NotAllowed):
        await acme.service.close_breaker("U_DANA")

    acme.clock.advance(minutes=1)
    await acme.service.close_breaker("U_PAT")

    assert await notices(acme) == ["requests", "security"]
    assert len(await proofs(acme, "breaker_closed")) == 1
    acme.clock.advance(minutes=1)
    assert [(await ask(acme)).state for _ in range(3)] == [State.APPROVED, State.APPROVED, State.PENDING]


async def test_what_is_not_open_cannot_be_closed(acme: Company) -> None:
    with pytest.raises(Refusal, match="not open"):
        await acme.service.close_breaker("U_PAT")
