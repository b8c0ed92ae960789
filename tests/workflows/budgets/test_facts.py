"""What helps to decide: the forecast, the decisions before, who else asked; only while it is decided."""

from tests.support.company import Company
from tests.support.databases import tried_on
from tests.workflows.budgets.test_statements import read, statement
from tests.workflows.budgets.watching import never_read, spend_daily
from workflows.budgets.facts import Facts
from workflows.model import Dossier, Request, Verdict

_database_url = tried_on("sqlite")


async def facts(acme: Company, request: Request) -> Dossier:
    return await Facts(service=acme.service, database=acme.database).dossier(request.id)


async def test_the_forecast_is_that_of_the_statement_and_ends_with_the_decision(acme: Company) -> None:
    request = await acme.ask_for_budget()
    await never_read(acme)
    assert (await facts(acme, request)).forecast is None
    spend_daily(acme, 10, days=12)
    await read(acme)

    told = (await facts(acme, request)).forecast

    assert told is not None
    assert told == (await statement(acme)).forecast
    await acme.decide(request, "petra")
    assert (await facts(acme, request)).forecast is None


async def test_a_project_that_is_yet_to_be_made_has_nothing_behind_it(acme: Company) -> None:
    await acme.decide(await acme.ask_for_budget(), "petra")

    dossier = await facts(acme, await acme.ask_for_project())

    assert (dossier.forecast, dossier.past, dossier.also) == (None, (), ())


async def test_the_last_five_decisions_of_the_project_newest_first(acme: Company) -> None:
    for number in range(6):
        request = await acme.ask_for_budget(str(700 + number))
        acme.clock.advance(minutes=1)
        await acme.decide(request, "petra", Verdict.DENY if number == 4 else Verdict.APPROVE, "No" * (number == 4))

    dossier = await facts(acme, request := await acme.ask_for_budget("900"))

    assert [each.title.rpartition("$")[2] for each in dossier.past] == ["705", "704", "703", "702", "701"]
    assert [each.verdict is Verdict.DENY for each in dossier.past] == [False, True, False, False, False]
    await acme.decide(request, "petra")
    assert (await facts(acme, request)).past == ()


async def test_who_else_asked_for_the_same_there(acme: Company) -> None:
    first = await acme.ask_for_budget("800")
    second = await acme.ask("budget", {"project": acme.project_id, "monthly_limit": "900", "reason": "x"}, "omar")
    await acme.ask("pause", {"project": acme.project_id, "reason": "x"}, "omar")

    assert [each.id for each in (await facts(acme, first)).also] == [second.id]
    await acme.decide(second, "petra", Verdict.DENY, "x")
    assert (await facts(acme, first)).also == ()
