"""A rule that no request can reach is refused with the rules that take everything from it."""

import pytest

from tests.workflows.policy.policies import EXAMPLES, HEAD
from workflows.errors import PolicyInvalid
from workflows.kinds import discover, examples
from workflows.policy import load_policy, policy_from_text

STAGES = "stages: [{approvers: [project_owners]}]"


def in_order(rules: list[tuple[str, str, str]]) -> str:
    lines = ["rules:"]
    for name, kinds, when in rules:
        does = "deny: No." if kinds.startswith("!") else STAGES
        about = f", kinds: [{kinds.strip('!')}]" if kinds.strip("!") else ""
        lines.append(f"  - {{name: {name}{about}, when: {when!r}, {does}}}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ([("a", "", "spend.share > 1.0"), ("b", "", "false")], "its condition is false"),
        ([("a", "budget", "spend.share > 1.0"), ("b", "budget", "spend.share > 1.0")], '"a" above it takes everything'),
        ([("a", "budget", "true"), ("b", "key", "true"), ("c", "budget, key", "true")], '"a" and "b" above it take'),
    ],
)
def test_a_rule_that_can_never_match_is_found(rules: list[tuple[str, str, str]], sentence: str) -> None:
    """A kind with ! before it is one that the rule denies."""
    with pytest.raises(PolicyInvalid) as invalid:
        policy_from_text(HEAD + in_order(rules), "policy.yml", examples=EXAMPLES)
    assert f"this can never match; {sentence}" in str(invalid.value)


@pytest.mark.parametrize(
    "rules",
    [
        [("a", "budget", "spend.share > 1.0"), ("b", "budget", "spend.share > 2.0")],
        [("a", "budget", "true"), ("b", "budget, key", "true")],
        [("a", "budget", "true"), ("b", "!budget", "spend.share > 1.0")],
        [("a", "!budget", "spend.share > 1.0"), ("b", "!", "spend.share > 2.0")],
        [("a", "!budget", "spend.share > 1.0"), ("b", "budget", "true")],
        [("a", "budget", "spend.share > 1.0"), ("b", "key", "spend.share > 1.0"), ("c", "", "spend.share > 1.0")],
    ],
)
def test_a_rule_that_some_request_may_reach_is_kept(rules: list[tuple[str, str, str]]) -> None:
    assert len(policy_from_text(HEAD + in_order(rules), "policy.yml", examples=EXAMPLES).rules) == len(rules)


@pytest.mark.parametrize(
    ("rules", "warning"),
    [
        ([("a", "!budget", "true"), ("b", "budget", "true")], 'rule "b": "a" denies what this is about'),
        ([("b", "budget", "true"), ("a", "!budget", "true")], 'rule "b": "a" denies what this is about'),
        ([("c", "key, budget", "true"), ("a", "!key", "true"), ("d", "!budget", "true")], '"a" and "d" deny what'),
        ([("a", "!budget", "true"), ("b", "key", "true"), ("c", "key, budget", "true")], 'rule "c": "a" denies what'),
        ([("a", "!budget", "spend.share > 1.0"), ("b", "budget", "spend.share > 1.0")], 'rule "b": "a" denies what'),
    ],
)
def test_what_a_denial_leaves_nothing_to_is_taken_with_a_warning(
    rules: list[tuple[str, str, str]], warning: str
) -> None:
    """So a kind is closed for a while by one line, and opened again."""
    policy = policy_from_text(HEAD + in_order(rules), "policy.yml", examples=EXAMPLES)

    assert [warning in each for each in policy.warnings] == [True]


def test_the_policy_that_comes_with_the_bot_has_no_warning() -> None:
    assert load_policy(None, examples=examples(discover())).warnings == ()
