"""The newer blocks: each is drawn so that one can read it and use it."""

import re
from typing import Any

import httpx
import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser import trying_more_blocks as more
from tests.browser.office import CHANNEL, Office
from tests.browser.people import Windows
from tests.support.charts import BLANK


async def posted(office: Office, windows: Windows, *blocks: dict[str, Any], **window: Any) -> tuple[Page, Locator]:
    """Post the blocks as the app and return the page with the message."""
    await office.client.chat_postMessage(channel=office.channel, text="Blocks", blocks=list(blocks))
    page = await windows.person_page(office.base_url, "ada", where=CHANNEL, **window)
    return page, page.get_by_role("article").last


@pytest.mark.parametrize(
    ("block", "words"),
    [
        pytest.param(more.card("support-assistant"), ["support-assistant", "production", "first"], id="card"),
        pytest.param(
            more.plan(), ["Raise the budget", "It is $2,000.", "Complete", "In progress", "Failed"], id="plan"
        ),
        pytest.param(more.task("Set it", "pending", details=more.rich("To $10.")), ["Pending", "To $10."], id="task"),
        pytest.param(more.container(), ["Details", "Two blocks", "Inside of it."], id="container"),
        pytest.param(more.provider(), ["OpenAI", "Sign in to see your keys", "Connect"], id="provider"),
        pytest.param(more.video(), ["How limits work", "Olivia"], id="video"),
        pytest.param({"type": "file", "external_id": "report-7", "source": "remote"}, ["report-7"], id="file"),
        pytest.param({"type": "call", "call_id": "R7"}, ["Call", "R7"], id="call"),
        pytest.param(more.reactions(), ["Good", "Bad", "Remove"], id="reactions"),
        pytest.param({"type": "markdown", "text": "# Plan\n\nIt is **ready**."}, ["Plan", "ready"], id="markdown"),
    ],
)
async def test_a_block_shows_what_it_says(
    office: Office, windows: Windows, block: dict[str, Any], words: list[str]
) -> None:
    _, message = await posted(office, windows, block)

    for each in words:
        await expect(message.get_by_text(each, exact=True).first).to_be_visible()
    await expect(message.get_by_text("This page does not draw")).to_have_count(0)


@pytest.mark.parametrize("kind", ["bar", "line", "area", "pie"])
async def test_a_chart_has_its_figures_in_words_too(office: Office, windows: Windows, kind: str) -> None:
    _, message = await posted(office, windows, more.chart(kind))

    await expect(message.get_by_role("img", name=f"Spend as {kind}")).to_be_visible()
    await message.get_by_text("Figures").click()
    first = ["gpt-5.1", "60"] if kind == "pie" else ["Mon", "24", "12.5"]
    await expect(message.get_by_role("row").nth(1).locator("th, td")).to_have_text(first)


async def test_a_data_table_is_paged_sorted_and_searched(office: Office, windows: Windows) -> None:
    _, message = await posted(office, windows, more.spend_table())
    table = message.get_by_role("table", name="Spend by project")
    names = table.get_by_role("rowheader")
    await expect(names).to_have_text(["qa", "lab", "support", "voice", "search"])

    await message.get_by_role("button", name="Next rows").click()
    await expect(names).to_have_text(["batch", "notes"])
    await expect(message.get_by_role("button", name="Next rows")).to_be_disabled()

    await table.get_by_role("button", name="Spend").click()
    await table.get_by_role("button", name="Spend").click()
    await expect(names).to_have_text(["support", "search", "qa", "batch", "lab"])
    await expect(table.get_by_role("columnheader", name="Spend")).to_have_attribute("aria-sort", "descending")

    await message.get_by_label("Search Spend by project").fill("SE")
    await expect(names).to_have_text(["search"])


