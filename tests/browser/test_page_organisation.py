"""The second pane: the local OpenAI organisation beside the conversation, live."""

import re
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.browser.office import Office
from tests.browser.organisation import CHANNEL, PROJECT, Company, open_company
from tests.browser.people import PATIENCE, Windows

NAME = "OpenAI organisation"


@pytest_asyncio.fixture(name="company", loop_scope="session")
async def _company() -> AsyncIterator[Company]:
    async with open_company() as company:
        yield company


async def open_pane(page: Page) -> Locator:
    await page.get_by_role("button", name=NAME, exact=True).click()
    pane = page.get_by_role("complementary", name=NAME)
    await expect(pane.get_by_text("Live")).to_be_visible()
    return pane


def project(pane: Locator, name: str) -> Locator:
    return pane.locator(".projects > li", has_text=name)


def news(pane: Locator) -> Locator:
    return pane.get_by_role("region", name="What just changed").get_by_role("listitem")


async def test_a_new_limit_shows_at_once_with_what_it_was(company: Company, windows: Windows) -> None:
    page = await windows.person_page(company.base_url, "ada", where=CHANNEL)
    pane = await open_pane(page)
    row = project(pane, PROJECT)
    await expect(row).to_contain_text("$1,700 of $2,000")

    await company.set_limit(2800)

    await expect(row).to_contain_text("$1,700 of $2,800")
    await expect(row).to_have_class("fresh")
    await expect(news(pane).first).to_contain_text("The monthly limit went from $2,000 to $2,800.")
    await expect(news(pane).first).to_contain_text("just now")
    await expect(pane.get_by_role("status")).to_have_text(f"{PROJECT}: The monthly limit went from $2,000 to $2,800.")
    await expect(row).not_to_have_class("fresh", timeout=PATIENCE)


async def test_a_spent_limit_is_said_in_words_too(company: Company, windows: Windows) -> None:
    page = await windows.person_page(company.base_url, "ada", where=CHANNEL)
    pane = await open_pane(page)

    await company.set_limit(1500)

    await expect(project(pane, PROJECT)).to_contain_text("limit reached")


async def test_money_that_is_spent_moves_the_bar_and_points_at_nothing(company: Company, windows: Windows) -> None:
    page = await windows.person_page(company.base_url, "ada", where=CHANNEL)
    pane = await open_pane(page)
    row = project(pane, PROJECT)
    await expect(row).to_contain_text("$1,700 of $2,000")
    await expect(row).not_to_have_class("fresh", timeout=PATIENCE)  # its limit was set a moment ago

    company.organization.add_spend(company.project_id, Decimal("50.5"), "o3", company.organization.clock.today())

    await expect(row).to_contain_text("$1,750.50 of $2,000")
    await expect(row).not_to_have_class("fresh")
    await expect(news(pane)).to_have_count(1)


async def test_a_new_project_appears_in_its_place_and_an_archived_one_says_so(
    company: Company, windows: Windows
) -> None:
    page = await windows.person_page(company.base_url, "ada", where=CHANNEL)
    pane = await open_pane(page)

    made = await company.write("/projects", name="prompt-lab")
    names = pane.get_by_role("region", name="Projects").locator("strong")
    await expect(names).to_have_text(["Default project", "prompt-lab", PROJECT])
    await expect(news(pane).first).to_contain_text("The project prompt-lab was created.")

    await company.write(f"/projects/{made['id']}/archive")
    await expect(project(pane, "prompt-lab")).to_contain_text("Archived")


async def test_what_a_project_has_is_one_click_away_and_keys_are_redacted(company: Company, windows: Windows) -> None:
    models = {"mode": "allow_list", "model_ids": ["gpt-5.1", "gpt-5-mini"]}
    await company.write(f"/projects/{company.project_id}/model_permissions", **models)
    await company.write(f"/projects/{company.project_id}/hosted_tool_permissions", web_search={"enabled": True})
    account = await company.write(f"/projects/{company.project_id}/service_accounts", name="backend")
    page = await windows.person_page(company.base_url, "ada", where=CHANNEL)
    pane = await open_pane(page)
    row = project(pane, PROJECT)
    await expect(row.get_by_text("Ada Lindqvist")).to_be_hidden()

    await row.get_by_text(PROJECT).click()

    for words in ("Ada Lindqvist", "gpt-5-mini", "web search", "of backend · never used"):
        await expect(row.get_by_text(words)).to_be_visible()
    await expect(row.get_by_text(re.compile(r"^sk-svcac\*+\w{4}$"))).to_be_visible()
    assert account["api_key"]["value"] not in await page.content()


async def test_an_opened_project_stays_open_when_it_changes(company: Company, windows: Windows) -> None:
    page = await windows.person_page(company.base_url, "ada", where=CHANNEL)
    pane = await open_pane(page)
    await project(pane, PROJECT).get_by_text(PROJECT).click()

    await company.write(f"/projects/{company.project_id}/service_accounts", name="backend")

    await expect(project(pane, PROJECT).get_by_text("of backend · never used")).to_be_visible()


async def test_names_are_text_and_never_markup(company: Company, windows: Windows) -> None:
    page = await windows.person_page(company.base_url, "ada", where=CHANNEL)
    pane = await open_pane(page)

    await company.write("/projects", name="<img src=x onerror='throw 1'>")

    await expect(news(pane).first).to_contain_text("The project <img src=x onerror='throw 1'> was created.")
    await expect(pane.locator("img")).to_have_count(0)


