"""Messages for one person, before an end, and for the channels that watch: each in its place while it is of use."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.bot.desk import Desk
from tests.bot.paper import CLAIM
from workflows.lifecycle import State
from workflows.model import Claim, ClaimState, OutboxTopic, Request

END = datetime(2026, 12, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("channels", "to", "place"),
    [
        ({}, "alerts", "requests"),
        ({"alerts": "#support"}, "alerts", "support"),
        ({"alerts": "#support"}, "security", "requests"),
        ({"alerts": "#support", "security": "#secret"}, "security", "secret"),
        ({"alerts": "#nowhere"}, "alerts", "requests"),
    ],
)
async def test_an_alarm_stands_in_the_channel_that_is_set_for_it(
    desk: Desk, channels: dict[str, str], to: str, place: str
) -> None:
    desk.workplace.channel("secret").members.append(desk.workplace.workspace.bot.user_id)
    desk.alarm_channels = channels
    desk.notifier = desk.another_notifier()
    await desk.ask()

    await desk.order("R1", "alarm:7", event="revert_failed", to=to)
    await desk.drain(minutes=1)

    assert "alarm:7" in desk.roles(place)


async def offered(desk: Desk, state: ClaimState = ClaimState.OPEN) -> Claim:
    """Store a request whose key waits for Dana, and order the message with the button."""
    await desk.ask()
    claim = replace(CLAIM, request_id="R1", requester_id=desk.workplace.id("dana"), state=state)
    async with desk.database.begin() as work:
        await work.offer(claim)
    await desk.order("R1", "claim:1", to=desk.workplace.id("dana"))
    return claim


def button(desk: Desk) -> bool:
    return any("'claim'" in str(each.blocks) for each in desk.workplace.direct("dana"))


async def test_the_button_for_a_key_is_sent_to_its_requester_alone(desk: Desk) -> None:
    await offered(desk)

    await desk.drain()

    assert button(desk)
    assert not any(role.startswith("claim") for role in desk.roles())


async def test_the_button_for_a_key_goes_when_it_is_taken(desk: Desk) -> None:
    claim = await offered(desk)
    await desk.drain()
    async with desk.database.begin() as work:
        await work.save_claim(claim, replace(claim, state=ClaimState.CLAIMED))
        after = await work.save(await work.get("R1"), desk.clock())

    await desk.order("R1", f"v{after.version}", OutboxTopic.REDRAW)
    await desk.drain(minutes=1)

    assert not button(desk)
    assert any("You have taken the key" in each.text for each in desk.workplace.direct("dana"))


async def test_a_key_that_was_taken_already_is_not_offered_late(desk: Desk) -> None:
    await offered(desk, ClaimState.CLAIMED)

    await desk.drain()

    assert len(desk.workplace.direct("dana")) == 1


async def granted(desk: Desk, ends_at: datetime) -> Request:
    """Store a grant, and order what tells of an end on the third of December."""
    request = await desk.ask()
    async with desk.database.begin() as work:
        params = {**request.params, "until": "2026-12-02"}
        given = replace(request, state=State.GRANTED, params=params, granted_at=desk.clock(), ends_at=ends_at)
        request = await work.save(given, desk.clock())
    await desk.order("R1", "ending:2026-12-03")
    await desk.order("R1", "direct:ending:2026-12-03", event="ending", to=desk.workplace.id("dana"))
    return request


@pytest.mark.parametrize(("ends_at", "told"), [(END, 1), (END + timedelta(days=10), 0)])
async def test_only_an_end_that_still_stands_is_announced(desk: Desk, ends_at: datetime, told: int) -> None:
    await granted(desk, ends_at)

    await desk.drain(minutes=1)

    assert desk.roles().count("ending:2026-12-03") == told
    assert sum("ends soon" in each.text for each in desk.workplace.direct("dana")) == told


async def test_an_announced_end_is_redrawn_when_it_is_over(desk: Desk) -> None:
    request = await granted(desk, END)
    await desk.drain(minutes=1)

    await desk.move(request, State.REVERTING)
    await desk.drain(minutes=1)

    (reply,) = [each for each in desk.in_channel() if "ending" in str(each.metadata)]
    assert "give_back" not in str(reply.blocks)
    assert "Being taken back" in str(reply.blocks)
