"""Messages on the page: cards, menus, threads, files, what one writes and what is offered meanwhile."""

from playwright.async_api import expect

from tests.browser.office import CHANNEL, Office
from tests.browser.people import Windows
from tests.browser.steps import write
from tests.browser.trying_blocks import button, card, said


async def test_a_click_redraws_the_card_for_everybody_who_looks(office: Office, windows: Windows) -> None:
    blocks = card("New project: live", {"Limit": "$100.00"})
    await office.client.chat_postMessage(channel=office.channel, text="New project", blocks=blocks)
    ada = await windows.person_page(office.base_url, "ada", where=CHANNEL)
    bo = await windows.person_page(office.base_url, "bo", where=CHANNEL)

    await bo.get_by_role("button", name="Approve").click()

    for page in (ada, bo):
        message = page.get_by_role("article").filter(has_text="New project: live")
        await expect(message.get_by_text("Approved by @Bo Martins")).to_be_visible()
        await expect(message.get_by_role("button", name="Approve")).to_have_count(0)
        await expect(message.get_by_role("button", name="1 reply")).to_be_visible()


async def test_a_button_for_some_people_is_seen_by_them_alone(office: Office, windows: Windows) -> None:
    for_bo = button("Decide", "approve", visible_to_user_ids=[office.person("bo")])
    blocks = [said("A request", "words"), {"type": "actions", "elements": [for_bo, button("Look", "more")]}]
    await office.client.chat_postMessage(channel=office.channel, text="A request", blocks=blocks)
    ada = await windows.person_page(office.base_url, "ada", where=CHANNEL)
    bo = await windows.person_page(office.base_url, "bo", where=CHANNEL)

    await expect(bo.get_by_role("button", name="Decide")).to_be_visible()
    await expect(ada.get_by_role("button", name="Look")).to_be_visible()
    await expect(ada.get_by_role("button", name="Decide")).to_have_count(0)


async def test_a_dangerous_button_asks_first(office: Office, windows: Windows) -> None:
    blocks = card("New project: risky", {"Limit": "$100.00"})
    await office.client.chat_postMessage(channel=office.channel, text="New project", blocks=blocks)
    page = await windows.person_page(office.base_url, "bo", where=CHANNEL)
    question = page.get_by_role("dialog", name="Deny this?")

    await page.get_by_role("button", name="Deny").click()
    await question.get_by_role("button", name="Keep it").click()
    await expect(page.get_by_role("button", name="Deny")).to_be_visible()
    await page.get_by_role("button", name="Deny").click()
    await question.get_by_role("button", name="Deny it").click()

    await expect(page.get_by_text("Denied by @Bo Martins")).to_be_visible()


async def test_menus_on_a_message_reach_the_app_and_its_answer_is_for_one_person(
    office: Office, windows: Windows
) -> None:
    blocks = card("New project: menus", {"Limit": "$100.00"})
    await office.client.chat_postMessage(channel=office.channel, text="New project", blocks=blocks)
    ada = await windows.person_page(office.base_url, "ada", where=CHANNEL)
    bo = await windows.person_page(office.base_url, "bo", where=CHANNEL)

    await ada.get_by_label("Priority").click()
    await ada.get_by_role("option", name="High").click()
    await ada.get_by_role("button", name="More options").click()
    await ada.get_by_role("menuitem", name="Log").click()

    only_ada = ada.get_by_role("article").filter(has_text="Only visible to you")
    await expect(only_ada.filter(has_text="Priority High it is.")).to_be_visible()
    await expect(only_ada.filter(has_text="More: log.")).to_be_visible()
    await expect(bo.get_by_text("Only visible to you")).to_have_count(0)


async def test_a_thread_opens_beside_the_channel_and_a_mention_there_is_answered(
    office: Office, windows: Windows
) -> None:
    page = await windows.person_page(office.base_url, "ada", where=CHANNEL)
    await write(page, "Can somebody look?")
    message = page.get_by_role("article").filter(has_text="Can somebody look?")
    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()
    thread = page.get_by_role("complementary", name="Thread")

    await thread.get_by_label("Reply…").fill("@Countersign status")
    await thread.get_by_label("Reply…").press("Enter")

    await expect(thread.get_by_text("You called, @Ada Lindqvist?")).to_be_visible()
    await expect(message.get_by_role("button", name="2 replies")).to_be_visible()
    await thread.get_by_role("button", name="Close thread").click()
    await expect(thread).to_be_hidden()


async def test_commands_and_names_are_offered_while_one_writes(office: Office, windows: Windows) -> None:
    page = await windows.person_page(office.base_url, "ada", where=CHANNEL)
    composer = page.get_by_label(f"Message #{CHANNEL}")

    await composer.press_sequentially("/te")
    await expect(page.get_by_role("option", name="/tell")).to_be_visible()
    await composer.press("Enter")
    await composer.press_sequentially("a secret")
    await composer.press("Enter")
    await expect(page.get_by_role("article").filter(has_text="Only visible to you")).to_contain_text(
        "You said a secret."
    )
    await composer.press_sequentially("Ask @che")
    await page.get_by_role("option", name="Chen Wei").click()
    await composer.press("Shift+Enter")
    await composer.press_sequentially("please")
    await composer.press("Enter")

    said = page.get_by_role("article").filter(has_text="Ask @Chen Wei")
    await expect(said.locator(".mention")).to_have_text("@Chen Wei")
    await expect(said).to_contain_text("please")


async def test_shortcuts_stand_behind_the_lightning_and_on_each_message(office: Office, windows: Windows) -> None:
    page = await windows.person_page(office.base_url, "ada", where=CHANNEL)
    await write(page, "insufficient_quota")
    message = page.get_by_role("article").filter(has_text="insufficient_quota")

    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await message.get_by_role("menuitem", name="Quote this").click()
    quoted = page.get_by_role("dialog", name="Quoted")
    await expect(quoted.get_by_text("insufficient_quota")).to_be_visible()
    await quoted.get_by_role("button", name="Close", exact=True).click()
    await page.get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("menuitem", name="Try the form").click()

    await expect(page.get_by_role("dialog", name="Try everything")).to_be_visible()


async def test_a_file_can_be_downloaded_from_its_message(office: Office, windows: Windows) -> None:
    await office.client.files_upload_v2(
        channel=office.channel, content="seq,what\n1,asked\n", filename="audit.csv", title="Audit log"
    )
    page = await windows.person_page(office.base_url, "ada", where=CHANNEL)

    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="Audit log").click()

    download = await waiting.value
    assert (await download.path()).read_text() == "seq,what\n1,asked\n"
