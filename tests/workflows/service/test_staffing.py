"""A policy's people are looked up beforehand: empty groups, unknown addresses, quorums that nobody could reach."""

from tests.support.people import People
from workflows.policy import policy_from_text
from workflows.service.staffing import shortages

POLICY = """
version: 1
environments: {sandbox: {description: x, monthly_limit: 5}}
auditors: [{group: auditors}]
fallback: [{email: pat@acme.example}, {email: gone@acme.example}]
rules:
  - name: budgets
    kinds: [budget]
    requesters: [{group: builders}]
    stages:
      - {name: owner, approvers: [project_owners], quorum: 2, backup: [{group: empty}]}
      - {name: finance, approvers: [{group: finance}, {email: fay@acme.example}], quorum: 3}
  - name: everything
    stages: [{name: anybody, approvers: [{group: empty}]}]
"""


async def found(people: People) -> list[str]:
    return [each async for each in shortages(policy_from_text(POLICY, "policy.yml"), people)]


async def test_each_shortage_is_named_where_it_stands() -> None:
    people = People("pat", "fay", "finn", groups={"finance": ["fay", "finn"], "empty": [], "auditors": ["pat"]})

    assert await found(people) == [
        "fallback: gone@acme.example is nobody active here",
        'rule "budgets", requesters: @builders has no active member here',
        'rule "budgets", stage "owner": @empty has no active member here',
        'rule "budgets", stage "finance": 3 must approve, and there are only 2; so it goes to the fallback',
        'rule "everything", stage "anybody": @empty has no active member here',
        'rule "everything", stage "anybody": 1 must approve, and there is nobody; so it goes to the fallback',
    ]


async def test_with_people_enough_there_is_nothing_to_say() -> None:
    people = People("pat", "fay", "finn", "fred", "gone")
    people.groups = {"finance": ["finn", "fred"], "empty": ["fay"], "auditors": ["pat"], "builders": ["pat"]}

    assert await found(people) == []
