"""A Chromium, windows for people, and a workspace with a small app in it, for every test that looks at the page."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.browser.office import Office, open_office
from tests.browser.people import Windows, running_chromium


@pytest.fixture(name="chromium")
async def _chromium() -> AsyncIterator[Browser]:
    """Run Chromium, with Playwright's asynchronous API in the loop of the test.

    Skipped by name where the program is missing; on CI (``CI=true``) its absence fails the test.
    """
    async with running_chromium() as browser:
        yield browser


@pytest.fixture(name="windows")
async def _windows(chromium: Browser) -> AsyncIterator[Windows]:
    """Open windows on a workspace: ``page = await windows.person_page(base_url, "ada", where="requests")``.

    Each window keeps its own storage, so several people can look at the same time. A mistake of the page's
    JavaScript on any of them fails the test at its end.
    """
    windows = Windows(chromium)
    yield windows
    await windows.close()
    assert windows.mistakes == []


@pytest.fixture(name="office")
async def _office() -> AsyncIterator[Office]:
    """Serve a workspace with three people, two channels and a running Bolt app that shows every element."""
    async with open_office() as office:
        yield office
