"""One workspace that every payload is from, as most tests need it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.app import Served
from bot.slack_api import Identity


def only(
    token: str, identity: Callable[[], Awaitable[Identity]], provided: Mapping[str, Any]
) -> Callable[[Mapping[str, Any]], Served]:
    """Return what says of each payload that it is from the workspace of this *token*."""

    async def given() -> str:
        return token

    here = Served(identity=identity, token=given, provided=provided)
    return lambda _payload: here
