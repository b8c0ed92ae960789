"""Which rule decides about a request, and what it says."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.policy.policies import EXAMPLES, HEAD, policy, question
from workflows.errors import PolicyInvalid
from workflows.model import Approvers, ApproverSource, Person, Project, Ruling, Stage
from workflows.policy import Question
from workflows.store.rows import RULING

PROJECT_OWNERS = Approvers(source=ApproverSource.PROJECT_OWNERS)
FINANCE = Approvers(source=ApproverSource.GROUP, value="finance")
THREE = """
  - name: small
    kinds: [budget]
    when: request.raise_amount <= 100.0
    stages: [{approvers: [project_owners]}]
  - name: medium
    kinds: [budget]
    when: request.raise_amount <= 1000.0
    stages:
      - {name: owners, approvers: [project_owners]}
      - {name: money, approvers: [{group: finance}, {email: cfo@example.com}], quorum: 2}
    pending_hours: 24
  - name: forbidden
    deny: Not on a Sunday.
    when: has(request.reason) && request.reason == "sunday"
"""


def test_the_first_rule_that_matches_decides() -> None:
    assert policy(THREE).rule_on(question(raise_amount=100.0)).rule == "small"
    assert policy(THREE).rule_on(question(raise_amount=100.01)).rule == "medium"


def test_a_ruling_is_the_rule_whole() -> None:
    asked = policy(THREE)
    assert asked.rule_on(question(raise_amount=500.0)) == Ruling(
        rule="medium",
        stages=(
            Stage(name="owners", approvers=(PROJECT_OWNERS,)),
            Stage(
                name="money",
                approvers=(FINANCE, Approvers(source=ApproverSource.EMAIL, value="cfo@example.com")),
                quorum=2,
            ),
        ),
        pending_hours=24,
        fallback=asked.fallback,
        policy_digest=asked.digest,
        condition="request.raise_amount <= 1000.0",
    )


def test_a_denying_rule_wins_wherever_it_stands() -> None:
    ruling = policy(THREE).rule_on(question(raise_amount=1.0, reason="sunday"))
    assert (ruling.rule, ruling.denied, ruling.stages) == ("forbidden", "Not on a Sunday.", ())


def test_without_a_match_the_fallback_decides() -> None:
    asked = policy(THREE, head=f"{HEAD}fallback: [{{group: finance}}]\n")
    ruling = asked.rule_on(question(raise_amount=5000.0))
    assert ruling == asked.fallback_ruling
    assert [stage.approvers for stage in ruling.stages] == [(FINANCE,)]


def test_a_denying_rule_in_doubt_stops_everything() -> None:
    broken = THREE.replace('request.reason == "sunday"', "int(request.reason) > 5")
    with pytest.raises(PolicyInvalid, match='rule "forbidden": when cannot be evaluated'):
        policy(broken, checked=False).rule_on(question(raise_amount=1.0))


@given(
    st.sampled_from([10.0, 500.0, 5000.0]), st.sampled_from(["", "sunday"]), st.sampled_from(["budget", "new_project"])
)
def test_every_ruling_denies_or_names_somebody(amount: float, reason: str, kind: str) -> None:
    extra = {"raise_amount": amount, "reason": reason} if kind == "budget" else {}
    ruling = policy(THREE).rule_on(question(kind, **extra))
    assert bool(ruling.denied) != bool(ruling.stages)
    assert ruling.fallback


REQUESTERS = """
  - name: leads
    kinds: [budget]
    requesters: [{group: leads}, {email: Ada@example.com}]
    stages: [{approvers: [project_owners]}]
  - name: others
    stages: [{approvers: [project_owners]}]
