"""The commands that serve, as processes: started, used over HTTP and WebSocket, asked to stop."""

import json
import shutil
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from tests.bot.commands import ROOT, Start, helped, starting, world
from tests.bot.workplace import MANIFEST
from tests.support.databases import PostgreSQLTemplate
from tests.support.ports import free_ports


@pytest.fixture(name="start")
async def _start(tmp_path: Path) -> AsyncIterator[Start]:
    async with starting(tmp_path) as start:
        yield start


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_run_answers_people_and_ends_when_it_is_asked_to(start: Start, tmp_path: Path, mode: str) -> None:
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(world(start, tmp_path, **({"http": "1"} if mode == "http" else {})))
        bot = await start("run", **made.environment)
        await bot.says('"ready"')
        hands = await stack.enter_async_context(made.office())

        await helped(hands)
        port = made.environment["PORT"]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            assert (await http.get("/readyz")).status_code == 200
            assert "countersign_slack_deliveries_total" in (await http.get("/metrics")).text

        assert await bot.stop() == 0
        assert "Traceback" not in "".join(bot.err)


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
async def test_a_token_that_slack_refuses_ends_the_start(start: Start, tmp_path: Path, name: str) -> None:
    async with world(start, tmp_path) as made:
        wrong = {name: made.environment[name][:5] + "revoked"}

        bot = await start("run", **made.environment | wrong)

        assert await bot.process.wait() == 1
        await bot.stop()
        assert f"Slack refuses {name} (invalid_auth): " in bot.err[-1]


async def test_web_and_worker_share_the_work(
    start: Start, tmp_path: Path, postgresql_template: PostgreSQLTemplate
) -> None:
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(world(start, tmp_path))
        url = stack.enter_context(postgresql_template.fresh(tmp_path))
        made.environment["DATABASE_URL"] = url
        policy = tmp_path / "policy.yml"
        shutil.copy(MANIFEST.parent / "workflows/policy/default.yml", policy)
        environment = {name: value for name, value in made.environment.items() if name != "PORT"}
        environment["POLICY_FILE"] = str(policy)
        assert await (await start("migrate", **environment)).process.wait() == 0
        keyless = {name: value for name, value in environment.items() if name != "OPENAI_ADMIN_KEY"}
        web, worker = await start("web", **keyless), await start("worker", **environment)
        await web.says('"ready"')
        await worker.says('"ready"')
        hands = await stack.enter_async_context(made.office())

        await helped(hands)
        policy.write_text("version: 1\nrulse: []\n", "utf-8")
        for each in (web, worker):
            await each.says("did you mean rules?")

        assert [await web.stop(), await worker.stop(signal.SIGINT)] == [0, 0]


@pytest.mark.parametrize("part", ["web", "worker"])
async def test_a_part_of_the_bot_wants_a_database_for_several(start: Start, tmp_path: Path, part: str) -> None:
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "OPENAI_ADMIN_KEY": "sk-admin-1"}

    refused = await start(part, **tokens)

    assert await refused.process.wait() == 1
    await refused.stop()
    (sentence,) = refused.err
    assert f"`{part}` is one process of several, and SQLite is for one process" in sentence
    assert "DATABASE_URL" in sentence
    assert not (tmp_path / "countersign.db").exists()


async def test_a_second_process_on_one_sqlite_file_is_refused_and_the_first_goes_on(
    start: Start, tmp_path: Path
) -> None:
    async with world(start, tmp_path) as made:
        first = await start("run", **made.environment)
        await first.says('"ready"')

        second = await start("run", **made.environment | {"PORT": str(free_ports(1))})

        assert await second.process.wait() == 1
        await second.stop()
        assert second.err == [
            (
                "Another process works on countersign.db already: SQLite is for one process; for more, let"
                " DATABASE_URL name a PostgreSQL database.\n"
            )
        ]
        await first.stop(signal.SIGKILL)
        third = await start("run", **made.environment)
        await third.says('"ready"')
        assert await third.stop() == 0


