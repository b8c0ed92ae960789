"""Values that are made to break something: each is refused with a word on its field, or kept whole."""

import asyncio
from typing import Any

import pytest

from tests.support.company import POLICY, Company
from tests.support.databases import BOTH
from tests.workflows.service.test_governing import another
from workflows.errors import Conflict, InvalidFields, Refusal, UnknownRequest
from workflows.lifecycle import State
from workflows.model import Reference, Verdict
from workflows.policy import policy_from_text

NUL, HALF = "a\x00b", "a\ud800b"
KEY = "sk-" + "proj-" + "A1b2C3d4" * 4


@pytest.mark.parametrize("text", [NUL, HALF], ids=["nul", "half-a-character"])
@pytest.mark.parametrize("field", ["name", "purpose", "owners", "members", "channel", "cost_centre", "models"])
async def test_what_a_database_cannot_hold_is_refused_on_its_field(acme: Company, field: str, text: str) -> None:
    value: Any = [f"{text}@acme.example"] if field in ("owners", "members") else [text] if field == "models" else text

    with pytest.raises(InvalidFields) as refused:
        await acme.ask_for_project(**{field: value})

    assert list(refused.value.errors) == [field]
    assert "cannot be stored" in refused.value.errors[field]


@pytest.mark.parametrize("text", [NUL, HALF], ids=["nul", "half-a-character"])
async def test_it_is_refused_for_a_budget_and_a_denial_too(acme: Company, text: str) -> None:
    with pytest.raises(InvalidFields, match="project: This holds"):
        await acme.ask("budget", {"project": text, "monthly_limit": "800", "reason": "r"})
    await acme.service.preview("budget", {"project": text, "reason": text}, "U_DANA")
    request = await acme.ask_for_budget()

    with pytest.raises(Refusal, match="cannot be stored"):
        await acme.decide(request, "petra", Verdict.DENY, f"No {text}")
    assert await acme.state(request) is State.PENDING


async def test_a_key_that_somebody_pastes_is_never_stored(acme: Company) -> None:
    with pytest.raises(InvalidFields, match="secret key"):
        await acme.ask_for_project(purpose=f"Use {KEY} please")
    request = await acme.ask_for_budget()
    with pytest.raises(Refusal, match="secret key"):
        await acme.decide(request, "petra", Verdict.DENY, f"Use {KEY}")

    async with acme.database.read() as work:
        entries = [each.data async for each in work.audit_entries()]
    assert not any(KEY in each for each in entries)


@pytest.mark.parametrize("text", ["task-force-for-a-risk-assessment", "Ask-me-anything-about-this", "sk-1"])
async def test_words_that_only_look_like_a_key_are_kept(acme: Company, text: str) -> None:
    assert (await acme.ask_for_project(purpose=text)).params["purpose"] == text


async def test_a_note_too_long_for_a_card_is_refused(acme: Company) -> None:
    request = await acme.ask_for_budget()

    with pytest.raises(Refusal, match="At most 3000"):
        await acme.decide(request, "petra", Verdict.DENY, "x" * 3001)


@pytest.mark.parametrize(
    "text", ["", "R\x00.0", "R\ud800.0", "R." + "9" * 5000, "R.\u0661", "R.-1", "R.0.0", "\u0280.0", "R'--.0"]
)
async def test_a_forged_reference_is_of_no_request(acme: Company, text: str) -> None:
    reference = Reference.parse(text)

    with pytest.raises((UnknownRequest, Conflict)):
        await acme.service.decide(reference, "U_PETRA", Verdict.APPROVE)
    for what in (acme.service.cancel, acme.service.retry):
        with pytest.raises(UnknownRequest):
            await what(text, "U_PETRA")
    with pytest.raises(UnknownRequest):
        await acme.service.dossier(text)


async def test_names_that_look_the_same_are_one_name(acme: Company) -> None:
    with pytest.raises(InvalidFields, match="already"):
        await acme.ask_for_project(name="\uff49nternal\uff0dqa")  # full width

    request = await acme.ask_for_project(name="  \ufb01ne-tuning ")
    assert request.params["name"] == "fine-tuning"


async def test_a_name_that_mixes_alphabets_is_pointed_out_to_whoever_decides(acme: Company) -> None:
    honest = await acme.ask_for_project(name="\u043f\u043e\u0434\u0434\u0435\u0440\u0436\u043a\u0430")
    forged = await acme.ask_for_project(name="intern\u0430l-qa")

    assert honest.risks == ()
    assert forged.risks == ("Its name mixes alphabets that look alike.",)


async def test_a_sandbox_without_an_end_is_pointed_out_on_the_stored_request(acme: Company) -> None:
    endless = await acme.ask_for_project(name="one", environment="sandbox")
    ending = await acme.ask_for_project(name="two", environment="sandbox", ends_on="2027-01-31")

    assert (endless.risks, ending.risks) == (("No end is planned.",), ())


async def test_an_address_longer_than_any_address_is_refused(acme: Company) -> None:
    with pytest.raises(InvalidFields, match="not an e-mail address"):
        await acme.ask_for_project(members=["a" * 250 + "@acme.example"])


async def test_a_condition_sees_values_and_never_reads_them_as_conditions(acme: Company) -> None:
    rule = """
  - name: by reason
    kinds: [budget]
    when: request.reason == "true || true"
    deny: It was compared.
"""
    acme.service.policy = policy_from_text(POLICY + rule, "policy.yml")

    with pytest.raises(Refusal, match="It was compared"):
        await acme.ask_for_budget(reason="true || true")
    assert (await acme.ask_for_budget(reason='" || true || "')).state is State.PENDING


async def test_a_project_submitted_twice_is_one_request_though_its_name_is_asked_for_now(acme: Company) -> None:
    values = {"name": "twice", "environment": "sandbox", "purpose": "p", "owners": ["olivia@acme.example"]}

    first = await acme.ask("new_project", values, origin="view:V1")
    second = await acme.ask("new_project", values, origin="view:V1")

    assert first == second


async def test_a_budget_submitted_again_after_it_was_carried_out_is_the_same_request(acme: Company) -> None:
    first = await acme.ask_for_budget()
    again = {"project": acme.project_id, "monthly_limit": "900", "reason": "r"}
    made = await acme.ask("budget", again, origin="view:V2")
    await acme.decide(made, "petra")
    await acme.executor.run_due()

    assert (await acme.ask("budget", again, origin="view:V2")).id == made.id != first.id


@BOTH
async def test_of_two_forms_with_one_name_at_the_same_instant_one_is_taken(acme: Company) -> None:
    """Somebody whose form did not answer opens another one, and the first was only late."""
    values = {"name": "twice", "environment": "sandbox", "purpose": "p", "owners": ["olivia@acme.example"]}
    services = [acme.service, another(acme), another(acme)]
    dana = acme.people.everybody["dana"].id

    asked = [each.open("new_project", values, dana, origin=f"view:{n}") for n, each in enumerate(services)]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)

    refused = [each for each in outcomes if isinstance(each, InvalidFields)]
    assert len(refused) == 2, outcomes
    assert all(list(each.errors) == ["name"] for each in refused)
    async with acme.database.read() as work:
        assert len(await work.open_names("new_project")) == 1
