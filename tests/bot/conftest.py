"""Fixtures of the runtime's tests: a served workspace, a desk before it, and an audit log of four entries."""

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from bot import logs, slack_api
from bot.settings import Settings
from sandbox.serving import serving
from sandbox.slack import create_app
from tests.bot.audited import written
from tests.bot.desk import Desk
from tests.bot.workplace import Workplace, furnished
from tests.support.clock import Clock
from workflows.audit.entry import AuditEntry, Draft
from workflows.model import Actor, ActorType
from workflows.store import Database


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


@pytest.fixture(name="log")
async def _log(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> list[AuditEntry]:
    """Give the database four entries, a day apart, and name it in the environment."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    for number, kind in enumerate(["budget", "new_project", "budget", "budget"], 1):
        async with database.begin() as work:
            actor = Actor(type=ActorType.PERSON, id="U1", email="=1+1@acme.example")
            at = datetime(2026, 11, 20 + number, 12, tzinfo=UTC)
            await work.append(Draft(action="opened", actor=actor, at=at, kind=kind, data={}))
    monkeypatch.setenv("DATABASE_URL", database_url)
    return await written(database)


@pytest.fixture(name="desk")
async def _desk(workplace: Workplace, database: Database, clock: Clock) -> Desk:
    return Desk(workplace, database, clock)
