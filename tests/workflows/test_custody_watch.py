"""Keys after they were taken: the first use is told once, and looks get rarer until they end."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.support.company import Company
from tests.support.databases import tried_on
from tests.support.keys import begin, claim_of, events, keys, look, lost, mend, offered_key, proofs, take, told, use
from workflows.custody import Custodian
from workflows.keyring import KeyRing
from workflows.model import Claim

_database_url = tried_on("sqlite")
MINT = "/v1/organization/projects/{project_id}/service_accounts/{service_account_id}/api_keys"
KEYS = "/v1/organization/projects/{project_id}/api_keys"
ACCOUNT = "/v1/organization/projects/{project_id}/service_accounts/{service_account_id}"
AFTER, BEFORE = "after_commit", "before_commit"


async def test_the_first_use_is_told_once(acme: Company) -> None:
    request = await offered_key(acme)
    key = await take(acme, request)
    await look(acme, minutes=1)
    assert "first_used" not in await events(acme, request)
    use(acme, key.id)
    used = acme.clock()

    for _ in range(3):
        await look(acme, minutes=5)

    assert (await events(acme, request)).count("first_used") == 1
    assert (await told(acme, request, "note"))[-1]["event"] == "first_used"
    claim = await claim_of(acme, request)
    assert (claim.first_used_at, claim.look_at) == (used, None)


async def test_two_workers_that_look_at_once_revoke_and_tell_once(acme: Company) -> None:
    other = Custodian(keyring=KeyRing(acme.api), database=acme.database, now=acme.clock)
    used, unseen = await offered_key(acme), await offered_key(acme)
    use(acme, (await take(acme, used)).id)
    await lost(acme, unseen)
    acme.pass_time(minutes=1)

    await asyncio.gather(acme.custodian.run_due(), other.run_due())

    assert (await events(acme, used)).count("first_used") == 1
    assert (await events(acme, unseen)).count("key_not_shown") == 1
    assert len(await keys(acme)) == 1


async def test_looks_get_rarer_and_end(acme: Company) -> None:
    request = await offered_key(acme)
    await take(acme, request)
    waits = []
    while (claim := await claim_of(acme, request)).look_at is not None:
        waits.append(_wait(acme, claim))
        await look(acme, seconds=waits[-1])

    assert waits[:2] == [15, 20]
    assert waits == sorted(waits)
    assert waits[-1] == 6 * 3600
    assert len(waits) < 160
    assert 30 <= sum(waits) / 86_400 < 31


def _wait(acme: Company, claim: Claim) -> float:
    assert claim.look_at is not None
    return (claim.look_at - acme.clock()).total_seconds()


async def test_a_key_that_was_revoked_is_not_waited_for(acme: Company) -> None:
    request = await offered_key(acme)
    key = await take(acme, request)
    await acme.api.delete_key(acme.project_id, key.id)

    await look(acme, hours=2)

    assert (await claim_of(acme, request)).look_at is None


async def test_an_archived_project_is_not_asked_about_its_keys_again(acme: Company) -> None:
    request = await offered_key(acme)
    await take(acme, request)
    await acme.api.archive_project(acme.project_id)

    await look(acme, hours=2)

    assert (await claim_of(acme, request)).look_at is None


async def test_a_list_that_cannot_be_had_is_asked_for_again_soon(acme: Company) -> None:
    request = await offered_key(acme)
    key = await take(acme, request)
    use(acme, key.id)
    await acme.fault(fault="server_error", method="GET", path=KEYS, count=None)
    await look(acme, minutes=1)
    assert "first_used" not in await events(acme, request)
    await mend(acme)

    await look(acme, minutes=1)

    assert "first_used" in await events(acme, request)


async def test_a_claim_that_changes_while_it_is_looked_at_is_left_as_it_became(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await offered_key(acme)
    attempt = await begin(acme, request)
    acme.pass_time(minutes=2)
    original = acme.custodian._keyring.revoke_unshown

    async def meanwhile(claim: Claim) -> Any:
        found = await original(claim)
        async with acme.database.begin() as work:
            await work.save_claim(claim, replace(claim, attempt=claim.attempt + 1))
        return found

    monkeypatch.setattr(acme.custodian._keyring, "revoke_unshown", meanwhile)

    await acme.custodian.run_due()

    assert (await claim_of(acme, request)).attempt == attempt.claim.attempt + 1
    assert await proofs(acme, "key_not_shown") == []
