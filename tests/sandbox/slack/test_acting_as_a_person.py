"""The calls under ``/_sandbox/``: looking, writing, malformed calls, live events, and what survives a restart."""

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.serving import serving
from sandbox.slack import Timing, Workspace, create_app
from sandbox.slack.model import Channel, User
from tests.sandbox.slack.acting import MovableClock, Person, modal, section, text_field

JSON = dict[str, Any]

MANIFEST: JSON = {
    "display_information": {"name": "Countersign"},
    "features": {
        "bot_user": {"display_name": "Countersign"},
        "slash_commands": [{"command": "/openai", "description": "Ask", "usage_hint": "[word]"}],
        "shortcuts": [{"name": "Ask", "type": "global", "callback_id": "launch", "description": "Ask"}],
    },
    "oauth_config": {"scopes": {"bot": ["commands", "chat:write"]}},
    "settings": {"event_subscriptions": {"bot_events": ["app_mention"]}},
}


async def test_the_workspace_tells_all_one_needs(
    workspace: Workspace, http: httpx.AsyncClient, general: Channel, dana: User, olga: User
) -> None:
    group = workspace.add_usergroup("owners", "Owners", members=[olga.id])

    found = (await http.get("/_sandbox/workspace")).json()

    person = next(each for each in found["users"] if each["id"] == dana.id)
    assert {name: person[name] for name in ("name", "email", "tz", "is_bot")} == {
        "name": "dana",
        "email": "dana@acme.example",
        "tz": "Europe/Berlin",
        "is_bot": False,
    }
    assert found["channels"] == [{"id": general.id, "name": "general", "is_private": False}]
    assert found["usergroups"] == [{"id": group.id, "handle": "owners", "name": "Owners", "users": [olga.id]}]
    assert found["tokens"] == {
        "bot": workspace.tokens.bot,
        "app": workspace.tokens.app,
        "signing_secret": workspace.tokens.signing_secret,
    }
    assert found["bot"]["user_id"] == workspace.bot.user_id


async def test_a_person_sees_their_conversations(http: httpx.AsyncClient, as_dana: Person, as_olga: Person) -> None:
    await as_olga.says("hello")
    await as_dana.says("hi")

    asked = {"user": as_dana.user}
    before = (await http.get("/_sandbox/conversations", params=asked)).json()["channels"]
    await as_dana.sees()
    after = (await http.get("/_sandbox/conversations", params=asked)).json()["channels"]

    assert [(each["name"], each["is_im"]) for each in before] == [("general", False), ("Countersign", True)]
    assert (before[0]["unread_count"], after[0]["unread_count"]) == (1, 0)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a <b> & c", "a &lt;b&gt; &amp; c"),
        ("<!channel> <!here>", "&lt;!channel&gt; &lt;!here&gt;"),
        ("<@U0NOBODY>", "&lt;@U0NOBODY&gt;"),
        ("<@{olga}> look", "<@{olga}> look"),
        ("@olga look", "<@{olga}> look"),
        ("mail olga@example.com", "mail olga@example.com"),
        ("@Countersign: approve", "<@{bot}>: approve"),
        ("\u202eevil 🎉", "\u202eevil 🎉"),
    ],
)
async def test_what_a_person_types_is_escaped_but_for_mentions(
    workspace: Workspace, as_dana: Person, olga: User, typed: str, kept: str
) -> None:
    names = {"olga": olga.id, "bot": workspace.bot.user_id}

    posted = await as_dana.says(typed.format(**names) if "{" in typed else typed)

    assert posted["message"]["text"] == (kept.format(**names) if "{" in kept else kept)


