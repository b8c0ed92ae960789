"""The whole product over real HTTP and WebSocket: both local servers, and the bot in this process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx
import yaml
from starlette.types import ASGIApp

from bot.cli import wiring
from bot.pictures import Draw
from bot.settings import Settings
from sandbox import openai, scenario, slack
from sandbox.scenario.hands import Hands, eventually
from sandbox.serving import serving
from tests.support.charts import blank
from tests.support.openapi import Description, Judged
from tests.support.ports import free_port
from tests.support.slack_methods import JudgedMethods
from workflows.audit.verify import Verifier
from workflows.store import Database

ROOT = Path(__file__).parents[2]
Transport = Literal["socket", "http"]
Door = Callable[[ASGIApp], ASGIApp]


def way_in(database_url: str) -> Transport:
    """Return the transport that goes with a database where not every pair of them is tried."""
    return "socket" if database_url.startswith("sqlite") else "http"


CARD = ", asked by "
"""What the text of a request's card says besides its title and its state."""

BESIDES = {"budget_alert", "digest_sent", "started"}
"""What happens whatever a test is about: money passes its marks, Mondays come, and processes start."""

SHORT = httpx.Limits(keepalive_expiry=1.0)
"""Well below the seconds after which our servers close what is idle: else a call may meet the closing."""


@dataclass
class Installation:
    """One company with its Slack workspace, its OpenAI organisation and a database for the bot."""

    organization: openai.Organization
    workspace: slack.Workspace
    slack_url: str
    openai_url: str
    database_url: str
    transport: Transport
    hands: Hands
    http: httpx.AsyncClient
    port: int

    @property
    def environment(self) -> dict[str, str]:
        """The bot's environment, as an operator would set it."""
        tokens = self.workspace.tokens
        plain = self.database_url.replace("sqlite+aiosqlite", "sqlite").replace("postgresql+psycopg", "postgresql")
        variables = {
            "SLACK_BOT_TOKEN": tokens.bot,
            "SLACK_SIGNING_SECRET": tokens.signing_secret,
            "SLACK_API_URL": f"{self.slack_url}/api/",
            "OPENAI_ADMIN_KEY": self.organization.admin_key,
            "OPENAI_BASE_URL": f"{self.openai_url}/v1",
            "DATABASE_URL": plain,
            "REQUESTS_CHANNEL": "#requests",
            "ALERTS_CHANNEL": "#general",
            "PORT": str(self.port),
        }
        return variables | ({"SLACK_APP_TOKEN": tokens.app} if self.transport == "socket" else {})

    @property
    def events_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/slack/events"

    async def fault(self, where: Literal["slack", "openai"], **fault: Any) -> None:
        """Arm what goes wrong next in Slack or in OpenAI."""
        url = self.slack_url if where == "slack" else self.openai_url
        (await self.http.post(f"{url}/_sandbox/faults", json=fault)).raise_for_status()

    async def openai_calls(self, method: str, ending: str) -> int:
        calls = (await self.http.get(f"{self.openai_url}/_sandbox/calls")).json()["calls"]
        return sum(each["method"] == method and each["path"].endswith(ending) for each in calls)

    async def projects(self, name: str) -> list[str]:
        """Return the ids of the organisation's projects of this name."""
        body = (await self.http.get(f"{self.openai_url}/_sandbox/organization")).json()
        return [each["id"] for each in body["projects"] if each["name"] == name]

    async def limit(self, project_id: str) -> int | None:
        """Return the project's monthly limit in cents, from OpenAI itself."""
        url = f"{self.openai_url}/v1/organization/projects/{project_id}/spend_limit"
        answer = await self.http.get(url, headers={"Authorization": f"Bearer {self.organization.admin_key}"})
        body: dict[str, int] = answer.json()
        return body.get("threshold_amount")

    async def card(self, channel: str, title: str, word: str, who: str = "omar") -> Mapping[str, Any]:
        """Wait until the channel's one card about *title* says *word*."""

        async def drawn() -> Mapping[str, Any] | None:
            cards = [each for each in await self.hands.messages(who, channel) if _is_card(str(each["text"]), title)]
            assert len(cards) < 2, "One request has one card."
            return cards[0] if cards and word in str(cards[0]) else None

        try:
            return await eventually(drawn, f"No card about {title} says {word}.")
        except TimeoutError:
            seen = [each["text"] for each in await self.hands.messages(who, channel)]
            raise TimeoutError(f"No card about {title} says {word}; there is {seen}.") from None

    async def told(self, who: str, word: str) -> str:
        """Wait until the bot's DM to somebody says *word*; returns that message."""

        async def said() -> str | None:
            return next((each["text"] for each in await self.hands.messages(who, "bot") if word in each["text"]), None)

        return await eventually(said, f"{who} was never told {word}.")

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        database = Database(self.database_url)
        yield database
        await database.close()

    async def trail(self) -> list[str]:
        """Return the actions of the audit log, after checking its chain as ``audit verify`` does."""
        async with self.database() as database, database.read() as work:
            verifier, actions = Verifier(), []
            async for entry in work.audit_entries():
                verifier.feed(entry)
                if entry.action not in BESIDES:
                    actions.append(entry.action)
            verifier.finish(await work.audit_head())
        return actions


