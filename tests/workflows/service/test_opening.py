"""Asking: what is taken, what is refused, and who is asked to decide."""

from typing import Any

import pytest

from tests.support.company import Company
from workflows.errors import InvalidFields, NotAllowed, Refusal
from workflows.lifecycle import State
from workflows.model import OutboxTopic


async def test_a_request_is_kept_with_its_rule_its_proof_and_its_messages(acme: Company) -> None:
    request = await acme.ask_for_budget("800")

    dossier = await acme.service.dossier(request.id)
    assert dossier.request.state is State.PENDING
    assert dossier.request.ruling.rule == "small raises"
    assert [each.name for each in dossier.awaited] == ["Petra"]
    assert next((each.label, each.now, each.proposed) for each in dossier.request.changes) == (
        "Monthly limit",
        "$500",
        "$800",
    )
    assert await acme.trail(request) == ["opened"]
    async with acme.database.read() as work:
        assert (await work.outbox_backlog())[0] == 3


async def test_the_same_submission_twice_is_one_request(acme: Company) -> None:
    values = {"project": acme.project_id, "monthly_limit": "800", "reason": "Launch"}

    first = await acme.ask("budget", values, origin="view:V1")
    second = await acme.ask("budget", values, origin="view:V1")

    assert first.id == second.id
    assert len(await acme.service.mine("U_DANA")) == 1


@pytest.mark.parametrize(
    ("values", "field", "word"),
    [
        pytest.param({"name": "Internal-QA"}, "name", "already", id="name-taken"),
        pytest.param({"owners": ["ghost@acme.example"]}, "owners", "Nobody in this workspace", id="unknown-owner"),
        pytest.param({"members": ["not an address"]}, "members", "not an e-mail address", id="no-address"),
        pytest.param({"members": ["olivia@acme.example"]}, "members", "owner already", id="owner-and-member"),
        pytest.param({"monthly_limit": "$1k"}, "monthly_limit", "digits", id="1k"),
        pytest.param({"monthly_limit": "-5"}, "monthly_limit", "more than $0", id="negative"),
        pytest.param({"monthly_limit": "1e9"}, "monthly_limit", "digits", id="1e9"),
        pytest.param({"monthly_limit": "5,000.01"}, "monthly_limit", "At most $5,000", id="over-the-template"),
        pytest.param({"models": ["gpt-99"]}, "models", "gpt-99", id="unknown-model"),
        pytest.param({"purpose": "x" * 10_000}, "purpose", "At most 3000", id="long"),
        pytest.param({"purpose": "   "}, "purpose", "fill this in", id="blank"),
        pytest.param({"name": "two\nlines"}, "name", "one line", id="newline"),
        pytest.param({"name": "a\u202eb"}, "name", "letters", id="bidi-override"),
        pytest.param({"ends_on": "2026-11-23"}, "ends_on", "future", id="today"),
        pytest.param({"environment": "moon"}, "environment", "production", id="unknown-environment"),
        pytest.param({"environment": "staging"}, "environment", "policy", id="not-in-the-policy"),
    ],
)
async def test_a_value_that_cannot_be_taken_is_refused_on_its_field(
    acme: Company, values: dict[str, Any], field: str, word: str
) -> None:
    with pytest.raises(InvalidFields) as refused:
        await acme.ask_for_project(**values)

    assert list(refused.value.errors) == [field]
    assert word in refused.value.errors[field]
    assert await acme.service.mine("U_DANA") == []


@pytest.mark.parametrize("written", ["1,000.50", "$1000.50", " 1000.5 "])
async def test_an_amount_is_taken_as_people_write_it(acme: Company, written: str) -> None:
    request = await acme.ask_for_project(monthly_limit=written)

    assert request.params["monthly_limit"] == 100050


async def test_what_is_left_empty_comes_from_the_environments_template(acme: Company) -> None:
    request = await acme.ask_for_project()

    assert request.params["monthly_limit"] == 500_00
    assert request.params["models"] == ["gpt-5-mini"]


