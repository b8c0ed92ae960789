"""Which API key drove an alert: named with its owner and share, and no alert is late or lost for it."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx
import pytest
from pydantic import SecretStr, TypeAdapter
from structlog.testing import capture_logs

from tests.support.company import Company
from tests.support.databases import tried_on
from tests.workflows.budgets.watching import another, day_of, later, never_read, proofs, spend, told
from workflows.admin_api import AdminAPI, KeyCost
from workflows.budgets import keys
from workflows.budgets.drivers import key_of_month, key_of_rise
from workflows.budgets.keys import ALERTS, amounts_of
from workflows.model import Alert, AlertKind, Driver, KeyShare
from workflows.money import NANOS
from workflows.policy import Alerts, Budget, Terms

DOLLAR = 100 * NANOS
COSTS = "/organization/costs"
_database_url = tried_on("sqlite")


class Older(httpx.AsyncHTTPTransport):
    """An organisation that does not know costs by key; ``asked`` counts how often it had to say so."""

    asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if "api_key_id" in request.url.params.get_list("group_by[]"):
            self.asked += 1
            return httpx.Response(400, json={"error": {"message": "Invalid value: 'api_key_id'", "code": None}})
        return await super().handle_async_request(request)


async def account_key(acme: Company, name: str, account: str = "app") -> str:
    """Make a service account with a key of this name; returns the key's id."""
    made = await acme.api.create_service_account(acme.project_id, account)
    await acme.api.update_service_account(acme.project_id, made.id, role="member")
    return (await acme.api.create_key(acme.project_id, made.id, name=name)).id


def book(acme: Company, dollars: int, key_id: str | None, *, ago: int = 0, project_id: str = "") -> None:
    project = project_id or acme.project_id
    acme.local.add_spend(project, Decimal(dollars), "gpt-5, input", day_of(acme, ago), api_key_id=key_id)


async def key_told(acme: Company) -> KeyShare | None:
    [alert] = await told(acme.database)
    assert alert.driver is not None
    return alert.driver.key


async def test_a_threshold_names_the_key_its_account_and_its_share_of_the_month(acme: Company) -> None:
    nightly, web = await account_key(acme, "ci-nightly"), await account_key(acme, "web", "site")
    book(acme, 900, web, ago=30)  # October, which is no matter
    book(acme, 200, nightly, ago=3)
    book(acme, 100, nightly)
    book(acme, 100, web)

    await never_read(acme)
    await later(acme, another(acme, Alerts(spikes=False)))

    assert await key_told(acme) == KeyShare(id=nightly, name="ci-nightly", owner="app", cents=300_00, percent=75)
    [proof] = await proofs(acme.database)
    assert (proof["driver"], proof["key"], proof["key_percent"]) == ("gpt-5", nightly, 75)


async def test_a_spike_names_the_key_that_rose_and_not_the_one_that_always_costs_most(acme: Company) -> None:
    petra = acme.local.people.by_email("petra@acme.example")
    assert petra is not None
    always, (mine, _) = await account_key(acme, "web"), acme.local.add_user_key(acme.project_id, petra.id, "try-out")
    for ago in range(1, 54):
        book(acme, 15, always, ago=ago)
    book(acme, 100, always, ago=1)
    book(acme, 150, mine.id, ago=1)

    await never_read(acme)
    await later(acme, another(acme, Alerts(terms=Terms(thresholds=()), forecast=False)))

    [alert] = await told(acme.database)
    assert (alert.kind, alert.mark) == (AlertKind.ANOMALY, f"spike {day_of(acme, 1)}")
    assert await key_told(acme) == KeyShare(id=mine.id, name="try-out", owner="Petra", cents=150_00, percent=60)


async def test_a_deleted_key_is_known_by_its_id(acme: Company) -> None:
    book(acme, 400, "key_gone")

    await later(acme)

    assert await key_told(acme) == KeyShare(id="key_gone", name="", owner="", cents=400_00, percent=100)


async def test_what_is_mostly_spent_without_a_key_names_none(acme: Company) -> None:
    book(acme, 300, None)
    book(acme, 100, await account_key(acme, "web"))

    await later(acme)

    assert await key_told(acme) is None
    assert (await proofs(acme.database))[0]["key"] == ""


async def test_an_older_organisation_is_asked_once_and_every_alert_is_told(acme: Company) -> None:
    other = await projects_over_their_limit(acme, 2)
    transport = Older()
    api = AdminAPI(base_url=f"{acme.url}/v1", admin_key=SecretStr(acme.local.admin_key), transport=transport)

    with capture_logs() as logged:
        async with api:
            await later(acme, another(acme, api=api))

    alerts = await told(acme.database)
    assert {each.subject for each in alerts} == set(other)
    assert [each.driver.key for each in alerts if each.driver] == [None, None]
    assert transport.asked == 1
    assert [each["event"] for each in logged if each["event"] == "key_not_told"] == ["key_not_told"]


async def test_a_slow_answer_delays_no_alert(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "LONGEST", 0.2)
    book(acme, 400, "key_1")
    await acme.fault(fault="delay", path=COSTS, skip=1, seconds=2)  # the first call is the collector's

    await later(acme)

    assert await key_told(acme) is None


