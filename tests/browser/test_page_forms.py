"""Modals on the page: filled in, refused on a field, updated and stacked by a real Bolt app."""

from playwright.async_api import FilePayload, Locator, expect

from tests.browser.office import CHANNEL, Office
from tests.browser.people import Windows
from tests.browser.steps import choose, fill_form, open_form

TOLD = [
    "template=None",
    "name=support-assistant",
    "purpose=Answers tickets",
    "amount=2500.50",
    "contact=ada@fernlight.example",
    "page=https://fernlight.example/help",
    "ends=2027-03-31",
    "at=10:15",
    "environment=Staging",
    "project=p1",
    "related=p3",
    "models=gpt-5+o4-mini",
    "owner=@Bo Martins",
    "members=@Chen Wei",
    "channel=#support-assistant",
    "room=#requests",
    "tools=Web search",
    "notes=tariffs.csv",
    "plan=Committed",
]
"""What the app says it was given, as the person reads it."""


async def test_a_form_with_every_element_is_filled_refused_on_its_field_and_sent(
    office: Office, windows: Windows
) -> None:
    page = await windows.person_page(office.base_url, "ada", where=CHANNEL)
    form = await open_form(page)
    await fill_form(form, name="support-assistant", amount="5")
    await fill_the_rest(form)

    await form.get_by_role("button", name="Send it").click()
    amount = form.get_by_label("Monthly limit")
    await expect(form.get_by_text("The smallest limit is $10.00.")).to_be_visible()
    await expect(amount).to_be_focused()
    await expect(form.get_by_label("Name")).to_have_value("support-assistant")
    await amount.fill("2500.50")
    await amount.press("Enter")

    await expect(form).to_be_hidden()
    posted = page.get_by_role("article").filter(has_text="New project: support-assistant")
    await expect(posted.get_by_text("$2500.50")).to_be_visible()
    await page.get_by_role("link", name="Countersign").click()
    await expect(page.get_by_role("article").last).to_contain_text("plan=Committed")
    told = await page.get_by_role("article").last.inner_text()
    assert told.split("\n")[-len(TOLD) :] == TOLD


async def test_a_required_field_left_empty_is_named_before_the_app_is_asked(office: Office, windows: Windows) -> None:
    page = await windows.person_page(office.base_url, "ada", where=CHANNEL)
    form = await open_form(page)

    await form.get_by_role("button", name="Send it").click()

    await expect(form.get_by_text("Please complete this required field.").first).to_be_visible()
    await expect(form.get_by_label("Name")).to_be_focused()
    await expect(form.locator(".field-error")).to_have_count(6)


async def test_what_was_typed_survives_an_update_by_the_app(office: Office, windows: Windows) -> None:
    page = await windows.person_page(office.base_url, "ada", where=CHANNEL)
    form = await open_form(page)
    await form.get_by_label("Name").fill("half typed")
    await choose(form, "Project", "Support archive", typed="supp")

    await choose(form, "Template", "Batch")

    await expect(form.get_by_text("Template Batch fits a small team.")).to_be_visible()
    await expect(form.get_by_label("Name")).to_have_value("half typed")
    await expect(form.get_by_label("Project", exact=True)).to_have_value("Support archive")
    await expect(form.get_by_label("Template")).to_have_value("Batch")


async def test_a_form_on_top_of_another_knows_what_was_typed_and_goes_back_to_it(
    office: Office, windows: Windows
) -> None:
    page = await windows.person_page(office.base_url, "ada", where=CHANNEL)
    form = await open_form(page)
    await form.get_by_label("Name").fill("kept below")
    await form.get_by_role("button", name="Explain").click()
    explained = page.get_by_role("dialog", name="Explained")
    await expect(explained.get_by_text("Each field is explained here, kept below.")).to_be_visible()

    await page.keyboard.press("Escape")

    await expect(form.get_by_label("Name")).to_have_value("kept below")
    await form.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_typing_ahead_asks_the_app_and_says_when_nothing_fits(office: Office, windows: Windows) -> None:
    page = await windows.person_page(office.base_url, "ada", where=CHANNEL)
    form = await open_form(page)
    box = form.get_by_label("Project", exact=True)

    await box.fill("s")
    await expect(form.get_by_text("Type at least 2 letters to search")).to_be_visible()
    await box.fill("suppo")
    await expect(form.get_by_role("option")).to_have_text(["Support assistant", "Support archive"])
    await box.fill("nothing like it")
    await expect(form.get_by_text("No results")).to_be_visible()
    await box.fill("intern")
    await expect(form.get_by_role("option", name="Internal QA")).to_be_visible()
    await box.press("Enter")
    await expect(box).to_have_value("Internal QA")


async def fill_the_rest(form: Locator) -> None:
    """Fill what is optional."""
    await form.get_by_label("Purpose").fill("Answers tickets")
    await form.get_by_label("Contact").fill("ada@fernlight.example")
    await form.get_by_label("Page").fill("https://fernlight.example/help")
    await form.get_by_label("Ends on").fill("2027-03-31")
    await form.get_by_label("Starts at").fill("10:15")
    await choose(form, "Related projects", "Internal QA")
    await choose(form, "Related projects", "Prompt experiments", typed="prompt")
    await form.get_by_role("button", name="Remove Internal QA").click()
    await choose(form, "Models", "o4-mini")
    await choose(form, "Members", "Chen Wei")
    await choose(form, "Channel", "# support-assistant")
    await choose(form, "Conversation", f"# {CHANNEL}")
    await form.get_by_label("Web search").check()
    for name in ("tariffs.csv", "more.txt"):
        await form.get_by_label("Notes").set_input_files(FilePayload(name=name, mimeType="text/plain", buffer=b"a,b"))
        await expect(form.get_by_text(name)).to_be_visible()
    third = FilePayload(name="third.csv", mimeType="text/csv", buffer=b"a,b")
    await form.get_by_label("Notes").set_input_files(third)
    await expect(form.get_by_text("At most 2 files.")).to_be_visible()
    await form.get_by_role("button", name="Remove more.txt").click()
