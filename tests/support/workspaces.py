"""Several workspaces that install the app, each with its people, beside the home workspace of an installation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import yaml

from bot.sealing import new_key
from sandbox.scenario.hands import Hands
from tests.sandbox.slack.installing import allows
from tests.support.installation import SHORT, Installation

CALLBACK = "https://bot.example/slack/oauth_redirect"
PEOPLE = ("lia", "boss", "otto")
CHANNELS = ("general", "requests", "labs-alerts")


def distributed(manifest: dict[str, Any]) -> None:
    """Make the app one that several workspaces, and whole organisations, can install."""
    manifest["oauth_config"]["redirect_urls"] = [CALLBACK]
    manifest["settings"]["org_deploy_enabled"] = True


@dataclass(kw_only=True)
class Branch:
    """A workspace beside the home workspace."""

    team: str
    enterprise: str
    hands: Hands
    http: httpx.AsyncClient

    async def does(self, call: str, **fields: Any) -> Mapping[str, Any]:
        return await self.hands.post(f"/{call}", **fields)

    async def token(self) -> str | None:
        """Return the app's token there, None where it is not installed."""
        found = (await self.http.get("/teams")).json()["teams"]
        token: str | None = next(each["bot_token"] for each in found if each["id"] == self.team)
        return token


@dataclass(kw_only=True)
class Company:
    """An installation of the bot for several workspaces."""

    acme: Installation
    folder: Path
    clients: list[httpx.AsyncClient] = field(default_factory=list)
    key: str = field(default_factory=new_key)

    @property
    def home(self) -> str:
        return self.acme.workspace.id

    async def branch(self, name: str, enterprise: str = "") -> Branch:
        """Open a workspace; ``lia``, ``boss`` and ``otto`` are in it, at *name*.example."""
        place = name.lower()
        people = [{"name": each, "real_name": each.title(), "email": f"{each}@{place}.example"} for each in PEOPLE]
        channels = [{"name": each, "members": PEOPLE} for each in CHANNELS]
        asked = {"name": name, "enterprise": enterprise, "people": people, "channels": channels}
        http = httpx.AsyncClient(base_url=f"{self.acme.slack_url}/_sandbox", timeout=40, limits=SHORT)
        self.clients.append(http)
        answer = await http.post("/teams", json=asked)
        assert answer.status_code == 200, answer.text
        team = answer.json()["team"]
        own = httpx.AsyncClient(base_url=team["sandbox_url"].rstrip("/"), timeout=40, limits=SHORT)
        self.clients.append(own)
        return Branch(
            team=team["id"], enterprise=(team["enterprise"] or {}).get("id", ""), hands=await Hands.of(own), http=http
        )

    def environment(self, branches: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
        """Return the bot's environment with the home workspace and these *branches*, by their teams."""
        listed = self.folder / "workspaces.yml"
        listed.write_text(yaml.safe_dump({"home": self.home, "workspaces": {self.home: {}, **branches}}), "utf-8")
        environment = self.acme.environment
        del environment["SLACK_BOT_TOKEN"]
        return environment | {
            "SLACK_CLIENT_ID": self.acme.workspace.state.client_id,
            "SLACK_CLIENT_SECRET": self.acme.workspace.tokens.client_secret,
            "INSTALLATIONS_KEY": self.key,
            "WORKSPACES_FILE": str(listed),
        }

    async def install(self, team: str, user: str, **more: str) -> httpx.Response:
        """Install the app as somebody does in a browser; returns the page on which they end."""
        bot = f"http://127.0.0.1:{self.acme.port}"
        async with (
            httpx.AsyncClient(base_url=bot, trust_env=False, timeout=20) as browser,
            httpx.AsyncClient(base_url=self.acme.slack_url, timeout=20) as slack,
        ):
            begun = await browser.get("/slack/install")
            assert begun.status_code == 302, begun.text
            query = {name: each[0] for name, each in parse_qs(urlsplit(begun.headers["location"]).query).items()}
            back = await allows(slack, query | {"team": team}, user, **more)
            # The cookie is for HTTPS alone, as behind a platform's router; this browser is inside.
            cookie = begun.headers["set-cookie"].partition(";")[0]
            return await browser.get("/slack/oauth_redirect", params=back, headers={"cookie": cookie})

    async def close(self) -> None:
        for each in self.clients:
            await each.aclose()
