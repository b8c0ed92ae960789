"""`/openai quote`: the figure at once in the dialog, errors at their fields, one click to the form."""

from tests.bot.handlers.office import JSON, Office, action_ids, words
from tests.workflows.budgets.watching import spend

FILLED = {"model": "gpt-5", "calls_per_day": "1000", "input_tokens": "2000", "output_tokens": "500"}


async def opened(office: Office, who: str, text: str = "quote") -> JSON:
    await office.command(who, text)
    return await office.view_saying(who, "Tokens out")


async def test_a_quote_without_room_leads_to_the_budgets_form(office: Office) -> None:
    spend(office.company, 410)
    office.company.pass_time(minutes=30)
    await office.company.budgets.collect()
    form = await opened(office, "petra", "quote internal-qa")
    models = await office.options("petra", form, "model", "gpt-5")
    assert "gpt-5" in [each["value"] for each in models]

    answer = await office.submit("petra", form, **FILLED, project=office.company.project_id)

    said = words(answer["view"])
    assert "about *$225 a month*" in said
    assert "$90 of $500 a month, where $410 is spent so far. *It does not fit.*" in said
    assert "a limit of *$650* a month" in said
    assert "small raises" in said
    assert "List prices of 2026-01-15" in said
    await office.action("petra", "ask_quoted", view_id=answer["view"]["id"])
    assert "$650" in str(await office.view_saying("petra", "New monthly limit"))


async def test_others_are_refused_at_the_project_and_odd_numbers_at_their_field(office: Office) -> None:
    form = await opened(office, "fay")

    assert list((await office.submit("fay", form, **FILLED | {"calls_per_day": "many"}))["errors"]) == ["calls_per_day"]
    refused = await office.submit("fay", form, **FILLED, project=office.company.project_id)
    assert "is for its members" in refused["errors"]["project"]


async def test_without_a_project_it_leads_to_a_new_one(office: Office) -> None:
    answer = await office.submit("dana", await opened(office, "dana"), **FILLED)

    assert "ask_quoted" in action_ids(answer["view"]["blocks"])
    assert "new projects" in words(answer["view"])
