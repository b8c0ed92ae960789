"""What an alert's card shows, and who saw to it."""

import pytest

from tests.support.company import Company
from tests.workflows.budgets.watching import later, never_read, proofs, spend, told
from workflows.errors import UnknownPerson, UnknownRequest
from workflows.model import Alert


async def warned(acme: Company) -> Alert:
    """Have the project spend $10 a day since October, and $200 today: 84% of its limit."""
    await never_read(acme)
    for ago in range(1, 54):
        spend(acme, 10, ago=ago)
    spend(acme, 200, item="gpt-5, output")
    await later(acme)
    return (await told(acme.database))[0]


async def test_a_card_has_everything_to_draw_the_month(acme: Company) -> None:
    alert = await warned(acme)

    dossier = await acme.budgets.dossier(alert.id)

    assert (dossier.alert, dossier.first_id, dossier.limit) == (alert, alert.id, 500_00)
    assert [each.email for each in dossier.owners] == ["petra@acme.example"]
    assert dossier.month == (*range(10_00, 230_00, 10_00), 420_00)
    assert (len(dossier.last_month), dossier.last_month[-1]) == (31, 310_00)
    assert len(dossier.path) == len(dossier.low) == len(dossier.high) == 30 - 22
    assert dossier.path[0] >= 420_00
    assert all(low <= middle <= high for low, middle, high in zip(dossier.low, dossier.path, dossier.high, strict=True))
    assert dossier.forecast is not None
    assert dossier.forecast.end == dossier.path[-1]
    assert dossier.as_of == alert.as_of


async def test_a_later_card_of_the_month_knows_the_one_that_opened_the_thread(acme: Company) -> None:
    first = await warned(acme)
    spend(acme, 100)
    await later(acme)

    last = (await told(acme.database))[-1]

    assert last.id != first.id
    assert (await acme.budgets.dossier(last.id)).first_id == first.id


async def test_a_card_of_a_month_that_is_over_shows_that_month(acme: Company) -> None:
    alert = await warned(acme)
    acme.pass_time(days=15)
    spend(acme, 99)
    await later(acme)

    dossier = await acme.budgets.dossier(alert.id)

    assert (len(dossier.month), dossier.month[-1]) == (30, 420_00)
    assert (dossier.forecast, dossier.path) == (None, ())


async def test_a_card_can_be_drawn_of_a_project_without_any_spend_left(acme: Company) -> None:
    alert = await warned(acme)
    async with acme.database.begin() as work:
        await work.connection.exec_driver_sql("DELETE FROM costs")

    dossier = await acme.budgets.dossier(alert.id)

    assert set(dossier.month) == {0}
    assert dossier.forecast is None


async def test_who_saw_to_an_alert_first_stands_on_it(acme: Company) -> None:
    alert = await warned(acme)

    first = await acme.service.acknowledge(alert.id, "U_DANA")
    acme.clock.advance(minutes=5)
    second = await acme.service.acknowledge(alert.id, "U_PETRA")

    assert first == second
    assert first.acknowledged_by is not None
    assert first.acknowledged_by.name == "Dana"
    assert [each["alert"] for each in await proofs(acme.database, "alert_acknowledged")] == [alert.id]


async def test_there_is_nothing_to_see_to_where_there_is_no_alert(acme: Company) -> None:
    with pytest.raises(UnknownRequest):
        await acme.service.acknowledge("A23456789X", "U_DANA")
    with pytest.raises(UnknownRequest):
        await acme.budgets.dossier("A23456789X")


async def test_a_stranger_cannot_see_to_an_alert_and_is_written_down(acme: Company) -> None:
    alert = await warned(acme)

    with pytest.raises(UnknownPerson):
        await acme.service.acknowledge(alert.id, "U_NOBODY")

    assert (await told(acme.database))[0].acknowledged_at is None
    assert len(await proofs(acme.database, "acknowledge_refused")) == 1