async def test_a_name_that_is_not_answered_leaves_the_id_and_the_share(acme: Company) -> None:
    key_id = await account_key(acme, "web")
    book(acme, 400, key_id)
    await acme.fault(fault="rate_limited", path_regex="/api_keys/")

    await later(acme)

    assert await key_told(acme) == KeyShare(id=key_id, name="", owner="", cents=400_00, percent=100)


async def test_hundreds_of_alerts_at_once_ask_a_few_times_only(acme: Company) -> None:
    await projects_over_their_limit(acme, ALERTS + 3)
    before = await acme.calls("GET", COSTS)

    await later(acme)

    alerts = await told(acme.database)
    named = [each for each in alerts if each.driver and each.driver.key]
    assert (len(alerts), len(named)) == (ALERTS + 3, ALERTS)
    assert await acme.calls("GET", COSTS) - before == 1 + ALERTS

    book(acme, 400, "key_late")
    await later(acme)
    assert _key_of((await told(acme.database))[-1]) == "key_late"  # another run may ask again


async def test_only_a_projects_alert_asks_for_keys(acme: Company) -> None:
    spend(acme, 300)
    before = await acme.calls("GET", COSTS)
    budget = Budget(monthly=300_00, terms=Terms(thresholds=(100,)))

    await later(acme, another(acme, Alerts(terms=Terms(thresholds=()), forecast=False, organization=budget)))

    assert [each.subject for each in await told(acme.database)] == [""]
    assert await acme.calls("GET", COSTS) - before == 1


async def projects_over_their_limit(acme: Company, count: int) -> list[str]:
    """Have so many other projects spend their whole limit of 50 dollars, each by a key of its own."""
    made = [acme.local.add_project(name=f"p{number}").id for number in range(count)]
    for project_id in made:
        await acme.api.set_spend_limit(project_id, 50_00)
        book(acme, 50, f"key_of_{project_id}", project_id=project_id)
    await acme.organization.refresh()
    for project_id in made:
        await acme.organization.look_again(project_id)
    return made


def _key_of(alert: Alert) -> str:
    return alert.driver.key.id if alert.driver and alert.driver.key else ""


def test_the_key_of_a_rise_is_named_with_its_share_of_the_rise() -> None:
    days = {"key_a": [DOLLAR] * 20 + [4 * DOLLAR], "key_b": [50 * DOLLAR] * 21, "": [0] * 20 + [DOLLAR]}
    assert key_of_rise(days, 20) == Driver(what="key_a", cents=3_00, percent=75)


def test_a_key_that_costs_less_than_what_has_none_is_no_driver() -> None:
    assert key_of_month({"": [6 * DOLLAR], "key_a": [4 * DOLLAR]}, 0) is None
    assert key_of_month({"": [4 * DOLLAR], "key_a": [6 * DOLLAR]}, 0) == Driver(what="key_a", cents=6_00, percent=60)
    assert key_of_month({}, 0) is None


def test_costs_that_cannot_be_true_are_no_keys_share() -> None:
    day = date(2026, 11, 2)

    def cost(amount: int, key_id: str | None, day: date = day, currency: str = "usd") -> KeyCost:
        return KeyCost(project_id="proj_1", day=day, amount=Decimal(amount), key_id=key_id, currency=currency)

    costs = [
        cost(1, "key_a"), cost(2, None), cost(9, "key_a", currency="eur"), cost(10**10, "key_a"),
        cost(9, "key_a", date(2026, 10, 31)), cost(9, "key_a", date(2026, 11, 3)),
    ]  # fmt: skip
    assert amounts_of(costs, date(2026, 11, 1), day) == {"key_a": [0, DOLLAR], "": [0, 2 * DOLLAR]}


async def test_another_projects_keys_are_never_its_own() -> None:
    """An organisation that leaves the filter unheeded answers with everybody's keys."""
    midnight = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp())
    results = [
        {"amount": {"value": 5, "currency": "usd"}, "project_id": project_id, "api_key_id": f"key_of_{project_id}"}
        for project_id in ("proj_1", "proj_2")
    ]
    answer = {"data": [{"start_time": midnight, "results": results}], "has_more": False}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    async with AdminAPI(base_url="http://openai.example/v1", admin_key=SecretStr("sk-1"), transport=transport) as api:
        costs = await api.key_costs("proj_1", datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))

    assert [(each.key_id, each.amount) for each in costs] == [("key_of_proj_1", Decimal(5))]


def test_an_alert_that_was_stored_before_keys_were_named_still_reads() -> None:
    adapter = TypeAdapter(Driver | None)
    assert adapter.validate_python({"what": "gpt-5", "cents": 100, "percent": 64}) == Driver(
        what="gpt-5", cents=100, percent=64
    )
    driver = Driver(what="gpt-5", cents=1, percent=2, key=KeyShare(id="key_1", name="a", owner="b", cents=1, percent=2))
    assert adapter.validate_python(asdict(driver)) == driver
