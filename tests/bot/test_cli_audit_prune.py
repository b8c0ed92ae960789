"""``audit prune`` on both databases: the oldest part moves into an archive, and both parts verify."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.bot.audited import draft, edited, entries, run_sql, written
from tests.bot.said import in_thread
from tests.support.clock import Clock
from workflows.audit.verify import Head
from workflows.store import Database, tables
from workflows.store.audit_log import AuditLog, Pushed


async def test_the_oldest_part_moves_into_an_archive_and_both_parts_verify(
    capsys: pytest.CaptureFixture[str], database: Database, log: list[Any]
) -> None:
    said = await in_thread(capsys, "audit", "prune", "--before", "2026-11-23", "-o", "old.jsonl")

    assert (said.code, said.out.startswith("2 entries are in old.jsonl now")) == (0, True), said.err
    left = await written(database)
    assert [each.seq for each in left] == [3, 4, 5]
    assert left[-1].action == "pruned"
    told = json.loads(left[-1].data)
    assert (told["through"], told["hash"], told["count"]) == (2, log[1].hash, 2)
    archive = await in_thread(capsys, "audit", "verify", "old.jsonl")
    assert f"the last is 2, with hash {log[1].hash}" in archive.out
    database_says = await in_thread(capsys, "audit", "verify", "--anchor", f"2:{log[1].hash}")
    assert f"They follow entry 2, with hash {log[1].hash}" in database_says.out


async def test_the_archive_and_its_name_are_on_the_disk_before_anything_is_removed(
    capsys: pytest.CaptureFixture[str], log: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, remove = os.fsync, AuditLog.remove_entries

    def synced(opened: int) -> None:
        sync(opened)
        done.append(Path(f"/proc/self/fd/{opened}").readlink().name)

    async def removed(log: AuditLog, through: Head) -> int:
        done.append("removed")
        return await remove(log, through)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(AuditLog, "remove_entries", removed)

    said = await in_thread(capsys, "audit", "prune", "--before", "2026-11-23", "-o", "old.jsonl")

    assert said.code == 0, said.err
    assert done == ["old.jsonl.part", tmp_path.name, "removed"]


async def test_archives_follow_each_other(
    capsys: pytest.CaptureFixture[str], database: Database, log: list[Any]
) -> None:
    await in_thread(capsys, "audit", "prune", "--before", "2026-11-22", "-o", "a.jsonl")
    said = await in_thread(capsys, "audit", "prune", "--before", "2026-11-24", "-o", "b.jsonl")

    assert said.code == 0, said.err
    assert [each.seq for each in await written(database)] == [4, 5, 6]
    assert (await in_thread(capsys, "audit", "verify")).code == 0
    assert (await in_thread(capsys, "audit", "verify", "b.jsonl", "--after", f"1:{log[0].hash}")).code == 0


async def test_what_was_archived_and_then_cut_further_is_found(
    capsys: pytest.CaptureFixture[str], database: Database, log: list[Any]
) -> None:
    await in_thread(capsys, "audit", "prune", "--before", "2026-11-23", "-o", "old.jsonl")
    await run_sql(
        database,
        sa.delete(entries).where(entries.c.seq == 3),
        sa.update(tables.audit_floor).values(seq=3, hash=log[2].hash),
    )

    said = await in_thread(capsys, "audit", "verify")
    assert "no entry says that what was before was archived" in said.err


async def test_an_altered_log_is_not_archived(
    capsys: pytest.CaptureFixture[str], database: Database, log: list[Any], tmp_path: Path
) -> None:
    await edited(database, log)

    said = await in_thread(capsys, "audit", "prune", "--before", "2026-11-24", "-o", "old.jsonl")

    assert (said.code, said.err.startswith("Entry 2 was altered")) == (1, True)
    assert len(await written(database)) == len(log)
    assert list(tmp_path.glob("old.jsonl*")) == []  # noqa: ASYNC240 - a test's own folder


async def test_an_archive_is_never_written_over(
    capsys: pytest.CaptureFixture[str], database: Database, log: list[Any], tmp_path: Path
) -> None:
    (tmp_path / "old.jsonl").write_text("precious", "utf-8")

    said = await in_thread(capsys, "audit", "prune", "--before", "2026-11-24", "-o", "old.jsonl")

    assert (said.code, "is there already" in said.err) == (1, True)
    assert (tmp_path / "old.jsonl").read_text("utf-8") == "precious"
    assert len(await written(database)) == len(log)


async def test_there_may_be_nothing_to_archive(
    capsys: pytest.CaptureFixture[str], log: list[Any], tmp_path: Path
) -> None:
    said = await in_thread(capsys, "audit", "prune", "--before", "2020-01-01", "-o", "old.jsonl")

    assert (said.code, "no entry from before 2020-01-01" in said.err) == (1, True)
    assert list(tmp_path.glob("old.jsonl*")) == []  # noqa: ASYNC240 - a test's own folder


async def test_the_log_goes_on_after_the_archive(
    capsys: pytest.CaptureFixture[str], database: Database, log: list[Any]
) -> None:
    await in_thread(
        capsys, "audit", "prune", "--before", f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%d}", "-o", "x"
    )
    async with database.begin() as work:
        await work.append(draft("opened"))
        assert await work.audit_floor() == Head(seq=4, hash=log[-1].hash)

    assert [each.seq for each in await written(database)] == [5, 6]
    assert (await in_thread(capsys, "audit", "verify")).code == 0


async def test_what_the_collector_does_not_have_yet_is_not_archived_unless_it_is_said(
    capsys: pytest.CaptureFixture[str], database: Database, log: list[Any], clock: Clock, tmp_path: Path
) -> None:
    async with database.begin() as work:
        await work.save_pushed("an earlier one", Pushed(seq=0), clock())
        await work.save_pushed("siem", Pushed(seq=1), clock())
    command = ("audit", "prune", "--before", "2026-11-23", "-o", "old.jsonl")

    refused = await in_thread(capsys, *command)

    assert (refused.code, "pushed up to entry 1 only" in refused.err) == (1, True)
    assert len(await written(database)) == len(log)
    assert list(tmp_path.glob("old.jsonl*")) == []  # noqa: ASYNC240 - a test's own folder
    assert (await in_thread(capsys, "audit", "prune", "--before", "2026-11-22", "-o", "first.jsonl")).code == 0
    assert (await in_thread(capsys, *command, "--unpushed")).code == 0
    assert (await written(database))[0].seq == 3


async def test_entries_of_processes_whose_clocks_differ_are_archived_as_they_follow_each_other(
    capsys: pytest.CaptureFixture[str], database: Database, log: list[Any]
) -> None:
    day = datetime(2026, 11, 25, tzinfo=UTC)
    async with database.begin() as work:
        for seconds in (-9, 1, -1, 3):
            await work.append(replace(draft("opened"), at=day + timedelta(seconds=seconds)))

    said = await in_thread(capsys, "audit", "prune", "--before", "2026-11-25", "-o", "old.jsonl")

    assert said.code == 0, said.err
    assert next(each.seq for each in await written(database)) == 6
    assert (await in_thread(capsys, "audit", "verify")).code == 0
