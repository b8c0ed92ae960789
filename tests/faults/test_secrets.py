"""Whatever goes wrong, no secret is left behind: not in the database, a log, Slack, an export or an error's text."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from sandbox.openai import exchange
from sandbox.openai.errors import Refusal
from sandbox.openai.organization import Organization
from sandbox.scenario.company import address
from sandbox.scenario.hands import eventually
from tests.faults.traces import files, rows, said, shown
from tests.support.databases import SQLiteTemplate
from tests.support.installation import Installation, Transport, installed
from tests.support.process import Process

LOOKS_SECRET = re.compile(r"(?<![A-Za-z0-9])(?:sk-[\w-]{8,}|xox[a-z]-[\w-]{8,}|xapp-[\w-]{8,}|Bearer \S{8,})")
PASSWORD = "correct-horse-battery"


@pytest.fixture(name="transport")
def _transport() -> Transport:
    return "socket"


async def test_a_run_in_which_much_fails_leaves_no_secret_anywhere(
    acme: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    bot = await Process(acme, "run").start()
    await _ask(acme, "voice-notes")
    await acme.fault("slack", methods=[{"method": "chat.update", "times": 2, "error": "invalid_auth"}])
    monkeypatch.setattr(exchange, "require_admin_key", _repeat_the_key)
    await acme.hands.approve("olivia", "requests")
    await acme.card("requests", "voice-notes", "Failed")
    await acme.told("dana", "failed")
    monkeypatch.undo()
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    await acme.hands.click("olivia", "requests", "retry")
    await acme.card("requests", "voice-notes", "Done")
    await acme.hands.ask("olivia", "audit", format="jsonl")
    file = await eventually(lambda: _file(acme), "The audit log did not come.")
    assert await bot.stop() == 0

    written = {
        "the log": bot.output,
        "the database": await rows(acme),
        "the database's files": files(tmp_path),
        "Slack": await shown(acme),
        "the export in Slack": file,
        "the export as CSV": await said(acme, "audit export --format csv"),
        "the export as JSON lines": await said(acme, "audit export --format jsonl"),
    }
    assert all(written[each] for each in written if each != "the database's files")
    assert "Incorrect API key provided" in written["the export as CSV"]
    assert not _found(acme, written)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"DATABASE_URL": f"postgresql://bot:{PASSWORD}@127.0.0.1:1/countersign"}, id="no-database"),
        pytest.param({"DATABASE_URL": f"mysql://bot:{PASSWORD}@127.0.0.1/countersign"}, id="unknown-database"),
        pytest.param({"OPENAI_ADMIN_KEY": f"sk-admin-{PASSWORD} and more"}, id="malformed-key"),
        pytest.param({"SLACK_BOT_TOKEN": f"xoxp-{PASSWORD}"}, id="token-of-another-kind"),
        pytest.param({"SLACK_BOT_TOKEN": f"xoxb-{PASSWORD}"}, id="unknown-token"),
        pytest.param({"SLACK_APP_TOKEN": f"xapp-{PASSWORD}"}, id="unknown-app-token"),
    ],
)
async def test_a_start_that_fails_says_why_without_the_secret(
    sqlite_template: SQLiteTemplate, wrong: Mapping[str, str], tmp_path: Path
) -> None:
    (name,) = wrong
    with sqlite_template.fresh(tmp_path) as url:
        async with installed(url, "socket") as acme:
            bot = Process(acme, "run")
            bot._environment |= {"LOG_LEVEL": "DEBUG", **wrong}
            await bot.start(ready=False)

            assert await bot.ended() == 1

            assert name in bot.output
            assert not _found(acme, {"the output": bot.output})


def _repeat_the_key(_organization: Organization, authorization: str | None) -> None:
    """Refuse as a proxy that repeats what it was given would."""
    raise Refusal(401, f"Incorrect API key provided: {authorization}.", code="invalid_api_key")


async def _ask(acme: Installation, name: str) -> None:
    answer = await acme.hands.ask(
        "dana", "new", name=name, environment="sandbox", purpose="Notes.", owners=[address("lena")]
    )
    assert answer["ok"], answer
    await acme.hands.buttons("olivia", "requests")


async def _file(acme: Installation) -> str | None:
    for message in await acme.hands.messages("olivia", "bot"):
        for each in message.get("files", []):
            return (await acme.http.get(f"{acme.slack_url}/_sandbox/files/{each['id']}")).text
    return None


def _found(acme: Installation, written: Mapping[str, str]) -> list[str]:
    """Say where a secret stands, by its first letters."""
    tokens = acme.workspace.tokens
    secrets = (acme.organization.admin_key, tokens.bot, tokens.app, tokens.signing_secret, PASSWORD)
    known = [f"{where} holds {each[:8]}…" for where, text in written.items() for each in secrets if each in text]
    other = [f"{where} holds {each[:8]}…" for where, text in written.items() for each in LOOKS_SECRET.findall(text)]
    return known + other
