"""What was used and is not booked yet: told as an estimate, replaced by costs, and never what a warning comes from."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from structlog.testing import capture_logs

from sandbox.openai.usage.endpoints import usage_endpoints
from tests.support.company import Company
from tests.support.databases import BOTH, tried_on
from tests.workflows.budgets.watching import day_of, later, marks, spend, told
from workflows.admin_api import TokenUse
from workflows.budgets.estimate import estimate_in, unbooked
from workflows.budgets.statements import Statements
from workflows.budgets.usage import UNNAMED, priced
from workflows.model import Estimate
from workflows.prices import Price, Prices
from workflows.store.usage import UsageRead

MILLION = 1_000_000
PRICES = Prices(
    as_of=date(2026, 1, 15),
    models={"gpt-5-mini": Price(input=Decimal("0.25"), cached_input=Decimal("0.025"), output=Decimal(2))},
)
_database_url = tried_on("sqlite")
NINE = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def use(
    acme: Company, *, output: int = MILLION, ago: timedelta = timedelta(), project_id: str = "", **labels: Any
) -> None:
    """Count tokens at OpenAI that are not booked as costs: a million given by gpt-5-mini cost two dollars."""
    known: dict[str, Any] = {"project_id": project_id or acme.project_id, "model": "gpt-5-mini", "batch": False}
    at = int((acme.clock() - ago).timestamp())
    acme.local.usage.add(usage_endpoints()["completions"], at, known | labels, {"output_tokens": output})


async def estimate(acme: Company, projects: Sequence[str] | None = None, period: str = "2026-11") -> Estimate | None:
    async with acme.database.read() as work:
        return await estimate_in(work, projects, period)


async def cents(acme: Company, projects: Sequence[str] | None = None) -> int:
    found = await estimate(acme, projects)
    return found.cents if found is not None else 0


@BOTH
async def test_what_was_used_today_is_told_by_list_price_until_it_is_booked(acme: Company) -> None:
    spend(acme, 1, ago=1)
    use(acme, ago=timedelta(hours=2))
    use(acme, output=3 * MILLION)
    await later(acme)

    assert await estimate(acme) == Estimate(
        cents=8_00, since=day_of(acme), as_of=acme.clock(), prices_of=date(2026, 1, 15)
    )
    spend(acme, 6)
    await later(acme)
    assert await cents(acme) == 2_00
    spend(acme, 3)
    await later(acme)
    assert await estimate(acme) is None


async def test_it_stands_beside_what_is_told_of_the_project_and_of_all_and_in_no_sum(acme: Company) -> None:
    use(acme)
    await later(acme)
    statements = Statements(service=acme.service, database=acme.database)

    statement = await statements.of(acme.project_id, "U_PETRA")
    overview = await statements.overview("U_OLIVIA")

    assert statement.estimate is not None
    assert statement.estimate == overview.estimate
    assert (statement.estimate.cents, statement.spent, overview.spent) == (2_00, 0, 0)


async def test_an_alert_shows_it_and_none_comes_from_it(acme: Company) -> None:
    use(acme, output=1_000 * MILLION)
    await later(acme)
    assert await marks(acme.database) == []

    spend(acme, 300)
    await later(acme)

    [alert] = await told(acme.database)
    dossier = await acme.budgets.dossier(alert.id)
    assert alert.spent == 300_00
    assert dossier.month[-1] == 300_00
    assert dossier.estimate is not None
    assert dossier.estimate.cents == 1_700_00


async def test_of_a_day_that_is_over_it_is_told_only_while_nothing_at_all_is_booked_for_it(acme: Company) -> None:
    use(acme, ago=timedelta(days=1))
    use(acme)
    await later(acme)
    found = await estimate(acme)
    assert found is not None
    assert (found.cents, found.since) == (4_00, day_of(acme, 1))

    other = acme.local.add_project(name="other")
    spend(acme, "0.5", ago=1, project_id=other.id)
    await later(acme)

    found = await estimate(acme)
    assert found is not None
    assert (found.cents, found.since) == (2_00, day_of(acme))


@BOTH
async def test_each_project_has_its_own_and_a_booking_elsewhere_takes_nothing_from_it(acme: Company) -> None:
    other = acme.local.add_project(name="other")
    use(acme)
    use(acme, project_id=other.id, output=2 * MILLION)
    spend(acme, 100, project_id=other.id)
    spend(acme, 100, project_id=None)
    await later(acme)

    assert await cents(acme, [acme.project_id]) == 2_00
    assert await cents(acme, [other.id]) == 0
    assert await cents(acme) == 2_00


async def test_a_credit_is_no_booking(acme: Company) -> None:
    use(acme)
    spend(acme, -50)
    await later(acme)

    assert await cents(acme) == 2_00


@BOTH
async def test_a_model_without_a_price_is_named_and_left_out(acme: Company) -> None:
    use(acme)
    use(acme, model="gpt-9-experimental")
    await later(acme)

    found = await estimate(acme)
    assert found is not None
    assert (found.cents, found.unpriced) == (2_00, ("gpt-9-experimental",))


async def test_use_of_models_without_a_price_alone_is_told_until_something_is_booked(acme: Company) -> None:
    use(acme, model="gpt-9-experimental")
    await later(acme)
    found = await estimate(acme)
    assert found is not None
    assert (found.cents, found.unpriced) == (0, ("gpt-9-experimental",))

    spend(acme, 5)
    await later(acme)

    assert await estimate(acme) is None


async def test_a_batch_costs_half(acme: Company) -> None:
    use(acme, batch=True)
    await later(acme)

    assert await cents(acme) == 1_00


async def test_an_hour_that_grew_after_it_was_read_is_read_again(acme: Company) -> None:
    use(acme, ago=timedelta(hours=5))
    await later(acme)
    use(acme, ago=timedelta(hours=2))
    await later(acme)

    assert await cents(acme) == 4_00


@BOTH
async def test_what_is_older_than_yesterday_is_forgotten(acme: Company) -> None:
    use(acme)
    await later(acme)
    await later(acme, days=2)

    async with acme.database.read() as work:
        assert await work.used(None, [day_of(acme, 2)]) == ({}, frozenset())
    assert await estimate(acme) is None


async def test_on_the_first_of_a_month_yesterday_belongs_to_the_month_before(acme: Company) -> None:
    acme.pass_time(days=8)
    assert acme.clock().date() == date(2026, 12, 1)
    use(acme, ago=timedelta(days=1))
    use(acme, output=2 * MILLION)
    await later(acme)

    before, now = await estimate(acme, period="2026-11"), await estimate(acme, period="2026-12")

    assert before is not None
    assert now is not None
    assert (before.cents, now.cents) == (2_00, 4_00)


async def test_other_prices_price_again_what_was_read(acme: Company) -> None:
    use(acme, ago=timedelta(hours=6))
    await later(acme)
    async with acme.database.begin() as work:
        read = await work.usage_read()
        assert read is not None
        await work.replace_usage((day_of(acme, 1), 0), day_of(acme, 1), {})
        await work.record_usage_read(replace(read, prices_of=date(2020, 1, 1)))

    await later(acme)

    assert await cents(acme) == 2_00


async def test_a_reading_by_a_clock_that_was_wrong_is_made_again(acme: Company) -> None:
    async with acme.database.begin() as work:
        await work.record_usage_read(UsageRead(read_at=acme.clock() + timedelta(days=365), prices_of=PRICES.as_of))
    use(acme)
    await later(acme)

    assert await cents(acme) == 2_00


async def test_when_openai_does_not_tell_of_usage_every_alert_comes_all_the_same(acme: Company) -> None:
    spend(acme, 300)
    await acme.fault(fault="server_error", path="/organization/usage/completions", count=None)

    with capture_logs() as logged:
        await later(acme)

    assert await marks(acme.database) == ["50%"]
    assert "usage_not_read" in [each["event"] for each in logged]
    assert await estimate(acme) is None


def test_what_is_odd_in_usage_is_priced_as_far_as_it_can_be() -> None:
    known: dict[str, Any] = {"hour": NINE, "project_id": None, "fresh": 0, "cached": 0, "output": 0}
    uses = [
        TokenUse(**known | {"model": "gpt-5-mini", "fresh": MILLION, "cached": MILLION}),
        TokenUse(**known | {"model": None, "output": 7}),
        TokenUse(**known | {"model": "gpt-5-mini-2026-01-01", "output": MILLION}),
    ]

    [(key, used)] = priced(uses, PRICES).items()

    assert key == ((NINE.date(), 9), "")
    assert (used.nanos, used.unpriced) == (2_275_000_000, (UNNAMED,))


def test_what_is_booked_of_one_takes_nothing_from_another() -> None:
    monday, tuesday = date(2026, 11, 23), date(2026, 11, 24)
    used = {("a", monday): 10, ("a", tuesday): 10, ("b", monday): 10}

    assert unbooked(used, {("a", monday): 25, ("b", tuesday): 9}) == 20