def _is_card(text: str, title: str) -> bool:
    """Tell a card from what else stands in its channel about the same request, such as an alarm."""
    return title in text and CARD in text


@asynccontextmanager
async def installed(
    database_url: str,
    transport: Transport,
    timing: slack.Timing | None = None,
    *,
    data: Path | None = None,
    door: Door | None = None,
    openai_door: Door | None = None,
    described: Callable[[dict[str, Any]], object] = lambda _manifest: None,
) -> AsyncIterator[Installation]:
    """Set everything up but the bot; at the end both judges speak.

    *data* is a folder that keeps both companies' state; *door* wraps Slack, and *openai_door* OpenAI, as callers meet
    them, outside their judges; *described* changes the app's manifest.
    """
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
    described(manifest)
    kept = {name: data / name for name in ("slack", "openai")} if data else {"slack": None, "openai": None}
    workspace = slack.Workspace("Acme", manifest=manifest, timing=timing, data=kept["slack"])
    organization = openai.Organization(admin_key="sk-admin-journey", data=kept["openai"])
    await scenario.furnish(workspace, organization)
    methods, operations = (
        JudgedMethods(slack.create_app(workspace)),
        Judged(openai.create_app(organization), Description.published()),
    )
    async with (
        serving(door(methods) if door else methods) as slack_url,
        serving(openai_door(operations) if openai_door else operations) as openai_url,
        httpx.AsyncClient(timeout=30, limits=SHORT) as http,
        httpx.AsyncClient(base_url=f"{slack_url}/_sandbox", timeout=40, limits=SHORT) as acting,
    ):
        yield Installation(
            organization=organization,
            workspace=workspace,
            slack_url=slack_url,
            openai_url=openai_url,
            database_url=database_url,
            transport=transport,
            hands=await Hands.of(acting),
            http=http,
            port=free_port(),
        )
    organization.close()
    methods.verdict()
    operations.verdict()


@asynccontextmanager
async def running(
    installation: Installation,
    *,
    works: bool = True,
    draw: Draw | None = blank,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[wiring.Parts]:
    """Run the bot and (if it *works*) its worker in this process, connected to Slack.

    Charts are blank unless *draw* is None: drawing takes a second that few tests are about. *environment* is in place
    of the installation's own.
    """
    names = {name.lower(): value for name, value in (environment or installation.environment).items()}
    settings = Settings.load(**names)
    async with contextlib.AsyncExitStack() as stack:
        parts = await stack.enter_async_context(wiring.assembled(settings, migrate=False, draw=draw))
        await parts.organization.refresh()
        await parts.budgets.collect()
        if works:
            await stack.enter_async_context(wiring.working(parts))
        sockets = await stack.enter_async_context(wiring.listening(parts, host="127.0.0.1"))
        if sockets is not None:
            await asyncio.wait_for(sockets.opened.wait(), 20)
        else:
            installation.workspace.request_url = installation.events_url
        yield parts
