"""How the Web API is called: bodies, tokens, scopes, error codes, limits, and what every method answers."""

import json

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Timing, Workspace
from sandbox.slack.api import every_method
from sandbox.slack.model import Channel, User
from tests.sandbox.slack.acting import MovableClock, orders, section
from tests.support.slack_methods import described, skip_unless_described


@pytest.fixture(name="bearer")
def _bearer(workspace: Workspace) -> dict[str, str]:
    return {"authorization": f"Bearer {workspace.tokens.bot}"}


async def test_get_form_and_json_mean_the_same(http: httpx.AsyncClient, bearer: dict[str, str], dana: User) -> None:
    asked = {"user": dana.id}

    answers = [
        await http.get("/api/users.info", params=asked, headers=bearer),
        await http.post("/api/users.info", data=asked, headers=bearer),
        await http.post("/api/users.info", json=asked, headers=bearer),
        await http.post("/api/users.info", files={"user": (None, dana.id)}, headers=bearer),
    ]

    assert {each.json()["user"]["name"] for each in answers} == {"dana"}


async def test_token_may_be_an_argument(http: httpx.AsyncClient, workspace: Workspace) -> None:
    answer = await http.post("/api/auth.test", data={"token": workspace.tokens.bot})

    assert answer.json()["user_id"] == workspace.bot.user_id


async def test_blocks_may_be_json_inside_a_form(
    http: httpx.AsyncClient, bearer: dict[str, str], general: Channel
) -> None:
    form = {"channel": general.id, "blocks": json.dumps([section("hi")]), "text": "hi"}

    answer = (await http.post("/api/chat.postMessage", data=form, headers=bearer)).json()

    assert answer["message"]["blocks"][0]["text"]["text"] == "hi"


@pytest.mark.parametrize(
    ("token", "error"),
    [
        pytest.param("", "not_authed", id="none"),
        pytest.param("xoxb-made-up", "invalid_auth", id="wrong"),
    ],
)
async def test_a_call_without_the_right_token_is_refused(http: httpx.AsyncClient, token: str, error: str) -> None:
    answer = await http.post("/api/auth.test", data={"token": token} if token else {})

    assert answer.json() == {"ok": False, "error": error}


async def test_each_kind_of_token_has_its_methods(http: httpx.AsyncClient, workspace: Workspace) -> None:
    app = {"token": workspace.tokens.app}
    bot = {"token": workspace.tokens.bot}

    assert (await http.post("/api/apps.connections.open", data=app)).json()["ok"]
    assert (await http.post("/api/apps.connections.open", data=bot)).json()["error"] == "not_allowed_token_type"
    assert (await http.post("/api/auth.test", data=app)).json()["error"] == "not_allowed_token_type"


async def test_an_unknown_method_is_named(http: httpx.AsyncClient, bearer: dict[str, str]) -> None:
    answer = await http.post("/api/chat.shout", headers=bearer)

    assert answer.json() == {"ok": False, "error": "unknown_method", "req_method": "chat.shout"}


async def test_a_missing_argument_is_named(http: httpx.AsyncClient, bearer: dict[str, str]) -> None:
    answer = (await http.post("/api/conversations.info", headers=bearer)).json()

    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


async def test_a_body_that_is_no_json_is_no_crash(http: httpx.AsyncClient, bearer: dict[str, str]) -> None:
    headers = bearer | {"content-type": "application/json"}

    answer = await http.post("/api/chat.postMessage", content=b"{nope", headers=headers)

    assert answer.status_code == 200
    assert answer.json()["error"] == "invalid_arguments"


async def test_api_test_gives_back_what_it_was_asked(http: httpx.AsyncClient) -> None:
    assert (await http.post("/api/api.test", data={"foo": "bar"})).json() == {"ok": True, "args": {"foo": "bar"}}
    assert (await http.post("/api/api.test", data={"error": "mine"})).json()["error"] == "mine"


