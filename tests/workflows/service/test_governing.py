"""Another policy takes the place of the one that holds, once for all processes; a broken file never does."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.company import POLICY, Company
from workflows.errors import NotAllowed
from workflows.model import OutboxTopic
from workflows.policy import Policy, policy_from_text
from workflows.service import Service
from workflows.service.governing import NOTICE

STRICT = POLICY.replace("rules:\n", "rules:\n  - {name: stop, kinds: [budget], deny: Closed.}\n")


def policy(text: str) -> Policy:
    return policy_from_text(text, "policy.yml")


def another(acme: Company) -> Service:
    """Return the service as it is in another process."""
    return Service(
        database=acme.database,
        organization=acme.organization,
        directory=acme.people,
        policy=policy(POLICY),
        kinds=acme.service.kinds,
        keyring=acme.service.keyring,
        now=acme.clock,
    )


async def proofs(acme: Company) -> list[tuple[str, Mapping[str, Any]]]:
    async with acme.database.read() as work:
        log = [each async for each in work.audit_entries()]
    return [(each.action, json.loads(each.data)) for each in log if each.action.startswith("policy_")]


async def told(acme: Company) -> list[tuple[str, str]]:
    """Return what was ordered to be told of policies since the last call, and where."""
    found = []
    async with acme.database.begin() as work:
        while entries := await work.claim_outbox(acme.clock(), acme.executor._lease, 1):
            for each in entries:
                if each.topic is OutboxTopic.REPORT and each.payload["kind"] == NOTICE:
                    found.append((each.payload["says"]["action"], each.payload["where"]))
                await work.settle_outbox(each.id, acme.clock())
    return sorted(found)


async def test_the_first_policy_of_all_is_no_news(acme: Company) -> None:
    await acme.service.adopt(acme.service.policy)

    assert await proofs(acme) == []
    assert await told(acme) == []


async def test_another_policy_holds_at_once_and_is_told_and_written_down_once(acme: Company) -> None:
    first, other = acme.service, another(acme)
    await first.adopt(first.policy)
    await other.adopt(other.policy)

    await first.adopt(policy(STRICT))
    await other.adopt(policy(STRICT))

    values = {"project": acme.project_id, "monthly_limit": "800", "reason": "r"}
    for service in (first, other):
        with pytest.raises(NotAllowed, match="Closed"):
            await service.open("budget", values, "U_DANA", origin="")
    ((action, proof),) = await proofs(acme)
    assert (action, proof["before"], proof["digest"]) == (
        "policy_changed",
        policy(POLICY).digest,
        policy(STRICT).digest,
    )
    assert await told(acme) == [("policy_changed", "requests"), ("policy_changed", "security")]


async def test_every_way_there_and_back_is_written_down(acme: Company) -> None:
    for text in (POLICY, STRICT, POLICY, STRICT):
        await acme.service.adopt(policy(text))
        acme.clock.advance(seconds=1)

    assert [each for each, _ in await proofs(acme)] == ["policy_changed"] * 3


async def test_a_broken_file_keeps_the_old_policy_and_is_told_once(acme: Company) -> None:
    first, other = acme.service, another(acme)
    await first.adopt(first.policy)

    for _ in range(2):
        await first.decline("abc", "policy.yml, line 3: quorom is not known here; did you mean quorum?")
        await other.decline("abc", "policy.yml, line 3: quorom is not known here; did you mean quorum?")

    assert first.policy.digest == policy(POLICY).digest
    ((action, proof),) = await proofs(acme)
    assert (action, proof["holds"]) == ("policy_declined", policy(POLICY).digest)
    assert "did you mean quorum?" in proof["problem"]
    assert await told(acme) == [("policy_declined", "requests"), ("policy_declined", "security")]


async def test_another_mistake_and_the_same_one_later_are_told_again(acme: Company) -> None:
    await acme.service.adopt(acme.service.policy)
    await acme.service.decline("a", "one")
    acme.clock.advance(seconds=1)
    await acme.service.decline("b", "two")
    acme.clock.advance(seconds=1)
    await acme.service.adopt(acme.service.policy)
    await acme.service.decline("a", "one")

    assert [proof["problem"] for _, proof in await proofs(acme)] == ["one", "two", "one"]
