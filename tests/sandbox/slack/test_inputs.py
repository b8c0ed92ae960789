"""What Slack's own form refuses, the state of each kind of input, and inputs that tell the app at once."""

import pytest
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from sandbox.slack.model import User
from tests.sandbox.slack.acting import JSON, Person, field, modal, option, plain, section, text_field


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
