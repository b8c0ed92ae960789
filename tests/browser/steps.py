"""What a person does on the page again and again."""

from playwright.async_api import Locator, Page, expect

from tests.browser.office import CHANNEL


async def write(page: Page, words: str, *, into: str = f"Message #{CHANNEL}") -> None:
    composer = page.get_by_label(into)
    await composer.fill(words)
    await composer.press("Enter")


async def choose(form: Locator, field: str, option: str, *, typed: str | None = None) -> None:
    box = form.get_by_label(field, exact=True)
    await (box.click() if typed is None else box.fill(typed))
    await form.get_by_role("option", name=option).click()


async def open_form(page: Page) -> Locator:
    await write(page, "/try it")
    form = page.get_by_role("dialog", name="Try everything")
    await expect(form).to_be_visible()
    return form


async def fill_form(form: Locator, *, name: str, amount: str) -> None:
    """Fill what is required, in the way a person does."""
    await form.get_by_label("Name").fill(name)
    await form.get_by_label("Monthly limit").fill(amount)
    await choose(form, "Environment", "Staging")
    await choose(form, "Project", "Support archive", typed="supp")
    await choose(form, "Owner", "Bo Martins", typed="bo")
    await form.get_by_label("Committed").check()
