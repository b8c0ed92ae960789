"""What all limits add up to, against the organisation's: the sum, the sentence, and who hears it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.company import Company
from tests.support.databases import BOTH
from workflows.commitment import Commitment, commitment, commitment_of
from workflows.policy import Alerts, Budget, Terms
from workflows.store import Database

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@BOTH
async def test_it_adds_up_what_is_alive_and_known(database_url: str) -> None:
    projects: list[dict[str, Any]] = [
        {"limit": 100_00, "seen_at": NOON},
        {"limit": 50_00, "seen_at": NOON - timedelta(hours=2)},
        {"limit": None, "seen_at": NOON},
        {"limit": None, "seen_at": None},
        {"limit": 9_999_00, "seen_at": NOON - timedelta(days=9), "archived": True},
        {"limit": 25_00, "seen_at": None},  # set here, and not read since
    ]
    database = Database(database_url)
    async with database.begin() as work:
        nothing = await work.limits()
        for number, each in enumerate(projects):
            await work.learn_project(f"proj_{number}", name="one", **each)
        limits = await work.limits()
    await database.close()

    assert commitment_of(limits, 150_00, enforced=True) == Commitment(
        approved=175_00, limit=150_00, unlimited=1, unread=1, enforced=True, as_of=NOON - timedelta(hours=2)
    )
    assert commitment_of(nothing, None) == Commitment(approved=0, limit=None)


@pytest.mark.parametrize(
    ("approved", "limit", "unlimited", "sentence"),
    [
        (900_00, 1_000_00, 0, ""),
        (1_000_00, 1_000_00, 3, ""),
        (1_000_01, None, 0, ""),
        (1_200_50, 1_000_00, 0, "Approved limits would add up to $1,200.50 of the organisation's $1,000."),
        (
            2_000_00,
            1_000_00,
            2,
            "Approved limits would add up to $2,000 of the organisation's $1,000, and 2 projects have no limit.",
        ),
    ],
)
def test_it_warns_of_what_is_more_than_the_organisation_has(
    approved: int, limit: int | None, unlimited: int, sentence: str
) -> None:
    now = Commitment(approved=approved, limit=limit, unlimited=unlimited, enforced=True)

    assert now.warning() == sentence
    assert bool(now.over) is bool(sentence)


def budgeted(acme: Company, cents: int) -> None:
    """Have the policy give the whole organisation a budget."""
    policy = acme.service.policy
    alerts = Alerts(organization=Budget(monthly=cents, terms=Terms()))
    acme.service.policy = type(policy)(**vars(policy) | {"alerts": alerts})


async def limited(acme: Company, dollars: int) -> None:
    """Give the whole organisation a limit, as its owner would at the dashboard."""
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {acme.local.admin_key}"}) as client:
        body = {"threshold_amount": dollars * 100, "currency": "USD", "interval": "month"}
        (await client.post(f"{acme.url}/v1/organization/spend_limit", json=body)).raise_for_status()


async def another_project(acme: Company, cents: int) -> None:
    """Have one more project, whose limit was read."""
    made = acme.local.add_project(name="another")
    await acme.api.set_spend_limit(made.id, cents)
    await acme.organization.look_again(made.id)


# Nobody has looked at the limit of the Default project yet: what is added up is the least that it can be.
async def test_a_raise_that_over_commits_says_so_on_its_card_and_a_cut_does_not(acme: Company) -> None:
    await limited(acme, 1_000)
    await another_project(acme, 600_00)

    over, within, cut = [(await acme.ask_for_budget(each)).risks for each in ("700", "400", "450")]

    assert "Approved limits would add up to at least $1,300 of the organisation's $1,000." in over
    assert not [each for each in (*within, *cut) if "add up" in each]


async def test_a_new_project_that_over_commits_says_so(acme: Company) -> None:
    budgeted(acme, 900_00)
    await acme.organization.look_again(acme.project_id)

    request = await acme.ask_for_project()

    assert "Approved limits would add up to at least $1,000 of the organisation's budgeted $900." in request.risks


async def test_openais_own_limit_goes_before_the_policys(acme: Company) -> None:
    await limited(acme, 1_000)
    budget = Alerts(organization=Budget(monthly=900_00, terms=Terms()))

    own = await commitment(acme.organization, budget)
    assert (own.limit, own.enforced) == (1_000_00, True)

    await acme.fault(fault="server_error", path="/organization/spend_limit", count=None)
    acme.clock.advance(minutes=2)
    away = await commitment(acme.organization, budget)
    assert (away.limit, away.enforced) == (900_00, False)
