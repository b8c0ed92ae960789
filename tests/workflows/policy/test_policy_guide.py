"""docs/policy.md is true: its examples load, and it explains every name."""

import re
from pathlib import Path

import pytest

from tests.workflows.policy.policies import EXAMPLES, HEAD, RULES
from workflows.policy import cases_from_text, policy_from_text
from workflows.policy.question import EXAMPLE
from workflows.policy.schema import (
    AlertsSection,
    AutoSection,
    BreakerSection,
    BudgetSection,
    DigestSection,
    EmergencySection,
    EnvironmentSection,
    EscalationSection,
    PolicyFile,
    RemindersSection,
    RuleSection,
    StageSection,
)

GUIDE = (Path(__file__).parents[3] / "docs/policy.md").read_text("utf-8")
YAML = re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
CASES = [each for each in YAML if each.startswith("cases:")]
BLOCKS = [each for each in YAML if each not in CASES]


def _completed(block: str) -> str:
    """Return *block* with what a whole file needs besides."""
    if "version:" in block:
        return block
    head = "version: 1\n" if "environments:" in block else HEAD
    return head + block + ("" if "rules:" in block else RULES)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_each_example_is_a_policy(block: str) -> None:
    assert policy_from_text(_completed(block), "docs/policy.md", examples=EXAMPLES).rules


def test_each_example_of_cases_can_be_tried() -> None:
    assert [each.rule for block in CASES for each in cases_from_text(block, "docs/policy.md")] == ["large raise"]


def test_there_are_examples() -> None:
    assert len(BLOCKS) >= 5


@pytest.mark.parametrize(
    "section",
    [
        PolicyFile,
        EnvironmentSection,
        RuleSection,
        StageSection,
        AlertsSection,
        BudgetSection,
        DigestSection,
        AutoSection,
        BreakerSection,
        RemindersSection,
        EscalationSection,
        EmergencySection,
    ],
)
def test_every_name_is_explained(section: type[PolicyFile]) -> None:
    for name in section.model_fields:
        assert f"`{name}`" in GUIDE


def test_every_variable_of_a_condition_is_explained() -> None:
    for variable, fields in EXAMPLE.items():
        for field in fields:
            assert f"`{variable}.{field}`" in GUIDE or f"`.{field}`" in GUIDE
    for request in EXAMPLES.values():
        for field in request:
            assert f"`{field}`" in GUIDE
