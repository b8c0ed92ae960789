"""Whatever goes wrong while a key is made or shown, there is no key that works, and it can be taken again."""

import asyncio
from typing import Any

import pytest

from tests.bot.handlers.claims import KEY, LATER, ONCE, claim_state, given_up, keys, taken
from tests.bot.handlers.office import JSON, Office, until, words
from workflows.errors import Conflict
from workflows.model import ClaimState


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"error": "internal_error"}, id="refused"),
        pytest.param({"drop": "before"}, id="cut off before"),
        pytest.param({"drop": "after"}, id="cut off after"),
        pytest.param({"error": "ratelimited", "retry_after": 30}, id="too many"),
    ],
)
async def test_a_key_whose_dialog_could_not_be_filled_is_revoked_and_can_be_taken_again(
    office: Office, fault: JSON
) -> None:
    request = await office.offered_key()
    await office.fault(methods=[{"method": "views.update"} | fault])

    await office.press("dana", "claim")

    await office.view_saying("dana", LATER)
    await given_up(office, request)
    assert await keys(office) == []
    assert ONCE in words(await taken(office))
    assert len(await keys(office)) == 1


async def test_whoever_closes_the_dialog_too_early_is_told_and_takes_it_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await office.offered_key()
    go, mint = asyncio.Event(), office.service.mint

    async def slowly(*given: Any) -> Any:
        await go.wait()
        return await mint(*given)

    monkeypatch.setattr(office.service, "mint", slowly)
    await office.press("dana", "claim")
    view = await office.view_saying("dana", "is being made")
    await office.http.post("/_sandbox/close", json={"user": office.id("dana"), "view_id": view["id"]})
    go.set()

    async def told() -> bool:
        return "could not be shown" in words(await office.thread("dana"))

    await until(told)
    await given_up(office, request)
    assert await keys(office) == []
    assert await claim_state(office, request) is ClaimState.OPEN


async def test_a_dialog_that_does_not_open_leaves_no_key(office: Office) -> None:
    request = await office.offered_key()
    await office.fault(methods=[{"method": "views.open", "error": "expired_trigger_id"}])

    await office.press("dana", "claim")

    async def told() -> bool:
        return "could not be opened, so no key was made" in words(await office.thread("dana"))

    await until(told)
    await given_up(office, request)
    assert await keys(office) == []
    assert await claim_state(office, request) is ClaimState.OPEN


async def test_what_openai_refuses_is_said_in_the_dialog(office: Office) -> None:
    request = await office.offered_key()
    await office.company.api.archive_project(office.company.project_id)

    await office.press("dana", "claim")

    await office.view_saying("dana", "is archived. No key was made")
    assert await claim_state(office, request) is ClaimState.OPEN


async def test_a_call_to_openai_that_was_cut_off_leaves_no_key(office: Office) -> None:
    request = await office.offered_key()
    await office.company.fault(fault="cut", when="after_commit", method="POST", path_regex="api_keys")

    await office.press("dana", "claim")

    await office.view_saying("dana", LATER)
    assert len(await keys(office)) == 1
    office.company.pass_time(minutes=1)
    await given_up(office, request)
    assert await keys(office) == []


@pytest.mark.parametrize(
    ("error", "said"), [(Conflict("Late."), "took too long"), (RuntimeError("boom"), "could not be written down")]
)
async def test_a_key_that_could_not_be_written_down_does_not_stay_on_the_screen(
    office: Office, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    await office.offered_key()

    async def failing(*_given: Any) -> None:
        raise error

    monkeypatch.setattr(office.service, "shown", failing)
    await office.press("dana", "claim")

    view = await office.view_saying("dana", said)
    assert not KEY.search(words(view))
