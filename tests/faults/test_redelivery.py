"""Slack delivers everything twice, and nobody notices: one request, one project, one card, one word to each."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from sandbox.scenario.company import PEOPLE, address
from sandbox.scenario.hands import eventually
from tests.support.installation import Installation, running

PROJECT = {
    "name": "voice-notes",
    "environment": "sandbox",
    "purpose": "Turn voice notes into tickets.",
    "owners": [address("lena")],
    "members": [address("dana"), address("priya")],
    "monthly_limit": "150",
}


@asynccontextmanager
async def _echoing(acme: Installation) -> AsyncIterator[None]:
    """Run the bot, with a Slack that brings every delivery twice; ends when all of it was answered."""
    async with running(acme):
        await acme.fault("slack", redeliver=-1)
        yield


async def _seen(acme: Installation, who: str) -> list[Mapping[str, Any]]:
    """Return everything somebody sees: channels, threads and the direct messages of the bot."""
    seen: list[Mapping[str, Any]] = []
    for channel in (*acme.hands.channels, "bot"):
        messages = await acme.hands.messages(who, channel)
        seen += messages
        for each in messages:
            seen += [
                reply for reply in await acme.hands.messages(who, channel, each["ts"]) if reply["ts"] != each["ts"]
            ]
    return seen


async def _told(acme: Installation, about: str, word: str) -> None:
    """Wait until the requester was told *word* about something, in their direct messages."""

    async def told() -> bool | None:
        direct = await acme.hands.messages("dana", "bot")
        return any(about in each["text"] and word in each["text"] for each in direct) or None

    await eventually(told, f"Nobody said of the {about} that it {word}.")


async def _nobody_was_told_twice_or_of_an_error(acme: Installation) -> None:
    for who in PEOPLE:
        seen = await _seen(acme, who)
        # An owner hears of the same alert in the channel and directly: that is no redelivery.
        texts = Counter(each["text"] for each in seen if "of its budget" not in each["text"])
        twice = [text for text, count in texts.items() if count > 1]
        assert not twice, f"{who} was told twice: {twice}"
        assert not [each["text"] for each in seen if each.get("is_ephemeral")], f"{who} was told of an error"
        view = (await acme.hands.get("/view", user=acme.hands.users[who]))["view"]
        assert view is None, f"{who} has a modal left open"


async def test_the_main_job_delivered_twice_is_done_once(acme: Installation) -> None:
    async with _echoing(acme):
        answer = await acme.hands.ask("dana", "new", **PROJECT)
        assert answer["ok"], answer
        await acme.hands.approve("olivia", "requests")
        await acme.card("requests", "voice-notes", "Done")

        answer = await acme.hands.ask("dana", "budget", project="voice-notes", monthly_limit="180", reason="More notes")
        assert answer["ok"], answer
        await acme.hands.approve("lena", "requests")
        await acme.card("requests", "budget of voice-notes", "Done")
        await _told(acme, "budget of voice-notes", "is done")

    (project_id,) = await acme.projects("voice-notes")
    assert await acme.limit(project_id) == 180_00
    assert await acme.openai_calls("POST", "/organization/projects") == 1
    assert [each for each in await acme.trail() if not each.startswith("step_")] == [
        *("opened", "quorum_reached", "claimed", "succeeded"),
        *("opened", "quorum_reached", "claimed", "succeeded"),
    ]
    await _nobody_was_told_twice_or_of_an_error(acme)


async def test_a_denial_a_cancellation_and_a_mention_delivered_twice_count_once(acme: Installation) -> None:
    async with _echoing(acme):
        await acme.hands.ask("dana", "budget", project="prompt-lab", monthly_limit="120", reason="More")
        await acme.hands.deny("lena", "requests", "Not this month.")
        await acme.card("requests", "prompt-lab", "Denied")

        await acme.hands.ask("dana", "budget", project="internal-qa", monthly_limit="450", reason="More")
        await acme.hands.buttons("quinn", "requests")
        card = await acme.card("requests", "internal-qa", "Waiting")
        place = acme.hands.channels["requests"]
        dana = acme.hands.users["dana"]
        await acme.hands.post("/action", user=dana, channel=place, ts=card["ts"], action_id="cancel")
        await acme.card("requests", "internal-qa", "Cancelled")

        await acme.hands.ask("dana", "budget", project="support-assistant", monthly_limit="2100", reason="More")
        await acme.hands.buttons("sam", "requests")
        card = await acme.card("requests", "support-assistant", "Waiting")
        text = f"<@{acme.hands.bot}> approve"
        sam = acme.hands.users["sam"]
        await acme.hands.post("/message", user=sam, text=text, channel=place, thread_ts=card["ts"])
        await acme.card("requests", "support-assistant", "Done")
        await _told(acme, "budget of support-assistant", "is done")

    assert [each for each in await acme.trail() if not each.startswith("step_")] == [
        *("opened", "denied"),
        *("opened", "cancelled"),
        *("opened", "quorum_reached", "claimed", "succeeded"),
    ]
    await _nobody_was_told_twice_or_of_an_error(acme)
