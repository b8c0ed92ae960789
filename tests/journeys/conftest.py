"""Each journey runs over Socket Mode and HTTP, on SQLite and PostgreSQL, and as the Procfile's processes."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from tests.support.installation import Installation, Transport, installed, running
from tests.support.procfile import formation

Running = Callable[[Installation], AbstractAsyncContextManager[object]]

PROCESSES = ("processes", "postgresql")
EACH_ONCE = pytest.mark.parametrize(
    ("way", "database_url"), [("socket", "sqlite"), ("http", "postgresql"), PROCESSES], indirect=True
)
"""Each way to run the bot once, and each database."""

EVERY_PAIR = pytest.mark.parametrize(
    ("way", "database_url"),
    [*((way, engine) for way in ("socket", "http") for engine in ("sqlite", "postgresql")), PROCESSES],
    indirect=True,
)


QUICK = (
    *("test_a_project_is_asked_for", "test_a_denied_request", "test_a_cancelled_request", "test_a_click_without"),
    *("test_the_key_of_the_dialog_works", "test_a_key_that_its_requester_reports", "test_an_alert_stands"),
)
"""The journeys that a quick run tries as the Procfile's processes: that takes three times as long as in one."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the other journeys as the Procfile's processes to ``--whole``."""
    if config.getoption("--whole"):
        return
    left = [each for each in items if "[processes" in each.name and not each.name.startswith(QUICK)]
    config.hook.pytest_deselected(items=left)
    items[:] = [each for each in items if each not in left]


@pytest.fixture(name="way")
def _way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(name="installation")
async def _installation(database_url: str, way: str) -> AsyncIterator[Installation]:
    """Yield the company with its two servers; the bot does not run yet."""
    transport: Transport = "socket" if way == "socket" else "http"
    async with installed(database_url, transport) as installation:
        yield installation


@pytest.fixture(name="run")
def _run(way: str) -> Running:
    """Return what runs the bot: in this process, or as a platform does."""
    return formation if way == "processes" else running


@pytest.fixture(name="acme")
async def _acme(installation: Installation, run: Running) -> AsyncIterator[Installation]:
    """Yield the company with the bot and its worker running."""
    async with run(installation):
        yield installation
