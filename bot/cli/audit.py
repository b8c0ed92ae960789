"""``audit export``, ``audit verify`` and ``audit prune``: the log as a file, its proof, and its retention."""

import asyncio
import contextlib
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import storage
from bot.cli.ending import CannotRun
from bot.cli.noting import note, operator
from bot.cli.pruning import pruned
from bot.settings import Storage
from workflows.audit.filters import Filter
from workflows.audit.formats import Format, write, write_text
from workflows.audit.reading import read_export
from workflows.audit.verify import Head, Verified, Verifier, head_of, verify
from workflows.store import UnitOfWork

Moment = Annotated[str, typer.Option(metavar="DATE", help="A day, or a moment as ISO 8601 writes it; UTC.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="A file; left out, standard output.")]


def add_to(app: typer.Typer) -> None:
    """Add the command group to the command line."""
    group = typer.Typer(help="Export the audit log, and prove it whole.", no_args_is_help=True, rich_markup_mode=None)
    group.command()(export)
    group.command(name="verify")(verify_log)
    group.command()(prune)
    app.add_typer(group, name="audit")


def export(
    form: Annotated[Format, typer.Option("--format", help="How each entry is written.")] = Format.CSV,
    since: Moment = "",
    until: Annotated[str, typer.Option(metavar="DATE", help="The last day, or the moment before which; UTC.")] = "",
    project: Annotated[str, typer.Option(help="Only this project, by id or name.")] = "",
    kind: Annotated[str, typer.Option(help="Only this kind of request.")] = "",
    after: Annotated[int, typer.Option(metavar="SEQ", help="Only what came after this entry: a cursor.", min=0)] = 0,
    output: Output = None,
) -> None:
    """Write the audit log, entry by entry."""
    if form is Format.PARQUET and output is None:
        raise CannotRun("Parquet is no text: name a file with -o")
    only = Filter(
        since=_moment("--since", since), until=_end("--until", until), project=project, kind=kind, after=after
    )
    asyncio.run(_export(form, only, output))


def verify_log(
    file: Annotated[Path | None, typer.Argument(help="An exported file; left out, the database.")] = None,
    *,
    filtered: Annotated[bool, typer.Option("--filtered", help="The export left entries out.")] = False,
    after: Annotated[
        str, typer.Option(metavar="SEQ:HASH", help="The entry that the file follows, as it was noted earlier.")
    ] = "",
    anchor: Annotated[
        list[str] | None,
        typer.Option(metavar="SEQ:HASH", help="An entry as it was noted earlier, such as a daily anchor; repeatable."),
    ] = None,
) -> None:
    """Check the chain of hashes; exit code 1 and the first broken entry when it was altered."""
    anchors = [_head("--anchor", each) for each in anchor or []]
    floor = _head("--after", after) if after else None
    if file is None and (floor or filtered):
        raise CannotRun("--after and --filtered are about a file: name it")
    verified = (
        verify(read_export(file), filtered=filtered, floor=floor, anchors=anchors)
        if file
        else asyncio.run(_verify_database(anchors))
    )
    if not verified.count:
        typer.echo("The log is empty.")
        return
    begins = f" They follow entry {verified.floor.seq}, with hash {verified.floor.hash}." if verified.floor.seq else ""
    typer.echo(
        f"{verified.count:,} entries verified; the last is {verified.head.seq}, with hash {verified.head.hash}.{begins}"
    )


def prune(
    before: Annotated[
        str, typer.Option(metavar="DATE", help="Everything before this day or moment, UTC, is archived.")
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="The archive, in JSON lines; a file that is not there.")
    ],
    *,
    unpushed: Annotated[bool, typer.Option("--unpushed", help="Also what the collector does not have yet.")] = False,
) -> None:
    """Move the oldest part of the log into an archive that verifies, and remove it from the database."""
    if (moment := _moment("--before", before)) is None:
        raise CannotRun("--before is empty: write a date like 2026-11-30")
    if output.exists():
        raise CannotRun(f"{output} is there already: an archive is never written over")
    asyncio.run(_prune(moment, output, unpushed=unpushed))


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


def _head(option: str, text: str) -> Head:
    try:
        return head_of(text)
    except ValueError:
        raise CannotRun(f"{option} {text[:80]} names no entry: write its number, a colon and its hash") from None


async def _export(form: Format, only: Filter, output: Path | None) -> None:
    async with storage.opened(Storage.load()) as database:
        async with storage.usable(database) as work:
            only = await _by_id(work, only)
        await note(database, "exported", filter=as_json(only), format=form.value)
        async with database.read() as work:
            batches = work.audit_batches(only)
            if output is None:
                sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr] # a real stream here
                await write_text(batches, form, sys.stdout)
                sys.stdout.flush()
                return
            with target(output) as part:
                await write(batches, form, part)


def as_json(only: Filter) -> dict[str, str | int]:
    """Return what was asked for as the log has it."""
    return {
        "since": only.since.isoformat() if only.since else "",
        "until": only.until.isoformat() if only.until else "",
        "project": only.project,
        "kind": only.kind,
        "after": only.after,
    }


async def _by_id(work: UnitOfWork, only: Filter) -> Filter:
    """Put the id in place of a project's name. Raises ``CannotRun`` for a name that two projects have."""
    named = await work.projects_named(only.project) if only.project else []
    if len(named) > 1:
        ids = ", ".join(each.id for each in named)
        raise CannotRun(f"Two projects are named {only.project}: choose one of {ids}")
    return Filter(**{**vars(only), "project": named[0].id if named else only.project})


@contextlib.contextmanager
def target(output: Path) -> Iterator[Path]:
    """Yield the file to write; it appears under its name only when it is whole."""
    part = output.with_name(f"{output.name}.part")
    try:
        yield part
        part.replace(output)
    except OSError as problem:
        raise CannotRun(f"{output} cannot be written: {problem.strerror}") from None
    finally:
        part.unlink(missing_ok=True)


async def _verify_database(anchors: Sequence[Head]) -> Verified:
    async with storage.opened(Storage.load()) as database, storage.usable(database) as work:
        verifier = Verifier(floor=await work.audit_floor(), archived=True, anchors=anchors)
        head = await work.audit_head()
        async with contextlib.aclosing(work.audit_batches()) as batches:
            async for batch in batches:
                verifier.feed_all(batch)
    return verifier.finish(head)


async def _prune(before: datetime, output: Path, *, unpushed: bool) -> None:
    async with storage.opened(Storage.load()) as database:
        async with storage.usable(database):
            pass
        try:
            through, count = await pruned(database, before, output, operator=operator(), unpushed=unpushed)
        except OSError as problem:
            raise CannotRun(f"{output} cannot be written: {problem.strerror}") from None
    typer.echo(f"{count:,} entries are in {output} now and not in the database; the last is {through.seq}.")
