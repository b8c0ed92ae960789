"""Modals and App Homes: triggers, the stack, hashes, what stays entered, and what the app's answer does."""

import asyncio
from typing import Any

import httpx
import pytest
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from sandbox.slack.model import User
from tests.sandbox.slack.acting import (
    MovableClock,
    Person,
    button,
    field,
    modal,
    option,
    plain,
    section,
    text_field,
    until,
)

JSON = dict[str, Any]


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


@pytest.fixture(name="opened")
async def _opened(workspace: Workspace, client: AsyncWebClient, dana: User) -> JSON:
    """Open a form with one field before Dana."""
    view = modal(text_field("name"), private_metadata="secret", notify_on_close=True)
    answer = await client.views_open(trigger_id=workspace.triggers.issue(dana.id), view=view)
    return dict(answer["view"])


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


class TestSubmission:
    """What comes of submitting a form, by what the app answers."""

    async def test_the_app_reads_what_was_entered(
        self, app: AsyncApp, connected: AsyncSocketModeHandler, as_dana: Person, opened: JSON
    ) -> None:
        received: list[JSON] = []

        async def submitted(ack: AsyncAck, body: JSON) -> None:
            received.append(body)
            await ack()

        app.view("form")(submitted)
        answer = await as_dana.does("submit", view_id=opened["id"], values={"name": "Apollo"})

        assert answer == {"ok": True, "ephemeral": [], "view": None}
        [body] = received
        assert body["type"] == "view_submission"
        assert body["user"]["id"] == as_dana.user
        assert body["view"]["private_metadata"] == "secret"
        assert body["view"]["state"]["values"] == {"name": {"value": {"type": "plain_text_input", "value": "Apollo"}}}

    async def test_errors_leave_the_form_open(
        self, app: AsyncApp, connected: AsyncSocketModeHandler, as_dana: Person, opened: JSON
    ) -> None:
        async def submitted(ack: AsyncAck) -> None:
            await ack(response_action="errors", errors={"name": "Taken."})

        app.view("form")(submitted)
        answer = await as_dana.does("submit", view_id=opened["id"], values={"name": "Apollo"})

        assert (answer["ok"], answer["errors"], answer["view"]["id"]) == (False, {"name": "Taken."}, opened["id"])
        assert answer["view"]["state"]["values"]["name"]["value"]["value"] == "Apollo"

    async def test_errors_must_name_inputs(
        self, app: AsyncApp, connected: AsyncSocketModeHandler, as_dana: Person, opened: JSON
    ) -> None:
        async def submitted(ack: AsyncAck) -> None:
            await ack(response_action="errors", errors={"elsewhere": "Taken."})

        app.view("form")(submitted)
        answer = await as_dana.does("submit", view_id=opened["id"], values={"name": "Apollo"})

        assert (answer["ok"], answer["error"]) == (False, "invalid_response_action")

    @pytest.mark.parametrize(("action", "depth"), [("update", 1), ("push", 2)])
    async def test_the_answer_may_bring_another_view(
        self,
        workspace: Workspace,
        app: AsyncApp,
        connected: AsyncSocketModeHandler,
        as_dana: Person,
        opened: JSON,
        action: str,
        depth: int,
    ) -> None:
        async def submitted(ack: AsyncAck) -> None:
            await ack(response_action=action, view=modal(section("next"), callback_id="next"))

        app.view("form")(submitted)
        answer = await as_dana.does("submit", view_id=opened["id"], values={"name": "Apollo"})

        assert answer["view"]["callback_id"] == "next"
        assert len(workspace.screens[as_dana.user].modals) == depth

    async def test_a_wrong_view_in_the_answer_is_told(
        self, app: AsyncApp, connected: AsyncSocketModeHandler, as_dana: Person, opened: JSON
    ) -> None:
        async def submitted(ack: AsyncAck) -> None:
            await ack(response_action="update", view=modal(section("x" * 3001)))

        app.view("form")(submitted)
        answer = await as_dana.does("submit", view_id=opened["id"], values={"name": "Apollo"})

        assert (answer["ok"], answer["error"]) == (False, "invalid_arguments")
        assert answer["errors"] == ["must be less than 3001 characters [json-pointer:/view/blocks/0/text/text]"]

    async def test_clear_closes_the_whole_stack(
        self,
        workspace: Workspace,
        app: AsyncApp,
        connected: AsyncSocketModeHandler,
        client: AsyncWebClient,
        as_dana: Person,
        opened: JSON,
    ) -> None:
        async def submitted(ack: AsyncAck) -> None:
            await ack(response_action="clear")

        app.view("form")(submitted)
        trigger = workspace.triggers.issue(as_dana.user, in_modal=True)
        pushed = (await client.views_push(trigger_id=trigger, view=modal(section("a"))))["view"]

        answer = await as_dana.does("submit", view_id=pushed["id"])

        assert (answer["ok"], answer["view"]) == (True, None)

    async def test_its_trigger_opens_what_follows(
        self, app: AsyncApp, connected: AsyncSocketModeHandler, as_dana: Person, opened: JSON
    ) -> None:
        async def submitted(ack: AsyncAck, body: JSON, client: AsyncWebClient) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=modal(section("a"), callback_id="after"))

        app.view("form")(submitted)
        await as_dana.does("submit", view_id=opened["id"], values={"name": "Apollo"})

        shown = await until(as_dana.view)
        assert shown["callback_id"] == "after"

    @pytest.mark.usefixtures("impatient")
    async def test_an_app_that_does_not_answer_times_out(
        self, app: AsyncApp, connected: AsyncSocketModeHandler, as_dana: Person, opened: JSON
    ) -> None:
        answer = await as_dana.does("submit", view_id=opened["id"], values={"name": "Apollo"})

        assert (answer["ok"], answer["error"]) == (False, "operation_timeout")
        assert answer["view"]["id"] == opened["id"]

    async def test_closing_is_told_to_who_asked(
        self, app: AsyncApp, connected: AsyncSocketModeHandler, as_dana: Person, opened: JSON
    ) -> None:
        closed: list[JSON] = []

        async def was_closed(ack: AsyncAck, body: JSON) -> None:
            await ack()
            closed.append(body)

        app.view_closed("form")(was_closed)
        await as_dana.does("close", view_id=opened["id"])

        [body] = await until(lambda: closed)
        assert (body["view"]["id"], body["is_cleared"]) == (opened["id"], False)


