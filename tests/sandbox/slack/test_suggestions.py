"""Selects whose options the app offers while somebody types."""

import pytest
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from sandbox.slack.model import User
from tests.sandbox.slack.acting import JSON, Person, field, modal, option


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
