"""The README and the guides say only what is true: their commands run, their tables are whole, their links lead."""

import asyncio
import re
import shlex
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.support.databases import PostgreSQLTemplate, SQLiteTemplate
from tests.support.installation import ROOT, Installation, installed
from tests.support.ports import free_ports
from tests.support.process import Process

GUIDES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
SERVERS = {"run", "web", "worker", "demo"}
ELSEWHERE = ("november", "HASH", "prune")
"""What stands in commands that other tests run, on a log that they are about."""

BLOCKS = r"```sh\n(.*?)```|^((?:    [^\n]*\n)+)"
"""Fenced, or indented by four spaces."""

ONE_OF_SEVERAL = {"web", "worker"}


def commands() -> list[str]:
    """Return every ``python -m bot …`` that stands in a block of commands, each once."""
    blocks = [
        block
        for guide in GUIDES
        for block in re.findall(
            r"```sh\n(.*?)```|^((?:    [^\n]*\n)+)", guide.read_text("utf-8"), re.DOTALL | re.MULTILINE
        )
    ]
    lines = [line.partition(" #")[0] for fenced, indented in blocks for line in (fenced or indented).splitlines()]
    found = [line[line.index("python -m bot") :].strip() for line in lines if "python -m bot" in line]
    return list(dict.fromkeys(found))


@pytest.fixture(name="acme")
async def _acme(sqlite_template: SQLiteTemplate, tmp_path: Path) -> AsyncIterator[Installation]:
    with sqlite_template.fresh(tmp_path) as url:
        async with installed(url, "socket") as installation:
            yield installation


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """Return a folder with the files that the guides' commands read."""
    shutil.copy(ROOT / "workflows/policy/default.yml", tmp_path / "policy.yml")
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    return tmp_path


def test_there_are_commands_to_try() -> None:
    assert "python -m bot run" in commands()
    assert any("audit verify" in each for each in commands())


@pytest.mark.parametrize("command", [each for each in commands() if each.split()[3] in SERVERS])
async def test_a_server_of_the_guides_starts_and_ends_in_order(
    command: str, acme: Installation, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    words = shlex.split(command)[3:]
    if words[0] in ONE_OF_SEVERAL:
        template: PostgreSQLTemplate = request.getfixturevalue("postgresql_template")
        with template.fresh(tmp_path) as acme.database_url:
            await _starts_and_ends(words, acme)
    else:
        await _starts_and_ends(words, acme)


async def _starts_and_ends(words: list[str], acme: Installation) -> None:
    port = acme.port
    if words[0] == "demo":
        words += ["--no-open", "--port", str(free_ports(3))]
        port = int(words[-1]) + 2
    process = await Process(acme, " ".join(words), port=port).start()

    assert await process.stop() == 0, process.output


async def test_the_other_commands_of_the_guides_run(acme: Installation, folder: Path) -> None:
    process = await Process(acme, "run").start()
    await acme.hands.ask("dana", "budget", project="prompt-lab", monthly_limit="120", reason="More")
    await acme.card("requests", "prompt-lab", "Waiting")
    await process.stop()

    for command in commands():
        words = shlex.split(command)[3:]
        if words[0] in SERVERS or any(each in command for each in ELSEWHERE):
            continue
        ended = await Process(acme, shlex.join(words), folder=folder).start(ready=False)
        assert await ended.ended() == 0, f"{command}: {ended.output}"


async def test_an_export_with_a_filter_verifies_as_the_guide_says(acme: Installation, folder: Path) -> None:
    process = await Process(acme, "run").start()
    await acme.hands.ask("dana", "budget", project="prompt-lab", monthly_limit="120", reason="More")
    await acme.card("requests", "prompt-lab", "Waiting")
    await process.stop()

    export = await Process(acme, "audit export --format jsonl --kind budget -o november.jsonl", folder=folder).start(
        ready=False
    )
    assert await export.ended() == 0, export.output
    verify = await Process(acme, "audit verify --filtered november.jsonl", folder=folder).start(ready=False)
    assert await verify.ended() == 0, verify.output


def test_every_link_within_the_project_leads_somewhere() -> None:
    dead = [
        f"{guide.name}: {target}"
        for guide in GUIDES
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", guide.read_text("utf-8"))
        if not (guide.parent / target).exists()
    ]
    assert dead == []


def test_the_environment_is_documented_whole() -> None:
    table = re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/install.md").read_text("utf-8"), re.MULTILINE)

    assert set(table) == {each.upper() for each in Settings.model_fields}


def test_ci_runs_the_readmes_own_test_command() -> None:
    (command,) = [
        each for each in (ROOT / "README.md").read_text("utf-8").splitlines() if each.endswith("&& python -m pytest")
    ]

    assert command.startswith("python3 -m venv")
    assert "python -m pytest$" in (ROOT / ".ci/run").read_text("utf-8")


async def test_the_demo_serves_three_addresses(acme: Installation) -> None:
    port = free_ports(3)
    process = await Process(acme, f"demo --no-open --port {port}", port=port + 2).start()
    answers = await asyncio.gather(
        acme.http.get(f"http://127.0.0.1:{port}/"),
        acme.http.get(f"http://127.0.0.1:{port + 1}/_sandbox/organization"),
        acme.http.get(f"http://127.0.0.1:{port + 2}/metrics"),
    )

    assert [each.status_code for each in answers] == [200, 200, 200]
    assert await process.stop() == 0, process.output
