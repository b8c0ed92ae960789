"""Tables in the log of a test run: operations and methods that are there, judged and called; faults that were tried.

A pytest plugin, so that the tables also stand in the log when the tests ran in several processes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from sandbox.slack.api import every_method
from tests.support.slack_methods import COVERAGE, METHODS

OPERATIONS = "operations of the Administration API"
MATRIX = "trials of each plan with one fault at one of its calls, and how many of them ended differently"
SEEN = "slack_methods"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what a worker of xdist saw to the process that writes the log."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[SEEN] = COVERAGE.as_json()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    COVERAGE.add(getattr(node, "workeroutput", {}).get(SEEN, {"validated": [], "by_sdk": []}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the tables of whatever the run called and tried."""
    for table in _recorded(terminalreporter, OPERATIONS):
        terminalreporter.section(OPERATIONS)
        terminalreporter.write_line(str(table))
    if COVERAGE.by_sdk:
        _methods(terminalreporter)
    if trials := _recorded(terminalreporter, MATRIX):
        terminalreporter.section(MATRIX)
        terminalreporter.write_line(matrix(trials))


def _recorded(terminalreporter: pytest.TerminalReporter, name: str) -> list[Any]:
    """Return what tests recorded under this name."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    return [value for report in reports for key, value in report.user_properties if key == name]


def matrix(trials: Sequence[Mapping[str, Any]]) -> str:
    """Return the table of trials, each cell a ``plan`` with a ``fault``; ``place`` orders the columns."""
    trials = sorted(trials, key=lambda each: (each["place"], each["plan"]))
    cells = {(each["plan"], each["fault"]): (each["trials"], each["failed"]) for each in trials}
    plans, faults = sorted({plan for plan, _ in cells}), list(dict.fromkeys(fault for _, fault in cells))
    lines = [["", *faults, "all"]]
    for title, rows in [*((plan, [plan]) for plan in plans), ("all", plans)]:
        sums = [_sum(cells, rows, [fault]) for fault in faults]
        lines.append([title, *sums, _sum(cells, rows, faults)])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_line(each, widths) for each in lines)


def _sum(cells: Mapping[tuple[str, str], tuple[int, int]], plans: Sequence[str], faults: Sequence[str]) -> str:
    found = [cells.get((plan, fault), (0, 0)) for plan in plans for fault in faults]
    trials, failed = (sum(column) for column in zip(*found, strict=True))
    return f"{trials} ({failed} failed)" if failed else str(trials)


def _line(words: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(words, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(word.rjust(width) for word, width in rest)])


def _methods(terminalreporter: pytest.TerminalReporter) -> None:
    asked = sorted(each.stem for each in METHODS.glob("*.json")) or sorted(every_method())
    columns = (every_method(), COVERAGE.validated, COVERAGE.by_sdk)
    terminalreporter.section("Slack's Web API in the local workspace")
    terminalreporter.write_line(f"{'method':34} {'present':>8} {'validated':>10} {'slack_sdk':>10}")
    for name in asked:
        present, validated, by_sdk = ("yes" if name in known else "no" for known in columns)
        terminalreporter.write_line(f"{name:34} {present:>8} {validated:>10} {by_sdk:>10}")
    sums = [sum(name in known for name in asked) for known in columns]
    total = f"{len(asked)} asked for"
    terminalreporter.write_line(f"{total:34} {sums[0]:>8} {sums[1]:>10} {sums[2]:>10}")
