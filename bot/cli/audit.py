"""``audit export`` and ``audit verify``: the log as a file, and the proof that nobody altered it."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer

from bot.cli import storage
from bot.cli.ending import CannotRun
from bot.settings import Storage
from workflows.audit.export import csv_lines, jsonl_lines
from workflows.audit.filters import Filter
from workflows.audit.reading import read_export
from workflows.audit.verify import Verified, Verifier, verify
from workflows.store import UnitOfWork


class Format(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


LINES: dict[Format, Callable[..., AsyncIterator[str]]] = {Format.CSV: csv_lines, Format.JSONL: jsonl_lines}
Moment = Annotated[str, typer.Option(metavar="DATE", help="A day, or a moment as ISO 8601 writes it; UTC.")]


def commands() -> typer.Typer:
    """Return the command group."""
    app = typer.Typer(help="Export the audit log, and prove it whole.", no_args_is_help=True, rich_markup_mode=None)
    app.command()(export)
    app.command(name="verify")(verify_log)
    return app


def export(
    form: Annotated[Format, typer.Option("--format", help="How each entry is written.")] = Format.CSV,
    since: Moment = "",
    until: Annotated[str, typer.Option(metavar="DATE", help="The last day, or the moment before which; UTC.")] = "",
    project: Annotated[str, typer.Option(help="Only this project, by id or name.")] = "",
    kind: Annotated[str, typer.Option(help="Only this kind of request.")] = "",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A file; left out, standard output.")] = None,
) -> None:
    """Write the audit log, entry by entry."""
    only = Filter(since=_moment("--since", since), until=_end("--until", until), project=project, kind=kind)
    asyncio.run(_export(form, only, output))


def verify_log(
    file: Annotated[Path | None, typer.Argument(help="An exported file; left out, the database.")] = None,
    *,
    filtered: Annotated[bool, typer.Option("--filtered", help="The export left entries out.")] = False,
) -> None:
    """Check the chain of hashes; exit code 1 and the first broken entry when it was altered."""
    verified = verify(read_export(file), filtered=filtered) if file else asyncio.run(_verify_database())
    if not verified.count:
        typer.echo("The log is empty.")
        return
    typer.echo(f"{verified.count:,} entries verified; the last is {verified.head.seq}, with hash {verified.head.hash}.")


def _moment(option: str, text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise CannotRun(f"{option} {text} is no date: write it like 2026-11-30") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _end(option: str, text: str) -> datetime | None:
    """Return the moment before which; of a day, its end."""
    with contextlib.suppress(ValueError):
        if len(text) == len("2026-11-30"):
            return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), UTC)
    return _moment(option, text)


async def _export(form: Format, only: Filter, output: Path | None) -> None:
    async with storage.opened(Storage.load()) as database, storage.usable(database) as work:
        only = await _by_id(work, only)
        with target(output) as file:
            async for line in LINES[form](work.audit_entries(only)):
                file.write(line)


async def _by_id(work: UnitOfWork, only: Filter) -> Filter:
    """Put the id in place of a project's name. Raises ``CannotRun`` for a name that two projects have."""
    named = await work.projects_named(only.project) if only.project else []
    if len(named) > 1:
        ids = ", ".join(each.id for each in named)
        raise CannotRun(f"Two projects are named {only.project}: choose one of {ids}")
    return Filter(**{**vars(only), "project": named[0].id if named else only.project})


@contextlib.contextmanager
def target(output: Path | None) -> Iterator[TextIO]:
    """Yield where the lines go; a file appears under its name only when it is whole."""
    if output is None:
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr] # it is a real stream here
        yield sys.stdout
        sys.stdout.flush()
        return
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(output)
    except OSError as problem:
        raise CannotRun(f"{output} cannot be written: {problem.strerror}") from None
    finally:
        part.unlink(missing_ok=True)


async def _verify_database() -> Verified:
    verifier = Verifier()
    async with storage.opened(Storage.load()) as database, storage.usable(database) as work:
        head = await work.audit_head()
        async for entry in work.audit_entries():
            verifier.feed(entry)
    return verifier.finish(head)
