"""Asking again for what is over, with the form filled in as it was."""

from typing import Any

import pytest

from tests.bot.handlers.office import Office, action_ids, words
from workflows.errors import NotAllowed
from workflows.lifecycle import State
from workflows.model import Reference, Request, Verdict


async def denied(office: Office, limit: str = "800") -> Request:
    """Have Dana ask for a budget, and Petra deny it."""
    request = await office.ask_for_budget("dana", limit)
    reference = Reference(request_id=request.id, stage=request.stage)
    request = await office.service.decide(reference, office.id("petra"), Verdict.DENY, "Not now")
    await office.told_everybody()
    return request


def first_values(view: dict[str, Any]) -> dict[str, Any]:
    """Return what each input of a form holds before anybody types."""
    found = {}
    for block in view["blocks"]:
        element = block.get("element", {})
        options = [*element.get("initial_options", []), *filter(None, [element.get("initial_option")])]
        if block.get("type") == "input":
            found[block["block_id"]] = (
                [each["value"] for each in options] or element.get("initial_value") or element.get("initial_date")
            )
    return found


async def test_what_was_denied_is_asked_for_again_as_it_was(office: Office) -> None:
    first = await denied(office, "1250.50")

    await office.press("dana", "again")
    view = await office.view_saying("dana", "Who decides")

    assert first_values(view) == {
        "project": [office.company.project_id],
        "monthly_limit": "$1,250.50",
        "reason": first.params["reason"],
        "until": None,
    }
    assert "internal-qa" in words(view["blocks"])
    assert (await office.submit("dana", view))["ok"]
    newest, _ = await office.service.mine(office.id("dana"))
    assert (newest.params, newest.state) == (first.params, State.PENDING)


async def test_lists_and_days_stand_in_the_form_too_and_a_day_that_is_over_does_not(office: Office) -> None:
    request = await office.service.open(
        "budget",
        {"project": office.company.project_id, "monthly_limit": "800", "reason": "r", "until": "2026-11-30"},
        office.id("dana"),
        origin="",
    )
    _, values = await office.service.again(request.id, office.id("dana"))
    assert values["until"] == "2026-11-30"
    office.company.clock.advance(days=30)
    _, values = await office.service.again(request.id, office.id("dana"))
    assert "until" not in values

    project = await office.service.open(
        "new_project",
        {"name": "a-new-one", "environment": "production", "purpose": "p", "owners": ["olivia@acme.example"]},
        office.id("dana"),
        origin="",
    )
    _, values = await office.service.again(project.id, office.id("dana"))
    kind = office.service.kinds["new_project"]
    assert values["owners"] == ["olivia@acme.example"]
    assert kind.filled_in(kind.parse(values).model_dump(mode="json")) == values


async def test_the_button_is_for_the_requester_and_refuses_others(office: Office) -> None:
    await denied(office)
    card = await office.card()
    assert action_ids(card["blocks"]) == {"again"}
    (button,) = card["blocks"][-1]["elements"]
    assert button["visible_to_user_ids"] == [office.id("dana")]

    request = (await office.service.mine(office.id("dana")))[0]
    with pytest.raises(NotAllowed, match="Only Dana can ask for this again"):
        await office.service.again(request.id, office.id("omar"))
