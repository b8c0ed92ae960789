"""Nothing is lost quietly: whatever is refused is in the audit log, with who, what and why, once."""

import json
from typing import Any

import pytest

from tests.support.company import POLICY, Company
from workflows.audit.filters import Filter
from workflows.audit.verify import Verifier
from workflows.errors import (
    Conflict,
    ForeignWorkspace,
    InvalidFields,
    InvalidTransition,
    NotAllowed,
    Redelivered,
    Refusal,
    UnknownPerson,
)
from workflows.lifecycle import State
from workflows.model import Reference, Request, Verdict
from workflows.policy import policy_from_text

BROKEN = """
version: 1
environments: {sandbox: {description: Experiments., monthly_limit: 50}}
rules:
  - name: by zero
    when: 1.0 / (request.monthly_limit - request.monthly_limit) > 1.0 && request.nothing == 1
    stages: [{approvers: [organization_owners]}]
"""


async def entries(acme: Company, action: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return who did it, to which request, and the proof."""
    async with acme.database.read() as work:
        log = [each async for each in work.audit_entries()]
        head = await work.audit_head()
    verifier = Verifier()
    for each in log:
        verifier.feed(each)
    verifier.finish(head)
    return [(each.actor_id, each.request_id, json.loads(each.data)) for each in log if each.action == action]


def click(request: Request) -> Reference:
    return Reference(request_id=request.id, stage=request.stage)


@pytest.mark.parametrize(
    ("group", "error"), [("away", UnknownPerson), ("foreign", ForeignWorkspace)], ids=["deactivated", "foreign"]
)
@pytest.mark.parametrize("what", ["decision", "cancel", "retry"])
async def test_a_click_of_somebody_who_is_no_member_any_more(
    acme: Company, group: str, error: type[Exception], what: str
) -> None:
    request = await acme.ask_for_budget()
    getattr(acme.people, group).add("petra")

    async def attempt() -> None:
        if what == "decision":
            await acme.service.decide(click(request), "U_PETRA", Verdict.APPROVE, delivery="D1")
        else:
            await getattr(acme.service, what)(request.id, "U_PETRA", delivery="D1")

    with pytest.raises(error):
        await attempt()
    with pytest.raises(Redelivered):
        await attempt()

    ((who, about, proof),) = await entries(acme, f"{what}_refused")
    assert (who, about) == ("U_PETRA", request.id)
    assert proof["reason"]
    assert await acme.state(request) is State.PENDING


async def test_a_submission_and_an_export_of_a_stranger(acme: Company) -> None:
    with pytest.raises(UnknownPerson):
        await acme.service.open("budget", {}, "U_NOBODY", origin="view:1")
    with pytest.raises(UnknownPerson):
        await acme.service.order_export("U_NOBODY", only=Filter(), format="csv", origin="view:2")

    assert [who for who, _, _ in await entries(acme, "submission_refused")] == ["U_NOBODY"]
    assert [who for who, _, _ in await entries(acme, "export_refused")] == ["U_NOBODY"]


async def test_a_click_that_came_too_late_says_what_it_wanted(acme: Company) -> None:
    request = await acme.ask_for_project()
    await acme.decide(request, "olivia")

    with pytest.raises(Conflict):
        await acme.decide(request, "omar", Verdict.DENY, "No")

    ((who, about, proof),) = await entries(acme, "decision_refused")
    assert (who, about) == ("U_OMAR", request.id)
    assert (proof["verdict"], proof["stage"]) == ("deny", 0)
    assert "Olivia approved this already" in proof["reason"]


async def test_a_withdrawal_and_a_retry_that_came_too_late(acme: Company) -> None:
    request = await acme.decide(await acme.ask_for_budget(), "petra")
    await acme.executor.run_due()

    with pytest.raises(InvalidTransition):
        await acme.service.cancel(request.id, "U_DANA")
    with pytest.raises(InvalidTransition):
        await acme.service.retry(request.id, "U_PETRA")

    assert len(await entries(acme, "cancel_refused")) == 1
    assert len(await entries(acme, "retry_refused")) == 1


async def test_what_the_policy_denied_is_kept_with_what_was_asked_for(acme: Company) -> None:
    with pytest.raises(NotAllowed):
        await acme.ask_for_budget("200,000")

    ((_, _, proof),) = await entries(acme, "submission_refused")
    assert proof["params"]["monthly_limit"] == 200_000_00
    assert proof["rule"] == "absurd"
    assert proof["policy"] == acme.service.policy.digest


async def test_a_request_that_nobody_could_decide(acme: Company) -> None:
    acme.people.away |= {"petra", "pat"}

    with pytest.raises(Refusal):
        await acme.ask_for_budget()

    ((_, _, proof),) = await entries(acme, "submission_refused")
    assert "Nobody could decide" in proof["reason"]


async def test_a_rule_that_cannot_be_evaluated_stands_there_with_its_place(acme: Company) -> None:
    acme.service.policy = policy_from_text(BROKEN, "policy.yml")

    await acme.ask_for_budget()

    ((_, _, proof),) = await entries(acme, "opened")
    assert proof["fault"].startswith('policy.yml, line 5, rule "by zero"')
    assert proof["rule"] == "no rule could be applied"


async def test_a_decision_names_its_stage(acme: Company) -> None:
    await acme.decide(await acme.ask_for_budget("5,000"), "petra", note="Fine by me")

    ((_, _, proof),) = await entries(acme, "stage_completed")
    assert (proof["stage"], proof["note"], proof["before"]) == ("owner", "Fine by me", "pending")


async def test_what_is_refused_at_the_last_moment_is_written_down_too(acme: Company) -> None:
    request = await acme.ask_for_budget("1400")
    petra, dana = "U_PETRA", "U_DANA"
    await acme.service.ask_back(Reference.of(request), petra, "Why?")
    await acme.service.answer(request.id, 1, dana, "Because")
    await acme.service.offer(Reference.of(request), petra, {"monthly_limit": "700"})
    denying = policy_from_text(POLICY.replace("request.monthly_limit > 100000", "true"), "policy.yml")

    with pytest.raises(Conflict):
        await acme.service.answer(request.id, 1, dana, "Again")
    acme.service.policy = denying
    with pytest.raises(InvalidFields):
        await acme.service.accept_offer(request.id, 1, dana)

    for action in ("answer_refused", "offer_answer_refused"):
        ((who, about, _),) = await entries(acme, action)
        assert (who, about) == (dana, request.id)
