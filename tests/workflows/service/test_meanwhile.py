"""What happens between a look and the lock: nobody is called wrongly, and nothing is done, told or ended twice."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.support.company import POLICY, Company
from tests.support.databases import BOTH
from tests.workflows.service import test_escalating as escalating
from tests.workflows.service.test_editing import edit
from tests.workflows.service.test_handing_over import TODAY, awaited, away, proofs
from tests.workflows.service.test_stages import TWO_OF_FINANCE, ruled_by
from workflows.errors import NotAllowed, Refusal
from workflows.lifecycle import State
from workflows.model import Request
from workflows.policy import policy_from_text
from workflows.service.approvers import Panel

FAY = "{name: fay, approvers: [{email: fay@acme.example}]}"
RULES = """escalation: {backup_after_hours: 8}
rules:
  - name: small
    kinds: [budget]
    when: request.monthly_limit < 1000
    pending_hours: 999
    stages: [{name: owner, approvers: [project_owners], backup: [{email: audra@acme.example}]}]
  - name: big
    kinds: [budget]
    pending_hours: 999
    stages: [{name: finance, approvers: [{group: finance}], backup: [{group: platform}]}]
"""


def small_and_big(acme: Company) -> None:
    acme.service.policy = policy_from_text(POLICY.partition("rules:")[0] + RULES, "policy.yml")


@BOTH
async def test_two_who_agree_at_once_leave_the_next_stage_to_neither(acme: Company) -> None:
    ruled_by(acme, TWO_OF_FINANCE, FAY)
    request = await acme.ask_for_budget()

    await asyncio.gather(acme.decide(request, "fay"), acme.decide(request, "finn"))

    assert (await acme.request(request)).stage == 1
    assert set(await awaited(acme, request)) == {"Pat"}, "Fay has decided already, so the fallback is called."


@BOTH
async def test_two_who_agree_at_once_do_not_lead_to_a_stage_without_people(acme: Company) -> None:
    acme.people.groups["finance"] = ["fay", "finn", "pat"]
    acme.people.groups["platform"] = []
    ruled_by(acme, TWO_OF_FINANCE, "{name: last, approvers: [{email: fay@acme.example}, {email: finn@acme.example}]}")
    request = await acme.ask_for_budget()

    found = await asyncio.gather(acme.decide(request, "fay"), acme.decide(request, "finn"), return_exceptions=True)

    (refused,) = [each for each in found if isinstance(each, BaseException)]
    assert isinstance(refused, Refusal)
    assert "too few people are left" in str(refused)
    assert (await acme.request(request)).stage == 0


@BOTH
async def test_who_may_decide_by_the_old_rule_is_not_called_for_the_new_one(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_and_big(acme)
    request = await acme.ask_for_budget("900")
    acme.clock.advance(hours=8)
    look = acme.service.open_panel

    async def then_it_is_changed(seen: Request) -> Panel:
        monkeypatch.setattr(acme.service, "open_panel", look)
        panel = await look(seen)
        await edit(acme, request, monthly_limit="9000")
        return panel

    monkeypatch.setattr(acme.service, "open_panel", then_it_is_changed)
    await acme.service.escalate_due()

    changed = await acme.request(request)
    assert (changed.ruling.rule, changed.escalation) == ("big", 0)
    assert set(await awaited(acme, changed)) == {"Fay", "Finn", "Fred"}
    with pytest.raises(NotAllowed):
        await acme.decide(changed, "pat")


async def test_what_was_changed_waits_as_long_for_its_new_people(acme: Company) -> None:
    small_and_big(acme)
    request = await acme.ask_for_budget("900")
    acme.clock.advance(hours=7, minutes=59)
    await edit(acme, request, monthly_limit="9000")

    acme.clock.advance(minutes=1)
    assert await acme.service.escalate_due() == 0
    acme.clock.advance(hours=24)
    assert await acme.service.escalate_due() == 1


@BOTH
async def test_two_processes_pass_a_request_on_once(acme: Company) -> None:
    escalating.decree(acme, escalating.OWNERS)
    await acme.ask_for_budget()
    acme.clock.advance(hours=8)

    await asyncio.gather(acme.service.escalate_due(), acme.service.escalate_due())

    assert len(await proofs(acme, "escalated")) == 1


@BOTH
async def test_what_was_changed_just_before_its_end_does_not_expire(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await acme.ask_for_budget("900")
    acme.clock.advance(seconds=(request.expires_at - acme.clock()).total_seconds() - 1)
    lapse: Any = acme.service._expire

    async def changed_first(request_id: str) -> bool:
        acme.clock.advance(seconds=-2)
        await edit(acme, request, monthly_limit="700")
        acme.clock.advance(seconds=2)
        return bool(await lapse(request_id))

    monkeypatch.setattr(acme.service, "_expire", changed_first)
    acme.clock.advance(seconds=2)

    assert await acme.service.expire_due() == 0
    assert await acme.state(request) is State.PENDING


@BOTH
async def test_coming_back_and_handing_over_at_once_do_not_wait_for_each_other(acme: Company) -> None:
    for _ in range(6):
        await away(acme, "petra", "fay", last=TODAY + timedelta(days=3))
        await asyncio.gather(
            acme.service.take_back("U_PETRA"), away(acme, "petra", "finn", last=TODAY + timedelta(days=4))
        )
        await acme.service.take_back("U_PETRA")
