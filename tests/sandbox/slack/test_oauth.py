"""Installing the app: the page, the code, the tokens, their renewal and their end."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator

import httpx
import pytest
import websockets

from sandbox.slack import Timing, Workspace
from sandbox.slack.model import User
from tests.sandbox.slack.acting import MovableClock
from tests.sandbox.slack.installing import CALLBACK, JSON, allows, asking, calls, exchanged, opened

MANIFEST = {
    "oauth_config": {
        "redirect_urls": ["http://127.0.0.1:9"],
        "scopes": {"bot": ["chat:write", "commands", "users:read"], "user": ["search:read"]},
        "pkce_enabled": True,
    },
    "settings": {"token_rotation_enabled": False, "org_deploy_enabled": True},
}


@pytest.fixture(name="workspace")
def _workspace(wall: MovableClock, timing: Timing) -> Workspace:
    return Workspace(manifest=MANIFEST, clock=wall, timing=timing)


async def test_a_person_sees_what_the_app_asks_for(http: httpx.AsyncClient, workspace: Workspace, dana: User) -> None:
    page = await http.get("/oauth/v2/authorize", params=asking(workspace, state='"><script>'))

    assert "Dana Dev" in page.text
    assert "chat:write" in page.text
    assert "<script>" not in page.text


async def test_cancelling_goes_back_with_the_refusal(http: httpx.AsyncClient, workspace: Workspace, dana: User) -> None:
    form = asking(workspace, team=workspace.id, user=dana.id, choice="cancel")

    answer = await http.post("/oauth/v2/authorize", data=form)

    assert answer.headers["location"] == f"{CALLBACK}?error=access_denied&state=s-1"


async def test_a_code_becomes_a_token_that_works(http: httpx.AsyncClient, workspace: Workspace, dana: User) -> None:
    place = await opened(http, "Globex")
    pia = await place.user("pia")

    brought = await allows(http, asking(workspace, team=place.id), pia)
    answer = await exchanged(http, workspace, code=brought["code"])
    who = await calls(http, answer["access_token"], "auth.test")

    assert brought["state"] == "s-1"
    assert (answer["team"], answer["enterprise"]) == ({"id": place.id, "name": "Globex"}, None)
    assert (answer["scope"], answer["authed_user"]) == ("chat:write,commands", {"id": pia})
    assert (who["team_id"], who["user_id"]) == (place.id, answer["bot_user_id"])


async def test_scopes_are_those_that_were_allowed(http: httpx.AsyncClient, workspace: Workspace) -> None:
    place = await opened(http, "Globex")
    pia = await place.user("pia")
    query = asking(workspace, team=place.id)
    token = (await exchanged(http, workspace, code=(await allows(http, query, pia))["code"]))["access_token"]

    refused = await calls(http, token, "users.info", user=pia)
    wider = await allows(http, query | {"scope": "users:read"}, pia)
    again = await exchanged(http, workspace, code=wider["code"])

    assert (refused["error"], refused["needed"]) == ("missing_scope", "users:read")
    assert (again["access_token"], again["scope"]) == (token, "chat:write,commands,users:read")
    assert (await calls(http, token, "users.info", user=pia))["ok"]


async def test_a_person_may_give_a_token_of_their_own(
    http: httpx.AsyncClient, workspace: Workspace, dana: User
) -> None:
    brought = await allows(http, asking(workspace, user_scope="search:read"), dana.id)
    person = (await exchanged(http, workspace, code=brought["code"]))["authed_user"]

    assert (person["id"], person["scope"]) == (dana.id, "search:read")
    assert (await calls(http, person["access_token"], "auth.test"))["user_id"] == dana.id
    assert (await calls(http, person["access_token"], "team.info"))["error"] == "not_allowed_token_type"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"redirect_uri": "http://evil.example"}, "bad_redirect_uri"),
        ({"redirect_uri": "http://127.0.0.1:99/"}, "bad_redirect_uri"),
        ({"scope": ""}, "no_scopes"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"team": "T0NOWHERE12"}, "invalid_team"),
        ({"code_challenge": "x", "code_challenge_method": "plain"}, "invalid_code_challenge_method"),
    ],
)
async def test_a_wrong_address_gets_a_page_that_says_so(
    http: httpx.AsyncClient, workspace: Workspace, dana: User, wrong: dict[str, str], code: str
) -> None:
    page = await http.get("/oauth/v2/authorize", params=asking(workspace) | wrong)

    assert (page.status_code, f"<code>{code}</code>" in page.text) == (400, True)


async def test_a_code_is_good_once_and_for_ten_minutes(
    http: httpx.AsyncClient, workspace: Workspace, dana: User, wall: MovableClock
) -> None:
    first, second = [(await allows(http, asking(workspace), dana.id))["code"] for _ in range(2)]

    assert (await exchanged(http, workspace, code=first))["ok"]
    assert (await exchanged(http, workspace, code=first))["error"] == "invalid_code"
    wall.move(601)
    assert (await exchanged(http, workspace, code=second))["error"] == "invalid_code"


async def test_a_code_comes_back_to_the_same_address(http: httpx.AsyncClient, workspace: Workspace, dana: User) -> None:
    code = (await allows(http, asking(workspace), dana.id))["code"]

    answer = await exchanged(http, workspace, code=code, redirect_uri="http://127.0.0.1:9/other")

    assert answer["error"] == "bad_redirect_uri"


async def test_pkce_stands_in_for_the_secret(http: httpx.AsyncClient, workspace: Workspace, dana: User) -> None:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"verifier").digest()).rstrip(b"=").decode()
    query = asking(workspace, code_challenge=challenge, code_challenge_method="S256")
    asked = {"client_id": workspace.state.client_id, "redirect_uri": CALLBACK}

    answers = []
    for verifier in ("wrong", "verifier"):
        code = (await allows(http, query, dana.id))["code"]
        form = asked | {"code": code, "code_verifier": verifier}
        answers.append((await http.post("/api/oauth.v2.access", data=form)).json())

    assert answers[0]["error"] == "invalid_code_verifier"
    assert answers[1]["ok"]


async def test_an_unknown_grant_type_is_refused(http: httpx.AsyncClient, workspace: Workspace) -> None:
    assert (await exchanged(http, workspace, grant_type="password"))["error"] == "invalid_grant_type"


class TestRotation:
    """Tokens for twelve hours, and a refresh token for one exchange."""

    @pytest.fixture(name="workspace")
    def _workspace(self, wall: MovableClock, timing: Timing) -> Workspace:
        manifest = MANIFEST | {"settings": {"token_rotation_enabled": True}}
        return Workspace(manifest=manifest, clock=wall, timing=timing)

    async def test_a_rotating_token_expires_and_is_renewed_once(
        self, http: httpx.AsyncClient, workspace: Workspace, dana: User, wall: MovableClock
    ) -> None:
        first = await exchanged(http, workspace, code=(await allows(http, asking(workspace), dana.id))["code"])
        wall.move(12 * 60 * 60)
        expired = await calls(http, first["access_token"], "auth.test")

        renewal = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
        second = await exchanged(http, workspace, **renewal)
        again = await exchanged(http, workspace, **renewal)

        assert first["expires_in"] == 43_200
        assert expired["error"] == "token_expired"
        assert (await calls(http, second["access_token"], "auth.test"))["expires_in"] > 43_000
        assert again["error"] == "invalid_refresh_token"


@pytest.fixture(name="heard")
async def _heard(http: httpx.AsyncClient, workspace: Workspace) -> AsyncIterator[websockets.ClientConnection]:
    url = (await calls(http, workspace.tokens.app, "apps.connections.open"))["url"]
    async with websockets.connect(url, proxy=None) as socket:
        await socket.recv()
        yield socket


async def events(heard: websockets.ClientConnection, count: int) -> dict[str, JSON]:
    """Return the next *count* events by type, acknowledged."""
    found = {}
    for _ in range(count):
        envelope = json.loads(await heard.recv())
        await heard.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
        found[envelope["payload"]["event"]["type"]] = envelope["payload"]
    return found


class TestTheEnd:
    """Revoking and uninstalling, heard by the app."""

    @pytest.fixture(name="workspace")
    def _workspace(self, wall: MovableClock, timing: Timing) -> Workspace:
        return Workspace(clock=wall, timing=timing)

    async def test_a_revoked_token_is_over_and_the_app_hears_of_it(
        self, http: httpx.AsyncClient, workspace: Workspace, heard: websockets.ClientConnection
    ) -> None:
        token = workspace.tokens.bot

        rehearsed = await calls(http, token, "auth.revoke", test=True)
        revoked = await calls(http, token, "auth.revoke")
        told = await events(heard, 2)

        assert (rehearsed["revoked"], revoked["revoked"]) == (False, True)
        assert (await calls(http, token, "auth.test"))["error"] == "token_revoked"
        assert told["tokens_revoked"]["event"]["tokens"] == {"oauth": [], "bot": [workspace.bot.user_id]}
        assert told["app_uninstalled"]["team_id"] == workspace.id

    async def test_an_uninstalled_app_hears_no_more_commands_until_it_is_installed_again(
        self, http: httpx.AsyncClient, workspace: Workspace, dana: User, heard: websockets.ClientConnection
    ) -> None:
        token = workspace.tokens.bot
        channel = workspace.add_channel("general", [dana.id]).id
        assert (await http.post("/_sandbox/uninstall", json={})).json() == {"ok": True}
        await events(heard, 2)

        command = {"user": dana.id, "channel": channel, "command": "/openai"}
        answer = (await http.post("/_sandbox/command", json=command)).json()
        twice = await http.post("/_sandbox/uninstall", json={})
        again = await exchanged(http, workspace, code=(await allows(http, asking(workspace), dana.id))["code"])

        assert (answer["ok"], answer["error"]) == (False, "app_not_installed")
        assert (twice.status_code, twice.json()["error"]) == (400, "The app is not installed in Acme.")
        assert (await calls(http, token, "auth.test"))["error"] == "account_inactive"
        assert (await calls(http, again["access_token"], "auth.test"))["ok"]

    async def test_an_app_level_token_cannot_be_revoked(self, http: httpx.AsyncClient, workspace: Workspace) -> None:
        assert (await calls(http, workspace.tokens.app, "auth.revoke"))["error"] == "not_bearer_token"
