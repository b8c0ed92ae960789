"""The main job by clicking: asked by a developer, decided by owners, done in OpenAI, proven by a file."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.browser.people import Windows
from tests.browser.steps import choose, write
from tests.support.databases import SQLiteTemplate
from tests.support.installation import Installation, installed, running
from workflows.audit.reading import read_export
from workflows.audit.verify import verify

REPLIES = re.compile(r"^\d+ repl(y|ies)$")
ANYWHERE = re.compile("^Message #")


@pytest_asyncio.fixture(name="acme", loop_scope="session")
async def _acme(sqlite_template: SQLiteTemplate, tmp_path: Path) -> AsyncIterator[Installation]:
    """Run the whole product for the demo's company, over Socket Mode and on SQLite."""
    with sqlite_template.fresh(tmp_path) as url:
        async with installed(url, "socket") as installation, running(installation):
            yield installation


async def command(page: Page, text: str) -> None:
    await page.get_by_label(ANYWHERE).fill(f"/openai {text}".strip())
    await page.get_by_label(ANYWHERE).press("Enter")


async def opened(page: Page, word: str, title: str) -> Locator:
    """Type the command and return the form when it is more than its loading screen."""
    await command(page, word)
    form = page.get_by_role("dialog", name=title)
    await expect(form.get_by_role("button", name="Send")).to_be_visible()
    return form


async def ask_for_budget(page: Page, project: str, amount: str, reason: str) -> None:
    form = await opened(page, f"budget {project}", "Change a budget")
    await form.get_by_label("New monthly limit").fill(amount)
    await form.get_by_label("Reason").fill(reason)
    await form.get_by_role("button", name="Send request").click()
    await expect(form).to_be_hidden()


def card(page: Page, title: str) -> Locator:
    return page.get_by_role("main").get_by_role("article").filter(has=page.get_by_role("heading", name=title))


async def open_thread(page: Page, title: str) -> Locator:
    """Open the thread of the card about *title* and return it."""
    await card(page, title).get_by_role("button", name=REPLIES).click()
    return page.get_by_role("complementary", name="Thread")


async def fill_new_project(form: Locator, *, name: str, amount: str) -> None:
    """Fill the form in as a person does, type-ahead included, and send it."""
    await form.get_by_label("Name", exact=True).fill(name)
    await choose(form, "Environment", "Production")
    await form.get_by_label("Purpose").fill("Answers questions in Spanish.")
    await choose(form, "Owners", "Dana Diaz", typed="dan")
    await choose(form, "Members", "Priya Patel", typed="priya@")
    await choose(form, "Models", "gpt-5-mini", typed="mini")
    await form.get_by_label("Monthly limit").fill(amount)
    await form.get_by_role("button", name="Send request").click()
    await expect(form).to_be_hidden()


