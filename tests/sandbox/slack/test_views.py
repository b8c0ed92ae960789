"""Modals and App Homes: triggers, the stack, hashes, what stays entered."""

import asyncio

import httpx
import pytest
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from sandbox.slack.model import User
from tests.sandbox.slack.acting import JSON, MovableClock, Person, button, modal, section, text_field, until


def home(*blocks: JSON) -> JSON:
    return {"type": "home", "blocks": list(blocks)}


class TestTriggers:
    """A trigger opens one view, within three seconds."""

    async def test_it_opens_a_modal(self, workspace: Workspace, client: AsyncWebClient, as_dana: Person) -> None:
        opened = await client.views_open(trigger_id=workspace.triggers.issue(as_dana.user), view=modal(section("a")))

        shown = await as_dana.view()
        assert shown is not None
        assert shown["id"] == shown["root_view_id"] == opened["view"]["id"]

    async def test_it_works_once(self, workspace: Workspace, client: AsyncWebClient, dana: User) -> None:
        trigger = workspace.triggers.issue(dana.id)
        await client.views_open(trigger_id=trigger, view=modal(section("a")))

        with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
            await client.views_open(trigger_id=trigger, view=modal(section("a")))

    async def test_it_lives_three_seconds(
        self, workspace: Workspace, client: AsyncWebClient, dana: User, wall: MovableClock
    ) -> None:
        trigger = workspace.triggers.issue(dana.id)
        wall.move(3.1)

        with pytest.raises(SlackApiError, match="expired_trigger_id"):
            await client.views_open(trigger_id=trigger, view=modal(section("a")))

    async def test_it_cannot_be_made_up(self, client: AsyncWebClient) -> None:
        with pytest.raises(SlackApiError, match="invalid_trigger_id"):
            await client.views_open(trigger_id="1.2.abc", view=modal(section("a")))

    async def test_a_wrong_view_does_not_use_it_up(
        self, workspace: Workspace, client: AsyncWebClient, dana: User
    ) -> None:
        trigger = workspace.triggers.issue(dana.id)

        with pytest.raises(SlackApiError) as refusal:
            await client.views_open(trigger_id=trigger, view=modal(section("x" * 3001)))
        await client.views_open(trigger_id=trigger, view=modal(section("a")))

        assert refusal.value.response["error"] == "invalid_arguments"
        assert refusal.value.response["response_metadata"]["messages"] == [
            "[ERROR] must be less than 3001 characters [json-pointer:/view/blocks/0/text/text]"
        ]


class TestTheStack:
    """At most three modals lie on each other."""

    async def test_the_fourth_is_refused(
        self, workspace: Workspace, client: AsyncWebClient, dana: User, opened: JSON
    ) -> None:
        for _ in range(2):
            trigger = workspace.triggers.issue(dana.id, in_modal=True)
            pushed = await client.views_push(trigger_id=trigger, view=modal(section("a")))

        with pytest.raises(SlackApiError, match="push_limit_reached"):
            await client.views_push(
                trigger_id=workspace.triggers.issue(dana.id, in_modal=True), view=modal(section("a"))
            )
        assert pushed["view"]["root_view_id"] == opened["id"]
        assert pushed["view"]["previous_view_id"] not in (None, opened["id"])

    async def test_closing_goes_back_one(
        self, workspace: Workspace, client: AsyncWebClient, as_dana: Person, opened: JSON
    ) -> None:
        trigger = workspace.triggers.issue(as_dana.user, in_modal=True)
        pushed = (await client.views_push(trigger_id=trigger, view=modal(section("a"))))["view"]

        assert "covered" in await as_dana.is_refused("submit", view_id=opened["id"])
        assert (await as_dana.does("close", view_id=pushed["id"]))["view"]["id"] == opened["id"]

    async def test_a_push_needs_a_modal_below(self, workspace: Workspace, client: AsyncWebClient, dana: User) -> None:
        with pytest.raises(SlackApiError, match="not_found"):
            await client.views_push(trigger_id=workspace.triggers.issue(dana.id), view=modal(section("a")))


class TestUpdates:
    """``views.update`` replaces what is shown, guarded by the hash."""

    async def test_a_stale_hash_is_a_conflict(self, client: AsyncWebClient, opened: JSON) -> None:
        view = modal(section("b"))
        fresh = await client.views_update(view_id=opened["id"], hash=opened["hash"], view=view)

        with pytest.raises(SlackApiError, match="hash_conflict"):
            await client.views_update(view_id=opened["id"], hash=opened["hash"], view=view)
        assert fresh["view"]["hash"] != opened["hash"]

    async def test_external_ids_name_one_view(
        self, workspace: Workspace, client: AsyncWebClient, dana: User, olga: User
    ) -> None:
        view = modal(section("a"), external_id="only-one")
        await client.views_open(trigger_id=workspace.triggers.issue(dana.id), view=view)

        updated = await client.views_update(external_id="only-one", view=modal(section("b"), external_id="only-one"))
        with pytest.raises(SlackApiError, match="duplicate_external_id"):
            await client.views_open(trigger_id=workspace.triggers.issue(olga.id), view=view)

        assert updated["view"]["blocks"][0]["text"]["text"] == "b"

    async def test_a_closed_view_is_not_found(self, client: AsyncWebClient, as_dana: Person, opened: JSON) -> None:
        await as_dana.does("close", view_id=opened["id"])

        with pytest.raises(SlackApiError, match="not_found"):
            await client.views_update(view_id=opened["id"], view=modal(section("b")))

    async def test_what_was_typed_stays_where_its_ids_stay(
        self, client: AsyncWebClient, as_dana: Person, opened: JSON
    ) -> None:
        await as_dana.does("action", view_id=opened["id"], action_id="value", value="Typed")

        kept = await client.views_update(view_id=opened["id"], view=modal(section("new"), text_field("name")))
        renamed = await client.views_update(view_id=opened["id"], view=modal(text_field("other")))

        assert kept["view"]["state"]["values"]["name"]["value"]["value"] == "Typed"
        assert renamed["view"]["state"]["values"] == {"other": {"value": {"type": "plain_text_input", "value": None}}}

    async def test_a_view_above_250_kilobytes_is_too_large(self, client: AsyncWebClient, opened: JSON) -> None:
        view = modal(*(section("x" * 2900) for _ in range(90)))

        with pytest.raises(SlackApiError, match="view_too_large"):
            await client.views_update(view_id=opened["id"], view=view)


