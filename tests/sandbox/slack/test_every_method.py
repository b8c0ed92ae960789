"""Every method that Slack describes is here, and Slack's own client calls each of them."""

import re

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from sandbox.slack.api import every_method
from sandbox.slack.model import Channel, User
from tests.sandbox.slack.acting import Person, modal, section
from tests.support.slack_methods import METHODS, JudgedMethods, skip_unless_described

CALLBACK = "http://127.0.0.1:9/callback"


def test_every_described_method_is_here() -> None:
    skip_unless_described()

    assert {each.stem for each in METHODS.glob("*.json")} == set(every_method())


@pytest.fixture(name="home")
def _home() -> dict[str, object]:
    return {"type": "home", "blocks": [section("welcome")]}


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # slack_sdk's own use of aiohttp
async def test_slacks_client_calls_every_method(
    client: AsyncWebClient,
    workspace: Workspace,
    judge: JudgedMethods,
    http: httpx.AsyncClient,
    general: Channel,
    dana: User,
    home: dict[str, object],
) -> None:
    await _messages(client, workspace, general, dana)
    await _conversations(client, workspace, general, dana)
    await _people(client, workspace, dana)
    await _files(client, general)
    await _views(client, workspace, dana, home)
    await _functions(client, Person(http, dana.id, general.id))
    await _the_app_itself(client, workspace, http, dana)

    assert set(every_method()) - judge.called() == set()


async def _messages(client: AsyncWebClient, workspace: Workspace, general: Channel, dana: User) -> None:
    ts = (await client.chat_postMessage(channel=general.id, text="hello"))["ts"]
    await client.chat_update(channel=general.id, ts=ts, text="hello again")
    await client.chat_getPermalink(channel=general.id, message_ts=ts)
    await client.chat_postEphemeral(channel=general.id, user=dana.id, text="psst")
    await client.chat_scheduleMessage(channel=general.id, post_at=workspace.now() + 3600, text="later")
    await client.reactions_add(channel=general.id, name="eyes", timestamp=ts)
    await client.pins_add(channel=general.id, timestamp=ts)
    await client.conversations_history(channel=general.id)
    await client.conversations_replies(channel=general.id, ts=ts)
    await client.chat_delete(channel=general.id, ts=ts)


async def _conversations(client: AsyncWebClient, workspace: Workspace, general: Channel, dana: User) -> None:
    made = (await client.conversations_create(name="new-one"))["channel"]["id"]
    await client.conversations_invite(channel=made, users=[dana.id])
    await client.conversations_join(channel=workspace.add_channel("quiet", [dana.id]).id)
    await client.conversations_info(channel=general.id, include_num_members=True)
    await client.conversations_list()
    await client.conversations_members(channel=general.id)
    await client.conversations_open(users=[dana.id])
    await client.users_conversations()


async def _people(client: AsyncWebClient, workspace: Workspace, dana: User) -> None:
    group = workspace.add_usergroup("owners", "Owners", [dana.id])
    await client.users_info(user=dana.id)
    await client.users_list()
    await client.users_lookupByEmail(email=dana.email)
    await client.usergroups_list(include_users=True)
    await client.usergroups_users_list(usergroup=group.id)
    await client.bots_info(bot=workspace.bot.id)
    await client.team_info()


async def _files(client: AsyncWebClient, general: Channel) -> None:
    uploaded = await client.files_upload_v2(channel=general.id, filename="plan.txt", content="the plan")
    await client.files_info(file=uploaded["files"][0]["id"])


async def _views(client: AsyncWebClient, workspace: Workspace, dana: User, home: dict[str, object]) -> None:
    opened = await client.views_open(trigger_id=workspace.triggers.issue(dana.id), view=modal(section("a")))
    await client.views_push(trigger_id=workspace.triggers.issue(dana.id, in_modal=True), view=modal(section("b")))
    await client.views_update(view_id=opened["view"]["id"], view=modal(section("c")))
    await client.views_publish(user_id=dana.id, view=home)
    await client.api_call("blocks.validate", json={"blocks": [section("d")]})


async def _functions(client: AsyncWebClient, person: Person) -> None:
    first = (await person.does("function", callback_id="ask"))["function"]["function_execution_id"]
    second = (await person.does("function", callback_id="ask"))["function"]["function_execution_id"]
    await client.functions_completeSuccess(function_execution_id=first, outputs={"answer": "yes"})
    await client.functions_completeError(function_execution_id=second, error="nobody there")


async def _the_app_itself(client: AsyncWebClient, workspace: Workspace, http: httpx.AsyncClient, dana: User) -> None:
    await client.api_test()
    await client.auth_test()
    await client.apps_connections_open(app_token=workspace.tokens.app)
    allowed = {
        "client_id": workspace.state.client_id,
        "scope": "chat:write",
        "redirect_uri": CALLBACK,
        "team": workspace.id,
        "user": dana.id,
        "choice": "allow",
    }
    answer = await http.post("/oauth/v2/authorize", data=allowed)
    found = re.search(r"code=([^&]+)", answer.headers["location"])
    assert found
    await client.oauth_v2_access(
        client_id=workspace.state.client_id,
        client_secret=workspace.tokens.client_secret,
        code=found[1],
        redirect_uri=CALLBACK,
    )
    await client.auth_revoke()
