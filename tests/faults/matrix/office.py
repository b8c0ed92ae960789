"""What all trials of a process have in common: a Slack workspace with its people, and where OpenAI is served."""

import contextlib
import shutil
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from bot import slack_api
from bot.notifier import Notifier
from bot.notifier.mailbox import EVENT_TYPE
from bot.notifier.pacer import Pacer
from sandbox.serving import serving
from sandbox.slack import Workspace, create_app
from sandbox.slack.model import Message
from tests.faults.matrix.hall import Hall
from tests.support.alerts import no_alert
from tests.support.clock import Clock
from tests.support.databases import sqlite_url
from tests.support.notifiers import notifier_in
from tests.support.people import People
from workflows.store import Database

MANIFEST = Path(__file__).parents[3] / "manifest.yml"
NAMES = ("dana", "olivia", "omar", "petra", "mia", "nina", "pat")

Messages = Mapping[str, Sequence[Message]]
"""By the channel's id."""


@dataclass(frozen=True, kw_only=True)
class Office:
    """Dana asks, Olivia and Omar own the organisation, Petra owns its project, Mia is in it and Nina is not."""

    workspace: Workspace
    slack_url: str
    session: aiohttp.ClientSession
    hall: Hall
    people: People
    folder: Path
    """What is lived in: the database and the OpenAI organisation of one trial at a time."""

    database: Database
    """Closed between two trials; the statements that it has compiled are used again."""

    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    """Of no use to a server without it, but httpx would make one for each trial."""

    @property
    def openai(self) -> Path:
        return self.folder / "openai"

    def furnish(self, kept: Path) -> None:
        """Let what is *kept* be what is lived in."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(kept, self.folder)

    def notifier(self, clock: Clock) -> Notifier:
        """Return the notifier of one trial, which waits by its clock only."""

        async def sleep(seconds: float) -> None:
            clock.advance(seconds=seconds)

        async def dossier(request_id: str) -> Any:
            async with self.database.read() as work:
                return await work.dossier(request_id)

        return notifier_in(
            database=self.database,
            client=slack_api.client(self.workspace.tokens.bot, f"{self.slack_url}/api/", self.session, retries=0),
            dossier=dossier,
            alert=no_alert,
            requests_channel="#requests",
            pacer=Pacer(lambda: clock().timestamp()),
            now=clock,
            sleep=sleep,
        )

    def messages(self) -> Messages:
        """Return what stands in the workspace now."""
        channels = self.workspace.state.channels.values()
        return {each.id: [one.model_copy(deep=True) for one in each.messages] for each in channels}

    def restore(self, messages: Messages) -> None:
        """Let exactly these messages stand in the workspace."""
        for each in self.workspace.state.channels.values():
            each.messages[:] = [one.model_copy(deep=True) for one in messages.get(each.id, ())]

    def marked(self) -> list[tuple[str, Message]]:
        """Return every message about a request that stands in the workspace, with what it is for."""
        return [
            (str(each.metadata["event_payload"]["role"]), each)
            for channel in self.workspace.state.channels.values()
            for each in channel.messages
            if each.metadata and each.metadata["event_type"] == EVENT_TYPE
        ]


@contextlib.asynccontextmanager
async def open_office(folder: Path) -> AsyncIterator[Office]:
    """Serve Slack, and the hall for OpenAI, for the block; *folder* is there for this alone."""
    workspace = Workspace("Acme", manifest=yaml.safe_load(MANIFEST.read_text("utf-8")))
    people = People(*NAMES, groups={"platform": ["pat"]})
    for name, each in people.everybody.items():
        user = workspace.add_user(name, each.name, each.email)
        people.everybody[name] = replace(each, id=user.id, team=workspace.id)
    ids = [each.id for each in people.everybody.values()]
    workspace.add_channel("requests", [*ids, workspace.bot.user_id])
    hall = Hall()
    async with serving(create_app(workspace)) as slack_url, slack_api.open_session() as session, serving(hall) as there:
        hall.address = there
        yield Office(
            workspace=workspace,
            slack_url=slack_url,
            session=session,
            hall=hall,
            people=people,
            folder=folder,
            database=Database(sqlite_url(folder / "countersign.db")),
        )
