"""What the app is told when people act, and its answers to the response URL."""

import re
from typing import Any

import httpx
import pytest
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox.slack import Workspace
from tests.sandbox.slack.acting import MovableClock, Person, button, modal, option, section, until

JSON = dict[str, Any]


@pytest.fixture(name="received")
def _received(app: AsyncApp) -> list[JSON]:
    """Acknowledge whatever comes, and keep it."""
    received: list[JSON] = []

    async def keep(ack: AsyncAck, body: JSON) -> None:
        await ack()
        received.append(body)

    for register in (app.command("/openai"), app.action(re.compile(".*")), app.shortcut("explain")):
        register(keep)
    return received


@pytest.fixture(name="card")
async def _card(client: AsyncWebClient, as_dana: Person) -> str:
    """Post a card with a few things to use, and return its ts."""
    approve = button("approve", "Approve", value="r-1", style="primary")
    menu = {"type": "overflow", "action_id": "more", "options": [option("keep"), option("drop")]}
    pick = {"type": "static_select", "action_id": "pick", "options": [option("a"), option("b")]}
    blocks = [section("Card", accessory=menu), {"type": "actions", "block_id": "row", "elements": [approve, pick]}]
    return str((await client.chat_postMessage(channel=as_dana.channel, text="Card", blocks=blocks))["ts"])


async def test_a_click_has_slacks_payload(
    connected: AsyncSocketModeHandler, received: list[JSON], as_dana: Person, card: str, workspace: Workspace
) -> None:
    await as_dana.does("action", channel=as_dana.channel, ts=card, action_id="approve")

    [body] = received
    assert body["type"] == "block_actions"
    assert body["user"] == {"id": as_dana.user, "username": "dana", "name": "dana", "team_id": workspace.id}
    assert body["team"] == {"id": workspace.id, "domain": "acme"}
    assert body["api_app_id"] == workspace.state.app_id
    assert body["channel"] == {"id": as_dana.channel, "name": "general"}
    assert body["container"] == {
        "type": "message",
        "message_ts": card,
        "channel_id": as_dana.channel,
        "is_ephemeral": False,
    }
    assert body["message"]["ts"] == card
    assert body["trigger_id"]
    assert body["response_url"]
    [action] = body["actions"]
    assert action["action_ts"]
    assert {name: action[name] for name in ("type", "action_id", "block_id", "value", "style")} == {
        "type": "button",
        "action_id": "approve",
        "block_id": "row",
        "value": "r-1",
        "style": "primary",
    }


async def test_menus_bring_the_chosen_option(
    connected: AsyncSocketModeHandler, received: list[JSON], as_dana: Person, card: str
) -> None:
    place = {"channel": as_dana.channel, "ts": card}

    await as_dana.does("action", **place, action_id="pick", value="b")
    await as_dana.does("action", **place, action_id="more", value="drop")

    assert [each["actions"][0]["selected_option"] for each in received] == [option("b"), option("drop")]
    assert received[1]["state"]["values"]["row"]["pick"]["selected_option"] == option("b")


async def test_a_stranger_is_named_with_their_own_team(
    workspace: Workspace,
    connected: AsyncSocketModeHandler,
    received: list[JSON],
    http: httpx.AsyncClient,
    as_dana: Person,
    card: str,
) -> None:
    stranger = workspace.add_user(name="stranger", team_id="T0ELSEWHERE")
    workspace.channel_named("general").members.append(stranger.id)

    await Person(http, stranger.id, as_dana.channel).does(
        "action", channel=as_dana.channel, ts=card, action_id="approve"
    )

    assert received[0]["user"]["team_id"] == "T0ELSEWHERE"
    assert received[0]["team"]["id"] == workspace.id


async def test_a_button_for_some_is_invisible_to_others(
    connected: AsyncSocketModeHandler,
    received: list[JSON],
    client: AsyncWebClient,
    as_dana: Person,
    as_olga: Person,
) -> None:
    elements = [button("approve", visible_to_user_ids=[as_olga.user])]
    posted = await client.chat_postMessage(
        channel=as_dana.channel, text="x", blocks=[{"type": "actions", "elements": elements}]
    )
    place = {"channel": as_dana.channel, "ts": posted["ts"], "action_id": "approve"}

    assert await as_dana.is_refused("action", **place) == "Dana Dev does not see the button 'approve'."
    assert (await as_olga.does("action", **place))["ok"]


async def test_an_ephemeral_card_comes_without_its_message(
    connected: AsyncSocketModeHandler, received: list[JSON], client: AsyncWebClient, as_dana: Person
) -> None:
    blocks = [{"type": "actions", "elements": [button("ok")]}]
    shown = await client.chat_postEphemeral(channel=as_dana.channel, user=as_dana.user, text="x", blocks=blocks)

    await as_dana.does("action", channel=as_dana.channel, ts=shown["message_ts"], action_id="ok")

    assert received[0]["container"]["is_ephemeral"] is True
    assert "message" not in received[0]


async def test_shortcuts_are_global_or_on_a_message(
    connected: AsyncSocketModeHandler, received: list[JSON], as_dana: Person
) -> None:
    ts = (await as_dana.says("insufficient_quota"))["ts"]

    await as_dana.does("shortcut", callback_id="explain")
    await as_dana.does("shortcut", callback_id="explain", channel=as_dana.channel, ts=ts)

    everywhere, on_message = received
    assert (everywhere["type"], "channel" in everywhere) == ("shortcut", False)
    assert (on_message["type"], on_message["message"]["text"]) == ("message_action", "insufficient_quota")
    assert on_message["message_ts"] == ts
    assert on_message["response_url"]


