"""Who may ask, and for what, is looked at when it is asked for and again when somebody approves it."""

from dataclasses import replace

import pytest

from tests.support.company import POLICY, Company
from tests.support.databases import tried_on
from workflows.errors import AmbiguousPerson, NotAllowed
from workflows.lifecycle import State
from workflows.model import Request, Verdict
from workflows.policy import policy_from_text
from workflows.policy.rules import IN_DOUBT

_database_url = tried_on("sqlite")


def decree(acme: Company, *rules: str) -> None:
    """Put *rules* above the company's own."""
    head, own = POLICY.split("rules:\n")
    acme.service.policy = policy_from_text(f"{head}rules:\n{''.join(rules)}{own}", "policy.yml")


async def refusals(acme: Company, request: Request) -> int:
    return (await acme.trail(request)).count("decision_refused")


async def test_what_the_policy_denies_by_now_is_not_approved_but_can_be_denied(acme: Company) -> None:
    request = await acme.ask_for_budget()
    decree(acme, "  - {name: stop, kinds: [budget], deny: No raises before the audit.}\n")

    with pytest.raises(NotAllowed, match="refuses this: No raises before the audit"):
        await acme.decide(request, "petra")

    assert await acme.state(request) is State.PENDING
    assert await refusals(acme, request) == 1
    denied = await acme.decide(request, "petra", Verdict.DENY, "After the audit")
    assert denied.state is State.DENIED


async def test_a_deny_rule_about_spend_looks_at_the_spend_of_now(acme: Company) -> None:
    decree(acme, "  - {name: full, kinds: [budget], when: spend.month > 300.0, deny: Spent already.}\n")
    request = await acme.ask_for_budget()
    async with acme.database.begin() as work:
        await work.fill_spent({acme.project_id: 400_00}, acme.clock())

    with pytest.raises(NotAllowed, match="Spent already"):
        await acme.decide(request, "petra")


async def test_what_was_asked_for_by_somebody_who_left_is_not_approved(acme: Company) -> None:
    request = await acme.ask_for_budget()
    acme.people.away.add("dana")

    with pytest.raises(NotAllowed, match="Dana is not an active member here any more"):
        await acme.decide(request, "petra")

    assert await refusals(acme, request) == 1
    assert (await acme.decide(request, "petra", Verdict.DENY, "Dana left")).state is State.DENIED


async def test_who_lost_the_group_that_may_ask_does_not_get_it(acme: Company) -> None:
    acme.people.groups["builders"] = ["dana"]
    rule = (
        "  - {name: builders, kinds: [budget], when: request.monthly_limit == 800.0, "
        "requesters: [{group: builders}], stages: [{approvers: [project_owners]}]}\n"
    )
    decree(acme, rule)
    request = await acme.ask_for_budget()
    acme.people.groups["builders"] = ["fay"]

    with pytest.raises(NotAllowed, match="Only @builders may ask for this"):
        await acme.decide(request, "petra")


async def test_every_stage_looks_again(acme: Company) -> None:
    second = await acme.decide(await acme.ask_for_budget("5,000"), "petra")
    decree(acme, "  - {name: stop, kinds: [budget], deny: Closed.}\n")

    with pytest.raises(NotAllowed, match="Closed"):
        await acme.decide(second, "fay")


async def test_what_it_is_about_may_change_and_is_left_to_the_steps(acme: Company) -> None:
    request = await acme.ask_for_budget()
    await acme.api.archive_project(acme.project_id)
    await acme.organization.refresh()

    assert (await acme.decide(request, "petra")).state is State.APPROVED
    await acme.executor.run_due()
    assert await acme.state(request) is State.FAILED


async def test_an_address_that_two_accounts_have_does_not_decide(acme: Company) -> None:
    request = await acme.ask_for_budget()
    acme.people.everybody["twin"] = replace(acme.people.everybody["petra"], id="U_TWIN")

    for who in ("petra", "twin"):
        with pytest.raises(AmbiguousPerson, match="petra@acme"):
            await acme.decide(request, who)

    assert await acme.state(request) is State.PENDING
    assert await refusals(acme, request) == 2


async def test_an_address_that_two_accounts_have_does_not_ask(acme: Company) -> None:
    acme.people.everybody["twin"] = replace(acme.people.everybody["dana"], id="U_TWIN")

    with pytest.raises(AmbiguousPerson, match="dana@acme"):
        await acme.ask_for_budget()

    assert await acme.service.mine("U_DANA") == []


async def test_a_condition_that_fails_on_a_request_leaves_it_to_the_fallback_with_the_reason(acme: Company) -> None:
    decree(acme, "  - {name: odd, kinds: [budget], when: 1 / 0 == 1, auto: true}\n")

    request = await acme.ask_for_budget()

    assert (request.state, request.ruling.rule) == (State.PENDING, IN_DOUBT)
    assert 'rule "odd"' in request.risks[-1]
    assert await thread(acme, request) == [("policy_failed", True)]
    with pytest.raises(NotAllowed):
        await acme.decide(request, "petra")
    assert (await acme.decide(request, "pat")).state is State.APPROVED


async def test_a_failing_condition_never_hides_a_rule_that_denies(acme: Company) -> None:
    decree(
        acme,
        "  - {name: odd, kinds: [budget], when: 1 / 0 == 1, deny: Odd.}\n",
        "  - {name: stop, kinds: [budget], deny: Closed.}\n",
    )

    with pytest.raises(NotAllowed, match="Closed"):
        await acme.ask_for_budget()


async def thread(acme: Company, request: Request) -> list[tuple[str, bool]]:
    """Return what was said in the request's thread, and whether a reason was given with it."""
    async with acme.database.begin() as work:
        told = []
        while entries := await work.claim_outbox(acme.clock(), acme.executor._lease, 1):
            for each in entries:
                if each.role.startswith("note:") and each.request_id == request.id:
                    told.append((str(each.payload["event"]), bool(each.payload["note"])))
                await work.settle_outbox(each.id, acme.clock())
        return told
