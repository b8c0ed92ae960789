"""Measures: ``python -m tests.bench budgets`` prints a table; several names, several tables."""

import sys
from collections.abc import Callable, Iterator

from tests.bench import (
    audit,
    charts,
    clicks,
    costs,
    deeds,
    foresight,
    growth,
    judging,
    policy,
    quarter,
    queue,
    starting,
    telling,
)
from tests.bench.table import Row, show


def _budgets() -> Iterator[Row]:
    yield from judging.rows()
    yield from foresight.rows()


BENCHES: dict[str, Callable[[], Iterator[Row]]] = {
    "budgets": _budgets,
    "judging": judging.rows,
    "foresight": foresight.rows,
    "quarter": quarter.rows,
    "charts": charts.rows,
    "policy": policy.rows,
    "costs": costs.rows,
    "audit": audit.rows,
    "clicks": clicks.rows,
    "deeds": deeds.rows,
    "telling": telling.rows,
    "growth": growth.rows,
    "queue": queue.rows,
    "starting": starting.rows,
}


def main(names: list[str]) -> None:
    for name in names or ["budgets"]:
        if name not in BENCHES:
            sys.exit(f"There is no bench named {name}; there are {', '.join(BENCHES)}.")
        show(name, BENCHES[name]())


if __name__ == "__main__":
    main(sys.argv[1:])
