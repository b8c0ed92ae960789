"""Measures: ``python -m tests.bench`` prints every table, which takes an hour; with names, only theirs."""

import sys
from collections.abc import Callable, Iterator

from tests.bench import (
    audit,
    charts,
    clicks,
    costs,
    day,
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

BENCHES: dict[str, Callable[[], Iterator[Row]]] = {
    "judging": judging.rows,
    "foresight": foresight.rows,
    "quarter": quarter.rows,
    "charts": charts.rows,
    "policy": policy.rows,
    "costs": costs.rows,
    "audit": audit.rows,
    "clicks": clicks.rows,
    "deeds": deeds.rows,
    "day": day.rows,
    "telling": telling.rows,
    "growth": growth.rows,
    "queue": queue.rows,
    "starting": starting.rows,
}


def main(names: list[str]) -> None:
    for name in names or BENCHES:
        if name not in BENCHES:
            sys.exit(f"There is no bench named {name}; there are {', '.join(BENCHES)}.")
        show(name, BENCHES[name]())


if __name__ == "__main__":
    main(sys.argv[1:])
