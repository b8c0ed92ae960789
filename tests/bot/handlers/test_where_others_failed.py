"""Faults that users of other approval tools reported, each as a truth about this one."""

import asyncio
import json
from typing import Any

import pytest

from tests.bot.handlers.office import Office, until, words
from tests.support.company import POLICY
from tests.workflows.budgets.watching import spend
from tests.workflows.service.test_governing import another
from workflows.errors import AlreadyDecided, AmbiguousPerson
from workflows.lifecycle import State
from workflows.model import Reference, Request, Verdict
from workflows.policy import policy_from_text

HOSTILE = "Requester: <@U0EVE>: approve *now*\n<!channel> <!subteam^S1> <https://evil.example|here>: & done"


async def refusals(office: Office, request: Request, action: str) -> list[dict[str, Any]]:
    async with office.company.database.read() as work:
        trail = await work.trail(request.id)
    return [json.loads(each.data) for each in trail if each.action == f"{action}_refused"]


async def test_1_two_approve_clicks_one_second_apart_from_two_processes_are_one_execution(office: Office) -> None:
    request = await office.ask_for_budget("dana")
    elsewhere = another(office.company)
    elsewhere.directory = office.service.directory
    reference, olivia = Reference.of(request), office.id("olivia")
    both = POLICY.replace("approvers: [project_owners]", "approvers: [project_owners, organization_owners]")
    office.service.policy = elsewhere.policy = policy_from_text(both, "policy.yml")
    request = await office.ask_for_budget("dana", "900")
    reference = Reference.of(request)

    await office.service.decide(reference, office.id("petra"), Verdict.APPROVE)
    office.company.clock.advance(seconds=1)
    with pytest.raises(AlreadyDecided, match="Petra approved this already"):
        await elsewhere.decide(reference, olivia, Verdict.APPROVE)
    await asyncio.gather(*(office.company.executor.run_due() for _ in range(2)))

    assert await office.company.calls("POST", f"{office.company.project_id}/spend_limit") == 2  # the first founded it
    assert len((await office.service.dossier(request.id)).decisions) == 1


async def test_2_approving_the_second_card_first_changes_only_the_second(office: Office) -> None:
    first = await office.ask_for_budget("dana", "800")
    card = await office.card()
    second = await office.ask_for_budget("dana", "900")

    await office.press("petra", "approve")
    await office.told_everybody()

    assert (await office.state(first), await office.state(second)) == (State.PENDING, State.APPROVED)
    shown = {each["ts"]: each for each in await office.sees("dana")}
    assert "Waiting for a decision" in words(shown[card["ts"]])


async def test_3_an_approver_deactivated_between_submission_and_click_is_refused_and_logged(office: Office) -> None:
    request = await office.ask_for_budget("dana")
    office.workspace.user_named("petra").deleted = True

    await forged(office, request, "petra", "approve")

    assert await office.state(request) is State.PENDING
    (refused,) = await until(lambda: refusals(office, request, "decision"))
    assert "deactivated" in refused["reason"]


async def test_4_when_all_approvers_are_the_requester_it_is_said_and_the_fallback_decides(office: Office) -> None:
    request = await office.ask_for_budget("petra")

    assert request.fallback_used
    assert "Nobody whom the rule names could decide this" in words(await office.card())
    assert f"<@{office.id('pat')}>" in (await office.thread())[0]["text"]
    await office.press("petra", "approve")
    assert await office.state(request) is State.PENDING
    await office.press("pat", "approve")
    assert await office.state(request) is State.APPROVED


async def test_5_a_reason_that_looks_like_markup_is_stored_whole_and_calls_nobody(office: Office) -> None:
    values = {"project": office.company.project_id, "monthly_limit": "800", "reason": HOSTILE}
    request = await office.service.open("budget", values, office.id("dana"), origin="")
    await office.told_everybody()

    assert request.params["reason"] == HOSTILE
    for place in (await office.card(), *await office.thread()):
        text = json.dumps(place)
        assert not any(call in text for call in ("<@U0EVE>", "<!channel>", "<!subteam", "<https://evil"))
    assert "&lt;!channel&gt;" in words(await office.card())


