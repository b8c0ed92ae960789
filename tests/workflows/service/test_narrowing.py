"""Less than was asked for: offered by who may decide, accepted with one click, and then exactly that is carried out."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.company import POLICY, Company
from tests.support.databases import BOTH, tried_on
from tests.workflows.service.test_editing import limit_of
from tests.workflows.service.test_escalating import told
from tests.workflows.service.test_handing_over import awaited, away, proofs
from workflows.errors import AlreadyDecided, Conflict, InvalidFields, NotAllowed, Refusal, SelfApproval
from workflows.lifecycle import State
from workflows.model import Offer, Reference, Request, Verdict
from workflows.policy import policy_from_text

_database_url = tried_on("sqlite")


async def offer(acme: Company, request: Request, who: str = "petra", note: str = "", **values: Any) -> Offer:
    person = acme.people.everybody[who].id
    return await acme.service.offer(Reference.of(request), person, values, note)


async def accept(acme: Company, request: Request, number: int = 1, who: str = "dana") -> Request:
    return await acme.service.accept_offer(request.id, number, acme.people.everybody[who].id)


@BOTH
async def test_one_click_takes_the_offer_and_that_is_what_runs(acme: Company) -> None:
    request = await acme.ask_for_budget("1400")

    await offer(acme, request, note="Until the launch", monthly_limit="700", until="2026-12-31")
    assert await told(acme, "offered") == {"U_DANA"}
    accepted = await accept(acme, request)

    assert accepted.state is State.APPROVED
    done = await acme.carried_out(accepted)
    assert done.state is State.GRANTED
    assert await limit_of(acme) == 700_00
    (decision,) = (await acme.service.dossier(request.id)).decisions
    assert (decision.approver.name, decision.note) == ("Petra", "Until the launch")
    (proof,) = await proofs(acme, "offer_accepted")
    assert (proof["before"]["monthly_limit"], proof["offered"]["monthly_limit"]) == (1400_00, 700_00)
    assert proof["offered"]["until"] == "2026-12-31"


async def test_it_counts_as_one_approval_of_its_stage(acme: Company) -> None:
    request = await acme.ask_for_budget("9000")
    await offer(acme, request, monthly_limit="8000")

    second = await accept(acme, request)

    assert (second.state, second.stage, second.params["monthly_limit"]) == (State.PENDING, 1, 8000_00)
    assert set(await awaited(acme, second)) == {"Fay", "Finn", "Fred"}
    await acme.decide(second, "fay")
    await offer(acme, second, "finn", monthly_limit="7000")
    third = await accept(acme, second, 2)
    assert (third.state, third.params["monthly_limit"]) == (State.APPROVED, 7000_00)


async def test_a_declined_offer_leaves_what_was_asked_for(acme: Company) -> None:
    request = await acme.ask_for_budget("1400")
    await offer(acme, request, monthly_limit="700")

    await acme.service.decline_offer(request.id, 1, "U_DANA")

    assert await told(acme, "offer_declined") == {"U_PETRA"}
    with pytest.raises(AlreadyDecided):
        await accept(acme, request)
    assert (await acme.decide(request, "petra")).params["monthly_limit"] == 1400_00


@pytest.mark.parametrize("who", ["petra", "olivia"])
async def test_only_the_requester_answers_and_an_attempt_is_written_down(acme: Company, who: str) -> None:
    request = await acme.ask_for_budget("1400")
    await offer(acme, request, monthly_limit="700")

    with pytest.raises(NotAllowed, match="offered to Dana"):
        await accept(acme, request, who=who)

    assert "offer_answer_refused" in await acme.trail(request)


async def test_only_who_may_decide_offers(acme: Company) -> None:
    request = await acme.ask_for_budget("1400")

    with pytest.raises(NotAllowed):
        await offer(acme, request, "fay", monthly_limit="700")
    with pytest.raises(SelfApproval):
        await offer(acme, request, "dana", monthly_limit="700")
    with pytest.raises(NotAllowed):
        await acme.service.narrowable(Reference.of(request), "U_FAY")

    assert (await acme.trail(request)).count("offer_refused") == 3


@pytest.mark.parametrize("change", ["decided", "edited", "cancelled", "expired"])
async def test_an_offer_falls_with_what_it_was_made_for(acme: Company, change: str) -> None:
    request = await acme.ask_for_budget("1400")
    await offer(acme, request, monthly_limit="700")
    match change:
        case "decided":
            await acme.decide(request, "petra")
        case "edited":
            _, values = await acme.service.editable(request.id, "U_DANA")
            await acme.service.edit(request.id, {**values, "monthly_limit": "1300"}, "U_DANA", revision=0)
        case "cancelled":
            await acme.service.cancel(request.id, "U_DANA")
        case _:
            acme.clock.advance(days=9)
            await acme.service.expire_due()

    with pytest.raises(Conflict, match="does not stand any more"):
        await accept(acme, request)


async def test_who_offered_and_may_not_decide_any_more_has_not_approved(acme: Company) -> None:
    request = await acme.ask_for_budget("1400")
    await offer(acme, request, monthly_limit="700")
    await acme.remove("petra")
    acme.organization.forget(acme.project_id)

    accepted = await accept(acme, request)

    assert (accepted.state, accepted.params["monthly_limit"]) == (State.PENDING, 700_00)
    assert (await acme.service.dossier(request.id)).decisions == ()


async def test_an_approval_of_what_was_asked_for_and_the_acceptance_of_less_never_both_count(acme: Company) -> None:
    request = await acme.ask_for_budget("1400")
    await offer(acme, request, monthly_limit="700")

    outcomes = await asyncio.gather(acme.decide(request, "petra"), accept(acme, request), return_exceptions=True)

    assert sum(isinstance(each, Conflict) for each in outcomes) == 1
    dossier = await acme.service.dossier(request.id)
    assert (dossier.request.state, len(dossier.decisions)) == (State.APPROVED, 1)


async def test_in_the_place_of_who_is_away(acme: Company) -> None:
    await away(acme, "petra", "fay")
    request = await acme.ask_for_budget("1400")
    await offer(acme, request, "fay", monthly_limit="700")

    await accept(acme, request)

    (decision,) = (await acme.service.dossier(request.id)).decisions
    assert decision.on_behalf is not None
    assert decision.on_behalf.name == "Petra"


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({}, "monthly_limit", "Offer less than what was asked for"),
        ({"monthly_limit": "1400"}, "monthly_limit", "Offer less"),
        ({"monthly_limit": "1500"}, "monthly_limit", "Offer at most $1,400"),
        ({"monthly_limit": "little"}, "monthly_limit", "amount"),
        ({"monthly_limit": ""}, "monthly_limit", "missing"),
        ({"until": "2026-01-01"}, "until", "today or a later day"),
        ({"project": "proj_other"}, "monthly_limit", "Offer less"),
    ],
)
async def test_what_is_no_less_is_said_at_its_field(
    acme: Company, values: Mapping[str, Any], field: str, sentence: str
) -> None:
    request = await acme.ask_for_budget("1400")

    with pytest.raises(InvalidFields) as refused:
        await offer(acme, request, **values)

    assert sentence.lower() in refused.value.errors[field].lower() or sentence == "missing"
    assert (await acme.service.dossier(request.id)).offers == ()


async def test_fewer_models_and_fewer_tools(acme: Company) -> None:
    await acme.api.set_model_permissions(acme.project_id, ["gpt-5-mini"])
    acme.organization.forget(acme.project_id)
    models = ["gpt-5", "gpt-4.1"]
    request = await acme.ask("model", {"project": acme.project_id, "models": models, "reason": "x"})
    _, fields = await acme.service.narrowable(Reference.of(request), "U_PAT")
    assert list(fields) == ["models", "until"]

    for given, sentence in ((["gpt-5", "o3"], "o3 was not asked for"), ([], "Please fill this in")):
        with pytest.raises(InvalidFields) as refused:
            await offer(acme, request, "pat", models=given)
        assert sentence in refused.value.errors["models"]
    await offer(acme, request, "pat", models=["gpt-5"])
    assert (await accept(acme, request)).params["models"] == ["gpt-5"]


async def test_where_there_is_nothing_of_which_less_could_be_offered(acme: Company) -> None:
    values = {"project": acme.project_id, "confirm_name": "internal-qa", "reason": "Over"}
    request = await acme.ask("archive", values)
    who = next(iter((await acme.service.dossier(request.id)).awaited))

    with pytest.raises(Refusal, match="nothing of which less"):
        await acme.service.narrowable(Reference.of(request), who.id)


async def test_a_denied_offer_is_refused_at_its_field(acme: Company) -> None:
    request = await acme.ask_for_budget("1400")
    head, own = POLICY.split("rules:\n")
    deny = "{name: never, kinds: [budget], deny: Never that., when: request.monthly_limit < 800.0}"
    acme.service.policy = policy_from_text(f"{head}rules:\n  - {deny}\n{own}", "policy.yml")

    with pytest.raises(InvalidFields) as refused:
        await offer(acme, request, monthly_limit="700")

    assert refused.value.errors == {"monthly_limit": "Never that."}
    assert (await acme.decide(request, "petra", Verdict.DENY, "x")).state is State.DENIED


async def test_who_approved_what_was_asked_for_offers_nothing_less_and_what_they_offered_before_counts_once(
    acme: Company,
) -> None:
    request = await acme.decide(await acme.ask_for_budget("9000"), "petra")
    await offer(acme, request, "fay", monthly_limit="8000")
    await acme.decide(request, "fay")

    with pytest.raises(AlreadyDecided):
        await offer(acme, request, "fay", monthly_limit="7000")
    accepted = await accept(acme, request)

    assert (accepted.state, accepted.params["monthly_limit"]) == (State.PENDING, 8000_00)
    assert (await acme.decide(accepted, "finn")).state is State.APPROVED


async def test_less_of_a_new_project_can_be_offered_under_its_own_name(acme: Company) -> None:
    request = await acme.ask_for_project()

    await offer(acme, request, who="olivia", monthly_limit="50")
    accepted = await accept(acme, request)

    assert accepted.params["name"] == request.params["name"]
    assert accepted.params["monthly_limit"] == 50_00
