"""The worker's job of pushing the audit log, for who has set AUDIT_WEBHOOK_URL."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from pydantic import SecretStr

from bot.notifier.pushing import Pushing
from bot.settings import Settings
from workflows.store import Database

EVERY = 2.0
"""Seconds between two looks for entries that are not pushed yet."""


def pushed(
    settings: Settings, database: Database, now: Callable[[], datetime]
) -> dict[str, tuple[Callable[[], Awaitable[object]], float]]:
    """Return the job and its interval, or none. Raises ``SettingsInvalid`` without a secret to sign with."""
    if settings.audit_webhook_url is None:
        return {}
    secret = SecretStr(settings.secret("audit_webhook_secret"))
    pushing = Pushing(url=settings.audit_webhook_url, secret=secret, database=database, now=now)
    return {"push": (pushing.run_due, EVERY)}
