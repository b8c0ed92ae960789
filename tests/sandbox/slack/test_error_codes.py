"""Each documented error code that a bad argument can cause, method by method."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from sandbox.slack import Workspace
from sandbox.slack.model import Channel, Message, User
from tests.sandbox.slack.acting import modal, section

JSON = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What the arguments of the cases below refer to."""

    workspace: Workspace
    general: Channel
    dana: User
    gone: User
    old: Channel
    archived: Channel
    own: Message
    theirs: Message


@pytest.fixture(name="scene")
def _scene(workspace: Workspace, general: Channel, dana: User) -> Scene:
    bot = workspace.bot.user_id
    archived = workspace.add_channel("archived", [bot, dana.id])
    archived.messages.append(Message(ts="1795000003.000000", user=bot, bot_id=workspace.bot.id, text="old"))
    archived.is_archived = True
    own = Message(ts="1795000001.000000", user=bot, bot_id=workspace.bot.id, text="mine")
    theirs = Message(ts="1795000002.000000", user=dana.id, text="theirs")
    general.messages += [own, theirs]
    return Scene(
        workspace=workspace,
        general=general,
        dana=dana,
        gone=workspace.add_user("gone", deleted=True),
        old=workspace.add_channel("elsewhere", [dana.id]),
        archived=archived,
        own=own,
        theirs=theirs,
    )


Arguments = Callable[[Scene], JSON]
NOWHERE = "C0NOWHERE12"
NEVER = "1.000000"

