"""The guide to the local workspace: its commands start it, its calls are answered, its table of faults is whole."""

import asyncio
import contextlib
import json
import re
import shlex
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from string import Template

import httpx
import pytest

from sandbox.slack.faults import Orders

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs/sandbox-slack.md").read_text("utf-8")
ADDRESS = "http://127.0.0.1:8400"


@contextlib.asynccontextmanager
async def started(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "sandbox", "slack", *arguments),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.communicate()


@pytest.fixture(name="base_url")
async def _base_url() -> AsyncIterator[str]:
    async with started("--port", "0", "--empty") as process:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            line = await process.stdout.readline()
        yield str(json.loads(line)["url"])


def calls() -> list[list[str]]:
    """Return the words of every curl command of the guide."""
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


@pytest.fixture(name="known")
async def _known(base_url: str) -> dict[str, str]:
    """Open a workspace and return what the guide's variables stand for."""
    async with httpx.AsyncClient(base_url=base_url, trust_env=False, timeout=10) as http:
        asked = {"people": [{"name": "olga"}], "channels": [{"name": "lounge", "members": ["olga"]}]}
        opened = await http.post("/_sandbox/teams", json={"name": "Umbrella", "install": True, **asked})
        team = opened.json()["team"]["id"]
        found = (await http.get(f"/_sandbox/teams/{team}/workspace")).json()
    [olga] = [each["id"] for each in found["users"] if each["name"] == "olga"]
    return {"TEAM": team, "CHANNEL": found["channels"][0]["id"], "PERSON": olga}


async def test_every_call_of_the_guide_is_answered(base_url: str, known: dict[str, str]) -> None:
    team = f"/_sandbox/teams/{known['TEAM']}/"
    ended = False
    async with httpx.AsyncClient(base_url=base_url, trust_env=False, timeout=10) as http:
        for words in sorted(calls(), key=lambda each: "uninstall" in each[2]):
            assert words[:2] == ["curl", "-s"]
            path = Template(words[2]).substitute(known).removeprefix(ADDRESS)
            if any(name in "".join(words) for name in ("$PERSON", "$RUN")):  # they are at home in that workspace
                path = path.replace("/_sandbox/", team)
            body = Template(words[words.index("-d") + 1]).substitute(known) if "-d" in words else None
            answer = await (http.get(path) if body is None else http.post(path, content=body))
            assert answer.status_code == 200, f"{shlex.join(words)}: {answer.text}"
            known |= {"RUN": answer.json().get("function", {}).get("function_execution_id", known.get("RUN", ""))}
            ended = ended or "uninstall" in path

    assert ended


def test_the_table_of_faults_is_whole() -> None:
    table = GUIDE.partition("## What can go wrong")[2].partition("```")[0]
    named = {name for row in re.findall(r"^\| (.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}

    assert named == set(Orders.model_fields) - {"clear"}


async def test_a_taken_port_ends_the_start_with_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with started("--port", str(port), "--empty") as process:
            async with asyncio.timeout(30):
                _, problem = await process.communicate()

    assert process.returncode == 1
    assert problem.decode().strip() == f"Port {port} is taken: choose another with --port."