async def test_calls_are_written_down_without_the_token(
    http: httpx.AsyncClient, client: AsyncWebClient, general: Channel
) -> None:
    await client.chat_postMessage(channel=general.id, text="once")
    await http.post("/api/chat.postMessage", data={"token": "xoxb-secret", "channel": general.id})

    calls = (await http.get("/_sandbox/calls", params={"method": "chat.postMessage"})).json()["calls"]

    assert [(each["ok"], each["error"]) for each in calls] == [(True, None), (False, "invalid_auth")]
    assert calls[0]["arguments"]["text"] == "once"
    assert "xoxb-" not in json.dumps(calls)


class TestScopes:
    """With a manifest the bot may do what it lists."""

    @pytest.fixture(name="workspace")
    def _workspace(self, wall: MovableClock, timing: Timing) -> Workspace:
        manifest = {
            "display_information": {"name": "Countersign"},
            "oauth_config": {"scopes": {"bot": ["chat:write", "users:read", "channels:read"]}},
        }
        return Workspace(manifest=manifest, clock=wall, timing=timing)

    async def test_a_method_outside_the_scopes_says_what_it_needs(self, client: AsyncWebClient) -> None:
        with pytest.raises(SlackApiError) as refusal:
            await client.users_lookupByEmail(email="dana@acme.example")

        assert refusal.value.response["error"] == "missing_scope"
        assert refusal.value.response["needed"] == "users:read.email"
        assert refusal.value.response["provided"] == "chat:write,users:read,channels:read"

    async def test_email_is_hidden_without_its_scope(self, client: AsyncWebClient, dana: User) -> None:
        found = await client.users_info(user=dana.id)

        assert "email" not in found["user"]["profile"]

    async def test_private_channels_need_their_own_scope(self, client: AsyncWebClient, general: Channel) -> None:
        assert (await client.conversations_list(types="public_channel"))["channels"]

        with pytest.raises(SlackApiError, match="missing_scope"):
            await client.conversations_list(types="public_channel,private_channel")

    async def test_a_channel_without_the_bot_needs_write_public(
        self, workspace: Workspace, client: AsyncWebClient, dana: User
    ) -> None:
        quiet = workspace.add_channel("quiet", members=[dana.id])

        with pytest.raises(SlackApiError, match="not_in_channel"):
            await client.chat_postMessage(channel=quiet.id, text="hello")


class TestLimits:
    """Tiers and the pause between messages hold only once they are switched on."""

    async def test_nothing_is_limited_by_default(self, client: AsyncWebClient, general: Channel) -> None:
        for number in range(25):
            await client.chat_postMessage(channel=general.id, text=str(number))

    async def test_a_channel_takes_one_message_a_second(
        self, http: httpx.AsyncClient, client: AsyncWebClient, general: Channel, wall: MovableClock
    ) -> None:
        await orders(http, tier_limits=True)
        await client.chat_postMessage(channel=general.id, text="one")

        with pytest.raises(SlackApiError) as refusal:
            await client.chat_postMessage(channel=general.id, text="two")
        wall.move(1)
        await client.chat_postMessage(channel=general.id, text="two")

        assert refusal.value.response.status_code == 429
        assert refusal.value.response.headers["Retry-After"] == "1"
        assert refusal.value.response["error"] == "ratelimited"

    async def test_a_tier_2_method_is_called_twenty_times_a_minute(
        self, http: httpx.AsyncClient, client: AsyncWebClient, wall: MovableClock
    ) -> None:
        await orders(http, tier_limits=True)
        for _ in range(20):
            await client.users_list()

        with pytest.raises(SlackApiError, match="ratelimited"):
            await client.users_list()
        wall.move(60)

        assert (await client.users_list())["ok"]


def test_methods_have_slacks_scopes() -> None:
    skip_unless_described()
    wrong = {}
    for name, method in every_method().items():
        description = described(name)
        assert description is not None, f"{name} is no method of Slack's that we know"
        theirs = set((description.get("scope") or {}).get("bot", []))
        if set(method.scopes) != theirs:
            wrong[name] = (set(method.scopes), theirs)

    assert not wrong


def test_methods_have_slacks_tiers() -> None:
    skip_unless_described()
    tiers = {name: (described(name) or {}).get("rate_limits") for name in every_method()}

    wrong = {
        name: (method.tier, tiers[name])
        for name, method in every_method().items()
        if tiers[name] is not None and tiers[name] != f"t{method.tier}"
    }

    assert not wrong
