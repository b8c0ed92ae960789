"""What the fault tests share: the place where workers are born, and the moments that they live."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from tests.faults.moments import STORIES, Moment, Template, moments
from tests.support.doomed.nursery import Nursery, nursery
from tests.support.installation import Installation, Transport, installed, way_in


@pytest.fixture(name="nursery")
async def _nursery() -> AsyncIterator[Nursery]:
    async with nursery() as opened:
        yield opened


@pytest.fixture(name="engine", params=["sqlite", "postgresql"])
def _engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(name="template")
def _template(request: pytest.FixtureRequest, engine: str) -> Template:
    chosen: Template = request.getfixturevalue(f"{engine}_template")
    return chosen


@pytest.fixture(name="told", params=STORIES)
async def _told(
    request: pytest.FixtureRequest, template: Template, nursery: Nursery, tmp_path: Path
) -> AsyncIterator[Mapping[str, Moment]]:
    """Yield the moments of a story, for each kind of request on each database."""
    with template.fresh(tmp_path) as url:
        async with moments(STORIES[request.param], template, url, tmp_path / "moments", nursery) as kept:
            yield kept


@pytest.fixture(name="transport")
def _transport(database_url: str) -> Transport:
    """Each way in is tried on one of the databases."""
    return way_in(database_url)


@pytest.fixture(name="acme")
async def _acme(database_url: str, transport: Transport) -> AsyncIterator[Installation]:
    """Yield the company with its two servers; the bot does not run yet."""
    async with installed(database_url, transport) as acme:
        yield acme
