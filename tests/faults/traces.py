"""Every place in which a secret could be left behind, as text to be searched."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from sandbox.scenario.company import PEOPLE
from tests.support.installation import Installation
from tests.support.process import Process
from workflows.store import tables

VIEWS = ("views.open", "views.push", "views.update", "views.publish")


async def rows(acme: Installation) -> str:
    """Return every row of every table."""
    async with acme.database() as database, database.read() as work:
        return "\n".join(
            [
                repr(row)
                for table in tables.metadata.sorted_tables
                for row in await work.connection.execute(sa.select(table))
            ]
        )


def files(folder: Path) -> str:
    """Return what SQLite wrote, pages that it does not use any more and its write-ahead log included."""
    return "\n".join(each.read_bytes().decode(errors="replace") for each in folder.glob("countersign.db*"))


async def shown(acme: Installation) -> str:
    """Return everything that anybody sees, and everything that the bot ever told Slack."""
    seen: list[Any] = [await acme.hands.get("/calls")]
    for who in PEOPLE:
        seen.append(await acme.hands.get("/view", user=acme.hands.users[who]))
        for channel in (*acme.hands.channels, "bot"):
            for each in await acme.hands.messages(who, channel):
                seen.append(each)
                seen += await acme.hands.messages(who, channel, each["ts"])
    return str(seen)


async def beside_dialogs(acme: Installation) -> str:
    """Return all that Slack keeps, and everything that the bot ever told it but for what stood in dialogs."""
    calls = (await acme.hands.get("/calls"))["calls"]
    kept = acme.workspace.state.model_dump_json()
    return "\n".join([kept, *(str(each) for each in calls if each["method"] not in VIEWS)])


async def said(acme: Installation, command: str) -> str:
    """Return what a command prints."""
    process = await Process(acme, command).start(ready=False)
    assert await process.ended() == 0
    return process.output
