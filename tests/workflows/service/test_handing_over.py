"""Who is away lets another person decide: on their days, with both names, one voice for both, and never for oneself."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from tests.support.company import Company
from tests.support.databases import BOTH, tried_on
from tests.workflows.service.test_stages import FINANCE, OWNER, TWO_OF_FINANCE, ruled_by
from workflows.errors import AlreadyDecided, InvalidFields, NotAllowed, SelfApproval
from workflows.lifecycle import State
from workflows.model import Absence, OutboxTopic, Request, Verdict

_database_url = tried_on("sqlite")
TODAY = date(2026, 11, 23)


async def away(acme: Company, who: str, delegate: str, first: date | None = None, last: date = TODAY) -> Absence:
    """Let somebody be away today, unless other days are given."""
    everybody = acme.people.everybody
    return await acme.service.hand_over(everybody[who].id, everybody[delegate].id, first, last)


async def awaited(acme: Company, request: Request) -> dict[str, list[str]]:
    """Return the names of who is waited for → in whose places."""
    dossier = await acme.service.dossier(request.id)
    return {each.name: [one.name for one in dossier.stand_ins.get(each.id, ())] for each in dossier.awaited}


async def proofs(acme: Company, action: str) -> list[Mapping[str, Any]]:
    async with acme.database.read() as work:
        return [json.loads(each.data) async for each in work.audit_entries() if each.action == action]


async def told(acme: Company) -> list[tuple[str, str]]:
    """Return to whom what was told of absences and of what they changed."""
    found = []
    async with acme.database.begin() as work:
        while entries := await work.claim_outbox(acme.clock(), timedelta(minutes=1), 1):
            for each in entries:
                what = each.payload.get("event") or (each.payload.get("says") or {}).get("what")
                if each.topic in (OutboxTopic.REPORT, OutboxTopic.POST) and "to" in each.payload:
                    found.append((each.payload["to"].removeprefix("U_").lower(), str(what)))
                await work.settle_outbox(each.id, acme.clock())
    return [each for each in found if each[1] in {"set", "ended", "delegate_away", "handed_over", "handed_back"}]


@BOTH
async def test_the_delegate_decides_in_their_place_with_both_names_in_the_log(acme: Company) -> None:
    await away(acme, "petra", "fay")
    request = await acme.ask_for_budget("800")
    assert await awaited(acme, request) == {"Fay": ["Petra"]}

    decided = await acme.decide(request, "fay")

    assert decided.state is State.APPROVED
    (decision,) = (await acme.service.dossier(request.id)).decisions
    assert decision.on_behalf is not None
    assert (decision.approver.name, decision.on_behalf.name) == ("Fay", "Petra")
    assert (await proofs(acme, "quorum_reached"))[0]["on_behalf"] == "petra@acme.example"


async def test_who_is_away_still_decides_themselves(acme: Company) -> None:
    await away(acme, "petra", "fay")

    assert (await acme.decide(await acme.ask_for_budget("800"), "petra")).state is State.APPROVED


@BOTH
async def test_open_requests_change_hands_at_the_beginning_and_at_the_end(acme: Company) -> None:
    request = await acme.ask_for_budget("800")
    await away(acme, "petra", "fay", TODAY + timedelta(days=1), TODAY + timedelta(days=2))
    assert await awaited(acme, request) == {"Petra": []}
    assert await told(acme) == [("fay", "set")]

    acme.clock.advance(days=1)
    assert await acme.service.hand_over_due() == 1
    assert await acme.service.hand_over_due() == 0
    assert await awaited(acme, request) == {"Fay": ["Petra"]}
    assert await told(acme) == [("fay", "handed_over")]
    assert [each.id for each in await acme.service.waiting_for("U_FAY")] == [request.id]

    acme.clock.advance(days=1, hours=15)
    assert await acme.service.hand_over_due() == 1
    assert await awaited(acme, request) == {"Petra": []}
    assert await told(acme) == [("petra", "handed_back")]
    with pytest.raises(NotAllowed):
        await acme.decide(request, "fay")
    assert {"handed_over", "handed_back"} <= set(await acme.trail(request))


async def test_coming_back_early_ends_it_at_once(acme: Company) -> None:
    request = await acme.ask_for_budget("800")
    await away(acme, "petra", "fay", last=TODAY + timedelta(days=9))
    assert await awaited(acme, request) == {"Fay": ["Petra"]}

    assert await acme.service.take_back("U_PETRA") is not None

    assert await awaited(acme, request) == {"Petra": []}
    assert await acme.service.take_back("U_PETRA") is None
    with pytest.raises(NotAllowed):
        await acme.decide(request, "fay")
    assert [each["delegate"] for each in await proofs(acme, "away_ended")] == ["fay@acme.example"]


async def test_nobody_decides_their_own_request_through_somebody_elses_absence(acme: Company) -> None:
    await away(acme, "petra", "dana")
    request = await acme.ask_for_budget("800")
    assert await awaited(acme, request) == {"Petra": []}

    with pytest.raises(SelfApproval):
        await acme.decide(request, "dana")


async def test_the_absence_of_the_requester_gives_nobody_their_voice(acme: Company) -> None:
    await away(acme, "petra", "fay")

    request = await acme.ask("budget", {"project": acme.project_id, "monthly_limit": "800", "reason": "x"}, "petra")

    assert await awaited(acme, request) == {"Pat": []}
    with pytest.raises(NotAllowed):
        await acme.decide(request, "fay")


@pytest.mark.parametrize(("first", "second"), [("fay", "dana"), ("dana", "fay")])
async def test_both_together_have_one_voice_in_a_quorum(acme: Company, first: str, second: str) -> None:
    ruled_by(acme, TWO_OF_FINANCE)
    await away(acme, "fay", "dana")
    request = await acme.ask("budget", {"project": acme.project_id, "monthly_limit": "800", "reason": "x"}, "omar")

    await acme.decide(request, first)

    with pytest.raises(AlreadyDecided, match="already"):
        await acme.decide(request, second)
    assert (await acme.decide(request, "finn")).state is State.APPROVED


async def test_who_decides_for_two_has_one_voice(acme: Company) -> None:
    ruled_by(acme, TWO_OF_FINANCE)
    await away(acme, "fay", "petra")
    await away(acme, "finn", "petra")
    request = await acme.ask_for_budget()
    assert await awaited(acme, request) == {"Petra": ["Fay", "Finn"], "Fred": []}

    await acme.decide(request, "petra")

    with pytest.raises(AlreadyDecided):
        await acme.decide(request, "petra")
    assert (await acme.decide(request, "fred")).state is State.APPROVED


async def test_who_decided_for_somebody_bars_both_from_the_next_stage(acme: Company) -> None:
    acme.people.groups["finance"] = ["petra", "pat", "fay"]
    ruled_by(acme, OWNER, FINANCE)
    await away(acme, "petra", "fay")
    request = await acme.ask_for_budget()

    second = await acme.decide(request, "fay")

    assert await awaited(acme, second) == {"Pat": []}
    for who in ("fay", "petra"):
        with pytest.raises(NotAllowed):
            await acme.decide(second, who)


async def test_one_who_is_an_approver_themselves_speaks_for_themselves(acme: Company) -> None:
    ruled_by(acme, FINANCE)
    await away(acme, "fay", "finn")

    decided = await acme.decide(await acme.ask_for_budget(), "finn", Verdict.DENY, "No.")

    assert decided.state is State.DENIED
    assert (await acme.service.dossier(decided.id)).decisions[0].on_behalf is None


async def test_a_delegate_who_left_leaves_it_to_who_is_away(acme: Company) -> None:
    await away(acme, "petra", "fay")
    acme.people.away.add("fay")

    assert await awaited(acme, await acme.ask_for_budget("800")) == {"Petra": []}


async def test_what_was_handed_over_does_not_travel_on(acme: Company) -> None:
    await away(acme, "petra", "fay")
    await told(acme)

    await away(acme, "fay", "finn")

    assert set(await told(acme)) == {("finn", "set"), ("petra", "delegate_away")}
    request = await acme.ask_for_budget("800")
    assert await awaited(acme, request) == {"Petra": []}
    for who in ("fay", "finn"):
        with pytest.raises(NotAllowed):
            await acme.decide(request, who)


async def test_a_circle_cannot_be_made(acme: Company) -> None:
    await away(acme, "petra", "fay", last=TODAY + timedelta(days=3))

    with pytest.raises(InvalidFields) as refused:
        await away(acme, "fay", "petra", TODAY + timedelta(days=2), TODAY + timedelta(days=5))

    assert refused.value.errors == {
        "delegate": "Petra is away then too, from 2026-11-23 to 2026-11-26. Choose somebody else."
    }
    await away(acme, "fay", "petra", TODAY + timedelta(days=4), TODAY + timedelta(days=5))


async def test_another_absence_takes_the_place_of_the_first(acme: Company) -> None:
    await away(acme, "petra", "fay")
    await away(acme, "petra", "finn")

    assert await awaited(acme, await acme.ask_for_budget("800")) == {"Finn": ["Petra"]}


async def test_days_are_those_of_who_is_away(acme: Company) -> None:
    petra = acme.people.everybody["petra"]
    acme.people.everybody["petra"] = type(petra)(**{**vars(petra), "tz": "Asia/Tokyo"})

    absence = await away(acme, "petra", "fay", TODAY + timedelta(days=1), TODAY + timedelta(days=1))

    assert (f"{absence.since:%d %H%z}", f"{absence.until:%d %H%z}") == ("24 00+0900", "25 00+0900")


@pytest.mark.parametrize(
    ("delegate", "first", "last", "field", "sentence"),
    [
        ("petra", None, TODAY, "delegate", "Choose somebody else"),
        ("nobody", None, TODAY, "delegate", "no active member"),
        ("fay", None, None, "last", "Choose the last day"),
        ("fay", None, TODAY - timedelta(days=1), "last", "today or a later day"),
        ("fay", TODAY + timedelta(days=2), TODAY + timedelta(days=1), "first", "after the last one"),
        ("fay", None, TODAY + timedelta(days=93), "last", "At most 92 days ahead"),
    ],
)
async def test_what_cannot_be_is_said_at_its_field(
    acme: Company, delegate: str, first: date | None, last: date | None, field: str, sentence: str
) -> None:
    with pytest.raises(InvalidFields) as refused:
        await acme.service.hand_over("U_PETRA", f"U_{delegate.upper()}", first, last)

    assert list(refused.value.errors) == [field]
    assert sentence in refused.value.errors[field]
    assert await acme.service.absence_of("U_PETRA") is None


async def test_the_same_form_delivered_twice_is_one_absence(acme: Company) -> None:
    first = await away(acme, "petra", "fay")
    acme.clock.advance(minutes=5)

    assert await away(acme, "petra", "fay") == first
    assert await told(acme) == [("fay", "set")]
    assert len(await proofs(acme, "away_set")) == 1


async def test_who_is_back_is_not_asked_for_what_their_stand_in_has_decided(acme: Company) -> None:
    ruled_by(acme, TWO_OF_FINANCE)
    await away(acme, "fay", "petra", last=TODAY + timedelta(days=9))
    request = await acme.ask_for_budget()
    await acme.decide(request, "petra")
    await told(acme)

    await acme.service.take_back("U_FAY")

    assert await told(acme) == [("petra", "ended")]
    assert set(await awaited(acme, request)) == {"Finn", "Fred"}
    assert not await acme.service.waiting_for("U_FAY")


async def test_a_stand_in_is_not_waited_for_once_the_absent_have_decided_themselves(acme: Company) -> None:
    ruled_by(acme, TWO_OF_FINANCE)
    await away(acme, "fay", "petra", last=TODAY + timedelta(days=9))
    request = await acme.ask_for_budget()

    await acme.decide(request, "fay")

    assert set(await awaited(acme, request)) == {"Finn", "Fred"}
    assert not await acme.service.waiting_for("U_PETRA")
    assert (await acme.decide(request, "finn")).state is State.APPROVED
