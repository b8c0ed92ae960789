"""Custom functions: a step of a workflow reaches the app, which ends it well or badly."""

from typing import Any

import httpx
import pytest
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.complete.async_complete import AsyncComplete
from slack_bolt.context.fail.async_fail import AsyncFail
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Timing, Workspace
from tests.sandbox.slack.acting import MovableClock, Person, button, modal, text_field, until
from tests.sandbox.slack.installing import calls

JSON = dict[str, Any]

STEP = {
    "title": "Ask for approval",
    "input_parameters": {"what": {"type": "string", "is_required": True}, "amount": {"type": "integer"}},
    "output_parameters": {"approved": {"type": "boolean", "is_required": True}, "note": {"type": "string"}},
}


def manifest(**settings: Any) -> JSON:
    return {
        "oauth_config": {"scopes": {"bot": ["chat:write", "channels:history"]}},
        "settings": {
            "event_subscriptions": {"bot_events": ["function_executed"]},
            "org_deploy_enabled": True,
            **settings,
        },
        "functions": {"ask_approval": STEP},
    }


@pytest.fixture(name="workspace")
def _workspace(wall: MovableClock, timing: Timing) -> Workspace:
    return Workspace(manifest=manifest(), clock=wall, timing=timing)


async def run(person: Person, **inputs: Any) -> str:
    answer = await person.does("function", callback_id="ask_approval", inputs=inputs)
    return str(answer["function"]["function_execution_id"])


async def outcome(http: httpx.AsyncClient, execution: str) -> JSON:
    return dict((await http.get(f"/_sandbox/functions/{execution}")).json()["function"])


async def test_bolt_completes_a_step(
    app: AsyncApp, connected: AsyncSocketModeHandler, http: httpx.AsyncClient, as_dana: Person
) -> None:
    async def decide(inputs: JSON, complete: AsyncComplete) -> None:
        await complete({"approved": inputs["what"] == "budget"})

    app.function("ask_approval")(decide)
    execution = await run(as_dana, what="budget")

    await until(lambda: ended(http, execution))
    assert await outcome(http, execution) == {
        "function_execution_id": execution,
        "callback_id": "ask_approval",
        "state": "completed",
        "inputs": {"what": "budget"},
        "outputs": {"approved": True},
        "error": "",
    }


async def test_bolt_fails_a_step(
    app: AsyncApp, connected: AsyncSocketModeHandler, http: httpx.AsyncClient, as_dana: Person
) -> None:
    async def decide(fail: AsyncFail) -> None:
        await fail("nobody may decide this")

    app.function("ask_approval")(decide)
    execution = await run(as_dana, what="budget")

    await until(lambda: ended(http, execution))
    found = await outcome(http, execution)
    assert (found["state"], found["error"]) == ("failed", "nobody may decide this")


async def ended(http: httpx.AsyncClient, execution: str) -> bool:
    return bool((await outcome(http, execution))["state"] != "running")


async def test_a_click_and_a_form_inside_a_step_still_belong_to_it(
    app: AsyncApp, connected: AsyncSocketModeHandler, http: httpx.AsyncClient, as_dana: Person
) -> None:
    async def ask(client: AsyncWebClient) -> None:
        blocks = [{"type": "actions", "elements": [button("decide")]}]
        await client.chat_postMessage(channel=as_dana.channel, text="decide", blocks=blocks)

    async def show(ack: AsyncAck, body: JSON, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(text_field("note")))

    async def finish(ack: AsyncAck, complete: AsyncComplete, view: JSON, inputs: JSON) -> None:
        await ack()
        note = view["state"]["values"]["note"]["value"]["value"]
        await complete({"approved": True, "note": f"{inputs['what']}: {note}"})

    app.function("ask_approval")(ask)
    app.action("decide")(show)
    app.view("form")(finish)
    execution = await run(as_dana, what="budget")
    [message] = await until(as_dana.sees)

    opened = await as_dana.does("action", channel=as_dana.channel, ts=message["ts"], action_id="decide")
    await as_dana.does("submit", view_id=opened["view"]["id"], values={"note": "fine"})

    await until(lambda: ended(http, execution))
    assert (await outcome(http, execution))["outputs"] == {"approved": True, "note": "budget: fine"}


async def test_outputs_have_to_suit_the_manifest(
    http: httpx.AsyncClient, workspace: Workspace, as_dana: Person
) -> None:
    execution = await run(as_dana, what="budget")
    asked = {"function_execution_id": execution, "outputs": {"approved": "yes", "more": 1}}

    answer = await calls(http, workspace.tokens.bot, "functions.completeSuccess", **asked)

    assert answer["error"] == "parameter_validation_failed"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] more is not a parameter",
        "[ERROR] approved is no boolean",
    ]


async def test_a_step_ends_once_and_its_token_with_it(
    http: httpx.AsyncClient, workspace: Workspace, as_dana: Person
) -> None:
    execution = await run(as_dana, what="budget")
    token = workspace.server.executions[execution].grant.token
    asked = {"function_execution_id": execution, "error": "no"}
    other = await run(as_dana, what="budget")

    assert (await calls(http, token, "auth.test"))["ok"]
    foreign = await calls(http, token, "functions.completeError", function_execution_id=other, error="no")
    assert (await calls(http, token, "functions.completeError", **asked))["ok"]

    assert foreign["error"] == "access_denied"
    assert (await calls(http, token, "auth.test"))["error"] == "token_revoked"
    again = await calls(http, workspace.tokens.bot, "functions.completeError", **asked)
    assert again["error"] == "execution_not_in_running_state"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ({"callback_id": "other"}, "The app's manifest has no function 'other'."),
        ({"callback_id": "ask_approval"}, "The inputs do not suit 'ask_approval': what is missing."),
        (
            {"callback_id": "ask_approval", "inputs": {"what": "x", "amount": "much"}},
            "The inputs do not suit 'ask_approval': amount is no integer.",
        ),
    ],
)
async def test_a_step_that_cannot_run_is_refused(as_dana: Person, call: JSON, sentence: str) -> None:
    assert await as_dana.is_refused("function", **call) == sentence


class TestNotReady:
    @pytest.fixture(name="workspace")
    def _workspace(self) -> Workspace:
        return Workspace(manifest=manifest(org_deploy_enabled=False))

    async def test_steps_need_an_app_that_organisations_can_install(self, as_dana: Person) -> None:
        sentence = await as_dana.is_refused("function", callback_id="ask_approval", inputs={"what": "x"})

        assert sentence == "An app with functions needs settings.org_deploy_enabled in its manifest."
