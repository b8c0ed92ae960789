"""The command line: what each command says, and the one sentence for whatever is wrong."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import run
from bot.settings import Settings
from tests.support.databases import SQLiteTemplate
from workflows.audit.entry import Draft
from workflows.model import Actor, ActorType
from workflows.store import Database

FULL = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "OPENAI_ADMIN_KEY": "sk-admin-1",
}


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


class Said:
    """What one command line printed, and its exit code."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        self.code = run(arguments)
        self.out, self.err = capsys.readouterr()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["demp"], 2, "Did you mean 'demo'?"),
        (["nothing-like-it"], 2, "nothing-like-it"),
        (["run", "--loud"], 2, "--loud"),
        (["run", "now"], 2, "now"),
        (["sandbox", "slakc"], 2, "Did you mean 'slack'?"),
        (["sandbox", "slack", "--port", "many"], 2, "--port"),
        (["sandbox", "slack", "--port", "99999"], 2, "--port"),
        (["sandbox", "slack", "--manifest", "no.yml"], 1, "no.yml cannot be read"),
        (["sandbox", "slack", "--openai-url", "http://example.com:80"], 1, "no address on this machine"),
        (["sandbox", "slack", "--openai-url", "http://127.0.0.1:many"], 1, "no address on this machine"),
        (["demo", "--port", "0"], 2, "--port"),
        (["policy", "check"], 2, "'file'"),
        (["policy", "check", "no.yml"], 1, "no.yml cannot be read"),
        (["policy", "explain", "--kind", "budget"], 2, "--as"),
        (["policy", "explain", "--kind", "bugdet", "--as", "a@b.c"], 1, "did you mean budget?"),
        (["policy", "explain", "--kind", "budget", "--as", "a@b.c", "--param", "limit"], 1, "NAME=VALUE"),
        (["policy", "explain", "--kind", "budget", "--as", "a@b.c", "--param", "raise=1"], 1, "raise_"),
        (["policy", "explain", "--kind", "budget", "--as", "a@b.c", "--param", "monthly_limit=1e9"], 1, "1e9"),
        (["audit", "export", "--format", "xml"], 2, "xml"),
        (["audit", "export", "--since", "soon"], 1, "--since soon"),
        (["audit", "export"], 1, "python -m bot migrate"),
        (["audit", "export", "-o", "no/such/folder/file.csv"], 1, "migrate"),
        (["audit", "verify"], 1, "python -m bot migrate"),
        (["audit", "verify", "no.csv"], 1, "no.csv cannot be read"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else None,
)
def test_what_is_wrong_with_a_command_line_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    said = Said(capsys, *arguments)

    assert (said.code, said.out) == (code, "")
    assert words in said.err
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("command", "environment", "words"),
    [
        ("run", {}, "SLACK_BOT_TOKEN is missing"),
        ("web", {"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN is missing"),
        ("run", FULL | {"OPENAI_ADMIN_KEY": ""}, "OPENAI_ADMIN_KEY is missing"),
        ("worker", {}, "SLACK_BOT_TOKEN is missing"),
        ("worker", {"SLACK_BOT_TOKEN": "xoxb-1"}, "OPENAI_ADMIN_KEY is missing"),
        ("run", FULL | {"PORT": "http"}, "PORT is malformed"),
        ("run", FULL | {"OPENAI_BASE_URL": "https://api.openai.com"}, "OPENAI_BASE_URL is malformed"),
        ("run", FULL | {"POLICY_FILE": "no.yml"}, "POLICY_FILE is malformed"),
        ("migrate", {"DATABASE_URL": "oracle://x"}, "DATABASE_URL is malformed"),
        ("migrate", {"DATABASE_URL": "sqlite:///no/such/folder/x.db"}, "DATABASE_URL names a database"),
        ("migrate", {"DATABASE_URL": "postgres://u:5ecret@127.0.0.1:1/d"}, "DATABASE_URL names a database"),
        ("worker", FULL, "python -m bot migrate"),
    ],
)
def test_what_is_wrong_with_the_environment_is_one_sentence(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    environment: dict[str, str],
    words: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    said = Said(capsys, command)

    assert (said.code, said.out) == (1, "")
    assert words in said.err
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    assert "5ecret" not in said.err


def test_a_policy_that_cannot_be_used_ends_the_start(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.yml"
    policy.write_text("version: 1\nrulez: []\n")
    for name, value in (FULL | {"POLICY_FILE": str(policy)}).items():
        monkeypatch.setenv(name, value)

    said = Said(capsys, "run")

    assert said.code == 1
    assert f"{policy}, line 2" in said.err
    assert said.err.count("\n") == 1


def test_platforms_start_commands_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    lines = (Path(__file__).parents[2] / "Procfile").read_text("utf-8").splitlines()
    started = {name: command.split() for name, command in (line.split(": ") for line in lines)}

    assert set(started) == {"web", "worker", "release"}
    for command in started.values():
        assert command[:3] == ["python", "-m", "bot"]
        assert Said(capsys, *command[3:], "--help").code == 0


@pytest.mark.parametrize("arguments", [[], ["audit"], ["--help"], ["policy", "explain", "--help"]])
def test_help_is_printed(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    said = Said(capsys, *arguments)

    assert "Usage: countersign" in said.out + said.err


def test_the_built_in_policy_is_checked_against_the_kinds(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    policy = tmp_path / "policy.yml"
    policy.write_text((Path(__file__).parents[2] / "workflows" / "policy" / "default.yml").read_text("utf-8"))

    assert Said(capsys, "policy", "check", str(policy)).code == 0

    policy.write_text(policy.read_text("utf-8").replace("request.raise_amount", "request.rise_amount"))
    wrong = Said(capsys, "policy", "check", str(policy))
    assert (wrong.code, "did you mean raise_amount?" in wrong.err) == (1, True)


def test_what_is_allowed_and_probably_not_meant_is_warned_of(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    policy = tmp_path / "policy.yml"
    default = (Path(__file__).parents[2] / "workflows" / "policy" / "default.yml").read_text("utf-8")
    policy.write_text(default.replace("\nrules:\n", "\nrules:\n  - {name: closed, kinds: [archive], deny: Closed.}\n"))

    said = Said(capsys, "policy", "check", str(policy))

    assert said.code == 0
    warned = [each for each in said.out.splitlines() if each.startswith("!")]
    assert [each.partition(", rule ")[2] for each in warned] == ['"archive": "closed" denies what this is about.']


def test_a_rule_is_explained_without_asking_anybody(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--param", "monthly_limit=1500", "--param", "raise_amount=100", "--param", "raise_percent=5"]

    said = Said(capsys, "policy", "explain", "--kind", "budget", "--as", "dana@acme.example", *asked)

    assert said.code == 0
    assert [each for each in said.out.splitlines() if each.startswith("→")] == [
        "→ small raise: decides: 1 of the project's owners"
    ]


@pytest.fixture(name="log")
async def _log(sqlite_template: SQLiteTemplate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Make a database with four entries and name it in the environment."""
    with sqlite_template.fresh(tmp_path) as url:
        database = Database(url)
        entries = []
        for number, kind in enumerate(["budget", "new_project", "budget", "budget"], 1):
            async with database.begin() as work:
                actor = Actor(type=ActorType.PERSON, id="U1", email="=1+1@acme.example")
                at = datetime(2026, 11, 20 + number, 12, tzinfo=UTC)
                entries.append(await work.append(Draft(action="opened", actor=actor, at=at, kind=kind, data={})))
        await database.close()
    monkeypatch.setenv("DATABASE_URL", url)
    return entries


async def in_thread(capsys: pytest.CaptureFixture[str], *arguments: str) -> Said:
    """Run a command beside this loop: commands have loops of their own."""
    return await asyncio.to_thread(Said, capsys, *arguments)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
async def test_an_exported_log_verifies_offline(
    capsys: pytest.CaptureFixture[str], log: list[Any], tmp_path: Path, form: str
) -> None:
    path = tmp_path / f"log.{form}"

    exported = await in_thread(capsys, "audit", "export", "--format", form, "-o", str(path))
    verified = await in_thread(capsys, "audit", "verify", str(path))

    assert (exported.code, exported.out, exported.err) == (0, "", "")
    assert (verified.code, verified.out) == (
        0,
        f"4 entries verified; the last is 4, with hash {log[-1].hash}.\n",
    )


@pytest.mark.parametrize(
    ("options", "seqs"),
    [
        ([], [1, 2, 3, 4]),
        (["--kind", "budget"], [1, 3, 4]),
        (["--since", "2026-11-23"], [3, 4]),
        (["--until", "2026-11-22"], [1, 2]),
        (["--until", "2026-11-22T12:00:00"], [1]),
        (["--project", "proj_none"], []),
    ],
)
async def test_an_export_holds_what_was_asked_for(
    capsys: pytest.CaptureFixture[str], log: list[Any], options: list[str], seqs: list[int]
) -> None:
    said = await in_thread(capsys, "audit", "export", "--format", "jsonl", *options)

    assert [json.loads(line)["seq"] for line in said.out.splitlines()] == seqs


async def test_an_altered_export_is_found_out(
    capsys: pytest.CaptureFixture[str], log: list[Any], tmp_path: Path
) -> None:
    path = tmp_path / "log.jsonl"
    await in_thread(capsys, "audit", "export", "--format", "jsonl", "-o", str(path))
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:1], lines[1].replace("opened", "denied"), *lines[2:]]), "utf-8")

    said = await in_thread(capsys, "audit", "verify", str(path))

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("Entry 2 was altered")


async def test_an_export_needs_nothing_but_the_database(
    capsys: pytest.CaptureFixture[str], log: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "malformed")

    assert (await in_thread(capsys, "audit", "export")).code == 0


async def test_the_database_verifies(capsys: pytest.CaptureFixture[str], log: list[Any]) -> None:
    said = await in_thread(capsys, "audit", "verify")

    assert (said.code, log[-1].hash in said.out) == (0, True)


async def test_an_export_that_cannot_be_written_leaves_nothing_behind(
    capsys: pytest.CaptureFixture[str], log: list[Any], tmp_path: Path
) -> None:
    said = await in_thread(capsys, "audit", "export", "-o", str(tmp_path / "no" / "log.csv"))

    assert (said.code, "cannot be written" in said.err) == (1, True)


def test_a_database_is_made_and_brought_up_to_date(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.db")

    first, second = Said(capsys, "migrate"), Said(capsys, "migrate")

    assert (first.code, second.code) == (0, 0)
    assert Said(capsys, "audit", "verify").out == "The log is empty.\n"
