"""The workspaces that are served: one whose token is given, or several that install the app."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot import slack_api
from bot.installations import Flow, Installations, InstalledClient, Listed, SealedStore, installing, load_workspaces
from bot.sealing import Seal
from bot.settings import Settings
from workflows.store import Database

HOME = ""


@dataclass(frozen=True, kw_only=True)
class Site:
    """One workspace. ``id`` is empty for the home workspace, ``team`` is Slack's id of it, where that is known.

    ``quiet`` is a client that repeats nothing, for who puts off by itself what Slack does not take.
    """

    id: str = HOME
    team: str = ""
    policy_file: Path | None
    requests_channel: str
    alarm_channels: Mapping[str, str]
    client: AsyncWebClient
    quiet: AsyncWebClient
    identity: Callable[[], Awaitable[slack_api.Identity]]
    token: Callable[[], Awaitable[str]]
    uninstalled: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True, kw_only=True)
class Sites:
    """All of them, home first. With ``installations`` they install the app, by ``flow``."""

    all: Sequence[Site]
    installations: Installations | None = None
    flow: Flow | None = None

    def id_of(self, payload: Mapping[str, object]) -> str | None:
        """Return the id of the workspace that a payload is from, None for one that is not served."""
        if self.installations is None:
            return HOME
        found = self.installations.of_payload(payload)
        return found.id if found is not None else None


def listed_in(settings: Settings) -> Sequence[Listed]:
    """Return the workspaces that are to be served, none when it is the one whose token is given.

    Raises ``PolicyInvalid``.
    """
    return load_workspaces(settings.workspaces_file) if settings.several and settings.workspaces_file else ()


def policy_files(settings: Settings, listed: Sequence[Listed]) -> dict[str, Path | None]:
    """Return each workspace's id → its file of rules; None is the policy that comes with the bot."""
    return {each.id: each.policy or settings.policy_file for each in listed} or {HOME: settings.policy_file}


def sites_of(
    settings: Settings,
    listed: Sequence[Listed],
    session: aiohttp.ClientSession,
    database: Database,
    now: Callable[[], datetime],
) -> Sites:
    """Return the workspaces of *listed*, or else the one whose token is given. Raises ``SettingsInvalid``."""
    if not listed:
        return Sites(all=[only_site(settings, session)])
    nameless = slack_api.client(None, settings.slack_api_url, session)
    client_id = settings.slack_client_id or ""
    installations = Installations(
        store=SealedStore(client_id=client_id, database=database, seal=Seal.of(settings.secret("installations_key"))),
        database=database,
        listed=listed,
        client=nameless,
        now=now,
    )
    flow = installing(
        installations=installations,
        database=database,
        client=nameless,
        client_id=client_id,
        client_secret=settings.secret("slack_client_secret"),
    )
    sites = [_listed(settings, each, installations, session) for each in listed]
    return Sites(all=sites, installations=installations, flow=flow)


def only_site(settings: Settings, session: aiohttp.ClientSession) -> Site:
    """Return the one workspace whose token is given. Raises ``SettingsInvalid``."""
    token = settings.secret("slack_bot_token")
    client = slack_api.client(token, settings.slack_api_url, session)

    async def given() -> str:
        return token

    return Site(
        policy_file=settings.policy_file,
        requests_channel=settings.requests_channel,
        alarm_channels=settings.alarm_channels,
        client=client,
        quiet=slack_api.client(token, settings.slack_api_url, session, retries=0),
        identity=slack_api.WhoAmI(client),
        token=given,
    )


def _listed(
    settings: Settings, workspace: Listed, installations: Installations, session: aiohttp.ClientSession
) -> Site:
    installed = partial(installations.of, workspace)

    async def identity() -> slack_api.Identity:
        return (await installed()).identity

    async def token() -> str:
        return (await installed()).token

    def client(retries: int) -> AsyncWebClient:
        return InstalledClient(installed, **slack_api.options(settings.slack_api_url, session, retries=retries))

    own = {"alerts": workspace.alerts_channel, "security": workspace.security_channel}
    return Site(
        id=workspace.id,
        team=workspace.team,
        policy_file=workspace.policy or settings.policy_file,
        requests_channel=workspace.requests_channel or settings.requests_channel,
        alarm_channels=settings.alarm_channels | {to: channel for to, channel in own.items() if channel},
        client=client(2),
        quiet=client(0),
        identity=identity,
        token=token,
        uninstalled=partial(installations.look_again, workspace),
    )
