"""Deciding by writing to the bot in a request's thread."""

from collections.abc import Awaitable, Callable

import pytest

from tests.bot.handlers.office import Office, until, words
from workflows.lifecycle import State


def sees_in_thread(office: Office, who: str, text: str) -> Callable[[], Awaitable[bool]]:
    async def there() -> bool:
        return text in words(await office.thread(who))

    return there


async def say(office: Office, who: str, text: str) -> None:
    card = await office.card()
    await office.says(who, f"<@{office.workspace.bot.user_id}> {text}", card["ts"])


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("approve", State.APPROVED),
        ("Approve, looks good", State.APPROVED),
        ("deny Too much <!channel> & more", State.DENIED),
        ("deny\nToo much", State.DENIED),
    ],
)
async def test_an_approver_decides_in_words(office: Office, text: str, state: State) -> None:
    request = await office.ask_for_budget()

    await say(office, "petra", text)

    async def decided() -> bool:
        return await office.state(request) is state

    await until(decided)
    (decision,) = (await office.service.dossier(request.id)).decisions
    assert decision.note == text.split(maxsplit=1)[1] if " " in text or "\n" in text else not decision.note


@pytest.mark.parametrize(
    ("who", "text", "answer"),
    [
        ("petra", "deny", "Say why"),
        ("petra", "status", "Waiting for a decision"),
        ("petra", "do something", "In a request's thread I understand"),
        ("petra", "", "In a request's thread I understand"),
        ("dana", "approve", "Nobody decides their own request"),
    ],
)
async def test_everything_else_is_answered_to_the_writer_alone(
    office: Office, who: str, text: str, answer: str
) -> None:
    request = await office.ask_for_budget()

    await say(office, who, text)

    await until(sees_in_thread(office, who, answer))
    assert not await sees_in_thread(office, "omar", answer)()
    assert await office.state(request) is State.PENDING


async def test_a_mention_outside_a_requests_thread_gets_help(office: Office) -> None:
    await office.says("dana", f"<@{office.workspace.bot.user_id}> approve")

    async def helped() -> bool:
        return "In a request's thread I understand" in words(await office.sees("dana"))

    await until(helped)


async def test_a_mention_brought_twice_decides_once(office: Office) -> None:
    request = await office.ask_for_budget(limit="2500")
    await office.fault(redeliver=1)

    await say(office, "petra", "approve")

    async def decided() -> bool:
        return (await office.service.dossier(request.id)).request.stage == 1

    await until(decided)
    await office.background.drain(5)
    assert len((await office.service.dossier(request.id)).decisions) == 1
    assert not await sees_in_thread(office, "petra", "already")()
