"""The end of a key: at once for whoever owns it or its project, by approval for others, and everybody told."""

import pytest

from tests.support.company import Company
from tests.support.keys import accounts, change_settings, govern, keys, laptop, taken_key, told, use
from workflows.errors import InvalidFields
from workflows.lifecycle import State
from workflows.model import Request

LEAKED = "  - {name: leaked key, kinds: [revoke_key], when: request.own_key || request.project_owner, auto: true}\n"


async def ask(acme: Company, key_id: str, who: str = "dana") -> Request:
    values = {"project": acme.project_id, "key": key_id, "reason": "It stands in a public repository"}
    return await acme.ask("revoke_key", values, who)


@pytest.mark.parametrize(
    ("whose", "who", "state"),
    [
        pytest.param("claimed by dana", "dana", State.APPROVED, id="own-claim"),
        pytest.param("claimed by dana", "petra", State.APPROVED, id="project-owner"),
        pytest.param("claimed by dana", "olivia", State.PENDING, id="somebody-else"),
        pytest.param("made by petra", "petra", State.APPROVED, id="own-key"),
        pytest.param("made by petra", "dana", State.PENDING, id="another-persons"),
    ],
)
async def test_whoever_owns_the_key_or_its_project_needs_nobody(
    acme: Company, whose: str, who: str, state: State
) -> None:
    govern(acme, LEAKED)
    key_id = (await taken_key(acme)).id if whose == "claimed by dana" else laptop(acme)

    assert (await ask(acme, key_id, who)).state is state


async def test_doubt_about_the_owners_is_no_authority(acme: Company) -> None:
    govern(acme, LEAKED)
    key = await taken_key(acme)
    await acme.fault(fault="server_error", method="GET", path_regex="/users$", count=None)

    assert (await ask(acme, key.id, "petra")).state is State.PENDING
    assert (await ask(acme, key.id, "dana")).state is State.APPROVED


async def test_a_leaked_key_is_dead_at_once_and_everybody_hears_of_it(acme: Company) -> None:
    govern(acme, LEAKED)
    key = await taken_key(acme)

    done = await acme.carried_out(await ask(acme, key.id, "petra"))

    assert done.state is State.COMPLETED
    assert await keys(acme) == {}
    assert ("concerned", "U_DANA") in [(each["event"], each["to"]) for each in await told(acme, done)]
    assert [each["to"] for each in await told(acme, done, "alarm")] == ["security"]


async def test_whose_key_it_is_hears_of_it(acme: Company) -> None:
    request = await ask(acme, laptop(acme), "dana")

    assert ("concerned", "U_PETRA") in [(each["event"], each["to"]) for each in await told(acme, request)]


async def test_the_card_shows_name_owner_last_use_and_what_is_seen_of_the_value(acme: Company) -> None:
    key = await taken_key(acme)
    use(acme, key.id)

    request = await ask(acme, key.id)

    there = (await keys(acme))[key.id]
    assert [(each.label, each.now, each.proposed) for each in request.changes] == [
        ("Key", f"{key.name} ({there.redacted})", "revoked"),
        ("Owner", "the service account support-bot", ""),
        ("Last used", "2026-11-23 09:00 UTC", ""),
    ]
    assert request.risks == ("It was used, and what uses it stops working.",)
    assert key.value.get_secret_value() not in repr(request)


async def test_a_key_that_is_gone_is_refused_in_the_form(acme: Company) -> None:
    with pytest.raises(InvalidFields, match="nothing left to revoke"):
        await ask(acme, "key_gone")


async def test_a_key_that_went_meanwhile_is_as_good_as_revoked(acme: Company) -> None:
    key = await taken_key(acme)
    request = await ask(acme, key.id)
    await acme.api.delete_key(acme.project_id, key.id)

    done = await acme.carried_out(request, "pat")

    assert done.state is State.COMPLETED
    assert done.receipt["revoke_key"] == {"revoked": key.id}


async def test_the_other_keys_of_the_account_stay(acme: Company) -> None:
    first, second = await taken_key(acme), await taken_key(acme)

    await acme.carried_out(await ask(acme, first.id), "pat")

    assert list(await keys(acme)) == [second.id]


# An organisation that cannot delete one key of a service account


async def test_there_the_account_goes_with_its_only_key(acme: Company) -> None:
    await change_settings(acme, account_keys_deletable=False)
    key = await taken_key(acme)

    done = await acme.carried_out(await ask(acme, key.id), "pat")

    assert done.state is State.COMPLETED
    assert await keys(acme) == {}
    assert await accounts(acme) == {}


async def test_there_a_key_beside_others_is_refused_with_what_to_do(acme: Company) -> None:
    await change_settings(acme, account_keys_deletable=False)
    first, _ = await taken_key(acme), await taken_key(acme)

    done = await acme.carried_out(await ask(acme, first.id), "pat")

    assert done.state is State.FAILED
    assert "cannot revoke one key of support-bot alone. Revoke it in OpenAI's dashboard" in done.problem
    assert len(await keys(acme)) == 2