class TestWhatSlacksFormRefuses:
    """Slack's own form checks inputs before the app hears of a submission."""

    @pytest.fixture(name="form")
    async def _form(self, workspace: Workspace, client: AsyncWebClient, dana: User) -> JSON:
        view = modal(
            text_field("name", optional=True),
            field("code", {"type": "plain_text_input", "min_length": 3, "max_length": 5}, optional=True),
            field("limit", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "100"}),
            field("email", {"type": "email_text_input"}, optional=True),
            field("link", {"type": "url_text_input"}, optional=True),
            field(
                "models",
                {"type": "multi_static_select", "options": [option("a"), option("b")], "max_selected_items": 1},
            ),
        )
        answer = await client.views_open(trigger_id=workspace.triggers.issue(dana.id), view=view)
        return dict(answer["view"])

    async def test_required_fields_must_be_filled(
        self, app: AsyncApp, connected: AsyncSocketModeHandler, as_dana: Person, form: JSON
    ) -> None:
        received: list[JSON] = []

        async def submitted(ack: AsyncAck, body: JSON) -> None:
            received.append(body)
            await ack()

        app.view("form")(submitted)

        answer = await as_dana.does("submit", view_id=form["id"], values={"name": "x", "limit": ""})

        required = "Please complete this required field."
        assert (answer["ok"], answer["errors"]) == (False, {"limit": required, "models": required})
        assert received == []

    @pytest.mark.parametrize(
        ("block_id", "value", "sentence"),
        [
            ("code", "ab", "Please enter at least 3 characters."),
            ("code", "abcdef", "Please enter no more than 5 characters."),
            ("limit", "1,000.50", "Please enter a number."),
            ("limit", "$1k", "Please enter a number."),
            ("limit", "1.5", "Please enter a whole number."),
            ("limit", "-5", "Please enter a number of at least 1."),
            ("limit", "1e9", "Please enter a number of at most 100."),
            ("limit", "NaN", "Please enter a number."),
            ("email", "dana", "Please enter a valid email address."),
            ("link", "javascript:alert(1)", "Please enter a valid URL."),
            ("models", ["a", "b"], "Please choose no more than 1."),
        ],
    )
    async def test_a_wrong_value_is_named_on_its_field(
        self, as_dana: Person, form: JSON, block_id: str, value: object, sentence: str
    ) -> None:
        values = {"limit": "50", "models": ["a"], block_id: value}

        answer = await as_dana.does("submit", view_id=form["id"], values=values)

        assert answer["errors"] == {block_id: sentence}


