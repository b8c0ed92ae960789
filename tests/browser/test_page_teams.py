"""Several workspaces of one server: each is a page of its own, with its own people and channels."""

import re

import httpx
from playwright.async_api import expect

from tests.browser.office import Office
from tests.browser.people import Windows
from tests.browser.steps import write

BEE = {
    "name": "Beehive",
    "install": True,
    "people": [{"name": "bea", "real_name": "Bea Brandt", "email": "bea@beehive.example", "tz": "Europe/Berlin"}],
    "channels": [{"name": "honey", "members": ["bea"]}],
}


async def opened_beside(office: Office) -> None:
    async with httpx.AsyncClient(base_url=office.base_url) as http:
        (await http.post("/_sandbox/teams", json=BEE)).raise_for_status()


async def test_one_workspace_offers_no_others(office: Office, windows: Windows) -> None:
    page = await windows.person_page(office.base_url, "ada", where="requests")

    await expect(page.get_by_role("navigation", name="Workspace").get_by_text("Fernlight", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Other workspaces")).to_have_count(0)


async def test_from_one_workspace_to_another_and_what_is_said_stays_there(office: Office, windows: Windows) -> None:
    await opened_beside(office)
    page = await windows.person_page(office.base_url, "ada", where="requests", width=1000)

    await page.get_by_role("button", name="Other workspaces").click()
    await page.get_by_role("dialog", name="Workspaces").get_by_role("link", name="Beehive").click()
    await page.get_by_role("button", name="Bea Brandt").click()
    await page.get_by_role("link", name="honey").click()
    await write(page, "Who buzzes here?", into="Message #honey")

    await expect(page.get_by_role("main").get_by_text("Who buzzes here?")).to_be_visible()
    await expect(page).to_have_title(re.compile("Beehive"))
    await expect(page.get_by_role("link", name="requests")).to_have_count(0)
    async with httpx.AsyncClient(base_url=office.base_url) as http:
        ada = {"user": office.person("ada"), "channel": office.channel}
        messages = (await http.get("/_sandbox/messages", params=ada)).json()["messages"]
    assert "Who buzzes here?" not in str(messages)
    beehive = next(each for each in office.workspace.server.teams.values() if each.name == "Beehive")
    (honey,) = [each for each in beehive.state.channels.values() if each.name == "honey"]
    (said,) = [each for each in honey.messages if each.text == "Who buzzes here?"]
    await page.goto(f"{office.base_url}/archives/{honey.id}/p{said.ts.replace('.', '')}")
    await page.get_by_role("button", name="Bea Brandt").click()
    await expect(page.get_by_role("complementary", name="Thread").get_by_text("Who buzzes here?")).to_be_visible()


async def test_a_workspace_that_there_is_not_is_said_in_one_sentence(office: Office, windows: Windows) -> None:
    page = await windows.blank_page()

    await page.goto(f"{office.base_url}/?team=T0NOWHERE")

    await expect(page.get_by_role("alert")).to_have_text("There is no workspace 'T0NOWHERE' here.")
