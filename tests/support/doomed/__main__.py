"""Forks a worker for each order that comes in, so that a hundred short lives pay for the imports once.

An order is a line on standard input; what its worker says, its end included, are lines on standard output. Between
this process and each worker stands a keeper, which waits for the worker's end and tells of it.
"""

import asyncio
import gc
import os
import signal
import sys
import traceback
from functools import partial
from importlib import import_module

from bot import app
from tests.support.doomed.order import Order, Said
from tests.support.doomed.worker import live
from workflows.kinds import discover

FAILED = 1

LATE = (
    "anyio._backends._asyncio",
    "apscheduler.executors.asyncio",
    "httpcore",
    "slack_bolt.listener_matcher.async_builtins",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "aiosqlite",
)
"""Imported by libraries at their first use."""


def _say(said: Said) -> None:
    # One write below PIPE_BUF: lines of several processes never mix.
    os.write(sys.stdout.fileno(), said.model_dump_json(exclude_none=True).encode() + b"\n")


def _point(name: str, point: str) -> None:
    _say(Said(name=name, point=point))


def _live(order: Order) -> int:
    try:
        asyncio.run(live(order, partial(_point, order.name)))
    except BaseException:  # noqa: BLE001 - the end of a forked process: told, and nothing above it runs
        traceback.print_exc()
        return FAILED
    return 0


def _keep(order: Order) -> None:
    """Fork the worker, wait for its end and tell how it was."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    worker = os.fork()
    if worker == 0:
        os._exit(_live(order))
    _say(Said(name=order.name, born=worker))
    _, status = os.waitpid(worker, 0)
    _say(Said(name=order.name, code=os.waitstatus_to_exitcode(status)))


def _prepare() -> None:
    """Import what a worker would import only when it needs it, and spare its memory the collector's touch."""
    discover()
    for listener in app._listeners():
        import_module(listener.__name__)
    for each in LATE:
        import_module(each)
    gc.freeze()


def main() -> None:
    _prepare()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the keepers
    while line := sys.stdin.readline():
        order = Order.model_validate_json(line)
        if os.fork() == 0:
            _keep(order)
            os._exit(0)


if __name__ == "__main__":
    main()
