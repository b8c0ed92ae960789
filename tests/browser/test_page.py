"""The page as a whole: who looks, Home, what is new, lost lines, a phone."""

import re
from pathlib import Path

from playwright.async_api import expect

from sandbox.serving import serving
from sandbox.slack import Workspace, create_app
from tests.browser.office import CHANNEL, Office
from tests.browser.people import Windows
from tests.browser.steps import open_form, write
from tests.browser.trying_blocks import card


async def test_a_newcomer_picks_who_they_are_and_lands_in_a_channel(office: Office, windows: Windows) -> None:
    page = await windows.blank_page()
    await page.goto(office.base_url)

    await page.get_by_role("button", name="Ada Lindqvist").click()

    await expect(page.get_by_role("heading", name=CHANNEL, level=1)).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("button", name="You are Ada Lindqvist")).to_be_visible()


async def test_one_window_can_become_somebody_else(office: Office, windows: Windows) -> None:
    page = await windows.person_page(office.base_url, "ada", where="home")
    await expect(page.get_by_text("Nothing waits for you.")).to_be_visible()

    await page.get_by_role("button", name="You are Ada Lindqvist").click()
    await page.get_by_role("dialog", name="Who are you?").get_by_role("button", name="Chen Wei").click()

    await expect(page.get_by_role("button", name="You are Chen Wei")).to_be_visible()
    await write(page, "It is me now")
    await expect(page.get_by_role("article", name="Chen Wei")).to_contain_text("It is me now")


async def test_an_app_that_does_not_answer_is_named_as_slack_names_it(office: Office, windows: Windows) -> None:
    page = await windows.person_page(office.base_url, "ada", where=CHANNEL)

    await write(page, "/mute")

    await expect(page.get_by_text("/mute failed with the error “operation_timeout”.")).to_be_visible()
    await expect(page.get_by_label(f"Message #{CHANNEL}")).to_have_value("/mute")


async def test_the_home_tab_shows_what_the_app_publishes(office: Office, windows: Windows) -> None:
    page = await windows.person_page(office.base_url, "ada", where="Countersign")
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_text("Nothing waits for you.")).to_be_visible()

    await page.get_by_role("button", name="Refresh").click()

    await expect(page.get_by_text("Looked again.")).to_be_visible()


async def test_what_is_new_elsewhere_is_counted_beside_its_name(office: Office, windows: Windows) -> None:
    page = await windows.person_page(office.base_url, "bo", where="support-assistant")
    parent = await office.client.chat_postMessage(channel=office.channel, text="A request")
    group = office.workspace.state.usergroups
    ping = f"<!subteam^{next(iter(group))}> please decide"
    await office.client.chat_postMessage(channel=office.channel, thread_ts=parent["ts"], text=ping)
    await office.client.chat_postMessage(channel=office.person("bo"), text="For you")

    await expect(page.get_by_role("link", name=re.compile(rf"^{CHANNEL}.*unread: 1$"))).to_be_visible()
    await page.get_by_role("link", name=re.compile("^Countersign.*unread: 1$")).click()
    await expect(page.get_by_role("link", name=re.compile("^Countersign$"))).to_be_visible()


async def test_a_message_that_could_not_be_sent_stays_in_the_composer(office: Office, windows: Windows) -> None:
    page = await windows.person_page(office.base_url, "ada", where=CHANNEL)
    await page.context.set_offline(True)
    await write(page, "written meanwhile")
    await expect(page.get_by_text("The local workspace cannot be reached.")).to_be_visible()
    await expect(page.get_by_label(f"Message #{CHANNEL}")).to_have_value("written meanwhile")

    await page.context.set_offline(False)
    await page.get_by_label(f"Message #{CHANNEL}").press("Enter")

    await expect(page.get_by_role("article").filter(has_text="written meanwhile")).to_be_visible()


async def test_after_a_restart_of_the_workspace_the_page_catches_up(tmp_path: Path, windows: Windows) -> None:
    before = Workspace("Fernlight", data=tmp_path)
    ada = before.add_user("ada", "Ada Lindqvist").id
    channel = before.add_channel(CHANNEL, [ada]).id
    async with serving(create_app(before)) as base_url:
        page = await windows.person_page(base_url, "ada", where=CHANNEL)
        await expect(page.get_by_text("This is the beginning of #requests.")).to_be_visible()
    down = page.get_by_text("The line to the workspace is down.")
    await expect(down).to_be_visible()

    after = Workspace("Fernlight", data=tmp_path)
    after.post(user=ada, channel=channel, text="said while nobody listened")
    async with serving(create_app(after), int(base_url.rpartition(":")[2])):
        await expect(page.get_by_text("said while nobody listened")).to_be_visible()
        await expect(down).to_be_hidden()
        await windows.close()


async def test_a_phone_shows_one_column_at_a_time(office: Office, windows: Windows) -> None:
    await office.client.chat_postMessage(channel=office.channel, text="Card", blocks=card("Phone", {"Limit": "$1.00"}))
    page = await windows.person_page(office.base_url, "ada", where=CHANNEL, width=390, height=844)
    wide = "document.documentElement.scrollWidth <= 390 && document.querySelector('.messages').scrollWidth <= 390"
    assert await page.evaluate(wide)

    await expect(page.get_by_role("navigation", name="Workspace")).to_be_hidden()
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("link", name="support-assistant").click()
    await expect(page.get_by_role("heading", name="support-assistant", level=1)).to_be_visible()
    await expect(page.get_by_role("navigation", name="Workspace")).to_be_hidden()

    form_page = await windows.person_page(office.base_url, "bo", where=CHANNEL, width=390, height=844)
    form = await open_form(form_page)
    box = await form.bounding_box()
    assert box is not None
    assert box["width"] <= 390
