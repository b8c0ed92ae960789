"""Builds every object once, hands it down, and takes everything apart again in the right order."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette

from bot import app as bolt
from bot import server, slack_api
from bot.audit_feed import AuditFeed
from bot.background import beside
from bot.cli import health
from bot.cli.ending import CannotRun
from bot.cli.offices import Offices, Shared
from bot.cli.promptlayer import prompted
from bot.cli.pushing import pushed
from bot.cli.reaching import openai_reached
from bot.cli.reloading import reloading
from bot.cli.sites import Sites, listed_in, policy_files, sites_of
from bot.cli.storage import up_to_date
from bot.installations import NotInstalled
from bot.installations.flow import INSTALL_PATH
from bot.metrics import Metrics
from bot.notifier import Notifier
from bot.personal_pace import PersonalPace
from bot.pictures import Draw, drawing
from bot.settings import WHERE, Settings
from bot.socket_mode import SocketMode
from workflows.budgets import Budgets
from workflows.budgets.collector import EVERY
from workflows.custody import Custodian
from workflows.executor import Executor
from workflows.kinds import discover, examples
from workflows.limit_guard import LimitGuard
from workflows.organization import Organization
from workflows.policy import load_policy
from workflows.prices import load_prices
from workflows.relay import Answering
from workflows.scheduler import WATCH, Scheduler
from workflows.service import Service
from workflows.store import Database

ANYWHERE = "0.0.0.0"  # noqa: S104 - a platform's router reaches us from outside; only verified requests do anything
HTTP_PORT = 3000
DRAIN = 10.0
"""Seconds that what is under way may take after the process was asked to stop."""

FIRST_ANSWER = 10.0
"""Seconds to wait for Slack's first answer before the start goes on without it."""

NOTIFY_EVERY, NOTIFY_SELDOM = 1.0, 30.0
"""Seconds between two looks at the outbox; the second notifier is for what comes while the first one waits."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Everything that ``web`` and ``worker`` are made of."""

    settings: Settings
    database: Database
    organization: Organization
    budgets: Budgets
    offices: Offices
    sites: Sites
    scheduler: Scheduler
    answering: Answering
    app: AsyncApp
    metrics: Metrics

    @property
    def service(self) -> Service:
        """What people of the home workspace can do."""
        return self.offices.home.service


def now() -> datetime:
    """Return the time, UTC: the clock that is handed down."""
    return datetime.now(UTC)


@contextlib.asynccontextmanager
async def assembled(
    settings: Settings,
    *,
    migrate: bool,
    holds_key: bool = True,
    draw: Draw | None = None,
    costs_every: timedelta = EVERY,
) -> AsyncIterator[Parts]:
    """Build everything for the block; at its end wait for what runs beside it and close every connection.

    Without *holds_key* OpenAI is reached by asking a worker, which needs PostgreSQL or a worker in this process.
    *draw* is another way to draw charts than in a process of their own, *costs_every* is between two readings of costs.

    Raises ``SettingsInvalid``, ``PolicyInvalid`` or ``CannotRun``.
    """
    settings.needs_token()
    kinds = discover()
    listed = listed_in(settings)
    tried = examples(kinds)
    policies = {each: load_policy(file, examples=tried) for each, file in policy_files(settings, listed).items()}
    prices = load_prices(settings.prices_file)
    async with contextlib.AsyncExitStack() as stack:
        database = await stack.enter_async_context(up_to_date(settings, migrate=migrate))
        metrics = Metrics(database)
        session = await stack.enter_async_context(slack_api.open_session(metrics.slack_called))
        api, keyring = await stack.enter_async_context(
            openai_reached(settings, database, metrics, now, holds_key=holds_key)
        )
        organization = Organization(api=api, database=database, now=now)
        sites = sites_of(settings, listed, session, database, now)
        shared = Shared(
            settings=settings,
            database=database,
            organization=organization,
            keyring=keyring,
            kinds=kinds,
            prices=prices,
            background=await stack.enter_async_context(beside(DRAIN)),
            draw=await stack.enter_async_context(drawing(draw)),
            now=now,
        )
        offices = Offices(sites, policies, shared)
        budgets = Budgets(
            api=api,
            organization=organization,
            directory=offices.directory,
            database=database,
            alerts=offices.alerts,
            prices=prices,
            now=now,
            every=costs_every,
        )
        rooms = {each.site.id: each.room(budgets) for each in offices.all}
        notifier = Notifier(database=database, rooms=rooms.get, observe=metrics.notified)
        scheduler = Scheduler(
            services=[each.service for each in offices.all],
            executor=Executor(api=api, database=database, kinds=kinds, now=now, changed=organization.forget),
            custodian=Custodian(keyring=keyring, database=database, now=now),
            guard=LimitGuard(api=api, database=database, now=now),
            organization=organization,
            budgets=budgets,
            reports=[each.reports for each in offices.all],
            database=database,
            now=now,
            watch=min(costs_every, WATCH),
            more=await stack.enter_async_context(prompted(settings, database, now))
            | {"notify": (notifier.run_due, NOTIFY_EVERY), "notify 2": (notifier.run_due, NOTIFY_SELDOM)}
            | pushed(settings, database, now),
        )
        app = bolt.build(
            client=slack_api.client(None, settings.slack_api_url, session),
            signing_secret=settings.secret("slack_signing_secret") if settings.slack_signing_secret else "",
            served=offices.served,
            observe=metrics.delivered,
            too_fast=metrics.too_fast,
            pace=PersonalPace(at_once=settings.acts_per_minute),
        )
        for each in offices.all:
            await stack.enter_async_context(reloading(each.service, each.site.policy_file))
        await stack.enter_async_context(database.listening())
        yield Parts(
            settings=settings,
            database=database,
            organization=organization,
            budgets=budgets,
            offices=offices,
            sites=sites,
            scheduler=scheduler,
            answering=Answering(api=api, keyring=keyring, database=database, now=now),
            app=app,
            metrics=metrics,
        )