async def test_the_doctor_finds_everything_well_in_the_sandboxes(start: Start, tmp_path: Path) -> None:
    async with world(start, tmp_path) as made:
        assert await (await start("migrate", **made.environment)).process.wait() == 0

        doctor = await start("doctor", **made.environment)

        assert await doctor.process.wait() == 0
        await doctor.stop()
        assert len(doctor.out) == 10
        assert all(each.startswith("✓") for each in doctor.out)

        policy = tmp_path / "people.yml"
        default = (ROOT / "workflows/policy/default.yml").read_text("utf-8")
        policy.write_text(default.replace("auditors: [organization_owners]", "auditors: [{group: nobodies}]"), "utf-8")
        check = await start("policy", "check", str(policy), "--people", **made.environment)
        assert await check.process.wait() == 1
        await check.stop()
        assert check.out[1].rstrip() == "✗ auditors: @nobodies has no active member here."


async def test_the_doctor_says_what_mends_each_thing(start: Start, tmp_path: Path) -> None:
    prices = tmp_path / "prices.yml"
    prices.write_text("as_of: yesterday\nmodels: {gpt-5: {input: 1}}\n", "utf-8")
    async with world(start, tmp_path) as made:
        ill = {
            "SLACK_BOT_TOKEN": "xoxb-revoked",
            "SLACK_APP_TOKEN": "xapp-revoked",
            "OPENAI_ADMIN_KEY": "sk-admin-revoked",
            "REQUESTS_CHANNEL": "#nowhere",
            "PRICES_FILE": str(prices),
        }

        doctor = await start("doctor", **made.environment | ill)

        assert await doctor.process.wait() == 1
        await doctor.stop()
        failed = [each.partition(":")[0] for each in doctor.out if each.startswith("✗")]
        assert failed[:3] == ["✗ Slack token", "✗ Slack scopes", "✗ Slack connection"]
        assert {"✗ OpenAI admin key", "✗ Database", "✗ Prices"} <= set(failed)
        assert doctor.err == []


async def test_the_demo_is_a_company_at_work(start: Start) -> None:
    port = free_ports(3)
    demo = await start("demo", "--port", str(port), "--no-open")
    await demo.says("Ctrl-C ends it")

    async with httpx.AsyncClient(trust_env=False, timeout=20) as http:
        assert (await http.get(f"http://127.0.0.1:{port}/")).status_code == 200
        shown = (await http.get(f"http://127.0.0.1:{port}/_sandbox/workspace")).json()["openai_url"]
        assert shown == f"http://127.0.0.1:{port + 1}"
        assert (await http.get(f"{shown}/_sandbox/overview")).json()["projects_total"] == 4
        assert (await http.get(f"http://127.0.0.1:{port + 2}/healthz")).status_code == 200

    again = await start("demo", "--port", str(port), "--no-open")
    assert await again.process.wait() == 1
    await again.stop()
    assert again.err == [f"Port {port} is taken: choose another with --port.\n"]
    assert await demo.stop(signal.SIGINT) == 0
    assert demo.err == []


async def test_a_sandbox_keeps_what_it_was_told_to_keep(start: Start, tmp_path: Path) -> None:
    options = ("sandbox", "slack", "--port", "0", "--data", str(tmp_path / "kept"))
    first = await start(*options)
    before = json.loads(await first.says("{"))
    await first.stop()

    second = await start(*options)

    assert json.loads(await second.says("{"))["tokens"] == before["tokens"]
    assert await second.stop() == 0


async def test_an_organisation_can_begin_with_a_rehearsal(start: Start) -> None:
    openai = await start("sandbox", "openai", "--port", "0", "--rehearsal")
    url = json.loads(await openai.says("{"))["sandbox_url"]

    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as http:
        assert (await http.get("organization")).json()["settings"]["rehearsal"]
        assert len((await http.get("organization")).json()["projects"]) == 4
        assert "calls_per_minute" in {each["fault"] for each in (await http.get("faults")).json()["faults"]}


async def test_the_page_can_be_told_of_an_organisation(start: Start) -> None:
    slack = await start("sandbox", "slack", "--port", "0", "--empty", "--openai-url", "http://localhost:8401/v1/")
    url = json.loads(await slack.says("{"))["sandbox_url"]

    async with httpx.AsyncClient(trust_env=False, timeout=20) as http:
        assert (await http.get(f"{url}workspace")).json()["openai_url"] == "http://localhost:8401"


async def test_a_taken_port_is_one_sentence(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        sandbox = await start("sandbox", "openai", "--port", str(port))

        assert await sandbox.process.wait() == 1
        await sandbox.stop()
        assert sandbox.err == [f"Port {port} is taken: choose another with --port.\n"]