"""


@pytest.mark.parametrize(
    ("email", "groups", "denied"),
    [
        ("ada@example.com", (), ""),
        ("ADA@example.com", (), ""),
        ("bob@example.com", ("leads",), ""),
        ("bob@example.com", ("other",), "Only @leads or ada@example.com may ask for this."),
        ("", (), "Only @leads or ada@example.com may ask for this."),
        ("leads", ("ada@example.com",), "Only @leads or ada@example.com may ask for this."),
    ],
)
def test_only_the_requesters_of_the_deciding_rule_may_ask(email: str, groups: tuple[str, ...], denied: str) -> None:
    asked = policy(REQUESTERS)
    person = {"id": "U1", "email": email}
    request = Question(kind="budget", request=EXAMPLES["budget"], requester=person, groups=frozenset(groups))
    ruling = asked.rule_on(request)
    assert (ruling.rule, ruling.denied, bool(ruling.stages)) == ("leads", denied, not denied)
    assert asked.requester_groups == {"leads"}


def test_an_explanation_says_what_became_of_each_rule() -> None:
    explained = policy(THREE).explain(question(raise_amount=50.0))
    assert [(each.rule, each.matched) for each in explained] == [
        ("small", True),
        ("medium", True),
        ("forbidden", False),
    ]
    assert explained[0].reason == "decides: 1 of the project's owners"
    assert explained[1].reason == "matches too, but another rule decides"
    assert explained[2].reason.startswith("its condition is false: has(request.reason)")


def test_an_explanation_names_the_fallback_and_other_kinds() -> None:
    explained = policy(THREE).explain(question("new_project"))
    assert explained[0].reason == "is only about budget"
    assert (explained[-1].rule, explained[-1].matched) == ("no rule matched", True)
    assert explained[-1].reason == "so the fallback decides: the organisation's owners"


def test_an_explanation_of_a_condition_that_fails_is_no_error() -> None:
    broken = THREE.replace("request.raise_amount <= 100.0", "request.raise_amount <= request.reason")
    explained = policy(broken, checked=False).explain(question(raise_amount=50.0))
    assert explained[0].reason.startswith('cannot be decided. policy.yml, line 6, rule "small": when cannot')
    assert not any("decides:" in each.reason for each in explained)


@given(st.floats(-1e6, 1e6), st.sampled_from(["", "sunday"]))
def test_the_explanation_agrees_with_the_ruling(amount: float, reason: str) -> None:
    asked = question(raise_amount=amount, reason=reason)
    explained = policy(THREE).explain(asked)
    deciding = [each.rule for each in explained if each.reason.startswith(("decides:", "so the fallback decides:"))]
    assert deciding == [policy(THREE).rule_on(asked).rule]


def test_a_question_turns_cents_into_dollars() -> None:
    person = Person(id="U1", email="dev@example.com", name="Dev")
    project = Project(id="proj_1", name="support", limit=100_050, spent=50_025, environment="production")
    asked = Question.about("budget", EXAMPLES["budget"], person, project)
    assert asked.project["limit"] == asked.spend["limit"] == 1000.5
    assert asked.spend == {"month": 500.25, "limit": 1000.5, "share": 0.5}


@pytest.mark.parametrize("project", [None, Project(id="proj_1", name="support")])
def test_a_project_without_limit_has_null(project: Project | None) -> None:
    person = Person(id="U1", email="dev@example.com", name="Dev")
    rule = "  - name: no limit\n    when: project.limit == null && spend.limit == null && spend.share == 0.0\n"
    asked = policy(f"{rule}    stages: [{{approvers: [project_owners]}}]\n")
    assert asked.rule_on(Question.about("budget", EXAMPLES["budget"], person, project)).rule == "no limit"


SOURCES = st.one_of(
    st.sampled_from([PROJECT_OWNERS, Approvers(source=ApproverSource.ORGANIZATION_OWNERS)]),
    st.builds(Approvers, source=st.sampled_from([ApproverSource.GROUP, ApproverSource.EMAIL]), value=st.text()),
)
STAGES = st.builds(Stage, name=st.text(), approvers=st.lists(SOURCES, max_size=3).map(tuple), quorum=st.integers(1, 50))
RULINGS = st.builds(
    Ruling,
    rule=st.text(),
    stages=st.lists(STAGES, max_size=3).map(tuple),
    pending_hours=st.integers(1, 8760),
    denied=st.text(),
    fallback=st.lists(SOURCES, max_size=3).map(tuple),
    policy_digest=st.text(),
)


@given(RULINGS)
def test_a_stored_ruling_is_read_back_the_same(ruling: Ruling) -> None:
    stored = json.loads(json.dumps(RULING.dump_python(ruling, mode="json")))
    assert RULING.validate_python(stored) == ruling
