"""``run``, ``web``, ``worker`` and ``migrate``: the bot itself."""

import asyncio
import contextlib

import structlog
import typer

from bot import logs
from bot.cli import storage, wiring
from bot.cli.ending import until_asked
from bot.cli.noting import configuration, note
from bot.settings import Settings, Storage

log = structlog.get_logger(__name__)


def add_to(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(run)
    app.command()(web)
    app.command()(worker)
    app.command()(migrate)


def run() -> None:
    """Run the bot and its worker in one process.

    Socket Mode when SLACK_APP_TOKEN is set, else HTTP on PORT.
    """
    asyncio.run(_run(listens=True, works=True))


def web() -> None:
    """Run only the part that talks to people, without the admin key; needs PostgreSQL and a worker beside it."""
    asyncio.run(_run(listens=True, works=False))


def worker() -> None:
    """Run only the part that carries out, tells and expires; needs PostgreSQL."""
    asyncio.run(_run(listens=False, works=True))


def migrate() -> None:
    """Bring the database's tables up to date."""
    asyncio.run(_migrate())


async def _run(*, listens: bool, works: bool) -> None:
    settings = Settings.load()
    logs.configure(settings.log_level)
    if listens:
        settings.needs_slack()
    settings.complete()
    settings.needs_token()
    if works:
        settings.secret("openai_admin_key")
    if not (listens and works):
        storage.needs_server(settings, "web" if listens else "worker")
    async with until_asked() as asked, contextlib.AsyncExitStack() as stack:
        stack.enter_context(storage.alone(settings))
        parts = await stack.enter_async_context(wiring.assembled(settings, migrate=listens and works, holds_key=works))
        await wiring.recognised(parts)
        start = configuration(settings, parts.offices.policies, listens=listens, works=works)
        await note(parts.database, "started", **start)
        if works:
            await stack.enter_async_context(wiring.working(parts))
        # Entered last, so left first: take nothing more, then finish what was taken.
        if listens:
            await stack.enter_async_context(wiring.listening(parts, works=works))
        else:
            await stack.enter_async_context(wiring.measured(parts))
        log.info("ready", listens=listens, works=works, socket_mode=settings.socket_mode)
        await asked.wait()
        log.info("stopping")


async def _migrate() -> None:
    settings = Storage.load()
    logs.configure(settings.log_level)
    async with storage.opened(settings, migrate=True):
        typer.echo("The database is up to date.")
