"""A notifier for one workspace, as most tests need it."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.notifier import Notifier, Room
from bot.notifier.draining import LEASE
from workflows.store import Database


def notifier_in(
    *,
    database: Database,
    now: Callable[[], datetime],
    luck: Callable[[], float] = random.random,
    lease: timedelta = LEASE,
    observe: Callable[[str], None] | None = None,
    **room: Any,
) -> Notifier:
    """Return a notifier of the one room that ``bot.notifier.Room`` makes of what is given besides."""
    only = Room(database=database, now=now, **room)
    return Notifier(database=database, rooms=lambda _workspace: only, observe=observe, now=now, luck=luck, lease=lease)