async def test_an_address_of_two_people_is_never_guessed(acme: Company) -> None:
    acme.people.everybody["twin"] = acme.people.everybody["dana"].__class__(
        id="U_TWIN", email="olivia@acme.example", name="Twin", team="T1"
    )

    with pytest.raises(InvalidFields, match="Two people"):
        await acme.ask_for_project()


async def test_a_name_asked_for_twice_is_refused_while_the_first_is_open(acme: Company) -> None:
    await acme.ask_for_project()

    with pytest.raises(InvalidFields, match="open already"):
        await acme.ask_for_project(name="Support-Assistant")


async def test_a_limit_below_what_is_spent_is_refused(acme: Company) -> None:
    async with acme.database.begin() as work:
        await work.learn_project(acme.project_id, spent=300_00)

    with pytest.raises(InvalidFields, match=r"\$300 is spent"):
        await acme.ask_for_budget("299")


async def test_a_project_that_is_gone_is_refused_on_its_field(acme: Company) -> None:
    await acme.service.preview("budget", {"project": acme.project_id}, "U_DANA")
    await acme.api.archive_project(acme.project_id)

    with pytest.raises(InvalidFields, match="does not exist any more"):
        await acme.ask_for_budget()


async def test_a_deny_rule_wins_and_is_written_down(acme: Company) -> None:
    with pytest.raises(NotAllowed, match="Nothing here costs that much"):
        await acme.ask_for_budget("200,000")

    async with acme.database.read() as work:
        actions = [each.action async for each in work.audit_entries()]
    assert actions == ["submission_refused"]


async def test_a_request_that_its_approvers_cannot_decide_goes_to_the_fallback(acme: Company) -> None:
    acme.people.away.add("petra")

    request = await acme.ask_for_budget()

    assert request.fallback_used
    assert [each.name for each in (await acme.service.dossier(request.id)).awaited] == ["Pat"]


async def test_a_request_that_nobody_could_decide_says_so_and_is_not_made(acme: Company) -> None:
    acme.people.away |= {"petra", "pat"}

    with pytest.raises(Refusal, match="Nobody could decide this"):
        await acme.ask_for_budget()
    assert await acme.service.mine("U_DANA") == []


async def test_a_request_is_kept_while_openai_is_away(acme: Company) -> None:
    acme.clock.advance(minutes=2)
    await acme.fault(fault="server_error", status=503, count=None)

    request = await acme.ask_for_budget()

    assert request.state is State.PENDING


async def test_the_form_shows_what_is_now_and_who_will_decide(acme: Company) -> None:
    values = {"project": acme.project_id, "monthly_limit": "5,000"}

    preview = await acme.service.preview("budget", values, "U_DANA")

    assert next((each.now, each.proposed) for each in preview.outlook.changes) == ("$500", "$5,000")
    assert preview.deciders == "Petra, then 2 of Fay, Finn, Fred. Rule: big raises."


async def test_a_half_filled_form_says_that_it_depends(acme: Company) -> None:
    preview = await acme.service.preview("budget", {"project": acme.project_id}, "U_DANA")

    assert preview.outlook.changes[0].now == "$500"
    assert preview.deciders == "Depends on what you fill in."


async def test_hostile_text_is_kept_whole(acme: Company) -> None:
    text = "<!channel> *bold* Requester: <@U_OLIVIA> \u202e\U0001f525"

    request = await acme.ask_for_project(purpose=text)

    assert request.params["purpose"] == text


async def test_each_message_is_ordered_once_a_request(acme: Company) -> None:
    request = await acme.ask_for_budget()

    async with acme.database.begin() as work:
        assert not await work.tell(OutboxTopic.POST, request.id, "card", acme.clock())


async def test_an_amount_without_its_project_is_not_judged_yet(acme: Company) -> None:
    preview = await acme.service.preview("budget", {"monthly_limit": "5,000"}, "U_DANA")

    assert preview.deciders == "Depends on what you fill in."
