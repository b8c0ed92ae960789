"""Money by hand: the channel hears of a budget that is nearly spent, and the raise is asked for from there."""

from collections.abc import Mapping
from typing import Any

import pytest

from sandbox.scenario.hands import actions_of, eventually
from tests.journeys.conftest import EACH_ONCE, Running
from tests.support.installation import Installation

pytestmark = EACH_ONCE
CHANNEL = "general"  # the installation's ALERTS_CHANNEL: nobody told the registry of a channel of prompt-lab


@pytest.fixture(name="spent")
async def _spent(installation: Installation) -> Installation:
    """Have prompt-lab, whose limit is 100 dollars, spend most of it before the bot starts."""
    (project_id,) = await installation.projects("prompt-lab")
    body = {"project_id": project_id, "amount": "90", "line_item": "gpt-5-mini, output_tokens"}
    (await installation.http.post(f"{installation.openai_url}/_sandbox/spend", json=body)).raise_for_status()
    return installation


async def alerts(acme: Installation) -> list[Mapping[str, Any]]:
    return [each for each in await acme.hands.messages("lena", CHANNEL) if "prompt-lab has reached" in each["text"]]


async def the_alert(acme: Installation, word: str = "") -> Mapping[str, Any]:
    """Wait for the one alert about prompt-lab, saying *word*."""

    async def told() -> Mapping[str, Any] | None:
        found = await alerts(acme)
        assert len(found) < 2, "One alert for a project, a threshold and a month."
        return found[0] if found and word in str(found[0]) else None

    return await eventually(told, f"No alert about prompt-lab says {word}.")


async def test_an_alert_stands_in_the_channel_once_also_after_a_restart(spent: Installation, run: Running) -> None:
    async with run(spent):
        alert = await the_alert(spent)
        assert "Driven by" in str(alert)
    async with run(spent):
        await spent.hands.ask("dana", "budget", project="prompt-lab", monthly_limit="400", reason="More")
        await spent.card("requests", "prompt-lab", "Waiting")  # so the worker has done its round

        assert [each["ts"] for each in await alerts(spent)] == [alert["ts"]]


async def test_who_sees_to_it_stands_on_the_alert(spent: Installation, run: Running) -> None:
    async with run(spent):
        alert = await the_alert(spent)
        place = spent.hands.channels[CHANNEL]
        await spent.hands.post(
            "/action", user=spent.hands.users["lena"], channel=place, ts=alert["ts"], action_id="ack_alert"
        )

        seen = await the_alert(spent, "has seen to it")
        assert "ack_alert" not in actions_of(seen)
        assert "alert_acknowledged" in await spent.trail()


async def test_the_raise_is_asked_for_with_the_form_filled_in(spent: Installation, run: Running) -> None:
    async with run(spent):
        alert = await the_alert(spent)
        place = spent.hands.channels[CHANNEL]
        await spent.hands.post(
            "/action", user=spent.hands.users["dana"], channel=place, ts=alert["ts"], action_id="raise"
        )
        form = await spent.hands.form("dana")
        filled = {each["block_id"]: str(each["element"]) for each in form["blocks"] if each["type"] == "input"}
        assert "prompt-lab" in filled["project"]
        assert "$" in filled["monthly_limit"]
        answer = await spent.hands.post("/submit", user=spent.hands.users["dana"], view_id=form["id"], values={})

        assert answer["ok"], answer
        card = await spent.card("requests", "budget of prompt-lab", "Waiting")
        assert "is spent" in str(card), "The reason names the alert."
