"""Several workspaces that install the app: each with its policy, its people and its channels, and none with another's.

Over Socket Mode on SQLite, and over HTTP on PostgreSQL.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from sandbox.scenario.hands import eventually
from tests.faults import traces
from tests.support.databases import BOTH
from tests.support.installation import installed, running, way_in
from tests.support.process import Process
from tests.support.workspaces import Branch, Company, distributed
from workflows.service.desk import tell_thread

pytestmark = pytest.mark.filterwarnings(
    "ignore:BasicAuth is deprecated:DeprecationWarning"
)  # slack_sdk's own use of aiohttp
ON_SQLITE, ON_POSTGRESQL = (
    pytest.mark.parametrize("database_url", [each], indirect=True) for each in ("sqlite", "postgresql")
)
POLICY = """version: 1
environments:
  sandbox: {description: Experiments, models: [gpt-5-mini], monthly_limit: 50}
administrators: [{email: boss@labs.example}]
auditors: [{email: boss@labs.example}]
fallback: [{email: boss@labs.example}]
rules:
  - {name: the boss decides, stages: [{approvers: [{email: boss@labs.example}]}]}
"""
PROJECT = {"name": "lab-notes", "environment": "sandbox", "purpose": "Notes.", "monthly_limit": "40"}
OWN = {"owners": ["boss@labs.example"], "members": ["lia@labs.example"]}


@pytest.fixture(name="company")
async def _company(database_url: str, tmp_path: Path) -> AsyncIterator[Company]:
    async with installed(database_url, way_in(database_url), described=distributed) as acme:
        company = Company(acme=acme, folder=tmp_path)
        yield company
        await company.close()


def of_labs(folder: Path) -> dict[str, str]:
    (folder / "labs.yml").write_text(POLICY, "utf-8")
    return {"policy": "labs.yml", "alerts_channel": "#labs-alerts"}


async def card(branch: Branch, title: str, word: str) -> dict[str, Any]:
    async def drawn() -> dict[str, Any] | None:
        found = [each for each in await branch.hands.messages("otto", "requests") if title in each["text"]]
        return found[0] if found and word in str(found[0]) else None

    return await eventually(drawn, f"No card about {title} says {word}.")


@pytest.fixture(name="labs")
async def _labs(company: Company) -> AsyncIterator[Branch]:
    """Yield Labs, with the app in it and in Acme, and a project that its boss approved."""
    acme, labs = company.acme, await company.branch("Labs")
    async with running(acme, environment=company.environment({labs.team: of_labs(company.folder)})):
        for team, user in ((company.home, acme.hands.users["olivia"]), (labs.team, labs.hands.users["boss"])):
            page = await company.install(team, user)
            assert (page.status_code, "Installed" in page.text) == (200, True), page.text
        answer = await labs.hands.ask("lia", "new", **PROJECT, **OWN)
        assert answer["ok"], answer
        await card(labs, "lab-notes", "Waiting")
        await labs.hands.approve("boss", "requests")
        await card(labs, "lab-notes", "Done")
        yield labs


@BOTH
async def test_what_its_own_policy_says_is_made_in_the_organisation_of_all(company: Company, labs: Branch) -> None:
    acme = company.acme

    (project_id,) = await acme.projects("lab-notes")
    assert await acme.limit(project_id) == 40_00
    assert not [each for each in await acme.hands.messages("omar", "requests") if "lab-notes" in each["text"]]
    async with acme.database() as database, database.engine.connect() as connection:
        assert (await connection.execute(sa.text("SELECT workspace FROM requests"))).scalars().all() == [labs.team]
        sealed = (await connection.execute(sa.text("SELECT bot_token FROM slack_bots"))).scalars().all()
        assert len(sealed) == 2
        assert not any(each.startswith("xox") for each in sealed)
    assert (await acme.trail()).count("workspace_installed") == 2


@ON_SQLITE
async def test_the_projects_of_one_workspace_are_not_offered_in_another(company: Company, labs: Branch) -> None:
    for hands, who, found in ((company.acme.hands, "dana", ["prompt-lab"]), (labs.hands, "lia", ["lab-notes"])):
        await hands.command(who, "budget")
        form = await hands.form(who)
        asked = {"view_id": form["id"], "block_id": "project", "action_id": "value", "query": "lab"}
        offered = await hands.post("/options", user=hands.users[who], **asked)
        assert [each["text"]["text"] for each in offered["options"]] == found


@ON_POSTGRESQL
async def test_requests_of_two_workspaces_go_their_own_ways(company: Company, labs: Branch) -> None:
    acme = company.acme

    answer = await labs.hands.ask("lia", "budget", project="lab-notes", monthly_limit="60", reason="More")
    assert answer["ok"], answer
    await acme.hands.ask("dana", "budget", project="prompt-lab", monthly_limit="120", reason="More")
    await acme.hands.approve("lena", "requests")
    await acme.card("requests", "prompt-lab", "Done")

    await card(labs, "budget of lab-notes", "Waiting")
    assert not [each for each in await labs.hands.messages("otto", "requests") if "prompt-lab" in each["text"]]


@ON_POSTGRESQL
async def test_what_concerns_all_workspaces_is_done_at_home(company: Company, labs: Branch) -> None:
    frozen = await labs.hands.command("boss", "freeze Because")

    assert "home workspace" in str(frozen["ephemeral"])
    assert "frozen" not in await company.acme.trail()
    await company.acme.hands.command("olivia", "freeze Because")
    answer = await labs.hands.ask("lia", "budget", project="lab-notes", monthly_limit="60", reason="More")
    assert answer["ok"], answer
    await labs.hands.approve("boss", "requests")
    await card(labs, "budget of lab-notes", "rozen")


@ON_POSTGRESQL
async def test_who_is_not_on_the_list_gets_nothing(company: Company) -> None:
    labs, rivals = await company.branch("Labs"), await company.branch("Rivals")
    async with running(company.acme, environment=company.environment({labs.team: {}})):
        page = await company.install(rivals.team, rivals.hands.users["boss"])

        assert page.status_code == 403
        assert "not one of the workspaces that this bot serves" in page.text
        assert await rivals.token() is None

    assert await company.acme.trail() == []


@ON_POSTGRESQL
async def test_a_whole_organisation_installs_it_at_once(company: Company) -> None:
    acme = company.acme
    labs, studio, other = [await company.branch(each, "Group") for each in ("Labs", "Studio", "Other")]
    group = {"enterprise": labs.enterprise}
    branches = {labs.team: group | of_labs(company.folder), studio.team: group}
    async with running(acme, environment=company.environment(branches)):
        page = await company.install(studio.team, studio.hands.users["boss"], reach="organisation")
        assert page.status_code == 200, page.text

        answer = await labs.hands.ask("lia", "new", **PROJECT, **OWN)
        assert answer["ok"], answer
        await labs.hands.approve("boss", "requests")
        await card(labs, "lab-notes", "Done")
        seen = await studio.hands.command("lia", "status")
        assert "not asked for anything" in str(seen["ephemeral"])
        # One of the organisation that is not on the list has the app by Slack's lights, and nothing by ours.
        unknown = await other.hands.command("lia", "status")
        assert "not set up for this workspace" in str(unknown["ephemeral"])


@ON_SQLITE
async def test_what_is_owed_to_a_workspace_waits_until_it_has_the_app_again(company: Company) -> None:
    acme, labs = company.acme, await company.branch("Labs")
    async with running(acme, environment=company.environment({labs.team: of_labs(company.folder)})):
        boss = labs.hands.users["boss"]
        await company.install(labs.team, boss)
        answer = await labs.hands.ask("lia", "new", **PROJECT, **OWN)
        assert answer["ok"], answer
        await card(labs, "lab-notes", "Waiting")
        await labs.does("uninstall")

        async def forgotten() -> bool | None:
            return "workspace_uninstalled" in await acme.trail() or None

        await eventually(forgotten, "The installation was not forgotten.")
        async with acme.database() as database:
            view = database.of(labs.team)
            async with view.begin() as work:
                (request,) = await work.by_requester(labs.hands.users["lia"], 5)
                await tell_thread(work, request, "policy_failed", note="Owed to Labs")

            async def put_off() -> bool | None:
                async with database.engine.connect() as connection:
                    found = await connection.execute(sa.text("SELECT problem FROM outbox WHERE settled_at IS NULL"))
                    return "not_authed" in found.scalars().all() or None

            await eventually(put_off, "The message was not put off.")

        assert (await company.install(labs.team, boss)).status_code == 200
        await labs.hands.approve("boss", "requests")
        standing = await card(labs, "lab-notes", "Done")
        assert "Owed to Labs" in str(await labs.hands.messages("otto", "requests", standing["ts"]))


@ON_SQLITE
async def test_a_changed_key_opens_what_it_sealed_and_no_other_does(company: Company) -> None:
    acme, labs = company.acme, await company.branch("Labs")
    branches = {labs.team: of_labs(company.folder)}
    async with running(acme, environment=company.environment(branches)):
        await company.install(labs.team, labs.hands.users["boss"])
    old, company.key = company.key, Company(acme=acme, folder=company.folder).key

    async with running(acme, environment=company.environment(branches)):
        assert "not set up for this workspace" in str((await labs.hands.command("lia", "status"))["ephemeral"])
    company.key = f"{company.key},{old}"
    async with running(acme, environment=company.environment(branches)):
        assert "not set up" not in str((await labs.hands.command("lia", "status"))["ephemeral"])


@ON_POSTGRESQL
async def test_an_operator_sees_what_is_installed_and_moves_a_project(company: Company) -> None:
    acme, labs = company.acme, await company.branch("Labs")
    environment = company.environment({labs.team: of_labs(company.folder)})

    async def said(command: str, code: int = 0) -> list[str]:
        process = await Process(acme, command, environment=environment).start(ready=False)
        assert await process.ended() == code, process.output
        return process.output.splitlines()

    async with running(acme, environment=environment):
        await company.install(labs.team, labs.hands.users["boss"])
        assert await said("workspaces list") == [
            f"{company.home} (home): the app is not installed, 4 projects",
            f"{labs.team}: the app is installed, 0 projects",
        ]
        (moved,) = await said(f"workspaces assign prompt-lab {labs.team}")
        assert moved.startswith(f"prompt-lab is governed from {labs.team} now.")
        examined = await said("doctor", 1)
        await labs.hands.command("lia", "budget")
        form = await labs.hands.form("lia")
        asked = {"view_id": form["id"], "block_id": "project", "action_id": "value", "query": "prompt"}
        offered = await labs.hands.post("/options", user=labs.hands.users["lia"], **asked)
        assert [each["text"]["text"] for each in offered["options"]] == ["prompt-lab"]

    (bad,) = [each for each in examined if each.startswith(f"✗ Slack token in {company.home}")]
    assert bad.endswith("open /slack/install of this bot and install the app there.")
    for well in ("Slack token", "Slack scopes", "Requests channel", "Policy", "Approvers"):
        assert any(each.startswith(f"✓ {well} in {labs.team}: ") for each in examined), examined
    assert "project_assigned" in await acme.trail()


@ON_SQLITE
async def test_no_token_is_written_anywhere(company: Company, labs: Branch, capfd: pytest.CaptureFixture[str]) -> None:
    tokens = [await labs.token(), company.acme.workspace.tokens.client_secret, company.key]
    await labs.hands.ask("lia", "key", project="lab-notes", service_account="app", reason="More")

    kept = "\n".join([await traces.rows(company.acme), *capfd.readouterr()])

    assert [each for each in tokens if each is None or each in kept] == []


@ON_SQLITE
async def test_what_a_workspace_left_behind_is_nothing_to_the_one_that_stays(company: Company) -> None:
    async with running(company.acme, environment=company.environment({})) as parts:
        assert parts.offices.home.database.workspace == ""
