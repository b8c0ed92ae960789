"""The bot with a clock that jumps: ``python -m tests.faults.chaos.late SEED COMMAND``.

It starts some seconds off, and each ``SIGUSR1`` puts its clock somewhere else within ``OFF`` of the true time: what a
machine's clock does that is set while the bot runs. Leases and due times are compared by such clocks.
"""

import importlib
import pkgutil
import random
import signal
import sys
import time
from datetime import UTC, datetime, timedelta

from freezegun import freeze_time

import bot
import workflows
from bot.cli.main import run

OFF = 15.0
"""Seconds, either way. A lease lives for sixty, so two clocks that are as wrong as can be leave half of it."""


ELSEWHERE = ("__main__", "migrations", "bot.charts")
"""What runs in no process of the bot's own, or is read otherwise."""


def main() -> None:
    seed, *arguments = sys.argv[1:]
    dice = random.Random(seed)
    _import_all()
    true, steady = datetime.now, (time.monotonic, time.perf_counter)

    def somewhere() -> datetime:
        return true(UTC) + timedelta(seconds=dice.uniform(-OFF, OFF))

    with freeze_time(somewhere(), tick=True, real_asyncio=True) as clock:
        time.monotonic, time.perf_counter = steady  # setting the clock does not move these
        signal.signal(signal.SIGUSR1, lambda *_: clock.move_to(somewhere()))
        code = run(arguments)
    sys.exit(code)


def _import_all() -> None:
    """Import all that runs here before the clock is another: pydantic makes no schema of freezegun's dates."""
    for package in (bot, workflows):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not any(each in module.name for each in ELSEWHERE):
                importlib.import_module(module.name)


if __name__ == "__main__":
    main()
