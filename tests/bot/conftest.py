"""Fixtures of the runtime's tests: a served workspace and a fresh SQLite database."""

import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from bot import logs, slack_api
from sandbox.serving import serving
from sandbox.slack import create_app
from tests.bot.workplace import Workplace, furnished


@pytest.fixture(autouse=True)
def _logs_restored() -> Iterator[None]:
    """Undo what a command did to this process's logs."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    levels = {name: logging.getLogger(name).level for name in ["", *logs.LOUD]}
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(name="workplace")
async def _workplace() -> AsyncIterator[Workplace]:
    workspace = furnished()
    async with serving(create_app(workspace)) as url, slack_api.open_session() as session:
        yield Workplace(workspace=workspace, url=url, session=session)
