"""A person with a browser who installs the app, and further workspaces to install it in."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from sandbox.slack import Workspace

JSON = dict[str, Any]
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
CALLBACK = "http://127.0.0.1:9/callback"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A workspace that was opened beside the first one."""

    team: JSON
    http: httpx.AsyncClient

    @property
    def id(self) -> str:
        return str(self.team["id"])

    @property
    def calls(self) -> str:
        return f"/_sandbox/teams/{self.id}"

    async def user(self, name: str) -> str:
        return await self._named("users", name)

    async def channel(self, name: str) -> str:
        return await self._named("channels", name)

    async def does(self, call: str, **fields: Any) -> JSON:
        answer = await self.http.post(f"{self.calls}/{call}", json=fields)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def sees(self, user: str, channel: str) -> list[str]:
        answer = await self.http.get(f"{self.calls}/messages", params={"user": user, "channel": channel})
        return [each["text"] for each in answer.json()["messages"]]

    async def _named(self, kind: str, name: str) -> str:
        found = (await self.http.get(f"{self.calls}/workspace")).json()[kind]
        return str(next(each["id"] for each in found if each["name"] == name))


async def opened(http: httpx.AsyncClient, name: str, enterprise: str = "", *, install: bool = False) -> Place:
    """Open a workspace with Pia in it and a channel that she shares with the bot."""
    asked = {
        "name": name,
        "enterprise": enterprise,
        "install": install,
        "people": [{"name": "pia", "real_name": "Pia Person"}],
        "channels": [{"name": "general", "members": ["pia"]}],
    }
    answer = await http.post("/_sandbox/teams", json=asked)
    assert answer.status_code == 200, answer.text
    return Place(team=answer.json()["team"], http=http)


def asking(workspace: Workspace, **more: str) -> dict[str, str]:
    """Return the query with which the app sends somebody to the installation page."""
    return {
        "client_id": workspace.state.client_id,
        "scope": "chat:write,commands",
        "redirect_uri": CALLBACK,
        "state": "s-1",
        **more,
    }


async def allows(http: httpx.AsyncClient, query: dict[str, str], user: str, **more: str) -> dict[str, str]:
    """Press Allow on the page; returns what the browser brings back to the app."""
    page = await http.get("/oauth/v2/authorize", params=query)
    assert page.status_code == 200, page.text
    assert user in page.text
    hidden = dict(_HIDDEN.findall(page.text))
    form = {name: unescape(value) for name, value in hidden.items()} | {"user": user, "choice": "allow"} | more
    answer = await http.post("/oauth/v2/authorize", data=form)
    assert answer.status_code == 302, answer.text
    return {name: each[0] for name, each in parse_qs(urlsplit(answer.headers["location"]).query).items()}


async def exchanged(http: httpx.AsyncClient, workspace: Workspace, **asked: str) -> JSON:
    """Exchange a code or a refresh token."""
    secrets = (workspace.state.client_id, workspace.tokens.client_secret)
    answer = await http.post("/api/oauth.v2.access", data={"redirect_uri": CALLBACK, **asked}, auth=secrets)
    return dict(answer.json())


async def calls(http: httpx.AsyncClient, token: str, method: str, **arguments: Any) -> JSON:
    answer = await http.post(f"/api/{method}", json=arguments, headers={"authorization": f"Bearer {token}"})
    return dict(answer.json())
