"""``demo``: both sandboxes, the bot, a worker and a company to play with, in one process."""

import asyncio
import contextlib
import os
import sys
import tempfile
import time
import webbrowser
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import httpx
import structlog
import typer

from bot import logs, server
from bot.cli import wiring
from bot.cli.ending import CannotRun, until_asked
from bot.cli.sandbox import organisation_at, workspace_at
from bot.settings import Settings
from sandbox import openai, scenario, slack
from sandbox.serving import HOST, serving

log = structlog.get_logger(__name__)

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
"""Beside the packages in a checkout; an installed package goes without, and then the app may do everything."""

READY_LIMIT = 10.0
"""Seconds to wait for the bot's connection to the workspace."""

COSTS_EVERY = timedelta(seconds=5)
"""Who tries a key here wants to see what it costs while they look; the local organisation has no pace to keep to."""

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(demo)


def demo(
    port: Annotated[
        int, typer.Option(min=1, max=65533, help="The Slack workspace; the next two are taken too.")
    ] = 8400,
    *,
    open_page: Annotated[bool | None, typer.Option("--open/--no-open", help="Open the page in a browser.")] = None,
    data: Annotated[Path | None, typer.Option(help="A folder that keeps everything until the next time.")] = None,
) -> None:
    """Try it: a local Slack workspace and a local OpenAI organisation, with the bot between them."""
    taken = server.free((port, port + 1, port + 2), HOST)
    if taken is not None:
        raise CannotRun(f"Port {taken} is taken: choose another with --port")
    logs.configure(os.environ.get("LOG_LEVEL", "").upper() or "WARNING")
    with _folder(data) as folder, _direct():
        asyncio.run(_demo(port, folder, open_page=_has_screen() if open_page is None else open_page))


@contextlib.contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    if data is None:
        with tempfile.TemporaryDirectory(prefix="countersign-demo-") as made:
            yield Path(made)
        return
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise CannotRun(f"--data {data} cannot be used: {problem.strerror}") from None
    yield data


@contextlib.contextmanager
def _direct() -> Iterator[None]:
    """Forget the environment's proxies: everything here is on this machine, and Slack's SDK exempts nothing."""
    for each in PROXIES:
        os.environ.pop(each, None)
    yield


def _has_screen() -> bool:
    shown = sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return shown and sys.stdout.isatty()


async def _demo(port: int, folder: Path, *, open_page: bool) -> None:
    began = time.monotonic()
    organization = organisation_at(folder / "openai")
    workspace = workspace_at(folder / "slack", MANIFEST if MANIFEST.is_file() else None)
    async with until_asked() as asked, contextlib.AsyncExitStack() as stack:
        stack.callback(organization.close)
        known = await scenario.furnish(workspace, organization)  # first: what has always been there is no news
        openai_address = await stack.enter_async_context(serving(openai.create_app(organization), port + 1))
        app = slack.create_app(workspace, openai_url=openai_address)
        page = await stack.enter_async_context(serving(app, port))
        settings = _settings(page, openai_address, workspace, organization, folder, port + 2)
        parts = await stack.enter_async_context(wiring.assembled(settings, migrate=True, costs_every=COSTS_EVERY))
        await _register(parts, known)
        await stack.enter_async_context(wiring.working(parts))
        sockets = await stack.enter_async_context(wiring.listening(parts, host=HOST))
        if sockets is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(sockets.opened.wait(), READY_LIMIT)
        _say_ready(page, openai_address, port + 2, time.monotonic() - began)
        if open_page:
            await asyncio.to_thread(webbrowser.open, page)
        acting = asyncio.create_task(_act(page) if known else asyncio.sleep(0))
        await asked.wait()
        acting.cancel()
        await asyncio.gather(acting, return_exceptions=True)
        typer.echo("Stopping.")


async def _register(parts: wiring.Parts, known: Sequence[scenario.Known]) -> None:
    """Tell the registry what OpenAI has no field for, as if each project had once been asked for here."""
    async with parts.database.begin() as work:
        for each in known:
            facts = asdict(each)
            await work.learn_project(facts.pop("project_id"), **facts | {"owners": list(each.owners)})
    await parts.organization.refresh()
    await parts.budgets.collect()


async def _act(page: str) -> None:
    try:
        await scenario.act(page)
    except (TimeoutError, httpx.HTTPError) as problem:
        log.warning("the demo's people could not finish their morning", reason=str(problem))


def _settings(
    page: str,
    openai_address: str,
    workspace: slack.Workspace,
    organization: openai.Organization,
    folder: Path,
    port: int,
) -> Settings:
    """Return the settings of the demo; nothing of the real environment may reach a real workspace from here."""
    return Settings.load(
        slack_bot_token=workspace.tokens.bot,
        slack_app_token=workspace.tokens.app,
        slack_signing_secret=workspace.tokens.signing_secret,
        slack_api_url=f"{page}/api/",
        openai_admin_key=organization.admin_key,
        openai_base_url=f"{openai_address}/v1",
        database_url=f"sqlite:///{folder / 'countersign.db'}",
        policy_file=None,
        requests_channel="#requests",
        alerts_channel=None,
        security_channel=None,
        port=port,
    )


def _say_ready(page: str, openai_address: str, port: int, seconds: float) -> None:
    typer.echo(f"Countersign is ready after {seconds:.1f} s. Open {page} and be anybody.")
    typer.echo(f"  Slack workspace      {page}")
    typer.echo(f"  OpenAI organisation  {openai_address}/v1")
    typer.echo(f"  Health and metrics   http://{HOST}:{port}/metrics")
    typer.echo("Ctrl-C ends it.")
    sys.stdout.flush()