async def test_a_newcomer_gets_a_project_by_clicking(acme: Installation, windows: Windows) -> None:
    dana = await windows.blank_page()
    await dana.goto(acme.slack_url)
    await dana.get_by_role("button", name="Dana Diaz Developer").click()
    await expect(dana.get_by_text("Type /openai: ask for OpenAI projects")).to_be_visible()

    await write(dana, "/openai", into="Message #general")
    await dana.get_by_role("dialog", name="OpenAI projects").get_by_role("button", name="Open").first.click()
    await fill_new_project(dana.get_by_role("dialog", name="New project"), name="spanish-desk", amount="1,000.50")

    olivia = await windows.person_page(acme.slack_url, "olivia", where="requests")
    await dana.get_by_role("link", name="requests").click()
    await expect(card(dana, "New project spanish-desk")).to_contain_text("Waiting for a decision")
    thread = await open_thread(olivia, "New project spanish-desk")
    await thread.get_by_role("button", name="Approve", exact=True).click()

    for page in (dana, olivia):
        await expect(card(page, "New project spanish-desk")).to_contain_text("Done")
        await expect(card(page, "New project spanish-desk")).to_contain_text("Olivia Hart approved")
    await expect(thread.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    (project_id,) = await acme.projects("spanish-desk")
    assert await acme.limit(project_id) == 1000_50
    await dana.get_by_role("link", name=re.compile("^Countersign")).click()
    await expect(dana.get_by_text(f"New project spanish-desk is done. Project: {project_id}")).to_be_visible()


async def test_a_form_says_on_each_field_what_to_mend(acme: Installation, windows: Windows) -> None:
    dana = await windows.person_page(acme.slack_url, "dana", where="general")
    form = await opened(dana, "new support-assistant", "New project")
    send = form.get_by_role("button", name="Send request")
    await send.click()
    await expect(form.get_by_text("Please complete this required field.")).to_have_count(3)

    await choose(form, "Environment", "Production")
    await expect(form.get_by_text("one of Olivia Hart")).to_be_visible()
    await expect(form.get_by_text("Monthly limit: $1,000")).to_be_visible()
    await form.get_by_label("Purpose").fill("Answers questions in Spanish.")
    await choose(form, "Owners", "Dana Diaz", typed="dan")
    for amount, problem in {"$1k": "as digits", "-5": "more than $0", "1e9": "as digits"}.items():
        await form.get_by_label("Monthly limit").fill(amount)
        await send.click()
        await expect(form.get_by_role("alert").filter(has_text=problem)).to_be_visible()
    await form.get_by_label("Monthly limit").fill("1,000.50")
    await send.click()
    await expect(form.get_by_text("There is a project named support-assistant already.")).to_be_visible()
    await form.get_by_label("Name", exact=True).fill("spanish-desk")
    await send.click()

    await expect(form).to_be_hidden()
    await acme.card("requests", "spanish-desk", "Waiting")


async def test_an_owner_raises_a_budget_from_the_telephone(acme: Installation, windows: Windows) -> None:
    dana = await windows.person_page(acme.slack_url, "dana", where="general")
    form = await opened(dana, "budget prompt", "Change a budget")
    await expect(form.get_by_text("Monthly limit: $100")).to_be_visible()
    await form.get_by_label("New monthly limit").fill("140")
    await form.get_by_label("New monthly limit").press("Enter")
    await expect(form.get_by_text("Monthly limit: $100 → $140")).to_be_visible()
    await expect(form.get_by_text("Lena Fischer. Rule: small raise.")).to_be_visible()
    await form.get_by_label("Reason").fill("Trying longer prompts.")
    await form.get_by_role("button", name="Send request").click()
    await expect(form).to_be_hidden()

    lena = await windows.person_page(acme.slack_url, "lena", where="requests", width=390, height=844)
    thread = await open_thread(lena, "budget of prompt-lab")
    await expect(thread).to_contain_text("$100 → $140")
    approve = thread.get_by_role("button", name="Approve", exact=True)
    await expect(approve).to_be_in_viewport()
    await approve.dblclick()

    await expect(thread.get_by_text("Done", exact=True)).to_be_visible()
    assert await lena.evaluate("document.documentElement.scrollWidth") <= 390
    (project_id,) = await acme.projects("prompt-lab")
    assert await acme.limit(project_id) == 140_00
    trail = await acme.trail()
    assert trail.count("quorum_reached") == trail.count("succeeded") == 1


async def test_whoever_denies_says_why_and_the_requester_reads_it(acme: Installation, windows: Windows) -> None:
    dana = await windows.person_page(acme.slack_url, "dana", where="Countersign")
    lena = await windows.person_page(acme.slack_url, "lena", where="requests")
    asking = await windows.person_page(acme.slack_url, "dana", where="general")
    await ask_for_budget(asking, "prompt-lab", "120", "<!channel> more, please 🎉")
    thread = await open_thread(lena, "budget of prompt-lab")
    await expect(thread.get_by_text("<!channel> more, please 🎉")).to_be_visible()

    await thread.get_by_role("button", name="Deny").click()
    why = lena.get_by_role("dialog", name="Deny")
    await why.get_by_role("button", name="Deny").click()
    await expect(why.get_by_text("Please complete this required field.")).to_be_visible()
    await why.get_by_label("Why?").fill("Not this month.")
    await why.get_by_role("button", name="Deny").click()

    await expect(card(lena, "budget of prompt-lab")).to_contain_text("Lena Fischer denied")
    told = dana.get_by_role("article").filter(has_text="Lena Fischer denied your request")
    await expect(told).to_contain_text("Not this month.")


async def test_every_word_has_its_answer(acme: Installation, windows: Windows) -> None:
    dana = await windows.person_page(acme.slack_url, "dana", where="general")
    await ask_for_budget(dana, "prompt-lab", "120", "More")
    said = dana.get_by_role("article").filter(has_text="Only visible to you")

    for word, answer in {
        "mine": "Waiting for a decision · Dana Diaz",
        "approvals": "Nothing waits for your decision.",
        "status": "Monthly limit: $100 → $120",
        "help": "/openai mine Your latest requests.",
        "bugdet": "/openai bugdet is unknown. Did you mean /openai budget?",
        "budget": "",
    }.items():
        await command(dana, word)
        if answer:
            await expect(said.filter(has_text=answer).last).to_be_visible()
    form = dana.get_by_role("dialog", name="Change a budget")
    await expect(form.get_by_label("Reason")).to_be_visible()
    await form.get_by_role("button", name="Close dialog").click()
    await expect(form).to_be_hidden()

    lena = await windows.person_page(acme.slack_url, "lena", where="general")
    await command(lena, "approvals")
    await expect(lena.get_by_role("article").filter(has_text="Waiting for me")).to_contain_text("prompt-lab")


async def test_the_log_comes_as_a_file_and_proves_itself(acme: Installation, windows: Windows, tmp_path: Path) -> None:
    await acme.hands.ask("dana", "budget", project="prompt-lab", monthly_limit="120", reason="Für später, “bald”")
    await acme.hands.approve("lena", "requests")
    await acme.card("requests", "prompt-lab", "Done")
    olivia = await windows.person_page(acme.slack_url, "olivia", where="general")
    form = await opened(olivia, "audit", "Audit log")
    for bound in ("From", "To"):
        await form.get_by_label(bound).fill("")
    await choose(form, "Format", "JSON Lines")
    await form.get_by_role("button", name="Send me the file").click()

    await olivia.get_by_role("link", name=re.compile("^Countersign")).click()
    async with olivia.expect_download() as downloading:
        await olivia.get_by_role("link", name=re.compile("countersign-audit-.*Download")).click()
    download = await downloading.value
    assert re.fullmatch(r"countersign-audit-\d{4}-\d\d-\d\d-\d+\.jsonl", download.suggested_filename)
    await download.save_as(tmp_path / download.suggested_filename)
    entries = list(read_export(tmp_path / download.suggested_filename))
    assert verify(entries).count == len(entries)
    assert {"opened", "quorum_reached", "succeeded"} <= {each.action for each in entries}


async def test_a_link_to_a_request_survives_choosing_who_one_is(acme: Installation, windows: Windows) -> None:
    await acme.hands.ask("dana", "budget", project="prompt-lab", monthly_limit="120", reason="More")
    await acme.hands.buttons("lena", "requests")
    standing = await acme.card("requests", "prompt-lab", "Waiting")
    page = await windows.blank_page()

    channel, ts = acme.hands.channels["requests"], str(standing["ts"]).replace(".", "")
    await page.goto(f"{acme.slack_url}/archives/{channel}/p{ts}")
    await page.get_by_role("button", name="Lena Fischer Owns prompt-lab").click()
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_role("button", name="Approve", exact=True)).to_be_visible()

    await page.get_by_role("button", name="You are Lena Fischer").click()
    await page.get_by_role("button", name="Quinn Weber").click()
    await expect(page.get_by_role("button", name="You are Quinn Weber")).to_be_visible()
    await thread.get_by_role("button", name="Approve", exact=True).click()
    await expect(thread.get_by_text("not one of them")).to_be_visible()


async def test_a_redrawn_form_takes_no_field_from_under_the_hand(acme: Installation, windows: Windows) -> None:
    dana = await windows.person_page(acme.slack_url, "dana", where="general")
    form = await opened(dana, "new voice-notes", "New project")
    purpose = form.get_by_label("Purpose")
    await purpose.fill("Half a sentence")
    was = await purpose.element_handle()

    await choose(form, "Environment", "Sandbox")
    await purpose.press("End")
    await expect(form.get_by_text("Monthly limit: $100")).to_be_visible()
    await dana.keyboard.type(", and the other half.")

    await expect(purpose).to_have_value("Half a sentence, and the other half.")
    assert was is not None
    assert await was.evaluate("field => field.isConnected")
