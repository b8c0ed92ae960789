"""A key is seen once, by its requester, in one dialog, and nowhere else."""

import asyncio
import logging

import httpx
import pytest

from bot import logs
from tests.bot.handlers.claims import KEY, ONCE, claim_state, keys, settled, taken
from tests.bot.handlers.office import Office, action_ids, until, words
from workflows.model import ClaimState


async def test_the_key_stands_in_the_dialog_with_the_lines_that_use_it(office: Office) -> None:
    await office.offered_key()

    shown = words(await taken(office))

    (key,) = set(KEY.findall(shown))
    assert f"```{key}```" in shown
    assert f"export OPENAI_API_KEY={key}\nexport OPENAI_BASE_URL={office.company.url}/v1\n" in shown
    assert "OpenAI().responses.create(model='gpt-5-mini'" in shown
    assert "<!date^" in shown


async def test_the_key_that_is_shown_works(office: Office) -> None:
    await office.offered_key()

    key = KEY.findall(words(await taken(office)))[0]

    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as client:
        assert (await client.get(f"{office.company.url}/v1/models")).status_code == 200


async def test_the_dialog_has_no_input_and_carries_nothing_that_comes_back(office: Office) -> None:
    await office.offered_key()

    view = await taken(office)

    assert {each["type"] for each in view["blocks"]} <= {"section", "context", "divider"}
    assert (view["private_metadata"], view["submit"]) == ("", None)


async def test_a_taken_key_is_told_without_its_value_and_cannot_be_taken_twice(office: Office) -> None:
    request = await office.offered_key()
    key = KEY.findall(words(await taken(office)))[0]
    await settled(office, request, ClaimState.CLAIMED)
    await office.told_everybody()

    everything = words([*await office.sees("dana"), *await office.thread()]) + await office.told("dana")

    assert "*Key:* taken by" in words(await office.card())
    assert key not in everything
    assert "claim" not in action_ids((await office.card())["blocks"])
    assert len(await keys(office)) == 1


async def test_the_requesters_own_message_has_the_button_too(office: Office) -> None:
    request = await office.offered_key()

    await office.press_directly("dana", "claim")

    await settled(office, request, ClaimState.CLAIMED)
    await office.told_everybody()
    assert "You have taken the key" in await office.told("dana")
    with pytest.raises(AssertionError):
        await office.press_directly("dana", "claim")


async def test_nobody_else_sees_the_button_or_gets_the_key(office: Office) -> None:
    await office.offered_key()
    card = await office.card("petra")
    (button,) = [each for block in card["blocks"] for each in block.get("elements", []) if "action_id" in each]

    forged = {
        "type": "block_actions",
        "team": {"id": office.workspace.id},
        "user": {"id": office.id("petra")},
        "channel": {"id": office.requests},
        "actions": [{"action_id": "claim", "value": button["value"], "action_ts": "1.2"}],
        "trigger_id": "1.2.3",
    }
    await office.deliver(forged)

    assert button["visible_to_user_ids"] == [office.id("dana")]
    assert await office.view("petra") is None
    assert await keys(office) == []

    async def told() -> bool:
        return "for who asked for it, and for nobody else" in words(await office.sees("petra"))

    await until(told)


async def test_a_click_brought_twice_makes_one_key(office: Office) -> None:
    await office.offered_key()
    await office.fault(redeliver=1)

    await taken(office)
    await office.background.drain(5.0)

    assert len(await keys(office)) == 1


async def test_a_second_click_leaves_the_first_dialog_alone(office: Office) -> None:
    await office.offered_key()

    first, second = await asyncio.gather(office.press("dana", "claim"), office.press("dana", "claim"))

    await office.view_saying("dana", ONCE)
    assert len(await keys(office)) == 1
    del first, second


async def test_a_key_that_nobody_came_for_is_offered_again(office: Office) -> None:
    request = await office.offered_key()
    office.company.pass_time(days=4)
    await office.company.custodian.run_due()
    await office.told_everybody()
    assert "did not come for it in time" in words(await office.card())

    await office.press("dana", "offer")
    await office.told_everybody()

    assert await claim_state(office, request) is ClaimState.OPEN
    assert "was offered again, further down" in await office.told("dana")
    assert ONCE in words(await taken(office))


async def test_no_log_line_holds_the_key_however_loud_the_libraries_are(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    logs.configure("DEBUG", console=False)
    for logger in list(logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            monkeypatch.setattr(logger, "level", logging.DEBUG)
            logger.setLevel(logging.DEBUG)
    await office.offered_key()

    key = KEY.findall(words(await taken(office)))[0]
    await office.background.drain(5.0)

    written = capsys.readouterr().err
    assert key not in written
    assert "Sending a request" not in written
    assert '"level": "debug"' in written
