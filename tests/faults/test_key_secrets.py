"""Whatever becomes of a key, its value stands in its one dialog and nowhere else, ever."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.openai import ids, keys
from tests.faults.key_story import FAILURES, WITHOUT_KEY, Door, Story, not_shown
from tests.faults.traces import beside_dialogs, files, rows, said
from tests.support.databases import tried_on
from tests.support.installation import installed
from tests.support.process import Process
from workflows.model import ClaimState

_database_url = tried_on("sqlite")
PIECE = 16
ONCE = "you will not see it again"


@pytest.fixture(name="issued")
def _issued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of every key's value that OpenAI gives away from now on."""
    values: list[str] = []
    make = ids.secret

    def made(prefix: str) -> str:
        values.append(make(prefix))
        return values[-1]

    monkeypatch.setattr(keys, "secret", made)
    return values


@pytest.fixture(name="story")
async def _story(database_url: str, issued: list[str], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Story]:
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    door = Door()
    async with installed(database_url, "socket", door=door) as acme:
        issued.clear()
        story = Story(acme=acme, door=door, issued=issued, bot=await Process(acme, "run").start())
        yield story
        story.bot.kill()


async def test_the_value_of_a_key_stands_in_its_dialog_and_nowhere_else(story: Story, tmp_path: Path) -> None:
    dialogs = [await _failed_and_taken(story), await _rotated(story)]
    values = [story.issued[each] for each in (len(FAILURES) - len(WITHOUT_KEY), -1)]
    await _lapsed(story)
    in_use = files(tmp_path)
    assert await story.bot.stop() == 0
    assert len(story.issued) == len(FAILURES) - len(WITHOUT_KEY) + 4

    assert all(value in dialog for value, dialog in zip(values, dialogs, strict=True))
    assert all("'private_metadata': ''" in dialog for dialog in dialogs)
    places = {
        "the log": "\n".join([*story.logs, story.bot.output]),
        "the database": await rows(story.acme),
        "the database's files": in_use + files(tmp_path),
        "Slack": await beside_dialogs(story.acme),
        "the export as CSV": await said(story.acme, "audit export --format csv"),
        "the export as JSON lines": await said(story.acme, "audit export --format jsonl"),
    }
    assert all(places[each] for each in places if each != "the database's files")
    assert not [where for where, text in places.items() for each in story.issued if _stands_in(text, each)]


async def _failed_and_taken(story: Story) -> str:
    """Have a key asked for and lost in every way, then taken; returns its dialog."""
    card = await story.ask("lena", "Key for notes-bot", "key", service_account="notes-bot")
    for fail in FAILURES:
        await fail(story, card)
    await story.press(card)
    dialog = await story.dialog(ONCE)
    await story.become(ClaimState.CLAIMED)
    return dialog


async def _rotated(story: Story) -> str:
    """Have another key made in the place of the one that was taken, which is revoked; returns its dialog."""
    (old,) = [each.key_id for each in await story.claims()]
    card = await story.ask("lena", "Rotate the key", "rotate", key=old)
    await not_shown(story, card)
    await story.press(card)
    dialog = await story.dialog(ONCE)
    await story.become(ClaimState.CLAIMED)
    await story.ask("", "Revoke the key", "revoke", key=old)
    return dialog


async def _lapsed(story: Story) -> None:
    """Have a key asked for that is made once, not shown, and not come for again."""
    card = await story.ask("lena", "Key for late-bot", "key", service_account="late-bot")
    await not_shown(story, card)
    await story.hurry(lapses_at=(await story.claims())[-1].opened_at)
    await story.become(ClaimState.LAPSED)


def _stands_in(text: str, value: str) -> bool:
    """Say whether a piece of a value is in a text: what shortens it leaves enough to be a secret."""
    return any(value[start : start + PIECE] in text for start in range(len("sk-svcacct-"), len(value) - PIECE, PIECE))