class TestHome:
    """Each person has their own Home of the app."""

    async def test_it_is_published_for_one_person(
        self, client: AsyncWebClient, as_dana: Person, as_olga: Person
    ) -> None:
        published = await client.views_publish(user_id=as_dana.user, view=home(section("hello")))
        again = await client.views_publish(user_id=as_dana.user, view=home(section("again")))

        shown = await as_dana.home()
        assert shown is not None
        assert shown["blocks"][0]["text"]["text"] == "again"
        assert again["view"]["id"] == published["view"]["id"]
        assert await as_olga.home() is None

    async def test_a_stale_hash_is_a_conflict(self, client: AsyncWebClient, dana: User) -> None:
        first = (await client.views_publish(user_id=dana.id, view=home()))["view"]["hash"]
        await client.views_publish(user_id=dana.id, view=home(), hash=first)

        with pytest.raises(SlackApiError, match="hash_conflict"):
            await client.views_publish(user_id=dana.id, view=home(), hash=first)

    async def test_nobody_has_no_home(self, client: AsyncWebClient) -> None:
        with pytest.raises(SlackApiError, match="invalid_arguments"):
            await client.views_publish(user_id="U0NOBODY", view=home())

    async def test_opening_it_lets_the_app_publish(
        self, app: AsyncApp, connected: AsyncSocketModeHandler, as_dana: Person
    ) -> None:
        async def opened(event: JSON, client: AsyncWebClient) -> None:
            await client.views_publish(user_id=event["user"], view=home(section("drawn just now")))

        app.event("app_home_opened")(opened)

        shown = await until(as_dana.home)
        assert shown["blocks"][0]["text"]["text"] == "drawn just now"

    async def test_reading_it_again_for_a_live_event_does_not_open_it_again(
        self, client: AsyncWebClient, http: httpx.AsyncClient, as_dana: Person, workspace: Workspace, address: str
    ) -> None:
        asked = {"user": as_dana.user}
        async with (
            httpx.AsyncClient(base_url=address, trust_env=False) as other,
            other.stream("GET", "/_sandbox/events", params=asked) as stream,
        ):
            lines = stream.aiter_lines()
            await client.views_publish(user_id=as_dana.user, view=home())
            async with asyncio.timeout(5):
                while not (await anext(lines)).startswith("data:"):
                    pass
            await as_dana.home()
            quiet = len(workspace._tasks)
            await as_dana.home()

        assert (quiet, len(workspace._tasks)) == (0, 1)

    async def test_its_buttons_work(
        self, app: AsyncApp, connected: AsyncSocketModeHandler, client: AsyncWebClient, as_dana: Person
    ) -> None:
        pressed: list[JSON] = []

        async def press(ack: AsyncAck, body: JSON, client: AsyncWebClient) -> None:
            await ack()
            pressed.append(body)
            await client.views_publish(user_id=body["user"]["id"], view=home(section("pressed")))

        app.action("go")(press)
        await client.views_publish(
            user_id=as_dana.user, view=home({"type": "actions", "elements": [button("go", value="7")]})
        )

        await as_dana.does("action", home=True, action_id="go")

        assert pressed[0]["container"] == {"type": "view", "view_id": pressed[0]["view"]["id"]}
        assert pressed[0]["view"]["type"] == "home"
        assert pressed[0]["actions"][0]["value"] == "7"


async def test_blocks_are_judged_without_being_shown(client: AsyncWebClient) -> None:
    wrong = {"type": "section", "text": {"type": "invalid", "text": "x"}}

    assert (await client.api_call("blocks.validate", json={"blocks": [section("a")]}))["ok"]
    with pytest.raises(SlackApiError) as refusal:
        await client.api_call("blocks.validate", json={"blocks": [wrong]})
    with pytest.raises(SlackApiError, match="exactly one"):
        await client.api_call("blocks.validate", json={"blocks": [], "view": modal()})
    with pytest.raises(SlackApiError, match="invalid_view"):
        await client.api_call("blocks.validate", json={"view": modal(text_field("a"), submit=None)})
    with pytest.raises(SlackApiError, match="invalid additional property: text"):
        await client.api_call("blocks.validate", json={"message": {"blocks": [section("a")], "text": "a"}})

    assert refusal.value.response["error"] == "invalid_blocks"
    [error] = refusal.value.response["errors"]
    assert (error["message"], error["pointer"]) == ("unsupported type: invalid", "/0/text/type")
    assert error["constraint"] == {"type": "enum", "expected": ["plain_text", "mrkdwn"]}
