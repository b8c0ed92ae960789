"""The policy says when to warn: by project, environment, cost centre, and of the organisation."""

import pytest

from tests.support.company import Company
from tests.workflows.budgets.watching import another, later, marks, spend, told
from workflows.model import Scope
from workflows.policy import Alerts, Budget, Terms

ALERTS = Alerts(
    terms=Terms(thresholds=(50,), amounts=(200_00,)),
    environments={"sandbox": Terms(thresholds=(20,))},
    projects={"internal-qa": Terms(thresholds=(30,))},
)


@pytest.mark.parametrize(
    ("environment", "alerts", "dollars", "mark"),
    [
        ("", Alerts(terms=ALERTS.terms), 199, []),
        ("", Alerts(terms=ALERTS.terms), 200, ["$200"]),
        ("", Alerts(terms=ALERTS.terms), 250, ["50%"]),
        ("sandbox", Alerts(environments=ALERTS.environments), 100, ["20%"]),
        ("staging", Alerts(environments=ALERTS.environments), 100, []),
        ("sandbox", ALERTS, 100, []),
        ("sandbox", ALERTS, 150, ["30%"]),
        ("", Alerts(terms=Terms(thresholds=())), 499, []),
    ],
)
async def test_the_policy_says_for_each_project_and_environment_when_to_warn(
    acme: Company, environment: str, alerts: Alerts, dollars: int, mark: list[str]
) -> None:
    async with acme.database.begin() as work:
        await work.learn_project(acme.project_id, environment=environment)
    spend(acme, dollars)

    await later(acme, another(acme, alerts))

    assert await marks(acme.database) == mark


async def test_a_cost_centre_and_the_organisation_have_budgets_of_their_own(acme: Company) -> None:
    async with acme.database.begin() as work:
        await work.learn_project(acme.project_id, cost_centre="cc-1")
    alerts = Alerts(
        terms=Terms(thresholds=()),
        cost_centres={"cc-1": Budget(monthly=100_00, terms=Terms()), "cc-2": Budget(monthly=1_00, terms=Terms())},
        organization=Budget(monthly=200_00, terms=Terms()),
    )
    spend(acme, 80)
    spend(acme, 25, project_id=None)

    await later(acme, another(acme, alerts))

    found = {(each.scope, each.subject): each for each in await told(acme.database)}
    assert {key: (each.mark, each.spent) for key, each in found.items()} == {
        (Scope.COST_CENTRE, "cc-1"): ("80%", 80_00),
        (Scope.ORGANIZATION, ""): ("50%", 105_00),
    }
    assert all(each.critical and not each.project_id for each in found.values())