CASES: list[tuple[str, str, Arguments]] = [
    ("bots.info", "bot_not_found", lambda _: {"bot": "B0NOBODY123"}),
    ("chat.delete", "channel_not_found", lambda _: {"channel": NOWHERE, "ts": NEVER}),
    ("chat.delete", "message_not_found", lambda at: {"channel": at.general.id, "ts": NEVER}),
    ("chat.delete", "cant_delete_message", lambda at: {"channel": at.general.id, "ts": at.theirs.ts}),
    ("chat.getPermalink", "message_not_found", lambda at: {"channel": at.general.id, "message_ts": NEVER}),
    ("chat.postEphemeral", "user_not_in_channel", lambda at: {"channel": at.general.id, "user": "U1", "text": "x"}),
    ("chat.postEphemeral", "no_text", lambda at: {"channel": at.general.id, "user": at.dana.id}),
    ("chat.postMessage", "channel_not_found", lambda _: {"channel": NOWHERE, "text": "x"}),
    ("chat.postMessage", "is_archived", lambda at: {"channel": at.archived.id, "text": "x"}),
    ("chat.postMessage", "no_text", lambda at: {"channel": at.general.id}),
    ("chat.postMessage", "invalid_blocks_format", lambda at: {"channel": at.general.id, "blocks": "{"}),
    ("chat.postMessage", "invalid_blocks", lambda at: {"channel": at.general.id, "blocks": [{"type": "x"}]}),
    (
        "chat.postMessage",
        "too_many_attachments",
        lambda at: {"channel": at.general.id, "attachments": [{"text": "x"}] * 101},
    ),
    (
        "chat.postMessage",
        "markdown_text_conflict",
        lambda at: {"channel": at.general.id, "text": "x", "markdown_text": "y"},
    ),
    (
        "chat.postMessage",
        "invalid_metadata_format",
        lambda at: {"channel": at.general.id, "text": "x", "metadata": "["},
    ),
    (
        "chat.postMessage",
        "metadata_too_large",
        lambda at: {
            "channel": at.general.id,
            "text": "x",
            "metadata": {"event_type": "e", "event_payload": {"a": "x" * 9000}},
        },
    ),
    ("chat.scheduleMessage", "channel_not_found", lambda _: {"channel": NOWHERE, "post_at": 1, "text": "x"}),
    ("chat.scheduleMessage", "is_archived", lambda at: {"channel": at.archived.id, "post_at": 1, "text": "x"}),
    ("chat.update", "cant_update_message", lambda at: {"channel": at.general.id, "ts": at.theirs.ts, "text": "x"}),
    ("chat.update", "message_not_found", lambda at: {"channel": at.general.id, "ts": NEVER, "text": "x"}),
    ("chat.update", "msg_too_long", lambda at: {"channel": at.general.id, "ts": at.own.ts, "text": "x" * 4001}),
    ("chat.update", "no_text", lambda at: {"channel": at.general.id, "ts": at.own.ts}),
    ("chat.update", "is_inactive", lambda at: {"channel": at.archived.id, "ts": "1795000003.000000", "text": "x"}),
    ("conversations.create", "invalid_name_required", lambda _: {"name": ""}),
    ("conversations.create", "invalid_name_maxlength", lambda _: {"name": "x" * 81}),
    ("conversations.create", "invalid_name_specials", lambda _: {"name": "No Spaces"}),
    ("conversations.create", "invalid_name_punctuation", lambda _: {"name": "---"}),
    ("conversations.create", "name_taken", lambda _: {"name": "general"}),
    ("conversations.history", "not_in_channel", lambda at: {"channel": at.old.id}),
    ("conversations.history", "invalid_ts_oldest", lambda at: {"channel": at.general.id, "oldest": "then"}),
    ("conversations.history", "invalid_ts_latest", lambda at: {"channel": at.general.id, "latest": "then"}),
    ("conversations.info", "channel_not_found", lambda _: {"channel": NOWHERE}),
    ("conversations.invite", "already_in_channel", lambda at: {"channel": at.general.id, "users": at.dana.id}),
    (
        "conversations.invite",
        "cant_invite_self",
        lambda at: {"channel": at.general.id, "users": at.workspace.bot.user_id},
    ),
    ("conversations.invite", "user_not_found", lambda at: {"channel": at.general.id, "users": at.gone.id}),
    ("conversations.invite", "no_user", lambda at: {"channel": at.general.id, "users": ""}),
    ("conversations.invite", "not_in_channel", lambda at: {"channel": at.old.id, "users": at.dana.id}),
    ("conversations.invite", "is_archived", lambda at: {"channel": at.archived.id, "users": at.dana.id}),
    ("conversations.join", "is_archived", lambda at: {"channel": at.archived.id}),
    ("conversations.list", "invalid_types", lambda _: {"types": "tunnel"}),
    ("conversations.list", "invalid_cursor", lambda _: {"cursor": "???"}),
    ("conversations.list", "invalid_limit", lambda _: {"limit": 1001}),
    ("conversations.members", "invalid_cursor", lambda at: {"channel": at.general.id, "cursor": "???"}),
    ("conversations.open", "users_list_not_supplied", lambda _: {}),
    ("conversations.open", "user_not_found", lambda _: {"users": "U0NOBODY123"}),
    ("conversations.open", "user_disabled", lambda at: {"users": at.gone.id}),
    ("conversations.replies", "thread_not_found", lambda at: {"channel": at.general.id, "ts": NEVER}),
    ("files.completeUploadExternal", "file_not_found", lambda _: {"files": [{"id": "F0NOTHING12"}]}),
    (
        "files.completeUploadExternal",
        "channels_limit_exceeded",
        lambda _: {"files": [{"id": "F1"}], "channels": ",".join(["C1"] * 101)},
    ),
    ("files.getUploadURLExternal", "missing_argument", lambda _: {"filename": "a", "length": 0}),
    (
        "files.getUploadURLExternal",
        "alt_txt_too_large",
        lambda _: {"filename": "a", "length": 1, "alt_txt": "x" * 1001},
    ),
    (
        "files.getUploadURLExternal",
        "unknown_snippet_type",
        lambda _: {"filename": "a", "length": 1, "snippet_type": "klingon"},
    ),
    (
        "files.getUploadURLExternal",
        "snippet_too_large",
        lambda _: {"filename": "a", "length": 1_000_001, "snippet_type": "text"},
    ),
    ("files.info", "file_not_found", lambda _: {"file": "F0NOTHING12"}),
    (
        "functions.completeError",
        "function_execution_not_found",
        lambda _: {"function_execution_id": "Fx1", "error": "e"},
    ),
    (
        "functions.completeSuccess",
        "function_execution_not_found",
        lambda _: {"function_execution_id": "Fx1", "outputs": {}},
    ),
    ("oauth.v2.access", "invalid_client_id", lambda _: {"client_id": "1.2", "client_secret": "s", "code": "c"}),
    (
        "oauth.v2.access",
        "bad_client_secret",
        lambda at: {"client_id": at.workspace.state.client_id, "client_secret": "s", "code": "c"},
    ),
    ("pins.add", "no_item_specified", lambda at: {"channel": at.general.id}),
    ("pins.add", "bad_timestamp", lambda at: {"channel": at.general.id, "timestamp": "then"}),
    ("pins.add", "message_not_found", lambda at: {"channel": at.general.id, "timestamp": NEVER}),
    ("pins.add", "channel_not_found", lambda _: {"channel": NOWHERE, "timestamp": NEVER}),
    ("pins.add", "not_in_channel", lambda at: {"channel": at.old.id, "timestamp": NEVER}),
    ("reactions.add", "bad_timestamp", lambda at: {"channel": at.general.id, "name": "eyes", "timestamp": "then"}),
    ("reactions.add", "message_not_found", lambda at: {"channel": at.general.id, "name": "eyes", "timestamp": NEVER}),
    ("reactions.add", "invalid_name", lambda at: {"channel": at.general.id, "name": "No", "timestamp": at.own.ts}),
    ("team.info", "team_not_found", lambda _: {"team": "T0NOWHERE12"}),
    ("usergroups.users.list", "no_such_subteam", lambda _: {"usergroup": "S0NOBODY123"}),
    ("users.info", "user_not_found", lambda _: {"user": "U0NOBODY123"}),
    ("users.list", "invalid_cursor", lambda _: {"cursor": "???"}),
    ("users.lookupByEmail", "users_not_found", lambda _: {"email": "nobody@acme.example"}),
    ("views.open", "invalid_trigger_id", lambda _: {"trigger_id": "1.2.3", "view": modal(section("a"))}),
    ("views.open", "invalid_arguments", lambda _: {"trigger_id": "1.2.3", "view": {"type": "modal"}}),
    ("views.open", "view_too_large", lambda _: {"trigger_id": "1.2.3", "view": modal(section("x" * 260_000))}),
    ("views.push", "invalid_trigger_id", lambda _: {"trigger_id": "1.2.3", "view": modal(section("a"))}),
    ("views.update", "not_found", lambda _: {"view_id": "V0NOTHING12", "view": modal(section("a"))}),
    ("views.publish", "invalid_arguments", lambda _: {"user_id": "U1", "view": {"type": "home", "blocks": []}}),
]


