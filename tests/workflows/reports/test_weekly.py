"""One digest for each owner and week, whatever happens meanwhile: restarts, replicas, downtime, clocks that jump."""

import asyncio
from datetime import UTC, datetime

import pytest

from tests.support.company import Company
from tests.support.databases import BOTH
from tests.support.grants import given_back
from tests.workflows.budgets.watching import proofs, spend
from tests.workflows.reports.reporting import another, at, digest, lives_in, told
from workflows.policy import Digest as Terms

PETRA = ("U_PETRA", "2026-W49")


@pytest.fixture(name="running")
async def _running(acme: Company) -> Company:
    """Have the bot installed at noon of Monday the 23rd of November, and the project spend $10 a day in that week."""
    acme.pass_time(hours=3)
    await acme.reports.run_due()
    for _ in range(6):
        spend(acme, 10)
        acme.pass_time(days=1)
    await acme.budgets.collect()
    return acme


async def test_an_owner_is_told_on_monday_at_nine(running: Company) -> None:
    assert await at(running, "2026-11-30 08:59") == 0

    assert await at(running, "2026-11-30 09:00") == 1

    assert await told(running) == [PETRA]
    found = await digest(running)
    (project,) = found.projects
    assert (project.name, project.spent, project.week, project.before) == ("internal-qa", 60_00, 60_00, 0)
    assert found.as_of == datetime(2026, 11, 30, 8, 59, tzinfo=UTC)


@BOTH
async def test_restarts_and_replicas_tell_nobody_twice(running: Company) -> None:
    await at(running, "2026-11-29 12:00")
    await at(running, "2026-11-30 09:00", rounds=0)
    replicas = [another(running) for _ in range(5)]
    for _ in range(3):
        await asyncio.gather(*(each.run_due() for each in replicas))
    for day in ("2026-12-01 10:00", "2026-12-04 10:00", "2026-12-06 22:00"):
        await at(running, day, another(running))

    assert await told(running) == [PETRA]


async def test_the_next_week_has_its_own(running: Company) -> None:
    await at(running, "2026-11-30 09:00")
    spend(running, 10)
    await at(running, "2026-12-07 09:00")

    assert await told(running) == [PETRA, ("U_PETRA", "2026-W50")]


@pytest.mark.parametrize(("back", "then"), [("2026-12-02 03:00", 0), ("2026-12-02 09:30", 1), ("2026-12-07 03:00", 0)])
async def test_a_missed_monday_is_made_up_for_later_that_week_at_no_odd_hour(
    running: Company, back: str, then: int
) -> None:
    await at(running, back, another(running))

    assert len(await told(running)) == then


async def test_it_goes_by_the_owners_own_clock(running: Company) -> None:
    await lives_in(running, "petra", "America/Los_Angeles")

    assert await at(running, "2026-11-30 16:59") == 0
    assert await at(running, "2026-11-30 17:00") == 1


async def test_a_clock_that_jumps_doubles_nothing(running: Company) -> None:
    await at(running, "2026-11-30 09:00")
    for jump in (-7, 7, -1, 1, -21, 21):
        running.clock.advance(days=jump)
        await another(running).run_due()
        await another(running).run_due()

    assert await told(running) == [PETRA]


async def test_who_installs_it_in_the_middle_of_a_week_is_spared_until_the_next(acme: Company) -> None:
    acme.pass_time(days=2)
    spend(acme, 10)
    await acme.reports.run_due()
    assert await at(acme, "2026-11-27 12:00") == 0

    assert await at(acme, "2026-11-30 09:00") == 1


async def test_nothing_to_say_is_not_said_and_not_made_up_for(acme: Company) -> None:
    await acme.reports.run_due()
    await at(acme, "2026-11-30 09:00")
    spend(acme, 10)

    assert await at(acme, "2026-12-01 09:00") == 0
    assert await told(acme) == []


async def test_a_project_that_was_archived_has_no_owner_to_tell(running: Company) -> None:
    await at(running, "2026-11-29 12:00")
    await running.api.archive_project(running.project_id)
    await running.organization.refresh()

    assert await at(running, "2026-11-30 09:00") == 0


async def test_an_owner_who_is_not_in_slack_keeps_nobody_else_waiting(running: Company) -> None:
    stranger = running.local.add_user(email="aaron@elsewhere.example", name="Aaron", role="reader")
    running.local.add_member(running.project_id, stranger.id, "owner")

    assert await at(running, "2026-11-30 09:00") == 1
    assert await told(running) == [PETRA]


async def test_nobody_is_told_of_half_their_projects(running: Company) -> None:
    (petra,) = await running.api.users(["petra@acme.example"])
    for number in range(5):
        made = running.local.add_project(name=f"more-{number}")
        running.local.add_member(made.id, petra.id, "owner")
    await running.organization.refresh()

    assert await at(running, "2026-11-30 09:00", rounds=2) == 0
    assert await at(running, "2026-11-30 09:03", rounds=3) == 1
    assert len((await digest(running)).projects) == 6


async def test_a_project_that_openai_does_not_speak_of_keeps_nobody_waiting_for_ever(running: Company) -> None:
    made = running.local.add_project(name="broken")
    await running.organization.refresh()
    path = f"/organization/projects/{made.id}/users"
    await running.fault(fault="server_error", status=503, path=path, count=None)

    assert await at(running, "2026-11-30 09:00", rounds=2) == 0
    assert await at(running, "2026-11-30 09:05", rounds=2) == 1
    assert made.id not in [each.id for each in (await digest(running)).projects]


async def test_the_policy_can_do_without(running: Company) -> None:
    assert await at(running, "2026-11-30 09:00", another(running, terms=Terms(weekly=False))) == 0


async def test_it_tells_of_raises_that_end_and_of_requests_that_wait(running: Company) -> None:
    ending = await running.carried_out(await running.ask_for_budget("800", until="2026-12-02"), "petra")
    later = await running.carried_out(await running.ask_for_budget("900", until="2026-12-20"), "petra")
    await given_back(running, later)
    waiting = await running.ask_for_budget("1000")

    await at(running, "2026-11-30 09:00")

    found = await digest(running)
    assert [(each.id, each.before, each.after) for each in found.ending] == [(ending.id, 500_00, 800_00)]
    assert [(each.id, each.asked_by) for each in found.waiting] == [(waiting.id, "Dana")]


async def test_it_is_written_down(running: Company) -> None:
    await at(running, "2026-11-30 09:00")

    assert await proofs(running.database, "digest_sent") == [
        {"owner": "petra@acme.example", "week": "2026-W49", "projects": 1, "spent": 60_00}
    ]


async def test_who_owns_a_project_no_more_is_not_told_of_it_after_a_downtime(running: Company) -> None:
    await running.organization.learn_owners(running.project_id)
    omar = (await running.api.users(["omar@acme.example"]))[0]
    running.local.add_member(running.project_id, omar.id, "owner")
    await running.remove("petra")

    await at(running, "2026-12-01 09:00", another(running))

    assert await told(running) == [("U_OMAR", "2026-W49")]
