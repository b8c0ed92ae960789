"""Several workspaces in one server: apart from each other, or parts of an organisation."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest
import websockets

from sandbox.slack import Timing, Workspace, create_app
from sandbox.slack.model import Channel, User
from tests.sandbox.slack.acting import MovableClock, Person
from tests.sandbox.slack.installing import JSON, Place, allows, asking, calls, exchanged, opened


async def test_each_workspace_has_its_own_token_people_and_channels(
    http: httpx.AsyncClient, workspace: Workspace, as_dana: Person
) -> None:
    globex = await opened(http, "Globex", install=True)
    [pia, general] = [await globex.user("pia"), await globex.channel("general")]

    posted = await calls(http, globex.team["bot_token"], "chat.postMessage", channel=general, text="to Globex")
    foreign = await calls(http, workspace.tokens.bot, "chat.postMessage", channel=general, text="to Globex")

    assert posted["message"]["team"] == globex.id
    assert foreign["error"] == "channel_not_found"
    assert await globex.sees(pia, general) == ["to Globex"]
    assert await as_dana.sees() == []


async def test_one_socket_hears_all_workspaces(http: httpx.AsyncClient, workspace: Workspace, as_dana: Person) -> None:
    globex = await opened(http, "Globex", install=True)
    [pia, general] = [await globex.user("pia"), await globex.channel("general")]
    url = (await calls(http, workspace.tokens.app, "apps.connections.open"))["url"]

    async with websockets.connect(url, proxy=None) as socket:
        await socket.recv()
        there = globex.does("command", user=pia, channel=general, command="/openai", text="there")
        running = [asyncio.create_task(there), asyncio.create_task(as_dana.command("here"))]
        envelopes = [json.loads(await socket.recv()) for _ in running]
        for each in envelopes:
            await socket.send(json.dumps({"envelope_id": each["envelope_id"], "payload": {"text": "ok"}}))
        answers = await asyncio.gather(*running)

    heard = {each["payload"]["text"]: each["payload"]["team_id"] for each in envelopes}
    assert heard == {"here": workspace.id, "there": globex.id}
    assert [each["ephemeral"][0]["text"] for each in answers] == ["ok", "ok"]


async def test_a_response_url_leads_back_to_its_workspace(http: httpx.AsyncClient, workspace: Workspace) -> None:
    globex = await opened(http, "Globex", install=True)
    [pia, general] = [await globex.user("pia"), await globex.channel("general")]
    url = (await calls(http, workspace.tokens.app, "apps.connections.open"))["url"]
    async with websockets.connect(url, proxy=None) as socket:
        await socket.recv()
        running = asyncio.create_task(globex.does("command", user=pia, channel=general, command="/openai"))
        envelope = json.loads(await socket.recv())
        await socket.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
        await running

    address = envelope["payload"]["response_url"]
    await http.post(address, json={"text": "later", "response_type": "in_channel"})

    assert await globex.sees(pia, general) == ["later"]


async def test_a_workspace_without_the_app_does_not_reach_it(http: httpx.AsyncClient) -> None:
    globex = await opened(http, "Globex")
    [pia, general] = [await globex.user("pia"), await globex.channel("general")]

    answer = await globex.does("command", user=pia, channel=general, command="/openai")

    assert (answer["ok"], answer["error"]) == (False, "app_not_installed")


async def test_the_list_of_workspaces_says_where_and_how(http: httpx.AsyncClient, workspace: Workspace) -> None:
    globex = await opened(http, "Globex", "Initech")

    found = (await http.get("/_sandbox/teams")).json()

    assert [each["name"] for each in found["teams"]] == ["Acme", "Globex"]
    assert [each["is_installed"] for each in found["teams"]] == [True, False]
    assert found["teams"][1]["enterprise"]["name"] == "Initech"
    assert found["teams"][1]["sandbox_url"].endswith(f"/_sandbox/teams/{globex.id}/")
    assert found["app"]["client_id"] == workspace.state.client_id


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"name": "Acme"}, "There is already a workspace called 'Acme'."),
        ({"name": " "}, "A workspace needs a name."),
        ({}, "The field 'name' is missing."),
    ],
)
async def test_a_workspace_that_cannot_be_opened_is_refused(
    http: httpx.AsyncClient, asked: JSON, sentence: str
) -> None:
    answer = await http.post("/_sandbox/teams", json=asked)

    assert (answer.status_code, answer.json()["error"]) == (400, sentence)


async def test_an_unknown_workspace_is_named(http: httpx.AsyncClient) -> None:
    answer = await http.get("/_sandbox/teams/T0NOWHERE12/workspace")

    assert (answer.status_code, answer.json()["error"]) == (400, "There is no workspace 'T0NOWHERE12' here.")


@pytest.fixture(name="organisation")
async def _organisation(http: httpx.AsyncClient) -> tuple[Place, Place]:
    return await opened(http, "Globex", "Initech"), await opened(http, "Hooli", "Initech")


async def org_wide(http: httpx.AsyncClient, workspace: Workspace, place: Place) -> JSON:
    """Install the app in the whole organisation of *place*."""
    query = asking(workspace, team=place.id, scope="chat:write,users:read,channels:read,commands")
    brought = await allows(http, query, await place.user("pia"), reach="organisation")
    return await exchanged(http, workspace, code=brought["code"])


async def test_an_org_wide_installation_names_the_organisation_and_no_team(
    http: httpx.AsyncClient, workspace: Workspace, organisation: tuple[Place, Place]
) -> None:
    installed = await org_wide(http, workspace, organisation[0])
    who = await calls(http, installed["access_token"], "auth.test")

    assert (installed["team"], installed["is_enterprise_install"]) == (None, True)
    assert installed["enterprise"]["name"] == "Initech"
    assert (who["enterprise_id"], who["is_enterprise_install"]) == (installed["enterprise"]["id"], True)


async def test_an_organisations_token_works_in_all_its_workspaces_and_no_other(
    http: httpx.AsyncClient, workspace: Workspace, organisation: tuple[Place, Place], general: Channel
) -> None:
    token = (await org_wide(http, workspace, organisation[0]))["access_token"]
    for place in organisation:
        [pia, there] = [await place.user("pia"), await place.channel("general")]
        assert (await calls(http, token, "chat.postMessage", channel=there, text=place.id))["ok"]
        assert await place.sees(pia, there) == [place.id]

    foreign = await calls(http, token, "chat.postMessage", channel=general.id, text="x")
    by_name = await calls(http, token, "chat.postMessage", channel="general", text="x")

    assert foreign["error"] == "channel_not_found"
    assert by_name["error"] == "team_not_found"


async def test_some_methods_want_to_know_the_team(
    http: httpx.AsyncClient, workspace: Workspace, organisation: tuple[Place, Place], dana: User
) -> None:
    token = (await org_wide(http, workspace, organisation[0]))["access_token"]

    unsaid = await calls(http, token, "users.list")
    said = await calls(http, token, "users.list", team_id=organisation[1].id)
    foreign = await calls(http, token, "users.list", team_id=workspace.id)

    assert unsaid["error"] == "missing_argument"
    assert "pia" in [each["name"] for each in said["members"]]
    assert foreign["error"] == "team_access_not_granted"


async def test_a_part_of_an_organisation_that_has_the_app_cannot_install_it_again(
    http: httpx.AsyncClient, workspace: Workspace, organisation: tuple[Place, Place]
) -> None:
    await org_wide(http, workspace, organisation[0])
    brought = await allows(http, asking(workspace, team=organisation[1].id), await organisation[1].user("pia"))

    answer = await exchanged(http, workspace, code=brought["code"])

    assert answer["error"] == "cannot_install_an_org_installed_app"


async def test_workspaces_and_their_installations_survive_a_restart(
    tmp_path: Path, wall: MovableClock, timing: Timing
) -> None:
    first = Workspace(data=tmp_path, clock=wall, timing=timing)
    transport = httpx.ASGITransport(create_app(first), client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        place = await opened(http, "Globex", "Initech", install=True)
    for team in first.server.teams.values():
        await team.stop()

    second = Workspace(data=tmp_path, clock=wall, timing=timing)
    create_app(second)

    team = second.server.teams[place.id]
    assert (team.name, team.enterprise and team.enterprise.name) == ("Globex", "Initech")
    assert team.grant is not None
    assert team.grant.token == place.team["bot_token"]