async def test_a_shortcut_opens_a_modal(app: AsyncApp, connected: AsyncSocketModeHandler, as_dana: Person) -> None:
    async def launch(ack: AsyncAck, body: JSON, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(section("a")))

    app.shortcut("launch")(launch)

    assert (await as_dana.does("shortcut", callback_id="launch"))["view"]["callback_id"] == "form"


class TestResponseUrls:
    """Five answers within thirty minutes, for one pair of eyes unless told otherwise."""

    @pytest.fixture(name="hook")
    async def _hook(
        self, connected: AsyncSocketModeHandler, received: list[JSON], as_dana: Person, card: str
    ) -> AsyncWebhookClient:
        await as_dana.does("action", channel=as_dana.channel, ts=card, action_id="approve")
        return AsyncWebhookClient(received[0]["response_url"])

    async def test_an_answer_is_ephemeral(self, hook: AsyncWebhookClient, as_dana: Person, as_olga: Person) -> None:
        assert (await hook.send(text="not yours to decide")).body == "ok"

        assert [each["text"] for each in await as_dana.sees()] == ["Card", "not yours to decide"]
        assert [each["text"] for each in await as_olga.sees()] == ["Card"]

    async def test_an_answer_may_be_for_all(self, hook: AsyncWebhookClient, as_olga: Person) -> None:
        await hook.send(text="decided", response_type="in_channel")

        assert [each["text"] for each in await as_olga.sees()] == ["Card", "decided"]

    async def test_an_answer_may_replace_or_remove_the_message(self, hook: AsyncWebhookClient, as_olga: Person) -> None:
        await hook.send(text="approved", blocks=[section("approved")], replace_original=True)
        replaced = await as_olga.sees()
        await hook.send(delete_original=True)

        assert [each["text"] for each in replaced] == ["approved"]
        assert await as_olga.sees() == []

    async def test_it_works_five_times(self, hook: AsyncWebhookClient) -> None:
        answers = [await hook.send(text=str(number)) for number in range(6)]

        assert [each.status_code for each in answers] == [200] * 5 + [404]
        assert "used_url" in answers[5].body

    async def test_it_works_for_thirty_minutes(self, hook: AsyncWebhookClient, wall: MovableClock) -> None:
        wall.move(29 * 60)
        early = await hook.send(text="in time")
        wall.move(2 * 60)
        late = await hook.send(text="too late")

        assert (early.status_code, late.status_code) == (200, 404)
        assert "expired_url" in late.body

    async def test_wrong_blocks_are_refused(self, hook: AsyncWebhookClient) -> None:
        answer = await hook.send(text="x", blocks=[section("x" * 3001)])

        assert (answer.status_code, answer.body) == (400, "invalid_blocks")

    async def test_a_made_up_one_is_unknown(self, hook: AsyncWebhookClient) -> None:
        assert (await AsyncWebhookClient(hook.url + "x").send(text="x")).status_code == 404


async def test_a_command_may_answer_later(app: AsyncApp, connected: AsyncSocketModeHandler, as_dana: Person) -> None:
    async def slow(ack: AsyncAck, body: JSON) -> None:
        await ack()
        await AsyncWebhookClient(body["response_url"]).send(text="Here is the list.")

    app.command("/openai")(slow)

    assert [each["text"] for each in (await as_dana.command())["ephemeral"]] == ["Here is the list."]


async def test_a_command_may_answer_everybody(
    app: AsyncApp, connected: AsyncSocketModeHandler, as_dana: Person, as_olga: Person
) -> None:
    async def loud(ack: AsyncAck) -> None:
        await ack(text="Everybody!", response_type="in_channel")

    app.command("/openai")(loud)

    assert (await as_dana.command())["ephemeral"] == []
    assert [each["text"] for each in await as_olga.sees()] == ["Everybody!"]


async def test_wrong_blocks_in_an_answer_are_told(
    app: AsyncApp, connected: AsyncSocketModeHandler, as_dana: Person
) -> None:
    async def wrong(ack: AsyncAck) -> None:
        await ack(text="x", blocks=[section("x" * 3001)])

    app.command("/openai")(wrong)

    answer = await as_dana.command()
    assert (answer["ok"], answer["error"]) == (False, "invalid_blocks")


async def test_direct_messages_reach_the_app(
    app: AsyncApp, connected: AsyncSocketModeHandler, as_dana: Person, workspace: Workspace
) -> None:
    heard: list[JSON] = []

    async def listen(event: JSON) -> None:
        heard.append(event)

    app.event("message")(listen)
    app.event("app_mention")(listen)
    await as_dana.does("message", channel=as_dana.user, text="@countersign status")

    [event] = await until(lambda: heard)
    assert (event["channel_type"], event["text"]) == ("im", f"<@{workspace.bot.user_id}> status")


async def test_mentions_where_the_bot_is_not_stay_unheard(
    app: AsyncApp,
    connected: AsyncSocketModeHandler,
    http: httpx.AsyncClient,
    workspace: Workspace,
    as_dana: Person,
) -> None:
    heard: list[JSON] = []

    async def listen(event: JSON) -> None:
        heard.append(event)

    app.event("app_mention")(listen)
    app.event("message")(listen)
    elsewhere = workspace.add_channel("elsewhere", members=[as_dana.user])
    await Person(http, as_dana.user, elsewhere.id).says("@countersign are you here?")
    await as_dana.says("@countersign here you are")

    await until(lambda: len(heard) == 2)
    assert {each["channel"] for each in heard} == {as_dana.channel}
