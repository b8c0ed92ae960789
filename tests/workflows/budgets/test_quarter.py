"""A quarter of three dozen projects with growth, spikes, credits, raises, cuts, restarts and two replicas."""

from collections import Counter

import pytest

from tests.support.quarter import course, due
from tests.support.watched import Quarter
from workflows.store import Database

PARTS = 2
PROJECTS = {"sqlite": 12, "postgresql": 6}
"""How many live through each part; ``python -m tests.bench quarter`` has two thousand."""


@pytest.mark.parametrize("part", range(PARTS))
async def test_every_due_alert_of_a_quarter_is_told_exactly_once_and_no_other(database: Database, part: int) -> None:
    count = PROJECTS[database.engine.dialect.name]
    courses = [course(number) for number in range(part * count, (part + 1) * count)]
    quarter = Quarter(database, courses, looks=1, seed=part)

    told = await quarter.play()

    expected = [each for of in courses for each in due(of, quarter.looks)]
    assert Counter(told) == Counter(expected)
    assert len(expected) > count
