"""The policy that comes with the package is sensible for the first day."""

from typing import Any

import pytest

from tests.workflows.policy.policies import EXAMPLES, question
from workflows.model import ApproverSource
from workflows.policy import Policy, load_policy

PROJECT = ApproverSource.PROJECT_OWNERS
ORGANIZATION = ApproverSource.ORGANIZATION_OWNERS


@pytest.fixture(name="policy", scope="module")
def _policy() -> Policy:
    return load_policy(None, examples=EXAMPLES)


@pytest.mark.parametrize(
    ("kind", "request_values", "rule", "deciders"),
    [
        ("new_project", {"monthly_limit": 200.0}, "sandbox project", [ORGANIZATION]),
        ("new_project", {"monthly_limit": 200.01}, "new project", [ORGANIZATION]),
        ("new_project", {"environment": "production"}, "new project", [ORGANIZATION]),
        ("budget", {"raise_amount": 1000.0, "raise_percent": 50.0}, "small raise", [PROJECT]),
        ("budget", {"raise_amount": 1000.01, "raise_percent": 1.0}, "large raise", [PROJECT, ORGANIZATION]),
        ("budget", {"raise_amount": 10.0, "raise_percent": 50.1}, "large raise", [PROJECT, ORGANIZATION]),
        ("budget", {"raise_amount": -400.0, "raise_percent": -40.0}, "budget cut", [PROJECT]),
        ("budget", {"raise_amount": 0.0, "raise_percent": 0.0}, "budget cut", [PROJECT]),
        ("budget", {"monthly_limit": 100_000.0}, "small raise", [PROJECT]),
        ("budget", {"monthly_limit": 100_000.01}, "limit beyond any project", []),
        ("new_project", {"monthly_limit": 100_000.01}, "limit beyond any project", []),
    ],
)
def test_who_decides(
    policy: Policy, kind: str, request_values: dict[str, Any], rule: str, deciders: list[ApproverSource]
) -> None:
    ruling = policy.rule_on(question(kind, **request_values))
    assert ruling.rule == rule
    assert [each.source for stage in ruling.stages for each in stage.approvers] == deciders
    assert bool(ruling.denied) == (not deciders)


def test_every_environment_has_a_template(policy: Policy) -> None:
    assert set(policy.environments) == {"production", "staging", "sandbox"}
    for template in policy.environments.values():
        assert template.maximum_monthly_limit is not None
        assert template.monthly_limit < template.maximum_monthly_limit


def test_requests_wait_three_days(policy: Policy) -> None:
    assert {rule.pending_hours for rule in policy.rules if not rule.denied} == {72}


def test_it_needs_no_group_and_no_person(policy: Policy) -> None:
    named = [*policy.auditors, *policy.administrators, *policy.fallback]
    named += [each for rule in policy.rules for stage in rule.stages for each in stage.approvers]
    assert {each.source for each in named} == {PROJECT, ORGANIZATION}