class TestMalformedCalls:
    """Each answers 400 with one sentence."""

    @pytest.mark.parametrize(
        ("call", "fields", "sentence"),
        [
            ("command", {"channel": "C0", "command": "/x"}, "There is no channel 'C0' in this workspace."),
            ("command", {"command": "/x"}, "The field 'channel' is missing."),
            ("command", {"channel": "C0", "command": "/x", "txt": ""}, "The field 'txt' is not known here."),
            ("message", {"channel": "general", "text": " "}, "A message needs a text."),
            (
                "message",
                {"channel": "general", "text": "x", "thread_ts": "1"},
                "Dana Dev sees no message '1' in 'general'.",
            ),
            (
                "message",
                {"channel": "general", "text": 5},
                "The field 'text' is wrong: Input should be a valid string.",
            ),
            ("submit", {"view_id": "V0"}, "There is no open view 'V0'."),
            ("action", {"action_id": "x"}, "Say where: a view_id, channel and ts, or home; exactly one of them."),
            ("action", {"action_id": "x", "home": True}, "The app has not published a Home for Dana Dev."),
            (
                "shortcut",
                {"callback_id": "x", "channel": "general"},
                "A message shortcut needs both channel and ts, a global one neither.",
            ),
        ],
    )
    async def test_it_is_named(self, as_dana: Person, call: str, fields: JSON, sentence: str) -> None:
        assert await as_dana.is_refused(call, **fields) == sentence

    async def test_a_body_that_is_no_json(self, http: httpx.AsyncClient) -> None:
        answer = await http.post("/_sandbox/message", content=b"{")

        assert (answer.status_code, answer.json()["error"]) == (400, "The body has to be JSON.")

    async def test_a_missing_parameter(self, http: httpx.AsyncClient, dana: User) -> None:
        answer = await http.get("/_sandbox/messages", params={"user": dana.id})

        assert (answer.status_code, answer.json()["error"]) == (400, "The parameter 'channel' is missing.")

    async def test_somebody_who_cannot_act(self, workspace: Workspace, http: httpx.AsyncClient) -> None:
        gone = workspace.add_user(name="gone", deleted=True)
        refusals = {
            "U0NOBODY": "There is no user 'U0NOBODY' in this workspace.",
            workspace.bot.user_id: f"'{workspace.bot.user_id}' is the app's bot; only people can act here.",
            gone.id: "Gone is deactivated and cannot act.",
        }

        for user, sentence in refusals.items():
            answer = await http.get("/_sandbox/view", params={"user": user})
            assert (answer.status_code, answer.json()["error"]) == (400, sentence)

    async def test_a_channel_one_is_not_in(self, workspace: Workspace, as_dana: Person, olga: User) -> None:
        secret = workspace.add_channel("secret", members=[olga.id])

        sentence = await as_dana.is_refused("message", channel=secret.id, text="let me in")
        assert sentence == "Dana Dev is not in 'secret'."

    async def test_an_input_the_view_does_not_have(
        self, workspace: Workspace, client: AsyncWebClient, as_dana: Person
    ) -> None:
        trigger = workspace.triggers.issue(as_dana.user)
        view = (await client.views_open(trigger_id=trigger, view=modal(text_field("name"))))["view"]

        sentence = await as_dana.is_refused("submit", view_id=view["id"], values={"nmae": "x"})
        assert sentence == "The view has no input 'nmae'; its inputs: name."

    async def test_somebody_elses_view(
        self, workspace: Workspace, client: AsyncWebClient, as_dana: Person, as_olga: Person
    ) -> None:
        trigger = workspace.triggers.issue(as_dana.user)
        view = (await client.views_open(trigger_id=trigger, view=modal(text_field("name"))))["view"]

        sentence = await as_olga.is_refused("submit", view_id=view["id"])
        assert sentence == f"The view '{view['id']}' is not on the screen of Olga Owner."


class TestWithAManifest:
    """The workspace knows the app by its manifest."""

    @pytest.fixture(name="workspace")
    def _workspace(self, wall: MovableClock, timing: Timing) -> Workspace:
        return Workspace(manifest=MANIFEST, clock=wall, timing=timing)

    async def test_only_its_commands_and_shortcuts_exist(self, as_dana: Person) -> None:
        assert (
            await as_dana.is_refused("command", channel="general", command="/deploy")
            == "/deploy is not a valid command."
        )
        assert (
            await as_dana.is_refused("shortcut", callback_id="explain") == "The app has no global shortcut 'explain'."
        )

    async def test_they_are_told_to_the_page(self, http: httpx.AsyncClient, general: Channel) -> None:
        app = (await http.get("/_sandbox/workspace")).json()["app"]

        assert app["commands"] == [{"command": "/openai", "description": "Ask", "usage_hint": "[word]"}]
        assert [each["callback_id"] for each in app["shortcuts"]] == ["launch"]


