"""What the trials of a process share: the office, the place where workers are born, and each row's scene."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.faults.matrix.office import Office, open_office
from tests.faults.matrix.scene import Row, Scene, prepared
from tests.faults.matrix.trial import Unharmed, unharmed
from tests.support.databases import SQLiteTemplate
from tests.support.doomed.nursery import Nursery, nursery

Known = dict[Row, tuple[Scene, Unharmed]]


@pytest_asyncio.fixture(name="office", scope="module", loop_scope="module")
async def _office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    async with open_office(tmp_path_factory.mktemp("office")) as opened:
        yield opened


@pytest_asyncio.fixture(name="nursery", scope="module", loop_scope="module")
async def _nursery() -> AsyncIterator[Nursery]:
    async with nursery() as opened:
        yield opened


@pytest.fixture(name="known", scope="module")
def _known() -> Known:
    """Return what was prepared already, in this process."""
    return {}


@pytest_asyncio.fixture(name="scene", loop_scope="module")
async def _scene(
    row: Row, office: Office, known: Known, sqlite_template: SQLiteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Scene, Unharmed]:
    """Return the row's scene, and how it is lived without faults."""
    if row not in known:
        folder: Path = tmp_path_factory.mktemp(row.kind)
        with sqlite_template.fresh(folder):
            scene = await prepared(row, office, folder)
        known[row] = scene, await unharmed(scene, office)
    return known[row]
