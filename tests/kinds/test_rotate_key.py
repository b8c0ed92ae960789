"""A key made anew: the new one taken, both working for a while, the old one revoked as the policy says."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.company import Company
from tests.support.keys import claim_of, govern, keys, laptop, look, proofs, take, taken_key, told, use
from workflows.errors import InvalidFields
from workflows.lifecycle import State
from workflows.model import ClaimState, Request


async def ask(acme: Company, key_id: str, **changes: Any) -> Request:
    values = {"project": acme.project_id, "key": key_id, "reason": "The year is over"}
    return await acme.ask("rotate_key", values | changes)


async def rotated(acme: Company, key_id: str, **changes: Any) -> Request:
    """Have the key made anew, and the new one taken."""
    request = await acme.carried_out(await ask(acme, key_id, **changes), "pat")
    await take(acme, request)
    return request


async def by_hand(acme: Company) -> str:
    """Make a key at OpenAI that this program knows nothing of."""
    account = await acme.api.create_service_account(acme.project_id, "nightly")
    return (await acme.api.create_key(acme.project_id, account.id, name="nightly key")).id


async def test_the_new_key_is_the_old_ones_equal_on_the_same_account(acme: Company) -> None:
    old = await taken_key(acme, scopes="api.model.request", expires_in_days="30")
    request = await acme.carried_out(await ask(acme, old.id), "pat")

    new = await take(acme, request)

    kept = acme.local.keys.recognise(new.value.get_secret_value())
    assert kept is not None
    assert (kept.scopes, kept.expires_at) == (("api.model.request",), kept.created_at + 30 * 86_400)
    assert {each.owner_name for each in (await keys(acme)).values()} == {"support-bot"}
    assert set(await keys(acme)) == {old.id, new.id}


async def test_the_card_says_what_is_known_of_the_old_key(acme: Company) -> None:
    old = await taken_key(acme)
    use(acme, old.id)

    request = await ask(acme, old.id, overlap_days="3")

    shown = {each.label: (each.now, each.proposed) for each in request.changes}
    now, proposed = shown["Old key"]
    assert now.startswith("support-bot R")
    assert proposed == "revoked 3 days after the new one is taken"
    assert shown["Owner"] == ("the service account support-bot", "")
    assert shown["Old key last used"] == ("2026-11-23 09:00 UTC", "")
    assert request.risks == ()


async def test_scopes_that_nobody_can_read_back_are_a_risk_on_the_card(acme: Company) -> None:
    request = await ask(acme, await by_hand(acme))

    assert "OpenAI does not tell what the old key may do. The new one may do all that its account may." in request.risks


async def test_a_persons_key_is_refused_with_who_makes_it_anew_and_where(acme: Company) -> None:
    with pytest.raises(InvalidFields, match=r"Petra makes a new one at platform\.openai\.com/api-keys"):
        await ask(acme, laptop(acme))


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        pytest.param({"key": "key_gone"}, "key", "does not exist any more", id="gone"),
        pytest.param({"overlap_days": "91"}, "overlap_days", "At most 90 days", id="long-overlap"),
        pytest.param({"overlap_days": "soon"}, "overlap_days", "a whole number", id="no-number"),
    ],
)
async def test_what_cannot_be_is_refused_in_the_form(
    acme: Company, changes: dict[str, str], field: str, word: str
) -> None:
    with pytest.raises(InvalidFields) as refused:
        await ask(acme, **({"key_id": await by_hand(acme)} | changes))

    assert word in refused.value.errors[field]


async def test_a_key_that_went_meanwhile_fails_the_request_before_anything_is_offered(acme: Company) -> None:
    old = await taken_key(acme)
    request = await ask(acme, old.id)
    await acme.api.delete_key(acme.project_id, old.id)

    done = await acme.carried_out(request, "pat")

    assert done.state is State.FAILED
    assert "is gone, so nothing can follow it. Ask for a new key instead" in done.problem
    assert (await acme.service.dossier(request.id)).claim is None


async def test_whoever_took_the_old_key_hears_of_it(acme: Company) -> None:
    old = await taken_key(acme, "petra")

    request = await ask(acme, old.id)

    assert {"concerned": "U_PETRA"}.items() <= {each["event"]: each["to"] for each in await told(acme, request)}.items()


# What becomes of the old key


async def test_both_keys_work_until_the_overlap_ends_then_the_old_one_is_revoked(acme: Company) -> None:
    old = await taken_key(acme)
    request = await rotated(acme, old.id, overlap_days="2")

    await look(acme, hours=47)
    assert len(await keys(acme)) == 2
    await look(acme, hours=1)

    claim = await claim_of(acme, request)
    assert list(await keys(acme)) == [claim.key_id]
    assert claim.retired_at == acme.clock()
    (proof,) = await proofs(acme, "old_key_revoked")
    assert proof["openai_request_ids"]
    assert all(each.startswith("req_") for each in proof["openai_request_ids"])
    assert (proof["key_id"], proof["last_used_at"]) == (old.id, None)
    assert (await told(acme, request, "note"))[-1]["note"] == "It was never used."


async def test_an_old_key_that_is_used_near_its_end_is_spoken_of_once_a_day_with_when(acme: Company) -> None:
    old = await taken_key(acme)
    request = await rotated(acme, old.id, overlap_days="7")
    await look(acme, days=6, hours=1)
    assert "old_key_used" not in await acme.trail(request)

    use(acme, old.id)
    for _ in range(6):
        await look(acme, hours=3)

    (said,) = [each["note"] for each in await told(acme, request) if each["event"] == "old_key_used"]
    assert said == "It was last used on 2026-11-29 at 10:00 UTC; it is revoked on 2026-11-30 at 09:00 UTC."
    assert len(await keys(acme)) == 2


async def test_an_old_key_that_nobody_uses_is_not_spoken_of(acme: Company) -> None:
    old = await taken_key(acme)
    use(acme, old.id)
    acme.pass_time(hours=1)
    request = await rotated(acme, old.id, overlap_days="2")

    await look(acme, hours=40)

    assert "old_key_used" not in await acme.trail(request)


async def test_a_policy_may_wait_for_the_last_use_however_long_that_takes(acme: Company) -> None:
    govern(acme, "keys: {old_key: when_unused, overlap_days: 1}\n")
    old = await taken_key(acme)
    await rotated(acme, old.id)
    for _ in range(3):
        use(acme, old.id)
        await look(acme, hours=20)
    assert len(await keys(acme)) == 2

    await look(acme, hours=6)

    assert old.id not in await keys(acme)


async def test_a_new_key_that_nobody_takes_leaves_the_old_one_alone(acme: Company) -> None:
    old = await taken_key(acme)
    request = await acme.carried_out(await ask(acme, old.id), "pat")

    await look(acme, days=3)
    await look(acme, days=30)

    assert (await claim_of(acme, request)).state is ClaimState.LAPSED
    assert list(await keys(acme)) == [old.id]


async def test_an_old_key_that_somebody_else_revoked_needs_no_end(acme: Company) -> None:
    old = await taken_key(acme)
    request = await rotated(acme, old.id, overlap_days="7")
    await acme.api.delete_key(acme.project_id, old.id)

    await look(acme, hours=1)

    claim = await claim_of(acme, request)
    assert claim.retired_at == acme.clock()
    assert "old_key_gone" in await acme.trail(request)
    assert list(await keys(acme)) == [claim.key_id]


async def test_an_old_key_that_cannot_be_revoked_alone_is_alarmed_once_a_day(acme: Company) -> None:
    acme.local.change_settings({"account_keys_deletable": False})
    old = await taken_key(acme)
    request = await rotated(acme, old.id, overlap_days="1")

    for _ in range(4):
        await look(acme, hours=10)

    alarms = [each for each in await told(acme, request, "alarm") if each["event"] == "key_not_revoked"]
    assert len(alarms) == 1
    assert "The old key cannot be revoked" in alarms[0]["note"]
    assert "Revoke it in OpenAI's dashboard" in (await claim_of(acme, request)).problem
    acme.local.change_settings({"account_keys_deletable": True})
    await look(acme, hours=10)
    assert old.id not in await keys(acme)
    assert (await claim_of(acme, request)).problem == ""


async def test_life_without_an_end_is_not_made_out_of_a_life_with_one(acme: Company) -> None:
    govern(acme, "keys: {expires_in_days: 60, longest_days: 60}\n")

    request = await rotated(acme, await by_hand(acme))

    claim = await claim_of(acme, request)
    assert claim.expires_at is not None
    assert claim.terms.expires_in_days == 60
    assert claim.expires_at - acme.clock() > timedelta(days=59)
