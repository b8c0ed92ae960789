"""``sandbox openai`` and ``sandbox slack``: each sandbox alone, to try and to test against."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx
import typer
import yaml
from starlette.types import ASGIApp

from bot.cli.ending import CannotRun, until_asked
from sandbox import openai, scenario, slack
from sandbox.openai.traffic import live
from sandbox.scenario.company import address
from sandbox.serving import serving

LOOPBACK = {"127.0.0.1", "::1", "localhost"}

Port = Annotated[int, typer.Option(min=0, max=65535, help="On 127.0.0.1; 0 takes any that is free.")]
Empty = Annotated[bool, typer.Option("--empty", help="Begin without the people and projects of the demo.")]
Data = Annotated[Path | None, typer.Option(help="A folder that keeps the state.")]


def add_to(app: typer.Typer) -> None:
    """Add the command group to the command line."""
    group = typer.Typer(
        help="Run a local OpenAI organisation or Slack workspace.", no_args_is_help=True, rich_markup_mode=None
    )
    group.command(name="openai")(openai_organisation)
    group.command(name="slack")(slack_workspace)
    group.command(name="traffic")(model_traffic)
    app.add_typer(group, name="sandbox")


def openai_organisation(
    port: Port = 8401,
    admin_key: Annotated[str | None, typer.Option(help="The admin key; left out, one is made up.")] = None,
    data: Data = None,
    *,
    empty: Empty = False,
    rehearsal: Annotated[
        bool, typer.Option("--rehearsal", help="Begin with the oddities that users of the real API report.")
    ] = False,
) -> None:
    """Run a local OpenAI organisation: one JSON line with its address and key, then it serves."""
    organization = organisation_at(data, admin_key)
    try:
        if not empty and organization.people.by_email(address("olivia")) is None:
            asyncio.run(scenario.furnish(slack.Workspace(), organization))
        if rehearsal:  # only now: who fills it would meet them too
            organization.change_settings({"rehearsal": True})
        asyncio.run(_serve(openai.create_app(organization), port, lambda address: _organisation(address, organization)))
    finally:
        organization.close()


def slack_workspace(
    port: Port = 8400,
    manifest: Annotated[Path | None, typer.Option(help="The app; left out, it may do everything.")] = None,
    request_url: Annotated[str | None, typer.Option(help="Where signed HTTP delivery goes.")] = None,
    openai_url: Annotated[
        str | None, typer.Option(help="The local OpenAI organisation that the page shows beside the conversation.")
    ] = None,
    data: Data = None,
    *,
    empty: Empty = False,
) -> None:
    """Run a local Slack workspace: one JSON line with its addresses and tokens, then it serves."""
    shown = None if openai_url is None else local_organisation(openai_url)
    workspace = workspace_at(data, manifest, request_url)
    if not empty:
        asyncio.run(scenario.furnish(workspace, openai.Organization()))
    app = slack.create_app(workspace, openai_url=shown)
    asyncio.run(_serve(app, port, lambda address: _workspace(address, workspace)))


def model_traffic(
    base_url: Annotated[str, typer.Option(envvar="OPENAI_BASE_URL", help="The organisation's address, with /v1.")],
    key: Annotated[list[str], typer.Option(envvar="OPENAI_API_KEY", help="A project's key; may be given again.")],
    days: Annotated[
        float, typer.Option(min=0.001, max=366, help="How long to live; 0.01 is a quarter of an hour.")
    ] = 30,
    seed: Annotated[int, typer.Option(help="The same number makes the same calls.")] = 1,
    calls: Annotated[int, typer.Option(min=1, help="About as many calls a key makes on a weekday.")] = 60,
) -> None:
    """Live a company's days through keys of a local organisation, on its clock: a line a day and a summary."""
    try:
        asyncio.run(live(base_url, key, say=typer.echo, days=days, seed=seed, weekday_calls=calls))
    except ValueError as problem:
        raise CannotRun(str(problem)) from None
    except httpx.HTTPStatusError:
        raise CannotRun(f"{base_url} has no clock to move: it is no local organisation") from None
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise CannotRun(f"{base_url} cannot be reached: {problem}") from None


def organisation_at(data: Path | None, admin_key: str | None = None) -> openai.Organization:
    """Return the organisation kept in *data*, or a new one. Raises ``CannotRun``."""
    try:
        return openai.Organization(admin_key=admin_key, data=data)
    except (OSError, ValueError) as problem:
        raise CannotRun(f"The organisation in {data} cannot be used: {problem}") from None


def workspace_at(data: Path | None, manifest: Path | None, request_url: str | None = None) -> slack.Workspace:
    """Return the workspace kept in *data*, or a new one. Raises ``CannotRun``."""
    described = read_manifest(manifest) if manifest else None
    try:
        return slack.Workspace(manifest=described, request_url=request_url, data=data)
    except (OSError, ValueError) as problem:
        raise CannotRun(f"The workspace cannot be used: {problem}") from None


def local_organisation(url: str) -> str:
    """Return the address without ``/v1``. Raises ``CannotRun`` unless it is one of this machine."""
    try:
        address = urlsplit(url)
        is_local = address.scheme == "http" and address.hostname in LOOPBACK and address.port is not None
    except ValueError:
        is_local = False
    if not is_local:
        raise CannotRun(f"--openai-url {url} is no address on this machine, such as http://127.0.0.1:8401")
    return f"http://{address.netloc}"


def read_manifest(path: Path) -> dict[str, Any]:
    """Return a manifest, YAML or JSON. Raises ``CannotRun``."""
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except OSError as problem:
        raise CannotRun(f"{path} cannot be read: {problem.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise CannotRun(f"{path} is no YAML") from None
    if not isinstance(found, dict):
        raise CannotRun(f"{path} is no app manifest")
    return found


async def _serve(app: ASGIApp, port: int, described: Any) -> None:
    async with until_asked() as asked:
        try:
            async with serving(app, port) as address:
                typer.echo(json.dumps(described(address)))
                await asked.wait()
        except OSError:
            raise CannotRun(f"Port {port} is taken: choose another with --port") from None


def _organisation(address: str, organization: openai.Organization) -> Mapping[str, Any]:
    base_url = f"{address}/v1"
    environment = {"OPENAI_BASE_URL": base_url, "OPENAI_ADMIN_KEY": organization.admin_key}
    return {
        "url": address,
        "base_url": base_url,
        "admin_key": organization.admin_key,
        "sandbox_url": f"{address}/_sandbox/",
        "environment": environment,
    }


def _workspace(address: str, workspace: slack.Workspace) -> Mapping[str, Any]:
    tokens = workspace.tokens
    environment = {
        "SLACK_API_URL": f"{address}/api/",
        "SLACK_BOT_TOKEN": tokens.bot,
        "SLACK_APP_TOKEN": tokens.app,
        "SLACK_SIGNING_SECRET": tokens.signing_secret,
    }
    return {
        "url": address,
        "api_url": environment["SLACK_API_URL"],
        "sandbox_url": f"{address}/_sandbox/",
        "team": workspace.id,
        "tokens": {"bot": tokens.bot, "app": tokens.app, "signing_secret": tokens.signing_secret},
        "environment": environment,
    }
