"""Readiness and metrics: what a platform and an operator are told, and that the dashboard asks for what there is."""

import json
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.cli import health
from bot.metrics import Metrics
from tests.support.clock import Clock
from tests.support.company import company
from tests.support.installation import ROOT
from workflows.model import OutboxTopic, Verdict
from workflows.store import Database

BEATING: Any = SimpleNamespace(since_beat=3.0)
STILL: Any = SimpleNamespace(since_beat=300.0)
DASHBOARD = json.loads((ROOT / "docs/grafana-dashboard.json").read_text("utf-8"))


async def problems(database: Database, **parts: Any) -> dict[str, str]:
    return {name: await check() for name, check in health.checks(database, **parts).items()}


async def test_a_process_that_only_listens_is_asked_for_its_database(database: Database) -> None:
    assert await problems(database) == {"database": ""}


async def test_a_worker_is_fit_while_it_keeps_up(database: Database) -> None:
    assert await problems(database, scheduler=BEATING) == {
        "database": "",
        "scheduler": "",
        "outbox": "",
        "costs": "",
    }


async def test_a_worker_whose_heart_stands_still_is_not(database: Database) -> None:
    assert (await problems(database, scheduler=STILL))["scheduler"] == "no beat for 300 s"


async def test_a_worker_that_sends_nothing_is_not(database: Database) -> None:
    async with database.begin() as work:
        await work.tell(OutboxTopic.POST, "R1", "card", datetime.now(UTC) - timedelta(minutes=9))

    assert (await problems(database, scheduler=BEATING))["outbox"].startswith("a message is due for 54")


async def test_a_message_that_is_to_wait_is_no_trouble(database: Database) -> None:
    async with database.begin() as work:
        await work.tell(OutboxTopic.POST, "R1", "card", datetime.now(UTC) - timedelta(minutes=9))
        (entry,) = await work.claim_outbox(datetime.now(UTC), timedelta(seconds=1), 1)
        await work.retry_outbox(entry.id, datetime.now(UTC) + timedelta(minutes=1), "Slack is away")

    assert (await problems(database, scheduler=BEATING))["outbox"] == ""


async def test_a_worker_that_reads_no_costs_is_not(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "STALE", timedelta(0))

    assert (await problems(database, scheduler=BEATING))["costs"].startswith("not read for")


# Metrics


def values(page: bytes) -> dict[str, float]:
    families = text_string_to_metric_families(page.decode())
    return {
        f"{each.name}{sorted(each.labels.values())}" if each.labels else each.name: each.value
        for family in families
        for each in family.samples
    }


async def test_what_an_operator_looks_at(database: Database, clock: Clock) -> None:
    async with company(database, clock) as acme:
        metrics = Metrics(database, started=clock() - timedelta(days=1))
        request = await acme.ask_for_budget()
        await acme.ask_for_project()
        clock.advance(hours=2)
        await acme.decide(request, "petra", Verdict.DENY, "No.")
        async with database.begin() as work:
            await work.beat("w1", datetime.now(UTC))
            await work.beat("w2", datetime.now(UTC) - timedelta(minutes=5))

        shown = values(await metrics.page())

    assert shown["countersign_requests['pending']"] == 1
    assert shown["countersign_requests['granted']"] == 0
    assert shown["countersign_time_to_decide_seconds_count['budget']"] == 1
    assert shown["countersign_time_to_decide_seconds_sum['budget']"] == pytest.approx(7_200, abs=1)
    assert shown["countersign_workers"] == 1
    assert shown["countersign_frozen"] == 0
    assert shown["countersign_audit_push_lag"] == -1
    assert shown["countersign_audit_entries"] > 0
    assert shown["countersign_costs_age_seconds"] != -1


async def test_a_freeze_and_a_collector_behind_are_seen(database: Database, clock: Clock) -> None:
    async with company(database, clock) as acme:
        await acme.service.freeze(acme.people.everybody["pat"].id, "An incident.")
        async with database.begin() as work:
            await work.save_pushed("siem", await work.pushed("siem"), clock())

        shown = values(await Metrics(database).page())

    assert shown["countersign_frozen"] == 1
    assert shown["countersign_audit_push_lag"] == shown["countersign_audit_entries"] > 0


async def test_the_dashboard_asks_for_what_there_is(database: Database) -> None:
    metrics = Metrics(database)
    for kind in ("opened", "x"):
        metrics.delivered(kind)
    page = (await metrics.page()).decode()
    there = set(re.findall(r"^# TYPE (\w+)", page, re.MULTILINE))
    asked = {
        name
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
        for name in re.findall(r"countersign_\w+", target["expr"])
    }

    assert len(asked) > 12
    assert {re.sub(r"_(total|bucket)$", "", each) for each in asked} <= {re.sub("_total$", "", each) for each in there}
    shown = {re.sub(r"_(total|bucket)$", "", each) for each in asked}
    assert {re.sub("_(total|created)$", "", each) for each in there} - shown == set(), "each metric has its panel"


def test_the_dashboard_is_one_that_grafana_reads() -> None:
    assert (DASHBOARD["title"], DASHBOARD["uid"]) == ("Countersign", "countersign")
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    assert all(panel["targets"] and panel["gridPos"]["x"] + 8 <= 24 for panel in DASHBOARD["panels"])