async def test_live_events_tell_what_to_read_again(
    client: AsyncWebClient, workspace: Workspace, address: str, as_dana: Person, as_olga: Person
) -> None:
    async with (
        httpx.AsyncClient(base_url=address, trust_env=False) as other,
        other.stream("GET", "/_sandbox/events", params={"user": as_dana.user}) as stream,
    ):
        lines = stream.aiter_lines()
        assert await anext(lines) == ": listening"
        posted = await client.chat_postMessage(channel=as_dana.channel, text="x")
        await client.chat_update(channel=as_dana.channel, ts=posted["ts"], text="y")
        await client.chat_postEphemeral(channel=as_dana.channel, user=as_olga.user, text="not for Dana")
        await client.chat_postEphemeral(channel=as_dana.channel, user=as_dana.user, text="for Dana")
        await client.chat_delete(channel=as_dana.channel, ts=posted["ts"])
        await client.views_open(trigger_id=workspace.triggers.issue(as_dana.user), view=modal(section("a")))
        await client.views_publish(user_id=as_dana.user, view={"type": "home", "blocks": []})

        events: list[JSON] = []
        async with asyncio.timeout(5):
            while len(events) < 6:
                line = await anext(lines)
                events += [json.loads(line.removeprefix("data: "))] if line.startswith("data: ") else []

    assert [each["type"] for each in events] == [
        "message",
        "message_changed",
        "ephemeral",
        "message_deleted",
        "view",
        "home",
    ]
    assert events[0] == {"type": "message", "channel": as_dana.channel, "ts": posted["ts"]}


async def test_an_open_page_is_ended_with_the_server(workspace: Workspace, dana: User) -> None:
    async with httpx.AsyncClient(trust_env=False) as page, contextlib.AsyncExitStack() as stack:
        async with serving(create_app(workspace)) as address:
            asked = page.stream("GET", f"{address}/_sandbox/events", params={"user": dana.id})
            lines = (await stack.enter_async_context(asked)).aiter_lines()
            assert await anext(lines) == ": listening"

        assert [line async for line in lines if line] == []


async def test_only_this_machine_may_act(workspace: Workspace) -> None:
    far = httpx.ASGITransport(create_app(workspace), client=("192.0.2.1", 5000))
    async with httpx.AsyncClient(transport=far, base_url="http://sandbox") as stranger:
        answer = await stranger.get("/_sandbox/workspace")

    assert (answer.status_code, answer.json()["ok"]) == (403, False)


async def test_a_workspace_comes_back_from_its_folder(tmp_path: Path) -> None:
    first = Workspace(data=tmp_path)
    dana = first.add_user(name="dana")
    general = first.add_channel("general", members=[dana.id, first.bot.user_id])
    async with serving(create_app(first)) as address:
        client = AsyncWebClient(token=first.tokens.bot, base_url=f"{address}/api/")
        posted = await client.chat_postMessage(channel=general.id, text="kept")
        await client.chat_postEphemeral(channel=general.id, user=dana.id, text="lost")
        await client.files_upload_v2(channel=general.id, content="bytes", filename="a.txt")

    again = Workspace(data=tmp_path)
    async with (
        serving(create_app(again)) as address,
        httpx.AsyncClient(base_url=address, trust_env=False) as http,
    ):
        seen = await Person(http, dana.id, general.id).sees()
        file = await http.get(f"/_sandbox/files/{seen[1]['files'][0]['id']}")

    assert again.tokens == first.tokens
    assert again.bot == first.bot
    assert [each["text"] for each in seen] == ["kept", ""]
    assert seen[0]["ts"] == posted["ts"]
    assert file.text == "bytes"


def test_a_damaged_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "workspace.json").write_text('{"users": 5}', "utf-8")

    with pytest.raises(ValueError, match="users"):
        Workspace(data=tmp_path)


def test_python_fills_a_workspace(workspace: Workspace, dana: User, general: Channel) -> None:
    posted = workspace.post(user=dana.id, channel=general.id, text="a < b")

    assert workspace.channel_named("general").messages == [posted]
    assert posted.text == "a &lt; b"
    assert workspace.user_named("dana") == dana
    with pytest.raises(ValueError, match="already a user called 'dana'"):
        workspace.add_user(name="dana")
    with pytest.raises(ValueError, match="no user 'U0'"):
        workspace.add_channel("other", members=["U0"])


def test_secrets_stand_in_no_repr(workspace: Workspace) -> None:
    shown = repr(workspace.state) + repr(workspace.tokens)

    for secret in (workspace.tokens.bot, workspace.tokens.app, workspace.tokens.signing_secret):
        assert secret not in shown
