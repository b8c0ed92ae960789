"""A Chromium, windows for people, and a workspace with a small app in it, for every test that looks at the page.

All run in the session's loop, for the Chromium is that of the whole process: to start one takes longer than most tests.
"""

from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.office import Office, open_office
from tests.browser.people import Windows, running_chromium


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Let the tests of this folder, among all that were found, run in the loop that their fixtures run in."""
    for item in items:
        if Path(__file__).parent in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(name="chromium", scope="session", loop_scope="session")
async def _chromium() -> AsyncIterator[Browser]:
    """Run Chromium, with Playwright's asynchronous API in the loop of the tests.

    Skipped by name where the program is missing; on CI (``CI=true``) its absence fails the test.
    """
    async with running_chromium() as browser:
        yield browser


@pytest_asyncio.fixture(name="windows", loop_scope="session")
async def _windows(chromium: Browser) -> AsyncIterator[Windows]:
    """Open windows on a workspace: ``page = await windows.person_page(base_url, "ada", where="requests")``.

    Each window keeps its own storage, so several people can look at the same time. A mistake of the page's
    JavaScript on any of them fails the test at its end.
    """
    windows = Windows(chromium)
    yield windows
    await windows.close()
    assert windows.mistakes == []


@pytest_asyncio.fixture(name="office", loop_scope="session")
async def _office() -> AsyncIterator[Office]:
    """Serve a workspace with three people, two channels and a running Bolt app that shows every element."""
    async with open_office() as office:
        yield office
