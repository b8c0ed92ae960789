"""The *Emergency* button: for who may, with a reason; then those who were skipped say whether it was right."""

import pytest

from tests.bot.handlers.office import Office, action_ids, words
from tests.workflows.service.test_emergencies import emergency
from workflows.lifecycle import State
from workflows.model import Request


@pytest.fixture(name="urgent", autouse=True)
def _urgent(office: Office) -> None:
    office.service.policy = emergency()


async def broken(office: Office) -> Request:
    request = await office.ask_for_budget("dana", "9,000")
    assert action_ids((await office.card())["blocks"]) == {"edit", "emergency", "cancel"}
    view = (await office.press("dana", "emergency"))["view"]
    assert (await office.submit("dana", view, reason="Customers <!here> wait"))["ok"]
    await office.told_everybody()
    return request


async def test_who_was_skipped_is_told_and_says_whether_it_was_right(office: Office) -> None:
    request = await broken(office)
    assert await office.state(request) is State.APPROVED
    for who in ("petra", "fay"):
        assert "without you" in await office.told(who)
    assert "Customers &lt;!here&gt; wait" in words(await office.card())
    review = (await office.thread())[-1]
    assert f"<@{office.id('petra')}>" in review["text"]
    assert action_ids(review["blocks"]) == {"review_right", "review_wrong"}

    await office.press("petra", "review_right")
    await office.press("fay", "review_right")
    await office.told_everybody()

    assert "Reviewed: it was right" in words(await office.card())
    assert not action_ids((await office.thread())[-1]["blocks"])


async def test_who_says_that_it_was_not_says_why_and_it_ends(office: Office) -> None:
    request = await broken(office)
    await office.company.executor.run_due()
    assert await office.state(request) is State.GRANTED

    view = (await office.press("petra", "review_wrong"))["view"]
    assert (await office.submit("petra", view, reason="Nobody waited"))["ok"]
    await office.told_everybody()

    assert await office.state(request) is State.REVERTING
    assert "Nobody waited" in words(await office.card())
    assert "was not right" in await office.told("dana")


async def test_a_missing_reason_is_said_in_the_dialog(office: Office) -> None:
    request = await office.ask_for_budget("dana", "9,000")
    view = (await office.press("dana", "emergency"))["view"]

    assert "reason" in (await office.submit("dana", view, reason="", until="2026-11-23"))["errors"]
    assert "until" in (await office.submit("dana", view, reason="x", until="2027-11-23"))["errors"]
    assert await office.state(request) is State.PENDING
