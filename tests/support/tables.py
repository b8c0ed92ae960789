"""Tables in the log of a test run: which operations and methods are there, judged, and called by the real clients.

A pytest plugin, so that the tables also stand in the log when the tests ran in several processes.
"""

from typing import Any

import pytest

from sandbox.slack.api import every_method
from tests.support.slack_methods import COVERAGE, METHODS

OPERATIONS = "operations of the Administration API"
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
    """Show the tables of whatever the run called."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, table in report.user_properties:
            if name == OPERATIONS:
                terminalreporter.section(OPERATIONS)
                terminalreporter.write_line(str(table))
    if COVERAGE.by_sdk:
        _methods(terminalreporter)


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
