"""``report showback``, ``commitments`` and ``raises``: what finance reads about money, as CSV."""

import asyncio
import contextlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, TextIO

import typer
from pydantic import SecretStr

from bot.cli import storage, wiring
from bot.cli.audit import target as whole
from bot.settings import Settings, Storage
from workflows.admin_api import AdminAPI
from workflows.budgets.months import utc_day
from workflows.commitment import Commitment, commitment, commitment_of
from workflows.organization import Organization
from workflows.policy import Alerts, Policy, load_policy
from workflows.reports.figures import Figures
from workflows.reports.month import month_named
from workflows.reports.sheets import commitment_lines, raise_lines, showback_lines
from workflows.store import Database

Output = Annotated[Path | None, typer.Option("-o", "--output", help="A file; left out, standard output.")]


def add_to(app: typer.Typer) -> None:
    """Add the command group to the command line."""
    group = typer.Typer(help="Report on money, as CSV.", no_args_is_help=True, rich_markup_mode=None)
    group.command()(showback)
    group.command()(commitments)
    group.command()(raises)
    app.add_typer(group, name="report")


def showback(
    month: Annotated[str, typer.Option(metavar="MONTH", help="Like 2026-11; left out, the last one.")] = "",
    output: Output = None,
) -> None:
    """Write what a month cost, by cost centre and project; it adds up to the organisation's costs."""
    period = month_named(month, utc_day(wiring.now()))
    asyncio.run(_showback(period, output))


def commitments(output: Output = None) -> None:
    """Write what the approved limits add up to, by cost centre, against the organisation's limit."""
    asyncio.run(_commitments(output))


def raises(
    month: Annotated[str, typer.Option(metavar="MONTH", help="Only those that stood in it, like 2026-11.")] = "",
    output: Output = None,
) -> None:
    """Write every budget that was given for a time: from what to what, by whom, until when, and what became of it."""
    period = month_named(month, utc_day(wiring.now())) if month else None
    asyncio.run(_raises(period, output))


async def _showback(period: str, output: Path | None) -> None:
    async with storage.opened(Storage.load()) as database, storage.usable(database):
        _write(showback_lines(await _figures(database).showback(period)), output)


async def _commitments(output: Path | None) -> None:
    settings = Settings.load()
    async with storage.opened(settings) as database, storage.usable(database):
        policy = load_policy(settings.policy_file)
        found = await _figures(database, policy).commitments(await _whole(database, settings, policy))
        _write(commitment_lines(found), output)


async def _raises(period: str | None, output: Path | None) -> None:
    async with storage.opened(Storage.load()) as database, storage.usable(database):
        _write(raise_lines(await _figures(database).raises(period)), output)


def _figures(database: Database, policy: Policy | None = None) -> Figures:
    return Figures(database=database, alerts=lambda: policy.alerts if policy else Alerts(), now=wiring.now)


async def _whole(database: Database, settings: Settings, policy: Policy) -> Commitment:
    """Return what all limits add up to, against OpenAI's limit where there is a key to ask for it."""
    if settings.openai_admin_key is None:
        async with database.read() as work:
            budget = policy.alerts.organization
            return commitment_of(await work.limits(), budget.monthly if budget is not None else None)
    key = SecretStr(settings.secret("openai_admin_key"))
    async with AdminAPI(base_url=settings.openai_base_url, admin_key=key) as api:
        return await commitment(Organization(api=api, database=database, now=wiring.now), policy.alerts)


def _write(lines: Iterable[str], output: Path | None) -> None:
    with target(output) as file:
        file.writelines(lines)


@contextlib.contextmanager
def target(output: Path | None) -> Iterator[TextIO]:
    """Yield where the lines go: standard output, or a file that appears under its name only when it is whole."""
    if output is None:
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr] # it is a real stream here
        yield sys.stdout
        sys.stdout.flush()
        return
    with whole(output) as part, part.open("w", encoding="utf-8", newline="") as file:
        yield file
