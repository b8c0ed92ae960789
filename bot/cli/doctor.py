"""``doctor``: is everything there that the bot needs, and what mends what is not."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import aiohttp
import typer
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot import slack_api
from bot.cli import promptlayer, storage, wiring
from bot.cli.demo import MANIFEST
from bot.cli.ending import FAILED, CannotRun
from bot.cli.sandbox import read_manifest
from bot.cli.sites import Site, listed_in, only_site, sites_of
from bot.directory import SlackDirectory
from bot.installations.flow import INSTALL_PATH
from bot.notifier.channels import Channels
from bot.settings import Settings, SettingsInvalid
from workflows.admin_api import AdminAPI
from workflows.errors import WorkflowError
from workflows.kinds import discover, examples
from workflows.policy import Policy, load_policy
from workflows.prices import load_prices
from workflows.service.staffing import shortages

SKEW = 60.0
"""Seconds that our clock may be off; Slack's signatures are refused beyond 300."""

SHOWN = 3
"""Missing people that one line names."""


class Unwell(Exception):
    """A check failed; the text is what is wrong and what mends it."""


@dataclass(frozen=True, kw_only=True)
class Patient:
    """What the checks look at: one workspace, and what all workspaces share.

    ``team`` is Slack's id of it, empty where there is only one.
    """

    settings: Settings
    client: AsyncWebClient
    anonymous: AsyncWebClient
    team: str = ""
    identity: Callable[[], Awaitable[slack_api.Identity]]
    policy_file: Path | None
    channels: Mapping[str, str]

    @classmethod
    def of(cls, site: Site, settings: Settings, anonymous: AsyncWebClient) -> "Patient":
        return cls(
            settings=settings,
            client=site.client,
            anonymous=anonymous,
            team=site.team,
            identity=site.identity,
            policy_file=site.policy_file,
            channels={"requests": site.requests_channel, **site.alarm_channels},
        )


Check = Callable[[Patient], Awaitable[str]]
"""Returns what is well, in a few words; raises ``Unwell``, ``SettingsInvalid`` or ``WorkflowError``."""


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(doctor)


def doctor() -> None:
    """Check tokens, scopes, admin key, database, policy, prices and clock; exit code 1 if anything fails."""
    if not asyncio.run(_examine(Settings.load())):
        raise typer.Exit(FAILED)


async def _examine(settings: Settings) -> bool:
    async with contextlib.AsyncExitStack() as stack:
        session = await stack.enter_async_context(slack_api.open_session())
        anonymous = slack_api.client(None, settings.slack_api_url, session)
        patients = [_unknown(settings, anonymous)]
        if settings.several:
            try:
                patients = [Patient.of(each, settings, anonymous) for each in await _sites(settings, session, stack)]
            except (SettingsInvalid, CannotRun, WorkflowError) as problem:
                typer.echo(f"✗ Workspaces: {str(problem).rstrip('.')}.")
                return False
        elif settings.slack_bot_token is not None:
            patients = [Patient.of(only_site(settings, session), settings, anonymous)]
        checks = CHECKS | ({"PromptLayer": _promptlayer} if settings.promptlayer_api_key is not None else {})
        return all(
            [
                await _one(f"{name} in {patient.team}" if patient.team and name in OF_EACH else name, check, patient)
                for name, check in checks.items()
                for patient in (patients if name in OF_EACH else patients[:1])
            ]
        )


def _unknown(settings: Settings, anonymous: AsyncWebClient) -> Patient:
    """Return the patient without a token: each check says so, or does without."""
    return Patient(
        settings=settings,
        client=anonymous,
        anonymous=anonymous,
        identity=slack_api.WhoAmI(anonymous),
        policy_file=settings.policy_file,
        channels={},
    )


async def _sites(
    settings: Settings, session: aiohttp.ClientSession, stack: contextlib.AsyncExitStack
) -> Sequence[Site]:
    """Return the workspaces that are to be served. Raises ``SettingsInvalid``, ``PolicyInvalid`` or ``CannotRun``."""
    settings.needs_token()
    database = await stack.enter_async_context(storage.up_to_date(settings, migrate=False))
    return sites_of(settings, listed_in(settings), session, database, wiring.now).all


async def _one(name: str, check: Check, patient: Patient) -> bool:
    try:
        typer.echo(f"✓ {name}: {await check(patient)}")
    except (Unwell, SettingsInvalid, CannotRun, WorkflowError) as problem:
        typer.echo(f"✗ {name}: {str(problem).rstrip('.')}.")
    except slack_api.FAILURES as error:
        found = slack_api.problem_of(error)
        answered = f"Slack answered {found}" if found.code or found.status else "Slack does not answer"
        typer.echo(f"✗ {name}: {answered}; see SLACK_API_URL and the network.")
    else:
        return True
    return False


async def _token(patient: Patient) -> str:
    found = await _own(patient)
    return f"{found['user']} in {found['team']}"


