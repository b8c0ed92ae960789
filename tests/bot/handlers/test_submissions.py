"""Forms submitted: taken once, or refused on the field that is wrong."""

import asyncio
from typing import Any

import pytest

from bot.handlers import guard
from tests.bot.handlers.office import JSON, Office, until, words
from workflows.lifecycle import State


async def budget_form(office: Office, who: str = "dana") -> JSON:
    await office.command(who, "budget internal-qa")
    return await office.view_saying(who, "Spent this month")


async def new_form(office: Office, who: str = "dana") -> JSON:
    await office.command(who, "new")
    return await office.view_saying(who, "Who decides")


GOOD: dict[str, Any] = {
    "name": "support-assistant",
    "environment": "production",
    "purpose": "Answers customers.",
    "owners": ["olivia@acme.example"],
}


async def test_a_submitted_form_is_a_request_and_closes(office: Office) -> None:
    view = await budget_form(office)

    answer = await office.submit("dana", view, monthly_limit="1,000.50", reason="Launch")

    assert answer["ok"]
    assert answer["view"] is None
    (request,) = await office.service.mine(office.id("dana"))
    assert (request.state, request.params["monthly_limit"]) == (State.PENDING, 100_050)


async def test_a_new_project_with_everything_is_taken(office: Office) -> None:
    view = await new_form(office)
    more = {"members": ["new.hire@acme.example"], "channel": office.requests, "ends_on": "2027-01-31"}

    answer = await office.submit("dana", view, **GOOD, **more)

    assert answer["ok"], answer
    (request,) = await office.service.mine(office.id("dana"))
    assert request.params["members"] == ["new.hire@acme.example"]
    assert request.params["ends_on"] == "2027-01-31"


async def test_an_amount_that_cannot_be_taken_is_refused_on_its_field(office: Office) -> None:
    view = await budget_form(office)

    for amount in ("1.2.3", "$1k", "-5", "1e9", "0", "500", "\u0661\u0662", "999999999999999"):
        answer = await office.submit("dana", view, monthly_limit=amount, reason="Launch")

        assert set(answer["errors"]) == {"monthly_limit"}, amount
    assert await office.service.mine(office.id("dana")) == []


async def test_a_wrong_value_is_refused_on_its_own_field(office: Office) -> None:
    view = await new_form(office)
    wrong: list[tuple[str, Any]] = [
        ("name", "internal-qa"),
        ("name", "two\u202elines"),
        ("owners", ["stranger@acme.example"]),
        ("members", ["olivia@acme.example"]),
        ("ends_on", "2020-01-01"),
        ("monthly_limit", "9000"),
        ("purpose", "x" * 10_000),
    ]
    for field, value in wrong:
        mended = GOOD | {"members": [], "ends_on": None, "monthly_limit": ""}
        answer = await office.submit("dana", view, **mended | {field: value})

        assert list(answer["errors"]) == [field], value
    assert await office.service.mine(office.id("dana")) == []


async def test_what_the_policy_denies_is_said_on_the_first_field(office: Office) -> None:
    view = await budget_form(office)

    answer = await office.submit("dana", view, monthly_limit="200000", reason="Launch")

    assert answer["errors"] == {"project": "Nothing here costs that much."}


async def test_a_fault_of_ours_is_said_with_a_reference_and_keeps_the_form(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await budget_form(office)

    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the secret cause")

    monkeypatch.setattr(office.service, "open", broken)
    answer = await office.submit("dana", view, monthly_limit="800", reason="Launch")

    assert "reference" in answer["errors"]["project"]
    assert "secret" not in answer["errors"]["project"]


async def test_a_submission_brought_twice_makes_one_request(office: Office) -> None:
    view = await budget_form(office)
    await office.fault(redeliver=1)

    await office.submit("dana", view, monthly_limit="800", reason="Launch")

    assert len(await office.service.mine(office.id("dana"))) == 1


async def test_slow_work_is_neither_lost_nor_done_twice(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    view = await budget_form(office)
    go = asyncio.Event()
    open_ = office.service.open

    async def slow(*given: Any, **named: Any) -> Any:
        await go.wait()
        return await open_(*given, **named)

    monkeypatch.setattr(office.service, "open", slow)
    monkeypatch.setattr(guard, "ANSWER_WITHIN", 0.05)
    answer = await office.submit("dana", view, monthly_limit="800", reason="Launch")
    assert "takes longer" in words(answer["view"])

    go.set()

    await office.view_saying("dana", "Done.")
    assert len(await office.service.mine(office.id("dana"))) == 1


async def test_a_late_refusal_brings_the_form_back_as_it_was_filled_in(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await budget_form(office)
    go = asyncio.Event()
    open_ = office.service.open

    async def slow(*given: Any, **named: Any) -> Any:
        await go.wait()
        return await open_(*given, **named)

    monkeypatch.setattr(office.service, "open", slow)
    monkeypatch.setattr(guard, "ANSWER_WITHIN", 0.05)
    await office.submit("dana", view, monthly_limit="500", reason="Launch & more")
    go.set()

    again = await office.view_saying("dana", "The limit is $500 already.")
    entered = again["state"]["values"]
    assert entered["reason"]["value"]["value"] == "Launch & more"
    assert entered["project"]["value"]["selected_option"]["value"] == office.company.project_id
    assert (await office.submit("dana", again, monthly_limit="800"))["ok"]


async def test_only_auditors_get_to_the_export(office: Office) -> None:
    await office.command("dana", "audit")

    assert "input" not in {each["type"] for each in (await office.view_saying("dana", "auditors"))["blocks"]}


async def test_an_auditor_orders_the_days_they_chose(office: Office) -> None:
    await office.command("audra", "audit")
    view = await office.view_saying("audra", "direct message")

    refused = await office.submit("audra", view, since="2026-11-20", until="2026-11-01")
    taken = await office.submit("audra", view, since="2026-11-20", until="2026-11-23", format="jsonl")

    assert set(refused["errors"]) == {"until"}
    assert taken["ok"]

    async def sent() -> bool:
        await office.told_everybody()
        return any(each.get("files") for each in await office.sees("audra", office.id("audra")))

    await until(sent)
