"""Every kind of request, every call of its plan, everything that can go wrong at it: it ends as if nothing had.

Each fault is tried at every write (a kill at every third) and at every twelfth read, the next fault at others;
``--whole`` tries all.
"""

from collections.abc import Callable, Sequence

import pytest

from tests.faults.matrix.ending import Ending
from tests.faults.matrix.faults import FAULTS, WRITES, Fault
from tests.faults.matrix.office import Office
from tests.faults.matrix.scene import Row, Scene, rows
from tests.faults.matrix.trial import Unharmed, harmed
from tests.support.doomed.nursery import Nursery
from tests.support.tables import MATRIX

pytestmark = pytest.mark.asyncio(loop_scope="module")

EVERY = 12
"""Of so many reads one is tried."""

EXPECTED = {
    "cards that say how it ended": "[True]",
    "messages told twice": "[]",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
@pytest.mark.parametrize("row", rows(), ids=lambda row: str(row).replace(", its end", "-end"))
async def test_a_plan_ends_the_same_whatever_goes_wrong_at_one_of_its_calls(
    row: Row,
    fault: Fault,
    scene: tuple[Scene, Unharmed],
    office: Office,
    nursery: Nursery,
    record_property: Callable[[str, object], None],
    *,
    whole: bool,
) -> None:
    kept, lived = scene
    calls = struck(lived.calls, fault, whole=whole)
    assert lived.calls
    assert lived.ending.items() >= EXPECTED.items()

    problems: list[str] = []
    for number in calls:
        ended = await harmed(kept, office, nursery, fault, number)
        if differing := differences(lived.ending, ended):
            where = f"{row}, {fault.name} at call {number + 1}, {lived.calls[number]}"
            problems.append("\n  ".join([f"{where}:", *differing]))
    counts = {"trials": len(calls), "failed": len(problems)}
    record_property(MATRIX, {"plan": str(row), "fault": fault.name, "place": FAULTS.index(fault), **counts})

    assert not problems, "\n".join(problems)


def struck(calls: Sequence[str], fault: Fault, *, whole: bool) -> list[int]:
    """Return the numbers of the calls that *fault* is tried at."""
    every = 1 if whole else EVERY
    first = FAULTS.index(fault)
    # A worker is killed before one write and after the next: a process has to be born for each.
    writes = 3 if not whole and not fault.spec else 1
    return [
        number
        for number, each in enumerate(calls)
        if fault.strikes(each) and (number - first) % (writes if each.startswith(WRITES) else every) == 0
    ]


def differences(wanted: Ending, found: Ending) -> list[str]:
    """Return a line for each thing that is not as it should be."""
    return [
        f"{what}: {_around(wanted[what], found[what])} instead of {_around(found[what], wanted[what])}"
        for what in wanted
        if wanted[what] != found[what]
    ]


def _around(other: str, text: str) -> str:
    """Return a text from shortly before where it begins to differ from *other*."""
    same = next((n for n, (a, b) in enumerate(zip(other, text, strict=False)) if a != b), min(len(other), len(text)))
    return f"…{text[max(0, same - 120) : same + 240]}…"