async def test_each_kind_of_input_has_slacks_state(
    workspace: Workspace,
    app: AsyncApp,
    connected: AsyncSocketModeHandler,
    client: AsyncWebClient,
    as_dana: Person,
    olga: User,
) -> None:
    received: list[JSON] = []

    async def submitted(ack: AsyncAck, view: JSON) -> None:
        received.append(view["state"]["values"])
        await ack()

    app.view("form")(submitted)
    choices = [option("a"), option("b")]
    elements: dict[str, JSON] = {
        "static_select": {"options": choices, "initial_option": option("b")},
        "multi_static_select": {"options": choices},
        "radio_buttons": {"options": choices},
        "checkboxes": {"options": choices},
        "users_select": {},
        "multi_users_select": {"initial_users": [olga.id]},
        "channels_select": {},
        "conversations_select": {},
        "datepicker": {},
        "timepicker": {},
        "datetimepicker": {},
        "number_input": {"is_decimal_allowed": True},
        "rich_text_input": {},
    }
    view = modal(*(field(kind, {"type": kind, **more}, optional=True) for kind, more in elements.items()))
    opened = await client.views_open(trigger_id=workspace.triggers.issue(as_dana.user), view=view)

    values = {
        "multi_static_select": ["a", "b"],
        "radio_buttons": "a",
        "checkboxes": ["b"],
        "users_select": olga.id,
        "channels_select": as_dana.channel,
        "conversations_select": as_dana.channel,
        "datepicker": "2026-12-31",
        "timepicker": "09:30",
        "datetimepicker": 1_795_000_000,
        "number_input": 12.5,
        "rich_text_input": "words",
    }
    assert (await as_dana.does("submit", view_id=opened["view"]["id"], values=values))["ok"]

    state = {kind: entry["value"] for kind, entry in received[0].items()}
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": "words"}]}
    assert {kind: {name: v for name, v in entry.items() if name != "type"} for kind, entry in state.items()} == {
        "static_select": {"selected_option": option("b")},
        "multi_static_select": {"selected_options": choices},
        "radio_buttons": {"selected_option": option("a")},
        "checkboxes": {"selected_options": [option("b")]},
        "users_select": {"selected_user": olga.id},
        "multi_users_select": {"selected_users": [olga.id]},
        "channels_select": {"selected_channel": as_dana.channel},
        "conversations_select": {"selected_conversation": as_dana.channel},
        "datepicker": {"selected_date": "2026-12-31"},
        "timepicker": {"selected_time": "09:30"},
        "datetimepicker": {"selected_date_time": 1_795_000_000},
        "number_input": {"value": "12.5"},
        "rich_text_input": {"rich_text_value": {"type": "rich_text", "elements": [words]}},
    }