async def _own(patient: Patient) -> Any:
    """Return what ``auth.test`` says of our token. Raises ``Unwell``."""
    patient.settings.needs_token()
    try:
        return await patient.client.auth_test()
    except slack_api.FAILURES as error:
        problem = slack_api.problem_of(error)
        if problem.cut_off or problem.retry_after:
            raise
        if patient.team:
            mend = f"open {INSTALL_PATH} of this bot and install the app there"
            raise Unwell(f"the app is not installed, or its token was sealed with another key; {mend}") from None
        raise Unwell(
            f"Slack refuses SLACK_BOT_TOKEN ({problem}); install the app again and copy the new token"
        ) from None


async def _scopes(patient: Patient) -> str:
    header = (await _own(patient)).headers.get("x-oauth-scopes")
    if header is None:
        return "Slack does not say which ones the token has"
    has = {each.strip() for each in header.split(",") if each.strip()}
    wanted = set(manifest_scopes())
    if missing := wanted - has:
        raise Unwell(
            f"{', '.join(sorted(missing))} missing; add them under OAuth & Permissions (or use manifest.yml) and"
            " install the app again"
        )
    spare = has - wanted
    return f"all {len(wanted)}" + (f", and {', '.join(sorted(spare))} that nothing needs" if spare and wanted else "")


def manifest_scopes(path: Path = MANIFEST) -> list[str]:
    """Return the scopes of the app's manifest, none where there is no manifest."""
    manifest: Mapping[str, Any] = read_manifest(path) if path.is_file() else {}
    return list(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", []))


async def _way_in(patient: Patient) -> str:
    patient.settings.needs_slack()
    if not patient.settings.socket_mode:
        return f"HTTP on port {patient.settings.port or wiring.HTTP_PORT}, with a signing secret"
    try:
        await patient.anonymous.apps_connections_open(app_token=patient.settings.secret("slack_app_token"))
    except slack_api.FAILURES as error:
        problem = slack_api.problem_of(error)
        if problem.cut_off or problem.retry_after:
            raise
        raise Unwell(
            f"Slack refuses SLACK_APP_TOKEN ({problem}); make one with the scope connections:write under Basic"
            " Information, and turn Socket Mode on"
        ) from None
    return "Socket Mode"


async def _channel(patient: Patient) -> str:
    patient.settings.needs_token()
    channels = Channels(patient.client)
    for what, name in patient.channels.items():
        if await channels.named(name) is None:
            raise Unwell(
                f"there is no channel {name} that the bot can see; make it, invite the bot, or set"
                f" {what.upper()}_CHANNEL"
            )
    return ", ".join(dict.fromkeys(patient.channels.values()))


async def _admin_key(patient: Patient) -> str:
    key = patient.settings.secret("openai_admin_key")
    async with AdminAPI(base_url=patient.settings.openai_base_url, admin_key=SecretStr(key)) as api:
        return f"an organisation with {len(await api.users())} people"


async def _promptlayer(patient: Patient) -> str:
    return await promptlayer.looked_at(patient.settings)


async def _database(patient: Patient) -> str:
    async with storage.opened(patient.settings) as database, storage.usable(database):
        return "SQLite, for one process" if database.single else "PostgreSQL"


async def _policy(patient: Patient) -> str:
    policy = load_policy(patient.policy_file, examples=examples(discover()))
    return f"{policy.name}, {len(policy.rules)} rules"


async def _approvers(patient: Patient) -> str:
    """Look the people up that the policy names. Raises ``Unwell`` with those who are not there."""
    policy = load_policy(patient.policy_file, examples=examples(discover()))
    patient.settings.needs_token()
    found = await who_is_missing(policy, patient.client, patient.identity)
    if found:
        more = f", and {len(found) - SHOWN} more (`policy check --people` lists them)" if len(found) > SHOWN else ""
        raise Unwell("; ".join(found[:SHOWN]) + more)
    return "everybody whom the policy names is there"


async def who_is_missing(
    policy: Policy, client: AsyncWebClient, identity: Callable[[], Awaitable[slack_api.Identity]]
) -> list[str]:
    """Return a sentence for each group, address or stage of the policy that has too few people in Slack."""
    directory = SlackDirectory(client=client, identity=identity)
    return [each async for each in shortages(policy, directory)]


async def _prices(patient: Patient) -> str:
    prices = load_prices(patient.settings.prices_file)
    return f"{len(prices.models)} models, as of {prices.as_of}"


async def _clock(patient: Patient) -> str:
    answer = await patient.anonymous.api_test()
    stated = answer.headers.get("date")
    if stated is None:
        return "Slack does not say the time"
    off = (datetime.now(UTC) - parsedate_to_datetime(stated)).total_seconds()
    if abs(off) > SKEW:
        raise Unwell(
            f"it is {abs(off):.0f} s {'ahead' if off > 0 else 'behind'}; set it by NTP, or Slack's requests are refused"
        )
    return "right"


OF_EACH = {"Slack token", "Slack scopes", "Requests channel", "Policy", "Approvers"}
"""What is looked at in each workspace."""

CHECKS: dict[str, Check] = {
    "Slack token": _token,
    "Slack scopes": _scopes,
    "Slack connection": _way_in,
    "Requests channel": _channel,
    "OpenAI admin key": _admin_key,
    "Database": _database,
    "Policy": _policy,
    "Approvers": _approvers,
    "Prices": _prices,
    "Clock": _clock,
}
