"""``workspaces``: several workspaces that install the app, and which of them a project is governed from."""

import asyncio
from typing import Annotated

import typer

from bot import slack_api
from bot.cli import storage, wiring
from bot.cli.ending import CannotRun
from bot.cli.noting import noted
from bot.cli.sites import listed_in, sites_of
from bot.installations import Listed, NotInstalled
from bot.sealing import new_key
from bot.settings import Settings
from workflows.model import Project
from workflows.store import UnitOfWork


def add_to(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    group = typer.Typer(
        help="Serve several workspaces that install the app.", no_args_is_help=True, rich_markup_mode=None
    )
    group.command(name="key")(key)
    group.command(name="list")(list_all)
    group.command(name="assign")(assign)
    app.add_typer(group, name="workspaces")


def key() -> None:
    """Print a new key for INSTALLATIONS_KEY; it is kept nowhere."""
    typer.echo(new_key())


def list_all() -> None:
    """Say of each workspace in WORKSPACES_FILE whether the app is installed, and how many projects it governs."""
    asyncio.run(_list(Settings.load()))


def assign(
    project: Annotated[str, typer.Argument(help="A project's id, or its name.")],
    team: Annotated[str, typer.Argument(help="The workspace that it is governed from, by Slack's id.")],
) -> None:
    """Have a project governed from another workspace: by its policy, and by its people."""
    asyncio.run(_assign(Settings.load(), project, team))


async def _list(settings: Settings) -> None:
    listed = _listed(settings)
    async with storage.up_to_date(settings, migrate=False) as database, slack_api.open_session() as session:
        installations = sites_of(settings, listed, session, database, wiring.now).installations
        for each in listed:
            async with database.of(each.id).read() as work:
                count = sum(not project.archived for project in await work.projects())
            try:
                has = "the app is installed" if installations and await installations.of(each) else ""
            except NotInstalled:
                has = "the app is not installed"
            typer.echo(f"{each.team}{' (home)' if not each.id else ''}: {has}, {_counted(count)}")


def _counted(projects: int) -> str:
    return "1 project" if projects == 1 else f"{projects} projects"


async def _assign(settings: Settings, project: str, team: str) -> None:
    listed = {each.team: each for each in _listed(settings)}
    if team not in listed:
        raise CannotRun(f"{team} is not in WORKSPACES_FILE; there are {', '.join(listed)}")
    async with storage.up_to_date(settings, migrate=False) as database, database.begin() as work:
        found = await _found(work, project)
        before = await work.workspace_of(found.id)
        await work.assign_project(found.id, listed[team].id)
        await work.append(noted("project_assigned", project=found.id, name=found.name, before=before, team=team))
    typer.echo(f"{found.name} is governed from {team} now. Its requests of before stay where they were asked for.")


async def _found(work: UnitOfWork, project: str) -> Project:
    """Return the project with this id or name. Raises ``CannotRun``."""
    found = await work.project(project)
    named = [found] if found is not None else await work.projects_named(project)
    if len(named) != 1:
        problem = f"{len(named)} projects are called {project}: give its id" if named else f"No project is {project}"
        raise CannotRun(problem)
    return named[0]


def _listed(settings: Settings) -> list[Listed]:
    """Return the workspaces that are served. Raises ``SettingsInvalid``, ``CannotRun`` or ``PolicyInvalid``."""
    settings.needs_token()
    if not settings.several:
        raise CannotRun("One workspace is served here, whose SLACK_BOT_TOKEN is given: see docs/workspaces.md")
    return list(listed_in(settings))
