"""How this process reaches OpenAI: with the admin key, or by asking a worker that has it."""

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime

from pydantic import SecretStr

from bot.metrics import Metrics
from bot.settings import Settings
from workflows.admin_api import AdminAPI
from workflows.keyring import KeyRing
from workflows.relay import Asking, DistantKeyRing
from workflows.store import Database


@contextlib.asynccontextmanager
async def openai_reached(
    settings: Settings, database: Database, metrics: Metrics, now: Callable[[], datetime], *, holds_key: bool
) -> AsyncIterator[tuple[AdminAPI, KeyRing]]:
    """Yield the API and the keys that are made by it; without *holds_key* the admin key is not even read.

    Raises ``SettingsInvalid``.
    """
    if not holds_key:
        asking = Asking(database=database, now=now)
        async with asking.collecting():
            yield AdminAPI.through(asking), DistantKeyRing(asking)
        return
    key = SecretStr(settings.secret("openai_admin_key"))
    async with AdminAPI(base_url=settings.openai_base_url, admin_key=key, on_call=metrics.openai_called) as api:
        yield api, KeyRing(api)
