"""Before it is decided, from a telephone: less offered, changed, handed over, carried out in an emergency."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.browser.people import Windows
from tests.browser.steps import choose
from tests.browser.test_journey import card, command, open_thread
from tests.support.databases import SQLiteTemplate
from tests.support.installation import Installation, installed, running

TITLE = "budget of prompt-lab"


@pytest_asyncio.fixture(name="acme", loop_scope="session")
async def _acme(sqlite_template: SQLiteTemplate, tmp_path: Path) -> AsyncIterator[Installation]:
    with sqlite_template.fresh(tmp_path) as url:
        async with installed(url, "socket") as installation, running(installation):
            yield installation


async def telephone(windows: Windows, acme: Installation, who: str, where: str = "requests") -> Page:
    return await windows.person_page(acme.slack_url, who, where=where, width=390, height=844)


async def fits(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def asked(acme: Installation, who: str = "dana", limit: str = "140") -> None:
    await acme.hands.ask(who, "budget", project="prompt-lab", monthly_limit=limit, reason="Trying longer prompts.")
    await acme.hands.buttons("lena", "requests")


def dialog(page: Page, name: str) -> Locator:
    return page.get_by_role("dialog", name=name)


async def test_less_is_offered_and_taken_with_one_click(acme: Installation, windows: Windows) -> None:
    await asked(acme)
    lena, dana = await telephone(windows, acme, "lena"), await telephone(windows, acme, "dana")
    thread = await open_thread(lena, TITLE)
    await thread.get_by_role("button", name="Offer less").click()
    form = dialog(lena, "Offer less")
    await expect(form.get_by_label("New monthly limit")).to_have_value("$140")
    await form.get_by_label("New monthly limit").fill("150")
    await form.get_by_role("button", name="Offer").click()
    await expect(form.get_by_role("alert").filter(has_text="at most $140")).to_be_visible()
    await form.get_by_label("New monthly limit").fill("120")
    await form.get_by_label("Why?").fill("Enough for a month")
    await form.get_by_role("button", name="Offer").click()
    await expect(form).to_be_hidden()

    mine = await open_thread(dana, TITLE)
    await expect(mine).to_contain_text("Enough for a month")
    await fits(dana)
    await mine.get_by_role("button", name="Accept").click()

    await expect(mine.get_by_text("Done", exact=True)).to_be_visible()
    await expect(mine).to_contain_text("Dana Diaz accepted it")
    (project_id,) = await acme.projects("prompt-lab")
    assert await acme.limit(project_id) == 120_00


async def test_what_waits_is_changed_by_its_requester(acme: Installation, windows: Windows) -> None:
    await asked(acme)
    dana = await telephone(windows, acme, "dana")
    await card(dana, TITLE).get_by_role("button", name="Change").click()
    form = dialog(dana, "Change a budget")
    await expect(form.get_by_label("New monthly limit")).to_have_value("$140")
    await form.get_by_label("New monthly limit").fill("130")
    await form.get_by_role("button", name="Save changes").click()
    await expect(form).to_be_hidden()

    await expect(card(dana, TITLE)).to_contain_text("$100 → $130")
    await expect(card(dana, TITLE)).to_contain_text("Waiting for a decision")
    await fits(dana)


async def test_a_colleague_decides_for_who_is_away(acme: Installation, windows: Windows) -> None:
    lena = await telephone(windows, acme, "lena", "general")
    await command(lena, "away")
    form = dialog(lena, "While you are away")
    await choose(form, "Who decides for you", "Quinn Weber")
    await form.get_by_role("button", name="Hand over").click()
    await expect(form).to_contain_text("Quinn Weber decides for you")
    await form.get_by_role("button", name="Close dialog").click()
    await expect(form).to_be_hidden()
    await asked(acme)

    quinn = await telephone(windows, acme, "quinn")
    thread = await open_thread(quinn, TITLE)
    await expect(thread).to_contain_text("(for Lena Fischer, who is away)")
    await thread.get_by_role("button", name="Approve", exact=True).click()

    await expect(thread).to_contain_text(re.compile("Quinn Weber.*for Lena Fischer, who is away.* approved"))
    await expect(thread.get_by_text("Done", exact=True)).to_be_visible()
    await fits(quinn)


async def test_an_emergency_is_carried_out_and_reviewed(acme: Installation, windows: Windows) -> None:
    await asked(acme, "lena")
    lena = await telephone(windows, acme, "lena")
    await card(lena, TITLE).get_by_role("button", name="Emergency").click()
    form = dialog(lena, "Emergency")
    await form.get_by_label("Why can it not wait?").fill("The demo for the board is in an hour")
    await form.get_by_role("button", name="Carry it out").click()
    await expect(form).to_be_hidden()

    await expect(card(lena, TITLE)).to_contain_text("Done, for a limited time")
    olivia = await telephone(windows, acme, "olivia")
    thread = await open_thread(olivia, TITLE)
    await expect(thread).to_contain_text("Was that right?")
    await fits(olivia)
    await thread.get_by_role("button", name="It was right").click()
    await expect(thread).to_contain_text("1 of 2 have said whether it was right")
