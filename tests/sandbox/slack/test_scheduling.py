"""Messages for later: set, refused, posted when the clock says so."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Timing, Workspace
from sandbox.slack.model import Channel, Scheduled
from sandbox.slack.scheduled import post_due
from tests.sandbox.slack.acting import MovableClock, Person, section, until

DAY = 24 * 60 * 60


async def texts(person: Person) -> list[str]:
    return [each["text"] for each in await person.sees()]


async def test_a_scheduled_message_comes_when_it_is_due(
    client: AsyncWebClient, workspace: Workspace, as_dana: Person, wall: MovableClock
) -> None:
    await client.chat_scheduleMessage(channel=as_dana.channel, post_at=workspace.now() + 60, text="later")
    assert await texts(as_dana) == []

    wall.move(61)

    await until(lambda: workspace.channel_named("general").messages)
    assert await texts(as_dana) == ["later"]


async def test_moving_the_clock_brings_everything_due_in_order(
    client: AsyncWebClient, workspace: Workspace, as_dana: Person, http: httpx.AsyncClient
) -> None:
    for text, minutes in (("second", 20), ("first", 10), ("far", 200)):
        post_at = workspace.now() + 60 * minutes
        await client.chat_scheduleMessage(channel=as_dana.channel, post_at=post_at, text=text)

    moved = (await http.post("/_sandbox/clock", json={"advance": 3600})).json()

    assert moved["ok"]
    assert await texts(as_dana) == ["first", "second"]


async def test_the_answer_describes_what_will_be_posted(
    client: AsyncWebClient, workspace: Workspace, general: Channel
) -> None:
    post_at = workspace.now() + 60

    answer = await client.chat_scheduleMessage(channel=general.id, post_at=post_at, text="x", blocks=[section("b")])

    assert (answer["channel"], answer["post_at"]) == (general.id, post_at)
    assert answer["scheduled_message_id"].startswith("Q")
    assert answer["message"]["type"] == "delayed_message"
    assert answer["message"]["blocks"][0]["text"]["text"] == "b"


@pytest.mark.parametrize(
    ("post_at", "error"),
    [
        pytest.param("soon", "invalid_time", id="no-time"),
        pytest.param(-10, "time_in_past", id="past"),
        pytest.param(120 * DAY + 60, "time_too_far", id="far"),
    ],
)
async def test_a_time_that_cannot_be_is_refused(
    client: AsyncWebClient, workspace: Workspace, general: Channel, post_at: Any, error: str
) -> None:
    moment = post_at if isinstance(post_at, str) else workspace.now() + post_at

    with pytest.raises(SlackApiError, match=error):
        await client.chat_scheduleMessage(channel=general.id, post_at=moment, text="x")


async def test_thirty_messages_fit_into_five_minutes_of_a_channel(
    client: AsyncWebClient, workspace: Workspace, general: Channel
) -> None:
    start = workspace.now() + DAY
    for number in range(30):
        await client.chat_scheduleMessage(channel=general.id, post_at=start + number, text="x")

    with pytest.raises(SlackApiError, match="restricted_too_many"):
        await client.chat_scheduleMessage(channel=general.id, post_at=start + 299, text="x")
    assert (await client.chat_scheduleMessage(channel=general.id, post_at=start + 300, text="x"))["ok"]


async def test_a_scheduled_message_with_metadata_is_never_posted(
    client: AsyncWebClient, workspace: Workspace, general: Channel, wall: MovableClock
) -> None:
    metadata = {"event_type": "e", "event_payload": {}}
    post_at = workspace.now() + 60
    await client.chat_scheduleMessage(channel=general.id, post_at=post_at, text="x", metadata=metadata)

    wall.move(61)
    post_due(workspace)

    assert (workspace.state.scheduled, general.messages) == ([], [])


async def test_what_is_scheduled_survives_a_restart(tmp_path: Path, wall: MovableClock, timing: Timing) -> None:
    first = Workspace(data=tmp_path, clock=wall, timing=timing)
    channel = first.add_channel("general", [first.bot.user_id])
    first.state.scheduled.append(Scheduled(id="Q1", channel=channel.id, post_at=first.now() + 5, text="later"))
    await first.stop()

    wall.move(6)
    second = Workspace(data=tmp_path, clock=wall, timing=timing)
    post_due(second)

    assert [each.text for each in second.channel_named("general").messages] == ["later"]