@contextlib.asynccontextmanager
async def working(parts: Parts) -> AsyncIterator[None]:
    """Run the worker's jobs for the block."""
    async with contextlib.AsyncExitStack() as stack:
        if not parts.database.single:  # with SQLite there is nobody who could ask
            await stack.enter_async_context(parts.answering.running(DRAIN))
        await parts.scheduler.start()
        stack.push_async_callback(parts.scheduler.stop, DRAIN)
        yield


@contextlib.asynccontextmanager
async def listening(parts: Parts, *, works: bool = True, host: str = ANYWHERE) -> AsyncIterator[SocketMode | None]:
    """Take what Slack brings for the block, by the Socket Mode that is yielded or over HTTP.

    *works* says that this process is a worker too. Raises ``CannotRun`` for a taken port.
    """
    if not parts.settings.socket_mode:
        checks = health.checks(parts.database, scheduler=parts.scheduler if works else None)
        web = server.build(
            metrics=parts.metrics, checks=checks, app=parts.app, feed=_feed(parts), flow=parts.sites.flow
        )
        async with _web(parts, web, host):
            yield None
        return
    token = parts.settings.secret("slack_app_token")
    async with SocketMode(app=parts.app, app_token=token) as sockets, measured(parts, sockets, works=works, host=host):
        _accepted("slack_app_token", await sockets.first_attempt(FIRST_ANSWER))
        yield sockets


async def recognised(parts: Parts) -> None:
    """Ask Slack whether it knows our token; an outage is no reason not to start. Raises ``CannotRun``.

    Nor is a workspace in which the app is not installed yet.
    """
    for site in parts.sites.all:
        try:
            await site.identity()
        except NotInstalled:
            log.warning("not_installed", team=site.team, mend=f"open {INSTALL_PATH} and install it")
        except slack_api.FAILURES as error:
            problem = str(slack_api.problem_of(error))
            _accepted("slack_bot_token", problem)
            log.warning("slack_does_not_answer", problem=problem)


def _accepted(name: str, problem: str) -> None:
    if problem in slack_api.TOKEN_REFUSED:
        raise CannotRun(f"Slack refuses {name.upper()} ({problem}): {WHERE[name]}")


@contextlib.asynccontextmanager
async def measured(
    parts: Parts, sockets: SocketMode | None = None, *, works: bool = True, host: str = ANYWHERE
) -> AsyncIterator[None]:
    """Serve health and metrics on ``PORT`` for the block, if it is set."""
    if parts.settings.port is None:
        yield
        return
    checks = health.checks(parts.database, scheduler=parts.scheduler if works else None, sockets=sockets)
    flow = parts.sites.flow if sockets is not None else None  # a worker takes nothing from outside
    web = server.build(metrics=parts.metrics, checks=checks, feed=_feed(parts), flow=flow)
    async with _web(parts, web, host):
        yield


@contextlib.asynccontextmanager
async def _web(parts: Parts, web: Starlette, host: str) -> AsyncIterator[None]:
    port = parts.settings.port or HTTP_PORT
    async with contextlib.AsyncExitStack() as stack:
        try:
            address = await stack.enter_async_context(server.serving(web, port, host=host))
        except OSError:
            raise CannotRun(f"Port {port} is taken: choose another with PORT") from None
        log.info("serving", address=address)
        yield


def _feed(parts: Parts) -> AuditFeed | None:
    token = parts.settings.audit_token
    return AuditFeed(parts.database, token) if token is not None else None
