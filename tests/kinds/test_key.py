"""A key for a program: approved, made when its requester takes it, with the scopes and the life that were approved."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.openai.errors import Refusal
from sandbox.openai.resources import service_accounts
from tests.support.company import Company
from tests.support.keys import (
    accounts,
    ask_for_key,
    begin,
    change_settings,
    claim_of,
    govern,
    keys,
    laptop,
    offered_key,
    proofs,
    take,
    taken_key,
)
from workflows.errors import AdminAPIRefused, InvalidFields
from workflows.lifecycle import State
from workflows.model import ClaimState


async def test_the_account_is_made_at_the_approval_and_the_key_when_its_requester_takes_it(acme: Company) -> None:
    request = await offered_key(acme)
    assert request.state is State.COMPLETED
    assert await accounts(acme) == {"support-bot": "member"}
    assert await keys(acme) == {}

    issued = await take(acme, request)

    ((key_id, key),) = (await keys(acme)).items()
    assert (key_id, key.owner_name) == (issued.id, "support-bot")
    assert key.name == f"support-bot {request.id}-1"
    assert key.expires_at == key.created_at + timedelta(days=90)


async def test_scopes_and_life_are_those_that_were_approved(acme: Company) -> None:
    issued = await taken_key(acme, scopes="api.model.request", expires_in_days="30")

    kept = acme.local.keys.recognise(issued.value.get_secret_value())
    assert kept is not None
    assert kept.scopes == ("api.model.request",)
    assert kept.expires_at == kept.created_at + 30 * 86_400


async def test_an_account_that_is_there_gets_one_more_key(acme: Company) -> None:
    await taken_key(acme)

    request = await offered_key(acme)
    await take(acme, request)

    assert [each.now for each in request.changes if each.label == "Service account"] == ["support-bot"]
    assert await accounts(acme) == {"support-bot": "member"}
    assert len(await keys(acme)) == 2


async def test_an_account_that_went_meanwhile_fails_the_request_with_a_sentence(acme: Company) -> None:
    await taken_key(acme)
    request = await ask_for_key(acme)
    (account,) = await acme.api.service_accounts(acme.project_id)
    await acme.api.delete_service_account(acme.project_id, account.id)

    done = await acme.carried_out(request, "pat")

    assert done.state is State.FAILED
    assert "The service account support-bot is gone" in done.problem


async def test_of_two_requests_for_one_new_account_the_second_is_told_to_ask_again(acme: Company) -> None:
    first, second = await ask_for_key(acme), await ask_for_key(acme)
    await acme.carried_out(first, "pat")

    done = await acme.carried_out(second, "pat")

    assert done.state is State.FAILED
    assert "was made meanwhile. Ask again" in done.problem
    assert await accounts(acme) == {"support-bot": "member"}


async def test_an_account_with_the_requests_reference_in_its_name_is_not_taken_for_the_new_one(acme: Company) -> None:
    request = await ask_for_key(acme)
    await acme.api.create_service_account(acme.project_id, f"{request.id} of somebody else")

    done = await acme.carried_out(request, "pat")

    assert done.state is State.COMPLETED
    assert await accounts(acme) == {"support-bot": "member", f"{request.id} of somebody else": "none"}


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        pytest.param({"expires_in_days": "366"}, "expires_in_days", "At most 365 days", id="too-long"),
        pytest.param({"expires_in_days": "0"}, "expires_in_days", "at least 1", id="no-life"),
        pytest.param({"service_account": " "}, "service_account", "fill this in", id="no-name"),
        pytest.param({"service_account": "a\nb"}, "service_account", "cannot be read", id="two-lines"),
        pytest.param({"project": "proj_gone"}, "project", "does not exist any more", id="no-project"),
    ],
)
async def test_what_cannot_be_is_refused_in_the_form(
    acme: Company, changes: dict[str, Any], field: str, word: str
) -> None:
    with pytest.raises(InvalidFields) as refused:
        await ask_for_key(acme, **changes)

    assert word in refused.value.errors[field]


async def test_a_name_that_two_accounts_have_is_refused_in_the_form(acme: Company) -> None:
    for _ in range(2):
        await acme.api.create_service_account(acme.project_id, "support-bot")

    with pytest.raises(InvalidFields, match="Two accounts here are named support-bot"):
        await ask_for_key(acme)


async def test_a_rule_about_the_life_of_a_key_is_not_met_by_one_without_an_end(acme: Company) -> None:
    govern(
        acme,
        "  - {name: short, kinds: [key], when: request.life_days <= 90, stages: [{approvers: [project_owners]}]}\n"
        "keys: {expires_in_days: 30}\n",
    )
    assert (await ask_for_key(acme)).ruling.rule == "short"
    await change_settings(acme, key_expiry=False)
    laptop(acme)  # a key that is there tells the organisation's age

    request = await ask_for_key(acme)

    assert request.ruling.rule == "no rule matched"
    assert "It never expires." in request.risks


# An older organisation


async def test_an_organisation_without_key_expiry_shows_it_as_not_available(acme: Company) -> None:
    await change_settings(acme, key_expiry=False)
    laptop(acme)  # a key that is there tells the organisation's age

    preview = await acme.service.preview("key", {"project": acme.project_id}, "U_DANA")
    with pytest.raises(InvalidFields, match="Keys of this organisation cannot be given an end"):
        await ask_for_key(acme, expires_in_days="30")
    issued = await taken_key(acme)

    assert any("Not available here: an end of a key" in each for each in preview.outlook.hints)
    assert [each.proposed for each in preview.outlook.changes if each.label == "Life"] == ["for good"]
    assert issued.expires_at is None


async def test_what_the_api_does_not_know_is_learnt_at_the_claim_and_said_in_one_sentence(acme: Company) -> None:
    await change_settings(acme, key_expiry=False)
    request = await offered_key(acme)  # no key tells yet that this organisation is an older one

    with pytest.raises(AdminAPIRefused, match="This organisation's API cannot give a key an end") as refused:
        await acme.service.mint(await begin(acme, request))

    assert await acme.organization.lacks("key_expiry")
    assert (await claim_of(acme, request)).problem == str(refused.value)
    assert await keys(acme) == {}
    assert (await taken_key(acme)).expires_at is None


async def test_a_longer_life_than_the_organisation_allows_is_refused_in_openais_words_and_nothing_is_made(
    acme: Company,
) -> None:
    await change_settings(acme, longest_key_life=7 * 86_400)
    request = await offered_key(acme)

    with pytest.raises(AdminAPIRefused, match="asks for keys that expire within 604800 seconds"):
        await acme.service.mint(await begin(acme, request))

    claim = await claim_of(acme, request)
    assert claim.state is ClaimState.OPEN
    assert "asks for keys that expire within 604800 seconds" in claim.problem
    assert await keys(acme) == {}
    assert [each["after"] for each in await proofs(acme, "claim_failed")] == ["open"]


# Refused in the middle


@pytest.fixture(name="refused_name")
def _refused_name(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Let OpenAI refuse to change an account, until undone."""

    def refuse(*_: object, **__: object) -> None:
        raise Refusal(403, "You may not rename this.", code="forbidden")

    monkeypatch.setattr(service_accounts, "replace", refuse)
    return monkeypatch


async def test_trying_again_goes_on_from_the_step_that_was_refused(
    acme: Company, refused_name: pytest.MonkeyPatch
) -> None:
    request = await offered_key(acme)
    assert request.state is State.FAILED
    assert request.problem.startswith("Name it support-bot: OpenAI said: You may not rename this.")
    refused_name.undo()

    await acme.service.retry(request.id, "U_PAT")
    done = await acme.carried_out(request)

    assert done.state is State.COMPLETED
    assert await accounts(acme) == {"support-bot": "member"}
    assert await acme.calls("POST", "/service_accounts") == 1


async def test_taking_back_what_was_done_deletes_the_account(acme: Company, refused_name: pytest.MonkeyPatch) -> None:
    request = await offered_key(acme)
    assert len(await accounts(acme)) == 1

    await acme.service.abandon(request.id, "U_PAT")
    done = await acme.carried_out(request)

    assert done.state is State.REVERTED
    assert await accounts(acme) == {}
    assert (await acme.service.dossier(request.id)).claim is None