@pytest.mark.parametrize(("method", "error", "arguments"), CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES])
async def test_a_bad_argument_meets_its_documented_code(
    http: httpx.AsyncClient, workspace: Workspace, scene: Scene, method: str, error: str, arguments: Arguments
) -> None:
    headers = {} if method == "oauth.v2.access" else {"authorization": f"Bearer {workspace.tokens.bot}"}

    answer = (await http.post(f"/api/{method}", json=arguments(scene), headers=headers)).json()

    assert (answer["ok"], answer["error"]) == (False, error)


async def test_a_pin_is_seen_in_the_channel(http: httpx.AsyncClient, workspace: Workspace, scene: Scene) -> None:
    headers = {"authorization": f"Bearer {workspace.tokens.bot}"}
    pin = {"channel": scene.general.id, "timestamp": scene.theirs.ts}

    assert (await http.post("/api/pins.add", json=pin, headers=headers)).json() == {"ok": True}
    again = (await http.post("/api/pins.add", json=pin, headers=headers)).json()
    history = (
        await http.get("/api/conversations.history", params={"channel": scene.general.id}, headers=headers)
    ).json()

    assert again["error"] == "already_pinned"
    assert history["pin_count"] == 1
    assert [each.get("pinned_to") for each in history["messages"]] == [[scene.general.id], None]


async def test_a_person_puts_23_emoji_under_a_message(
    http: httpx.AsyncClient, workspace: Workspace, scene: Scene
) -> None:
    headers = {"authorization": f"Bearer {workspace.tokens.bot}"}
    place = {"channel": scene.general.id, "timestamp": scene.own.ts}

    errors = [
        (await http.post("/api/reactions.add", json={**place, "name": f"emoji{number}"}, headers=headers)).json()
        for number in range(24)
    ]

    assert [each.get("error") for each in errors] == [None] * 23 + ["too_many_reactions"]


async def test_a_socket_is_asked_for_by_post(http: httpx.AsyncClient, workspace: Workspace) -> None:
    headers = {"authorization": f"Bearer {workspace.tokens.app}"}

    assert (await http.get("/api/apps.connections.open", headers=headers)).json()["error"] == "insecure_request"


class TestTabs:
    """What the manifest says of the app's own place in Slack."""

    @pytest.fixture(name="workspace")
    def _workspace(self) -> Workspace:
        off = {"home_tab_enabled": False, "messages_tab_enabled": False}
        scopes = {"scopes": {"bot": ["chat:write", "im:write"]}}
        return Workspace(manifest={"features": {"app_home": off}, "oauth_config": scopes})

    async def test_an_app_without_a_home_cannot_publish_one(
        self, http: httpx.AsyncClient, workspace: Workspace, dana: User
    ) -> None:
        asked = {"user_id": dana.id, "view": {"type": "home", "blocks": []}, "token": workspace.tokens.bot}

        assert (await http.post("/api/views.publish", json=asked)).json()["error"] == "not_enabled"

    async def test_an_app_without_messages_cannot_write_to_people(
        self, http: httpx.AsyncClient, workspace: Workspace, dana: User
    ) -> None:
        asked = {"channel": dana.id, "text": "x", "token": workspace.tokens.bot}

        assert (await http.post("/api/chat.postMessage", json=asked)).json()["error"] == "messages_tab_disabled"
