"""The policy's section about digests."""

import pytest

from tests.workflows.policy.policies import HEAD, RULES
from workflows.errors import PolicyInvalid
from workflows.policy import Digest, load_policy, policy_from_text


def digest(section: str) -> Digest:
    return policy_from_text(HEAD + section + RULES, "policy.yml").weekly_digest


def test_a_policy_that_says_nothing_has_one_on_monday_at_nine() -> None:
    assert digest("") == Digest(weekly=True, weekday=0, hour=9) == load_policy(None).weekly_digest


def test_day_and_hour_can_be_chosen() -> None:
    assert digest("digest: {weekly: false, weekday: sunday, hour: 0}\n") == Digest(weekly=False, weekday=6, hour=0)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("digest: {weekday: tusday}\n", "line 4.*weekday must be 'monday', 'tuesday'"),
        ("digest: {hour: 24}\n", "hour must be 23 or less"),
        ("digest: {hour: -1}\n", "hour must be 0 or more"),
        ("digest: {hour: 9.5}\n", "hour"),
        ("digest: {weekly: sometimes}\n", "weekly"),
        ("digest: {day: monday}\n", "day is not known here; did you mean weekday"),
        ("digest: daily\n", "digest must be names with values"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(section: str, words: str) -> None:
    with pytest.raises(PolicyInvalid, match=words):
        digest(section)
