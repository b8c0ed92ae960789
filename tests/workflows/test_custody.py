"""Keys when nobody clicks: what was not shown is found and revoked, the first use is told, watching gets rarer."""

from typing import Any

import pytest

from tests.support.company import Company
from tests.support.databases import tried_on
from tests.support.keys import (
    accounts,
    begin,
    change_settings,
    claim_of,
    events,
    keys,
    look,
    lost,
    mend,
    offered_key,
    proofs,
    take,
    taken_key,
    told,
)
from workflows.errors import AdminAPIUnclear
from workflows.keyring import KeyRing
from workflows.model import ClaimState, Request

_database_url = tried_on("sqlite")
MINT = "/v1/organization/projects/{project_id}/service_accounts/{service_account_id}/api_keys"
KEYS = "/v1/organization/projects/{project_id}/api_keys"
ACCOUNT = "/v1/organization/projects/{project_id}/service_accounts/{service_account_id}"
AFTER, BEFORE = "after_commit", "before_commit"


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"fault": "server_error", "when": BEFORE}, id="500-before"),
        pytest.param({"fault": "server_error", "when": AFTER}, id="500-after"),
        pytest.param({"fault": "cut", "when": BEFORE}, id="cut-before"),
        pytest.param({"fault": "cut", "when": AFTER}, id="cut-after"),
        pytest.param({"fault": "no_answer", "when": BEFORE}, id="silence-before"),
        pytest.param({"fault": "no_answer", "when": AFTER}, id="silence-after"),
    ],
)
async def test_a_lost_answer_to_making_a_key_leaves_no_orphan(acme: Company, fault: dict[str, Any]) -> None:
    request = await offered_key(acme)
    await acme.fault(**fault, method="POST", path=MINT)
    attempt = await begin(acme, request)
    with pytest.raises(AdminAPIUnclear) as unclear:
        await acme.service.mint(attempt)
    await acme.service.unshown(attempt, str(unclear.value), doubtful=True)

    await look(acme, seconds=29)
    assert (await claim_of(acme, request)).state is ClaimState.MINTING  # it may have its effect still
    await look(acme, seconds=1)

    assert await keys(acme) == {}
    (proof,) = await proofs(acme, "key_not_shown")
    assert len(proof["revoked"]) == (fault["when"] == AFTER)
    assert (proof["before"], proof["after"]) == ("minting", "open")
    assert len(proof["openai_request_ids"]) == len(proof["revoked"])
    issued = await take(acme, request)
    assert list(await keys(acme)) == [issued.id]


async def test_a_key_whose_dialog_was_not_drawn_is_revoked_at_once_and_can_be_taken_again(acme: Company) -> None:
    request = await offered_key(acme)
    await lost(acme, request)

    await acme.custodian.run_due()

    claim = await claim_of(acme, request)
    assert claim.state is ClaimState.OPEN
    assert claim.problem == "The dialog could not be drawn. The key that could not be shown was revoked."
    assert (await events(acme, request))[-1] == "key_not_shown"
    assert await keys(acme) == {}
    await take(acme, request)
    assert len(await keys(acme)) == 1


async def test_a_key_of_a_process_that_died_is_revoked_when_its_time_is_over(acme: Company) -> None:
    request = await offered_key(acme)
    await acme.service.mint(await begin(acme, request))

    await look(acme, seconds=119)
    assert len(await keys(acme)) == 1
    await look(acme, seconds=1)

    assert await keys(acme) == {}
    assert (await claim_of(acme, request)).state is ClaimState.OPEN


async def test_a_claim_that_was_lost_at_its_very_end_can_be_had_for_an_hour_more(acme: Company) -> None:
    request = await offered_key(acme)
    acme.pass_time(hours=71, minutes=59)
    await lost(acme, request)

    await look(acme, minutes=2)

    claim = await claim_of(acme, request)
    assert (claim.state, (claim.lapses_at - acme.clock()).total_seconds()) == (ClaimState.OPEN, 3600)


async def test_keys_of_other_claims_and_of_the_same_account_stay(acme: Company) -> None:
    first = await taken_key(acme)
    alike = await taken_key(acme, service_account=f"{first.name} bot")
    request = await offered_key(acme)
    await lost(acme, request)

    await acme.custodian.run_due()

    assert set(await keys(acme)) == {first.id, alike.id}


async def test_a_key_that_comes_to_be_after_nobody_looked_any_more_is_revoked_too(acme: Company) -> None:
    request = await offered_key(acme)
    name = await lost(acme, request)
    await acme.custodian.run_due()
    (account,) = await acme.api.service_accounts(acme.project_id)
    await acme.api.create_key(acme.project_id, account.id, name=name)
    shown = await take(acme, request)

    await look(acme, minutes=10)

    assert list(await keys(acme)) == [shown.id]
    (proof,) = await proofs(acme, "late_key_revoked")
    assert proof["openai_request_ids"]
    assert all(each.startswith("req_") for each in proof["openai_request_ids"])


