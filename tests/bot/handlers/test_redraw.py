"""A form that says what would change while it is filled in, and what its selects offer."""

import asyncio

from tests.bot.handlers.office import JSON, Office, words


async def form(office: Office, text: str = "budget") -> JSON:
    await office.command("dana", text)
    return await office.view_saying("dana", "Who decides")


async def test_choosing_a_project_shows_what_is_now(office: Office) -> None:
    view = await form(office)

    await office.action("dana", "value", block_id="project", view_id=view["id"], value=office.company.project_id)

    shown = words(await office.view_saying("dana", "*Monthly limit:* $500"))
    assert "*Who decides*" in shown


async def test_the_newest_value_is_what_is_shown_and_what_was_typed_stays(office: Office) -> None:
    view = await form(office, "budget internal-qa")
    await office.action("dana", "value", block_id="reason", view_id=view["id"], value="because & why")

    await office.action("dana", "value", block_id="monthly_limit", view_id=view["id"], value="600")
    await office.action("dana", "value", block_id="monthly_limit", view_id=view["id"], value="2,500")

    redrawn = await office.view_saying("dana", "$500 → $2,500")
    assert redrawn["state"]["values"]["reason"]["value"]["value"] == "because & why"
    assert ", then " in words(redrawn)


async def test_changes_at_the_same_moment_end_with_the_newest(office: Office) -> None:
    view = await form(office, "budget internal-qa")

    await asyncio.gather(
        *(
            office.action("dana", "value", block_id="monthly_limit", view_id=view["id"], value=str(amount))
            for amount in (600, 700, 800, 900)
        )
    )

    shown = await office.view("dana")
    assert shown is not None
    assert f"$500 → ${shown['state']['values']['monthly_limit']['value']['value']}" in words(shown)


async def test_a_template_is_shown_for_what_is_left_empty(office: Office) -> None:
    view = await form(office, "new")

    await office.action("dana", "value", block_id="environment", view_id=view["id"], value="production")

    shown = words(await office.view_saying("dana", "*Models:* gpt-5-mini"))
    assert "*Monthly limit:* $500" in shown
    assert "Real customers." in shown


async def test_type_ahead_offers_what_fits(office: Office) -> None:
    view = await form(office, "new")
    offered = {
        ("owners", "oli"): {"olivia@acme.example": "Olivia (olivia@acme.example)"},
        ("members", "New.Hire@acme.example"): {"new.hire@acme.example": "Invite new.hire@acme.example"},
        ("members", "nobody"): {},
        ("models", "no-such-model"): {},
    }
    for (field, query), expected in offered.items():
        options = await office.options("dana", view, field, query)

        assert {each["value"]: each["text"]["text"] for each in options} == expected


async def test_type_ahead_offers_projects_by_name(office: Office) -> None:
    view = await form(office)

    assert [each["text"]["text"] for each in await office.options("dana", view, "project", "QA")] == ["internal-qa"]


async def test_everybody_is_offered_before_a_letter_is_typed(office: Office) -> None:
    view = await form(office, "new")

    assert len(await office.options("dana", view, "owners", "")) >= 9