async def test_the_keyboard_is_enough(company: Company, windows: Windows) -> None:
    page = await windows.person_page(company.base_url, "ada", where=CHANNEL)
    toggle = page.get_by_role("button", name=NAME, exact=True)
    pane = page.get_by_role("complementary", name=NAME)
    await toggle.focus()
    await page.keyboard.press("Enter")
    await expect(toggle).to_have_attribute("aria-expanded", "true")
    await expect(pane.get_by_role("heading", level=2)).to_have_text(NAME)
    await expect(pane.get_by_role("heading", level=3)).to_have_text(["What just changed", "Projects"])

    await pane.get_by_role("button", name=PROJECT, exact=True).first.focus()
    await page.keyboard.press("Enter")
    facts = project(pane, PROJECT).get_by_text("Ada Lindqvist")
    await expect(facts).to_be_visible()
    await expect(project(pane, PROJECT).locator("summary")).to_be_focused()
    await company.set_limit(2500)
    await expect(project(pane, PROJECT)).to_contain_text("$2,500")
    await expect(project(pane, PROJECT).locator("summary")).to_be_focused()
    await page.keyboard.press("Space")
    await expect(facts).to_be_hidden()

    await page.keyboard.press("Escape")
    await expect(pane).to_be_hidden()
    await expect(toggle).to_be_focused()


async def test_the_browser_remembers_whether_it_was_open(company: Company, windows: Windows) -> None:
    page = await windows.person_page(company.base_url, "ada", where=CHANNEL)
    pane = await open_pane(page)

    await page.reload()
    await expect(pane.get_by_text("Live")).to_be_visible()

    await pane.get_by_role("button", name=f"Close {NAME}").click()
    await page.reload()
    await expect(page.get_by_role("button", name=NAME, exact=True)).to_be_visible()
    await expect(pane).to_be_hidden()


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_a_phone_shows_it_alone_with_a_way_back(
    company: Company, windows: Windows, colours: Literal["light", "dark"]
) -> None:
    page = await windows.person_page(company.base_url, "ada", where=CHANNEL, width=390, height=844, colours=colours)
    pane = await open_pane(page)
    await project(pane, PROJECT).get_by_text(PROJECT).click()

    box = await pane.bounding_box()
    assert box is not None
    assert (box["x"], box["width"], box["height"]) == (0, 390, 844)
    assert await page.evaluate("document.querySelector('.organisation-body').scrollWidth <= 390")
    await expect(page.get_by_role("main")).to_be_hidden()
    shade = await pane.evaluate("node => getComputedStyle(node).backgroundColor")
    assert (int(re.findall(r"\d+", shade)[0]) < 60) == (colours == "dark")

    await pane.get_by_role("button", name="Back to the conversation").click()
    await expect(page.get_by_role("main")).to_be_visible()
    await expect(page.get_by_role("button", name=NAME, exact=True)).to_be_focused()


async def test_beside_a_thread_all_of_it_fits(company: Company, windows: Windows) -> None:
    page = await windows.person_page(company.base_url, "ada", where=CHANNEL, width=1440, height=900)
    await page.get_by_label(f"Message #{CHANNEL}").fill("A request")
    await page.get_by_label(f"Message #{CHANNEL}").press("Enter")
    await page.get_by_role("article").hover()
    await page.get_by_role("button", name="Reply in thread").click()

    pane = await open_pane(page)

    for each in (pane, page.get_by_role("main"), page.get_by_role("complementary", name="Thread")):
        box = await each.bounding_box()
        assert box is not None
        assert box["width"] >= 320
        assert box["x"] + box["width"] <= 1440


async def test_of_many_projects_one_is_found_by_its_name(company: Company, windows: Windows) -> None:
    with company.organization.store.transaction():
        for number in range(300):
            company.organization.add_project(name=f"project-{number}")
    page = await windows.person_page(company.base_url, "ada", where=CHANNEL)
    pane = await open_pane(page)
    await expect(pane.get_by_text("252 more; find them by name.")).to_be_visible()

    await pane.get_by_label("Find a project").fill("JECT-29")
    names = pane.get_by_role("region", name="Projects").locator("strong")
    await expect(names).to_have_count(11)
    await pane.get_by_label("Find a project").fill("nothing like it")
    await expect(pane.get_by_text("No project is called that.")).to_be_visible()


async def test_a_lost_line_is_said_and_what_was_missed_is_caught_up_with(company: Company, windows: Windows) -> None:
    page = await windows.person_page(company.base_url, "ada", where=CHANNEL)
    pane = await open_pane(page)
    await page.route("**/_sandbox/overview*", lambda route: route.abort())
    await company.set_limit(2100)
    await expect(pane.get_by_text("Cannot be reached. Trying again…")).to_be_visible()
    await company.set_limit(2800)

    await page.unroute("**/_sandbox/overview*")

    await expect(pane.get_by_text("Live")).to_be_visible()
    await expect(project(pane, PROJECT)).to_contain_text("$2,800")
    await expect(news(pane).first).to_contain_text("from $2,100 to $2,800")


async def test_without_an_organisation_there_is_no_pane(office: Office, windows: Windows) -> None:
    page = await windows.person_page(office.base_url, "ada", where=CHANNEL)

    await expect(page.get_by_role("heading", name=CHANNEL, level=1)).to_be_visible()
    await expect(page.get_by_role("button", name=NAME)).to_have_count(0)
