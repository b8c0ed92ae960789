"""The command line: what each command says, and the one sentence for whatever is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from bot.cli.main import MODULES, commands
from bot.settings import Settings
from tests.bot.said import Said
from tests.support.installation import ROOT

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
        ("worker", FULL, "`worker` is one process of several"),
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
        # Without exec, the shell between them takes the platform's signal and the bot never hears of it.
        assert command[:4] == ["exec", "python", "-m", "bot"]
        assert Said(capsys, *command[4:], "--help").code == 0


def test_each_command_is_where_it_is_looked_for() -> None:
    whole = typer.main.get_command(commands())
    assert isinstance(whole, typer.core.TyperGroup)

    assert list(whole.commands) == list(MODULES)
    for name in MODULES:
        part = typer.main.get_command(commands(only=name))
        assert isinstance(part, typer.core.TyperGroup)
        assert name in part.commands


def test_what_runs_the_bot_brings_nothing_of_the_local_servers() -> None:
    program = "import sys; from bot.cli.main import commands; commands(only='run'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)

    loaded = done.stdout.split()
    assert "bot.cli.running" in loaded
    assert [each for each in loaded if each.partition(".")[0] in {"sandbox", "matplotlib", "pyarrow", "psycopg"}] == []


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


def test_a_database_is_made_and_brought_up_to_date(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.db")

    first, second = Said(capsys, "migrate"), Said(capsys, "migrate")

    assert (first.code, second.code) == (0, 0)
    assert Said(capsys, "audit", "verify").out == "The log is empty.\n"
