"""The main job by hand: asked in Slack, decided in the thread, executed in OpenAI, proven by the log."""

from sandbox.scenario.company import address
from sandbox.scenario.hands import actions_of
from tests.journeys.conftest import EVERY_PAIR
from tests.support.installation import Installation

pytestmark = EVERY_PAIR
PROJECT = {
    "name": "voice-notes",
    "environment": "sandbox",
    "purpose": "Turn voice notes into tickets.",
    "owners": [address("lena")],
    "members": [address("dana"), address("priya")],
    "monthly_limit": "150",
}


async def test_a_project_is_asked_for_approved_made_raised_and_proven(acme: Installation) -> None:
    answer = await acme.hands.ask("dana", "new", **PROJECT)
    assert answer["ok"], answer
    await acme.card("requests", "voice-notes", "Waiting")
    await acme.hands.approve("olivia", "requests")

    await acme.card("requests", "voice-notes", "Done")
    (project_id,) = await acme.projects("voice-notes")
    assert await acme.limit(project_id) == 150_00
    assert "Olivia" in await acme.told("dana", "approved")
    assert await acme.told("dana", "done")

    answer = await acme.hands.ask("dana", "budget", project="voice-notes", monthly_limit="200", reason="More notes")
    assert answer["ok"], answer
    await acme.hands.approve("lena", "requests")
    await acme.card("requests", "budget of voice-notes", "Done")
    assert await acme.limit(project_id) == 200_00
    trail = await acme.trail()
    assert [each for each in trail if not each.startswith("step_")] == [
        *("opened", "quorum_reached", "claimed", "succeeded"),
        *("opened", "quorum_reached", "claimed", "succeeded"),
    ]


async def test_a_denied_request_says_why_and_changes_nothing(acme: Installation) -> None:
    await acme.hands.ask("dana", "budget", project="prompt-lab", monthly_limit="120", reason="More")
    await acme.hands.deny("lena", "requests", "Not this month.")

    card = await acme.card("requests", "prompt-lab", "Denied")
    assert "Not this month." in str(card)
    assert "Not this month." in await acme.told("dana", "denied")
    (project_id,) = await acme.projects("prompt-lab")
    assert await acme.limit(project_id) == 100_00
    assert await acme.trail() == ["opened", "denied"]


async def test_a_cancelled_request_loses_its_buttons(acme: Installation) -> None:
    await acme.hands.ask("dana", "budget", project="prompt-lab", monthly_limit="120", reason="More")
    reply = await acme.hands.buttons("lena", "requests")
    card = await acme.card("requests", "prompt-lab", "Waiting")
    place = acme.hands.channels["requests"]
    await acme.hands.post("/action", user=acme.hands.users["dana"], channel=place, ts=card["ts"], action_id="cancel")

    await acme.card("requests", "prompt-lab", "Cancelled")
    thread = await acme.hands.messages("lena", "requests", card["ts"])
    redrawn = next(each for each in thread if each["ts"] == reply["ts"])
    assert not actions_of(redrawn) & {"approve", "deny"}
    assert await acme.trail() == ["opened", "cancelled"]


async def test_a_click_without_authority_is_refused_where_the_person_looks(acme: Installation) -> None:
    await acme.hands.ask("dana", "budget", project="prompt-lab", monthly_limit="120", reason="More")
    await acme.hands.click("quinn", "requests", "approve")

    card = await acme.card("requests", "prompt-lab", "Waiting")
    thread = await acme.hands.messages("quinn", "requests", card["ts"])
    channel = await acme.hands.messages("quinn", "requests")
    refusals = [each["text"] for each in [*thread, *channel] if each.get("is_ephemeral")]
    assert any("not one of them" in each for each in refusals), refusals
    assert await acme.trail() == ["opened", "decision_refused"]


async def test_a_reply_in_the_thread_decides_too(acme: Installation) -> None:
    await acme.hands.ask("dana", "budget", project="prompt-lab", monthly_limit="120", reason="More")
    await acme.hands.buttons("lena", "requests")
    card = await acme.card("requests", "prompt-lab", "Waiting")
    text = f"<@{acme.hands.bot}> approve"
    where = {"channel": acme.hands.channels["requests"], "thread_ts": card["ts"]}
    await acme.hands.post("/message", user=acme.hands.users["lena"], text=text, **where)

    await acme.card("requests", "prompt-lab", "Done")