async def test_a_lapsed_claim_leaves_no_late_key(acme: Company) -> None:
    request = await offered_key(acme)
    name = await lost(acme, request)
    await acme.custodian.run_due()
    await look(acme, minutes=10)
    (account,) = await acme.api.service_accounts(acme.project_id)
    await acme.api.create_key(acme.project_id, account.id, name=name)

    await look(acme, hours=72)

    assert (await claim_of(acme, request)).state is ClaimState.LAPSED
    assert await keys(acme) == {}


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"fault": "rate_limited", "method": "GET", "path": KEYS, "count": None}, id="429"),
        pytest.param({"fault": "server_error", "method": "GET", "path": KEYS, "count": None}, id="500-list"),
        pytest.param({"fault": "server_error", "method": "DELETE", "count": 1}, id="500-delete"),
        pytest.param({"fault": "server_error", "method": "DELETE", "when": AFTER, "count": 1}, id="500-deleted"),
    ],
)
async def test_an_openai_that_is_away_is_asked_again_soon_without_alarm(acme: Company, fault: dict[str, Any]) -> None:
    request = await offered_key(acme)
    await lost(acme, request)
    await acme.fault(**fault)

    await acme.custodian.run_due()
    assert (await claim_of(acme, request)).state is ClaimState.MINTING
    async with acme.database.read() as work:
        assert await work.broken_claims(acme.clock(), 10) == []
    await mend(acme)
    await look(acme, minutes=1)

    assert (await claim_of(acme, request)).state is ClaimState.OPEN
    assert await keys(acme) == {}
    assert await told(acme, request, "alarm") == []


async def test_a_claim_in_an_archived_project_comes_to_rest(acme: Company) -> None:
    request = await offered_key(acme)
    await lost(acme, request)
    await acme.api.archive_project(acme.project_id)

    await acme.custodian.run_due()
    await look(acme, hours=73)

    claim = await claim_of(acme, request)
    assert (claim.state, claim.look_at) == (ClaimState.LAPSED, None)
    assert await told(acme, request, "alarm") == []


# An older organisation, which cannot delete one key of a service account


@pytest.fixture(name="older")
async def _older(acme: Company) -> Request:
    await change_settings(acme, account_keys_deletable=False)
    return await offered_key(acme)


async def test_there_the_account_is_replaced(acme: Company, older: Request) -> None:
    await lost(acme, older)
    before = await claim_of(acme, older)

    await acme.custodian.run_due()

    claim = await claim_of(acme, older)
    assert await keys(acme) == {}
    assert await accounts(acme) == {"support-bot": "member"}
    assert claim.terms.account_id != before.terms.account_id
    issued = await take(acme, older)
    assert list(await keys(acme)) == [issued.id]


@pytest.mark.parametrize("when", [BEFORE, AFTER])
@pytest.mark.parametrize("call", range(4), ids=["create", "role", "delete", "name"])
async def test_there_a_replacement_that_is_cut_off_is_gone_on_with(
    acme: Company, older: Request, call: int, when: str
) -> None:
    method, path = [
        ("POST", ACCOUNT.rpartition("/")[0]),
        ("POST", ACCOUNT),
        ("DELETE", ACCOUNT),
        ("POST", ACCOUNT),
    ][call]
    await lost(acme, older)
    await acme.fault(fault="server_error", when=when, method=method, path=path, skip=int(call == 3))

    await acme.custodian.run_due()
    assert (await claim_of(acme, older)).state is ClaimState.MINTING
    await look(acme, minutes=1)

    assert await accounts(acme) == {"support-bot": "member"}
    issued = await take(acme, older)
    assert list(await keys(acme)) == [issued.id]


async def test_there_a_key_on_an_account_with_others_is_alarmed_once_and_looked_at_again(
    acme: Company, older: Request
) -> None:
    await take(acme, older)
    request = await offered_key(acme)
    await lost(acme, request)

    await acme.custodian.run_due()
    await look(acme, hours=7)

    assert len(await told(acme, request, "alarm")) == 1
    assert "A key that nobody saw cannot be revoked" in (await claim_of(acme, request)).problem
    await change_settings(acme, account_keys_deletable=True)
    await look(acme, hours=7)
    assert (await claim_of(acme, request)).problem == "The key that could not be shown was revoked."
    assert len(await keys(acme)) == 1


async def test_a_late_key_is_proven_to_be_revoked_also_when_its_requester_takes_one_meanwhile(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await offered_key(acme)
    name = await lost(acme, request)
    await acme.custodian.run_due()
    (account,) = await acme.api.service_accounts(acme.project_id)
    await acme.api.create_key(acme.project_id, account.id, name=name)
    end = KeyRing.end

    async def then_taken(ring: KeyRing, *about: Any) -> None:
        await end(ring, *about)
        await begin(acme, request)

    monkeypatch.setattr(KeyRing, "end", then_taken)
    await look(acme, minutes=10)

    assert not await keys(acme)
    assert len(await proofs(acme, "late_key_revoked")) == 1