class TestExternalSelects:
    """The app offers what is typed for; a person picks from that."""

    @pytest.fixture(name="form")
    async def _form(self, workspace: Workspace, client: AsyncWebClient, dana: User) -> JSON:
        view = modal(
            field("project", {"type": "external_select", "min_query_length": 1}),
            field("models", {"type": "multi_external_select"}, optional=True),
        )
        answer = await client.views_open(trigger_id=workspace.triggers.issue(dana.id), view=view)
        return dict(answer["view"])

    @pytest.fixture(name="asked")
    def _asked(self, app: AsyncApp) -> list[JSON]:
        """Let the app offer three projects by what is typed, and keep what it was asked."""
        asked: list[JSON] = []

        async def offer(ack: AsyncAck, body: JSON) -> None:
            asked.append(body)
            names = ["apollo", "aquarius", "gemini"]
            await ack(options=[option(each, each.title()) for each in names if body["value"].lower() in each])

        app.options("value")(offer)
        return asked

    async def test_typing_asks_the_app(
        self, connected: AsyncSocketModeHandler, as_dana: Person, form: JSON, asked: list[JSON]
    ) -> None:
        place = {"view_id": form["id"], "block_id": "project", "action_id": "value"}

        answer = await as_dana.does("options", **place, query="A")

        assert [each["value"] for each in answer["options"]] == ["apollo", "aquarius"]
        assert (asked[0]["type"], asked[0]["block_id"], asked[0]["view"]["id"]) == (
            "block_suggestion",
            "project",
            form["id"],
        )

    async def test_too_short_a_query_asks_nobody(
        self, connected: AsyncSocketModeHandler, as_dana: Person, form: JSON, asked: list[JSON]
    ) -> None:
        place = {"view_id": form["id"], "action_id": "value"}

        assert (await as_dana.does("options", **place, block_id="project", query=""))["options"] == []
        assert (await as_dana.does("options", **place, block_id="models", query="ap"))["options"] == []
        assert asked == []

    async def test_a_value_is_picked_from_what_was_offered(
        self, app: AsyncApp, connected: AsyncSocketModeHandler, as_dana: Person, form: JSON, asked: list[JSON]
    ) -> None:
        received: list[JSON] = []

        async def submitted(ack: AsyncAck, view: JSON) -> None:
            received.append(view["state"]["values"])
            await ack()

        app.view("form")(submitted)
        await as_dana.does("options", view_id=form["id"], block_id="project", action_id="value", query="gem")

        values = {"project": "gemini", "models": ["apollo", "gemini"]}
        answer = await as_dana.does("submit", view_id=form["id"], values=values)

        assert answer["ok"]
        assert received[0]["project"]["value"]["selected_option"] == option("gemini", "Gemini")
        assert [each["value"] for each in received[0]["models"]["value"]["selected_options"]] == ["apollo", "gemini"]
        assert [each["value"] for each in asked] == ["gem", "apollo", "gemini"]

    async def test_what_is_not_offered_cannot_be_picked(
        self, connected: AsyncSocketModeHandler, as_dana: Person, form: JSON, asked: list[JSON]
    ) -> None:
        sentence = await as_dana.is_refused("submit", view_id=form["id"], values={"project": "voyager"})

        assert sentence == "'value' does not offer 'voyager'; offered: none."

    async def test_wrong_options_are_told(
        self, app: AsyncApp, connected: AsyncSocketModeHandler, as_dana: Person, form: JSON
    ) -> None:
        async def offer(ack: AsyncAck) -> None:
            await ack(options=[option("x" * 151, "x")])

        app.options("value")(offer)
        answer = await as_dana.does("options", view_id=form["id"], block_id="project", action_id="value", query="x")

        assert (answer["ok"], answer["error"]) == (False, "invalid_options")
        assert answer["errors"] == ["must be less than 151 characters [json-pointer:/options/0/value]"]


async def test_a_dispatching_input_tells_the_app_at_once(
    workspace: Workspace,
    app: AsyncApp,
    connected: AsyncSocketModeHandler,
    client: AsyncWebClient,
    as_dana: Person,
) -> None:
    received: list[JSON] = []

    async def typed(ack: AsyncAck, body: JSON, client: AsyncWebClient) -> None:
        await ack()
        received.append(body)
        blocks = [text_field("name", dispatch_action=True), section(f"Hello {body['actions'][0]['value']}")]
        await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=modal(*blocks))

    app.action("value")(typed)
    view = modal(text_field("name", dispatch_action=True), text_field("quiet", optional=True), title=plain("Live"))
    opened = (await client.views_open(trigger_id=workspace.triggers.issue(as_dana.user), view=view))["view"]

    await as_dana.does("action", view_id=opened["id"], block_id="quiet", action_id="value", value="psst")
    answer = await as_dana.does("action", view_id=opened["id"], block_id="name", action_id="value", value="Ada")

    assert len(received) == 1
    assert received[0]["view"]["state"]["values"]["name"]["value"]["value"] == "Ada"
    assert received[0]["view"]["state"]["values"]["quiet"]["value"]["value"] == "psst"
    assert answer["view"]["blocks"][1]["text"]["text"] == "Hello Ada"


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
