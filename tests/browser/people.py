"""People at a browser: a Chromium, and one window for each person who looks at a local Slack workspace."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
PATIENCE = 20_000
"""Milliseconds that a click or an expectation may wait for what it needs."""


def chromium_path() -> str:
    """Return where Chromium is; skips the test where there is none, and fails it on CI."""
    found = shutil.which("chromium")
    if found is not None:
        return found
    reason = "there is no `chromium` on the PATH, so the page cannot be opened"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@asynccontextmanager
async def running_chromium() -> AsyncIterator[Browser]:
    """Start Chromium and end it."""
    path = chromium_path()
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            await browser.close()


class Windows:
    """Opens the workspace's page as one person or another, each in a window of their own.

    *scale* is how many pixels a point has, as on a denser screen.
    """

    def __init__(self, browser: Browser, *, scale: float = 1) -> None:
        self._browser = browser
        self._scale = scale
        self._contexts: list[BrowserContext] = []
        self.mistakes: list[str] = []
        """Errors that JavaScript threw on any page; a test ends badly when there is one."""

    async def person_page(
        self,
        base_url: str,
        user: str,
        *,
        where: str | None = None,
        width: int = 1280,
        height: int = 800,
        colours: Literal["light", "dark"] = "light",
    ) -> Page:
        """Open the workspace at *base_url* as *user* and wait until it is drawn.

        *user* is an id, a name or an e-mail address; *where* the name of a channel, ``home``, or the bot's name
        for the direct messages with it; left out, the page chooses. *width* and *height* are pixels.
        """
        page = await self.blank_page(width=width, height=height, colours=colours)
        await page.goto(f"{base_url}/#{await _address(base_url, user, where)}")
        await page.get_by_role("main").wait_for()
        return page

    async def blank_page(
        self, *, width: int = 1280, height: int = 800, colours: Literal["light", "dark"] = "light"
    ) -> Page:
        """Open an empty window whose JavaScript mistakes are noted."""
        context = await self._browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=self._scale,
            color_scheme=colours,
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.mistakes.append(str(error)))
        return page

    async def close(self) -> None:
        """Close every window; more can be opened afterwards."""
        while self._contexts:
            await self._contexts.pop().close()


async def _address(base_url: str, user: str, where: str | None) -> str:
    async with httpx.AsyncClient(base_url=base_url, trust_env=False) as client:
        workspace = (await client.get("/_sandbox/workspace")).json()
        person = next(each for each in workspace["users"] if user in _names(each))
        found = await client.get("/_sandbox/conversations", params={"user": person["id"]})
    address = f"as={person['id']}"
    if where is None or where == "home":
        return f"{address}&in=home" if where else address
    wanted = [each["id"] for each in found.json()["channels"] if where in _conversation_names(each, workspace)]
    return f"{address}&in={wanted[0]}"


def _names(user: dict[str, Any]) -> tuple[str | None, ...]:
    return user["id"], user["name"], user.get("real_name"), user.get("email")


def _conversation_names(conversation: dict[str, Any], workspace: dict[str, Any]) -> tuple[str, ...]:
    if conversation.get("is_im"):
        return conversation["id"], workspace["bot"]["name"]
    return conversation["id"], conversation["name"]