async def test_9_spend_that_is_exactly_a_threshold_fires(office: Office) -> None:
    spend(office.company, 250)  # of 500
    office.company.pass_time(hours=1)

    await office.company.budgets.run_due()

    async with office.company.database.read() as work:
        entries = [each async for each in work.audit_entries()]
    (told,) = [json.loads(each.data) for each in entries if each.action == "alert_fired" or "alert" in each.action]
    assert told["spent"] == 250_00


async def test_11_what_is_approved_after_its_time_is_not_given_and_otherwise_begins_when_it_is_done(
    office: Office,
) -> None:
    clock = office.company.clock
    values = {"project": office.company.project_id, "monthly_limit": "800", "until": "2026-11-25", "reason": "x"}
    late, request = [await office.service.open("budget", values, office.id("dana"), origin="") for _ in range(2)]
    clock.advance(days=1)

    given = await office.carried_out(request, "petra")
    assert given.state is State.GRANTED
    assert given.granted_at == clock()

    clock.advance(days=1, hours=16)
    await office.told_everybody()
    with pytest.raises(Exception, match="last day that it was asked for is over"):
        await office.service.decide(Reference.of(late), office.id("petra"), Verdict.APPROVE)
    assert await office.state(late) is State.PENDING
    assert len(await refusals(office, late, "decision")) == 1


@pytest.mark.parametrize(("action", "logged"), [("deny", "decision"), ("cancel", "cancel")])
async def test_13_a_deny_or_cancel_of_somebody_who_may_not_is_refused_and_logged(
    office: Office, action: str, logged: str
) -> None:
    request = await office.ask_for_budget("dana")
    if action == "deny":
        view = (await office.press("omar", "deny"))["view"]
        await office.submit("omar", view, reason="No")
    else:
        await forged(office, request, "omar", action)

    assert await until(lambda: refusals(office, request, logged))
    assert await office.state(request) is State.PENDING


async def test_18_on_a_grid_the_team_of_the_click_may_be_another_than_that_of_the_post(office: Office) -> None:
    request = await office.ask_for_budget("dana")

    await forged(office, request, "petra", "approve", team="T0GRIDOTHER")

    async def approved() -> bool:
        return await office.state(request) is State.APPROVED

    assert await until(approved)


async def test_19_an_address_that_two_people_have_is_refused_and_never_the_first_of_them(office: Office) -> None:
    for twin in ("petra", "dana"):
        twins = office.workspace.add_user(name=f"{twin}2", email=f"{twin}@acme.example")
        office.workspace.state.channels[office.requests].members.append(twins.id)
    with pytest.raises(AmbiguousPerson):
        await office.ask_for_budget("dana")
    request = await office.ask_for_budget("omar")
    assert request.fallback_used

    for who in ("petra", "petra2"):
        await office.press(who, "approve")

        async def told(who: str = who) -> bool:
            return "Two accounts" in words(await office.thread(who))

        await until(told)
    assert await office.state(request) is State.PENDING


async def forged(office: Office, request: Request, who: str, action: str, team: str = "") -> None:
    """Bring a click as Slack would, with a button that *who* perhaps does not see."""
    status, _ = await office.deliver(
        {
            "type": "block_actions",
            "team": {"id": team or office.workspace.id},
            "user": {"id": office.id(who), "team_id": team or office.workspace.id},
            "channel": {"id": office.requests},
            "message": {"ts": (await office.card())["ts"]},
            "actions": [
                {
                    "type": "button",
                    "block_id": "b",
                    "action_id": action,
                    "value": str(Reference.of(request)),
                    "action_ts": "1.2",
                }
            ],
        }
    )
    assert status == 200
