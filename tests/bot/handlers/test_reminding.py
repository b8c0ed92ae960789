"""What a reminder says to whom it reaches, and that it does not come when it is too late."""

from bot.cards import waiting
from tests.bot.handlers.office import Office, words


async def test_a_reminder_comes_as_a_direct_message(office: Office) -> None:
    await office.ask_for_budget("dana")
    office.company.clock.advance(hours=5)

    assert await office.service.remind_due() == 1
    await office.told_everybody()

    told = await office.told("petra")
    assert "🔔" in told
    assert "waits for your decision" in told
    assert "It expires" in told
    assert "🔔" not in await office.told("dana")


async def test_a_reminder_that_is_late_does_not_come(office: Office) -> None:
    await office.ask_for_budget("dana")
    office.company.clock.advance(hours=5)
    assert await office.service.remind_due() == 1

    await office.press("petra", "approve")
    await office.told_everybody()

    assert "🔔" not in await office.told("petra")


async def test_many_are_told_in_one_message(office: Office) -> None:
    for limit in ("600", "700", "800", "900"):
        await office.ask_for_budget("dana", limit)
    office.company.clock.advance(hours=5)

    assert await office.service.remind_due() == 1
    await office.told_everybody()

    told = await office.told("petra")
    assert "4 requests wait for your decision" in told
    assert told.count("asked by Dana") == 4


def test_what_is_hostile_in_it_mentions_nobody() -> None:
    at = "2026-11-24T09:00:00+00:00"
    each = {"id": "R1", "title": "<!here> *bold*", "by": "<@U1>", "expires_at": at}

    said = words(waiting({"count": 23, "requests": [each] * 20}).blocks)

    assert "<!here>" not in said
    assert "<@U1>" not in said
    assert "and 3 more" in said
