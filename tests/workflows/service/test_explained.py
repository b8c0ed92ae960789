"""What ``policy explain`` says is what the bot then does, for every rule of the built-in policy."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.company import Company
from tests.support.databases import tried_on
from tests.support.keys import laptop
from workflows.errors import NotAllowed
from workflows.kinds import discover, examples
from workflows.model import Ruling
from workflows.policy import load_policy

_database_url = tried_on("sqlite")
POLICY = load_policy(None, examples=examples(discover()))
PROJECT = {"name": "tryout", "purpose": "Tries.", "owners": ["olivia@acme.example"]}
DANA = "dana@acme.example"
REQUESTS: list[tuple[str, str, str, Mapping[str, Any]]] = [
    ("sandbox project", "dana", "new_project", PROJECT | {"environment": "sandbox", "monthly_limit": "150"}),
    ("new project", "dana", "new_project", PROJECT | {"environment": "production", "monthly_limit": "900"}),
    ("limit beyond any project", "dana", "budget", {"monthly_limit": "200,000"}),
    ("budget cut", "dana", "budget", {"monthly_limit": "400"}),
    ("small raise", "dana", "budget", {"monthly_limit": "700"}),
    ("large raise", "dana", "budget", {"monthly_limit": "1,000"}),
    ("leaked key", "petra", "revoke_key", {"key": "laptop"}),
    ("pause by an owner", "petra", "pause", {}),
    ("archive", "dana", "archive", {"confirm_name": "internal-qa"}),
    ("owner of a project", "dana", "member", {"person": DANA, "role": "owner"}),
    ("tool that reaches out", "dana", "tool", {"tools": ["web_search"]}),
    ("within a project", "dana", "revoke_key", {"key": "laptop"}),
]


def test_there_is_a_request_for_every_rule() -> None:
    assert {each[0] for each in REQUESTS} == {each.name for each in POLICY.rules}


@pytest.mark.parametrize(("rule", "who", "kind", "given"), REQUESTS, ids=[each[0] for each in REQUESTS])
async def test_what_is_explained_is_what_is_done(
    acme: Company, rule: str, who: str, kind: str, given: Mapping[str, Any]
) -> None:
    acme.service.policy = POLICY
    values = {"project": acme.project_id, "reason": "r"} if kind != "new_project" else {}
    values |= given
    if given.get("key") == "laptop":
        values["key"] = laptop(acme)

    explained, reason = await explanation(acme, kind, values, who)
    ruling = await done(acme, kind, values, who)

    assert (explained, ruling.rule) == (rule, rule)
    assert reason == f"decides: {route(ruling)}"


async def explanation(acme: Company, kind: str, values: Mapping[str, Any], who: str) -> tuple[str, str]:
    """Return which rule decides, and how, in the words of ``policy explain``."""
    requester = acme.people.everybody[who]
    asked = acme.service.kinds[kind]
    outlook = await asked.outlook(asked.known(values), acme.service.context(requester))
    question = await acme.service.question(asked, outlook, requester)
    ((rule, reason),) = [
        (each.rule, each.reason) for each in POLICY.explain(question) if each.reason.startswith("decides")
    ]
    return rule, reason


async def done(acme: Company, kind: str, values: Mapping[str, Any], who: str) -> Ruling:
    """Ask for it, and return what it was ruled by; what was refused has its rule in the audit log."""
    try:
        return (await acme.ask(kind, values, who)).ruling
    except NotAllowed as refused:
        async with acme.database.read() as work:
            log = [each async for each in work.audit_entries() if each.action == "submission_refused"]
        assert '"rule":"limit beyond any project"' in log[-1].data
        return Ruling(rule="limit beyond any project", denied=str(refused))


def route(ruling: Ruling) -> str:
    if ruling.denied:
        return ruling.denied
    if ruling.auto:
        return "nobody is asked, it approves by itself"
    return ", then ".join(f"{each.quorum} of {' or '.join(map(str, each.approvers))}" for each in ruling.stages)
