"""Taking a key: by its requester alone, once, in time; whatever goes wrong, nobody has a key that was not shown."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.company import Company
from tests.support.keys import (
    begin,
    change_settings,
    claim_of,
    keys,
    look,
    offered_key,
    proofs,
    take,
    taken_key,
    told,
)
from workflows.errors import (
    AdminAPIRefused,
    AdminAPIThrottled,
    Conflict,
    ForeignWorkspace,
    NotAllowed,
    Redelivered,
    UnknownPerson,
)
from workflows.model import ClaimState, Request
from workflows.store import tables

MINT = "/v1/organization/projects/{project_id}/service_accounts/{service_account_id}/api_keys"


async def test_a_key_that_is_taken_is_written_down_and_told(acme: Company) -> None:
    request = await offered_key(acme, scopes="api.model.request")

    key = await take(acme, request)

    claim = await claim_of(acme, request)
    (proof,) = await proofs(acme, "key_claimed")
    assert (claim.state, claim.key_id, claim.expires_at) == (ClaimState.CLAIMED, key.id, key.expires_at)
    assert (proof["before"], proof["after"]) == ("minting", "claimed")
    assert proof["openai_request_ids"]
    assert all(each.startswith("req_") for each in proof["openai_request_ids"])
    assert (proof["key_id"], proof["key_name"], proof["scopes"]) == (key.id, key.name, ["api.model.request"])
    assert (await told(acme, request))[-1]["event"] == "key_claimed"
    assert (await told(acme, request, "note"))[-1]["event"] == "key_claimed"


# Who


@pytest.mark.parametrize("who", ["pat", "petra", "olivia"])
async def test_nobody_takes_somebody_elses_key(acme: Company, who: str) -> None:
    request = await offered_key(acme)

    with pytest.raises(NotAllowed, match="for who asked for it, and for nobody else"):
        await begin(acme, request, who)

    (proof,) = await proofs(acme, "claim_refused")
    assert "for nobody else" in proof["reason"]
    assert (await claim_of(acme, request)).state is ClaimState.OPEN


@pytest.mark.parametrize(
    ("group", "error"), [("away", UnknownPerson), ("foreign", ForeignWorkspace)], ids=["deactivated", "foreign"]
)
@pytest.mark.parametrize("what", ["claim", "offer"])
async def test_whoever_is_no_member_any_more_gets_no_key(
    acme: Company, group: str, error: type[Exception], what: str
) -> None:
    request = await offered_key(acme)
    getattr(acme.people, group).add("dana")

    with pytest.raises(error):
        await (begin(acme, request) if what == "claim" else acme.service.offer_again(request.id, "U_DANA"))

    assert len(await proofs(acme, f"{what}_refused")) == 1
    assert await keys(acme) == {}


# When


async def _taken(acme: Company, request: Request) -> None:
    await take(acme, request)


async def _being_taken(acme: Company, request: Request) -> None:
    await begin(acme, request)


async def _not_shown(acme: Company, request: Request) -> None:
    attempt = await begin(acme, request)
    await acme.service.mint(attempt)
    await acme.service.unshown(attempt, "The dialog closed.", doubtful=False)


async def _late(acme: Company, request: Request) -> None:
    acme.pass_time(hours=72)


async def _lapsed(acme: Company, request: Request) -> None:
    await look(acme, hours=72)


@pytest.mark.parametrize(
    ("before", "word"),
    [
        pytest.param(_taken, "taken this key already. If you have lost it, rotate it", id="taken"),
        pytest.param(_being_taken, "being made at this moment", id="at-the-same-time"),
        pytest.param(_not_shown, "is being revoked. Try again in a minute", id="being-revoked"),
        pytest.param(_late, "did not come for it in time", id="late"),
        pytest.param(_lapsed, "Offer it again", id="lapsed"),
    ],
)
async def test_a_key_that_cannot_be_taken_now_says_why(
    acme: Company, before: Callable[[Company, Request], Awaitable[None]], word: str
) -> None:
    request = await offered_key(acme)
    await before(acme, request)
    claim, there = await claim_of(acme, request), await keys(acme)

    with pytest.raises(Conflict, match=word):
        await begin(acme, request)

    assert await claim_of(acme, request) == claim
    assert await keys(acme) == there


async def test_a_request_without_a_key_offers_none(acme: Company) -> None:
    request = await acme.carried_out(await acme.ask_for_budget(), "petra")

    with pytest.raises(Conflict, match="There is no key to take here"):
        await begin(acme, request)


async def test_a_press_that_is_delivered_twice_makes_one_attempt(acme: Company) -> None:
    request = await offered_key(acme)
    await begin(acme, request, delivery="D1")

    with pytest.raises(Redelivered):
        await begin(acme, request, delivery="D1")

    assert (await claim_of(acme, request)).attempt == 1


async def test_a_key_nobody_came_for_can_be_offered_and_taken_again(acme: Company) -> None:
    request = await offered_key(acme)
    await look(acme, hours=72)
    assert (await claim_of(acme, request)).state is ClaimState.LAPSED
    assert await keys(acme) == {}

    await acme.service.offer_again(request.id, "U_PAT", delivery="D1")
    await take(acme, request)

    claim = await claim_of(acme, request)
    (proof,) = await proofs(acme, "offered_again")
    assert (claim.offers, claim.state) == (2, ClaimState.CLAIMED)
    assert (proof["before"], proof["after"]) == ("lapsed", "open")
    assert len(await told(acme, request, "claim:")) == 2
    assert len(await keys(acme)) == 1


@pytest.mark.parametrize(
    ("who", "error"), [("petra", NotAllowed), ("dana", Conflict)], ids=["a-stranger", "still-waiting"]
)
async def test_a_key_is_not_offered_again_by_anybody_nor_while_it_waits(
    acme: Company, who: str, error: type[Exception]
) -> None:
    request = await offered_key(acme)
    if who == "petra":
        await look(acme, hours=72)

    with pytest.raises(error):
        await acme.service.offer_again(request.id, acme.people.everybody[who].id)

    assert len(await proofs(acme, "offer_refused")) == 1
    assert (await claim_of(acme, request)).offers == 1


# What goes wrong


async def test_a_clear_no_frees_the_key_at_once_and_is_written_down_once(acme: Company) -> None:
    request = await offered_key(acme)
    await change_settings(acme, longest_key_life=86_400)
    attempt = await begin(acme, request)
    with pytest.raises(AdminAPIRefused) as refused:
        await acme.service.mint(attempt)
    await acme.service.unshown(attempt, str(refused.value), doubtful=False)
    await change_settings(acme, longest_key_life=None)

    await take(acme, request)

    (proof,) = await proofs(acme, "claim_failed")
    assert (proof["before"], proof["after"], proof["reason"]) == ("minting", "open", str(refused.value))
    assert "key_not_made" in [each["event"] for each in await told(acme, request)]
    assert len(await keys(acme)) == 1


async def test_an_openai_that_is_too_busy_frees_the_key_at_once(acme: Company) -> None:
    request = await offered_key(acme)
    await acme.fault(fault="rate_limited", method="POST", path=MINT, retry_after=300)

    with pytest.raises(AdminAPIThrottled):
        await acme.service.mint(await begin(acme, request))

    assert (await claim_of(acme, request)).state is ClaimState.OPEN
    acme.pass_time(minutes=6)
    await take(acme, request)
    assert len(await keys(acme)) == 1


async def test_an_archived_project_gives_no_key_and_says_so(acme: Company) -> None:
    request = await offered_key(acme)
    await acme.api.archive_project(acme.project_id)

    with pytest.raises(AdminAPIRefused, match="archived"):
        await acme.service.mint(await begin(acme, request))

    assert "archived" in (await claim_of(acme, request)).problem


async def test_a_key_that_is_shown_too_late_does_not_count_as_taken(acme: Company) -> None:
    request = await offered_key(acme)
    attempt = await begin(acme, request)
    key = await acme.service.mint(attempt)
    acme.pass_time(minutes=2)

    with pytest.raises(Conflict, match="is being revoked"):
        await acme.service.shown(attempt, key)
    await acme.custodian.run_due()

    assert await keys(acme) == {}
    assert (await claim_of(acme, request)).state is ClaimState.OPEN


async def test_an_attempt_that_is_over_changes_nothing_of_the_next(acme: Company) -> None:
    request = await offered_key(acme)
    first = await begin(acme, request)
    await look(acme, minutes=2)
    await begin(acme, request)
    claim = await claim_of(acme, request)

    await acme.service.unshown(first, "The window was closed.", doubtful=False)
    with pytest.raises(Conflict):
        await acme.service.shown(first, await acme.service.mint(first))

    assert await claim_of(acme, request) == claim


# Secrets


async def test_no_value_of_a_key_is_in_the_database_its_files_or_the_log(
    acme: Company, database_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    values = [(await taken_key(acme)).value.get_secret_value()]
    request = await offered_key(acme)
    attempt = await begin(acme, request)
    values.append((await acme.service.mint(attempt)).value.get_secret_value())
    await acme.service.unshown(attempt, "The dialog closed.", doubtful=False)
    await look(acme, minutes=2)
    values.append((await take(acme, request)).value.get_secret_value())
    rotation = {"project": acme.project_id, "key": (await claim_of(acme, request)).key_id, "reason": "Leaked"}
    rotated = await acme.carried_out(await acme.ask("rotate_key", rotation), "pat")
    values.append((await take(acme, rotated)).value.get_secret_value())
    await look(acme, days=8)

    written = await _rows(acme) + _files(database_url) + "".join(capfd.readouterr())
    assert len(set(values)) == 4
    assert request.id in written
    assert not [each[:10] for each in values if each in written or each[-16:] in written]


async def _rows(acme: Company) -> str:
    """Return every row of every table."""
    async with acme.database.read() as work:
        return repr(
            [
                tuple(row)
                for table in tables.metadata.sorted_tables
                for row in await work.connection.execute(sa.select(table))
            ]
        )


def _files(url: str) -> str:
    """Return what SQLite wrote, its write-ahead log and pages that it does not use any more included."""
    if not url.startswith("sqlite"):
        return ""
    path = Path(url.partition("///")[2])
    return "".join(each.read_bytes().decode(errors="replace") for each in path.parent.glob(f"{path.name}*"))
