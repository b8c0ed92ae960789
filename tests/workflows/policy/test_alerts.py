"""The policy's section about alerts: its defaults, which terms a project has, and what is refused."""

import pytest

from tests.workflows.policy.policies import HEAD, RULES
from workflows.errors import PolicyInvalid
from workflows.model import Project
from workflows.policy import Alerts, Budget, Terms, load_policy, policy_from_text


def alerts(section: str = "") -> Alerts:
    return policy_from_text(HEAD + section + RULES, "policy.yml").alerts


FULL = """\
alerts:
  thresholds: [100, 80, 80]
  amounts: [500, "2,500.50"]
  environments:
    sandbox: {thresholds: [100]}
  projects:
    lab: {amounts: [10]}
    proj_2: {thresholds: []}
  cost_centres: {cc-1: {monthly_budget: 1000}}
  organization: {monthly_budget: 5000, thresholds: [90]}
"""


def test_a_policy_that_says_nothing_warns_at_the_usual_shares() -> None:
    assert alerts() == Alerts()
    assert Alerts().terms.thresholds == (50, 80, 95, 100)


def test_the_built_in_policy_warns_as_one_that_says_nothing() -> None:
    assert load_policy(None).alerts == Alerts()


@pytest.mark.parametrize(
    ("project", "terms"),
    [
        pytest.param(
            Project(id="proj_1", name="any"), Terms(thresholds=(80, 100), amounts=(500_00, 2_500_50)), id="any"
        ),
        pytest.param(
            Project(id="proj_1", name="any", environment="sandbox"),
            Terms(thresholds=(100,), amounts=(500_00, 2_500_50)),
            id="by environment",
        ),
        pytest.param(
            Project(id="proj_1", name="lab", environment="sandbox"),
            Terms(thresholds=(80, 100), amounts=(10_00,)),
            id="by name, before its environment",
        ),
        pytest.param(
            Project(id="proj_2", name="any"), Terms(thresholds=(), amounts=(500_00, 2_500_50)), id="by id: no shares"
        ),
    ],
)
def test_what_is_said_of_a_project_goes_before_its_environment(project: Project, terms: Terms) -> None:
    assert alerts(FULL).terms_of(project) == terms


def test_budgets_have_the_usual_shares_unless_they_say_others() -> None:
    found = alerts(FULL)
    assert found.cost_centres == {"cc-1": Budget(monthly=1_000_00, terms=Terms(thresholds=(80, 100)))}
    assert found.organization == Budget(monthly=5_000_00, terms=Terms(thresholds=(90,)))


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ("alerts: {tresholds: [50]}", "tresholds is not known here; did you mean thresholds"),
        ("alerts: {thresholds: [0]}", "must be 1 or more"),
        ("alerts: {thresholds: [half]}", "must be a whole number"),
        ("alerts: {amounts: [-5]}", "more than \\$0"),
        ("alerts: {environments: {prod: {thresholds: [50]}}}", "must be 'production', 'staging' or 'sandbox'"),
        ("alerts: {projects: {lab: {}}}", "give thresholds, amounts or both"),
        ("alerts: {organization: {thresholds: [50]}}", "monthly_budget is missing"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_mend(section: str, sentence: str) -> None:
    with pytest.raises(PolicyInvalid, match=sentence):
        alerts(section + "\n")
