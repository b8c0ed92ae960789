"""The workspace in which people are told: everything that posts and redraws there, with its channels and its pace."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.notifier.alerting import Alerting
from bot.notifier.channels import Channels
from bot.notifier.exporting import Exporting
from bot.notifier.mailbox import Mailbox
from bot.notifier.owners import Owners
from bot.notifier.pacer import Pacer
from bot.notifier.posting import Posting
from bot.notifier.reporting import Reporting
from bot.notifier.showing import Showing
from bot.pictures import Pictures
from workflows.model import AlertDossier, Dossier
from workflows.store import Database


class Room:
    """``client`` is the app's in this workspace, ``database`` the view of what belongs to it.

    ``dossier`` returns everything the card of a request shows, ``alert`` everything that of an alert does.
    ``alarm_channels``: the word that an alarm is sent to (``alerts``, ``security``) → its channel; else it is told in
    ``requests_channel``. ``pictures`` draws what alerts show; without it they show nothing.
    """

    def __init__(
        self,
        *,
        database: Database,
        client: AsyncWebClient,
        dossier: Callable[[str], Awaitable[Dossier]],
        alert: Callable[[str], Awaitable[AlertDossier]],
        requests_channel: str,
        alarm_channels: Mapping[str, str] | None = None,
        pictures: Pictures | None = None,
        pacer: Pacer | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        mailbox, channels = Mailbox(client=client, pacer=pacer or Pacer(), sleep=sleep), Channels(client)
        shared: dict[str, Any] = {"mailbox": mailbox, "channels": channels}
        named: dict[str, Any] = {"requests_channel": requests_channel, "alarm_channels": alarm_channels or {}}
        self.dossier = dossier
        self.posting = Posting(**shared, **named)
        self.alerting = Alerting(
            database=database,
            **shared,
            **named,
            showing=Showing(database=database, pictures=pictures, now=now),
            dossier=alert,
        )
        self.owners = Owners(database=database, **shared, dossier=alert)
        self.exporting = Exporting(database=database, **shared)
        self.reporting = Reporting(database=database, **shared, **named)
