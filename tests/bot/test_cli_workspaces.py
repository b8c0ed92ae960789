"""``workspaces``: what it refuses, in one sentence."""

from pathlib import Path

import pytest

from bot.cli.main import run
from bot.sealing import Seal
from bot.settings import Settings
from tests.support.databases import SQLiteTemplate


@pytest.fixture(name="served", autouse=True)
def _served(sqlite_template: SQLiteTemplate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve Acme and Labs, over a database without a project."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    listed = tmp_path / "workspaces.yml"
    listed.write_text("home: T0ACME\nworkspaces: {T0ACME: {}, T0LABS: {}}\n", "utf-8")
    with sqlite_template.fresh(tmp_path):
        pass  # the file stays
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/countersign.db",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "secret",
        "INSTALLATIONS_KEY": "A" * 43 + "=",
        "WORKSPACES_FILE": str(listed),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def test_a_key_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["workspaces", "key"]) == 0

    Seal.of(capsys.readouterr().out.strip())


def test_without_an_installation_each_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["workspaces", "list"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "T0ACME (home): the app is not installed, 0 projects",
        "T0LABS: the app is not installed, 0 projects",
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["assign", "any", "T0NONE"], "T0NONE is not in WORKSPACES_FILE; there are T0ACME, T0LABS"),
        (["assign", "any", "T0LABS"], "No project is any"),
    ],
)
def test_what_cannot_be_assigned_is_named(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert run(["workspaces", *arguments]) == 1

    assert sentence in capsys.readouterr().err


def test_one_workspace_has_no_list(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("SLACK_CLIENT_ID")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1-token")

    assert run(["workspaces", "list"]) == 1

    assert "One workspace is served here" in capsys.readouterr().err
