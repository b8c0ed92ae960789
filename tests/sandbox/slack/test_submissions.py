"""What comes of submitting a form, by what the app answers."""

import pytest
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from tests.sandbox.slack.acting import JSON, Person, modal, section, until


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