async def test_a_table_follows_the_settings_of_its_columns(office: Office, windows: Windows) -> None:
    cells = [[{"type": "raw_text", "text": each} for each in row] for row in (("Name", "Cost"), ("qa", "$5"))]
    _, message = await posted(
        office, windows, {"type": "table", "rows": cells, "column_settings": [None, {"align": "right"}]}
    )

    await expect(message.get_by_role("cell", name="$5")).to_have_css("text-align", "right")
    await expect(message.get_by_role("cell", name="qa")).to_have_css("text-align", "left")


async def test_a_button_on_a_card_of_a_carousel_reaches_the_app(office: Office, windows: Windows) -> None:
    page, message = await posted(office, windows, more.carousel(), more.card("prompt-lab"))
    await expect(message.get_by_role("list", name="3 cards").get_by_role("listitem")).to_have_count(3)

    await message.get_by_role("button", name="Approve").click()

    await expect(page.get_by_text("Approved by")).to_be_visible()


async def test_feedback_says_which_button_it_was(office: Office, windows: Windows) -> None:
    page, message = await posted(office, windows, more.reactions())

    await message.get_by_role("button", name="Bad").click()

    await expect(page.get_by_text("Rated: bad.")).to_be_visible()


async def test_what_is_collapsed_opens(office: Office, windows: Windows) -> None:
    _, message = await posted(office, windows, more.container(is_collapsible=True, default_collapsed=True))
    await expect(message.get_by_text("Inside of it.")).to_be_hidden()

    await message.get_by_text("Details").click()

    await expect(message.get_by_text("Inside of it.")).to_be_visible()


async def test_an_input_in_a_container_is_checked_kept_and_sent(office: Office, windows: Windows) -> None:
    page, message = await posted(office, windows, more.container())
    await message.get_by_role("button", name="Open").click()
    form = page.get_by_role("dialog", name="Boxed")
    await expect(form.get_by_role("note")).to_have_text("This cannot be undone.")
    await expect(form.get_by_label("Why")).to_have_value("Because")

    await form.get_by_label("Why").fill("")
    await form.get_by_role("button", name="Send it").click()
    await expect(form.get_by_text("Please complete this required field.")).to_be_visible()

    await form.get_by_label("Why").fill("We grow")
    await form.get_by_role("button", name="Send it").click()
    await expect(page.get_by_text("In the box: We grow")).to_be_visible()


async def test_hostile_addresses_lead_nowhere(office: Office, windows: Windows) -> None:
    source = {"type": "url", "url": "javascript:alert(1)", "text": "Source"}
    video = more.video() | {"video_url": "javascript:alert(2)"}
    _, message = await posted(office, windows, more.task("Look", "complete", sources=[source]), video)

    await expect(message.get_by_text("Source", exact=True)).to_be_visible()
    await expect(message.locator("a[href]")).to_have_count(0)


async def test_all_of_it_fits_on_a_phone(office: Office, windows: Windows) -> None:
    blocks = [more.carousel(), more.chart("bar"), more.spend_table(), more.plan(), more.container(width="full")]
    page, message = await posted(office, windows, *blocks, width=390, height=844)

    await expect(message.get_by_text("Raise the budget")).to_be_visible()
    assert await page.evaluate("document.querySelector('.messages').scrollWidth <= 390")
    await expect(message.get_by_role("button", name=re.compile("Next rows"))).to_be_visible()


async def test_a_picture_that_is_a_file_of_the_workspace_is_shown(office: Office, windows: Windows) -> None:
    place = await office.client.files_getUploadURLExternal(filename="chart.png", length=len(BLANK))
    async with httpx.AsyncClient(trust_env=False) as http:
        (await http.post(place["upload_url"], content=BLANK)).raise_for_status()
    await office.client.files_completeUploadExternal(files=[{"id": place["file_id"]}])
    block = {"type": "image", "slack_file": {"id": place["file_id"]}, "alt_text": "Spend of November"}

    _, message = await posted(office, windows, block)

    picture = message.get_by_role("img", name="Spend of November")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 1)
