"""Who is waited for is reminded: in their own working hours, less and less often, once each, and never in a storm."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.company import POLICY, Company
from tests.support.databases import BOTH, tried_on
from tests.workflows.service.test_governing import another
from workflows.errors import PolicyInvalid
from workflows.model import OutboxTopic, Verdict
from workflows.policy import policy_from_text
from workflows.service.reminding import REMINDER, WAITING

_database_url = tried_on("sqlite")


async def reminded(acme: Company) -> list[str]:
    """Look, and return whom that reminds: by name, with *all* for a message about everything."""
    await acme.service.remind_due()
    names = {each.id: name for name, each in acme.people.everybody.items()}
    found = []
    async with acme.database.begin() as work:
        while entries := await work.claim_outbox(acme.clock(), acme.executor._lease, 1):
            for each in entries:
                payload: dict[str, Any] = dict(each.payload)
                if payload.get("event") == REMINDER:
                    found.append(names[payload["to"]])
                elif each.topic is OutboxTopic.REPORT and payload["kind"] == WAITING:
                    found.append(f"{names[payload['to']]} all")
                await work.settle_outbox(each.id, acme.clock())
    return sorted(found)


def move_to(acme: Company, day: int, hour: int, minute: int = 0) -> None:
    acme.clock.moment = datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@BOTH
async def test_the_owner_is_reminded_after_four_twelve_and_twenty_four_working_hours(acme: Company) -> None:
    await acme.ask_for_budget()

    told = {}
    for day, hours in ((23, range(9, 24)), (24, range(24)), (25, range(24)), (26, range(9, 10))):
        for hour in hours:
            move_to(acme, day, hour)
            if who := await reminded(acme):
                told[day, hour] = who

    assert told == {(23, 13): ["petra"], (24, 13): ["petra"], (26, 9): ["petra"]}


async def test_working_hours_are_the_persons_own(acme: Company) -> None:
    acme.people.everybody["petra"] = replace(acme.people.everybody["petra"], tz="America/New_York")
    await acme.ask_for_budget()

    move_to(acme, 24, 13)
    assert await reminded(acme) == []
    move_to(acme, 24, 14)
    assert await reminded(acme) == ["petra"]


@BOTH
async def test_two_processes_remind_once(acme: Company) -> None:
    await acme.ask_for_budget()
    move_to(acme, 23, 14)

    await asyncio.gather(*(each.remind_due() for each in (acme.service, another(acme), another(acme))))

    assert await reminded(acme) == ["petra"]


async def test_after_days_in_which_nothing_ran_there_is_one_message(acme: Company) -> None:
    await acme.ask_for_budget()
    move_to(acme, 26, 8)
    assert await reminded(acme) == []
    move_to(acme, 26, 9)

    assert await reminded(acme) == ["petra"]
    assert await reminded(acme) == []


@BOTH
async def test_who_decided_already_and_who_is_not_asked_yet_are_left_alone(acme: Company) -> None:
    request = await acme.ask_for_budget("5,000")
    move_to(acme, 23, 12)
    second = await acme.decide(request, "petra")
    move_to(acme, 23, 13)
    assert await reminded(acme) == []  # finance was asked an hour ago

    move_to(acme, 23, 16)
    await acme.decide(second, "fay")

    assert await reminded(acme) == ["finn", "fred"]


async def test_what_is_decided_reminds_nobody(acme: Company) -> None:
    request = await acme.ask_for_budget()
    await acme.decide(request, "petra", Verdict.DENY, "No")
    move_to(acme, 23, 14)

    assert await reminded(acme) == []


async def test_who_left_is_not_reminded(acme: Company) -> None:
    await acme.ask_for_budget()
    acme.people.away.add("petra")
    move_to(acme, 23, 14)

    assert await reminded(acme) == []


@BOTH
async def test_more_than_three_are_one_message_a_day(acme: Company) -> None:
    for limit in ("600", "700", "800"):
        await acme.ask_for_budget(limit)
    move_to(acme, 23, 14)
    assert await reminded(acme) == ["petra"] * 3

    await acme.ask_for_budget("900")
    move_to(acme, 24, 9)
    assert await reminded(acme) == []  # nothing is due yet
    told = {}
    for day in (24, 25, 26):
        for hour in range(9, 17):
            move_to(acme, day, hour)
            if who := await reminded(acme):
                told[day, hour] = who

    assert told == {(24, 10): ["petra all"], (25, 9): ["petra all"], (26, 9): ["petra all"]}


async def test_the_message_about_all_names_them(acme: Company) -> None:
    for limit in ("600", "700", "800", "900"):
        await acme.ask_for_budget(limit)
    move_to(acme, 23, 14)

    assert await acme.service.remind_due() == 1

    async with acme.database.read() as work:
        written = await work.report(WAITING, "U_PETRA", "2026-11-23")
    assert written["count"] == 4
    assert [each["by"] for each in written["requests"]] == ["Dana"] * 4


async def test_a_policy_without_hours_reminds_nobody(acme: Company) -> None:
    text = POLICY.replace("rules:\n", "reminders: {after_hours: []}\nrules:\n")
    acme.service.policy = policy_from_text(text, "policy.yml")
    await acme.ask_for_budget()
    move_to(acme, 25, 14)

    assert await reminded(acme) == []


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ("{begins: 17, ends: 9}", "ends must be later than begins"),
        ("{after_hours: [0]}", "must be 1 or more"),
        ("{days: [mon]}", "must be"),
        ("{after: [4]}", "did you mean after_hours?"),
    ],
)
def test_times_that_cannot_be_are_refused(section: str, sentence: str) -> None:
    text = POLICY.replace("rules:\n", f"reminders: {section}\nrules:\n")

    with pytest.raises(PolicyInvalid, match=sentence):
        policy_from_text(text, "policy.yml")
