"""``audit export``, ``verify`` and ``prune`` on both databases: what they write, find and refuse."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.settings import Settings
from tests.bot.said import in_thread
from tests.support.clock import Clock
from workflows.audit.entry import AuditEntry, Draft, link
from workflows.audit.verify import Head
from workflows.model import Actor, ActorType
from workflows.store import Database, tables
from workflows.store.audit_log import Pushed

KINDS = ["budget", "new_project", "budget", "budget"]


@pytest.fixture(name="log")
async def _log(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
    """Give the database four entries, a day apart, and name it in the environment."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    for number, kind in enumerate(KINDS, 1):
        async with database.begin() as work:
            actor = Actor(type=ActorType.PERSON, id="U1", email="=1+1@acme.example")
            at = datetime(2026, 11, 20 + number, 12, tzinfo=UTC)
            await work.append(Draft(action="opened", actor=actor, at=at, kind=kind, data={}))
    monkeypatch.setenv("DATABASE_URL", database_url)
    return await written(database)


async def written(database: Database) -> list[AuditEntry]:
    async with database.read() as work:
        return [each async for each in work.audit_entries()]


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
async def test_an_exported_log_verifies_offline(
    capsys: pytest.CaptureFixture[str], log: list[Any], database: Database, tmp_path: Path, form: str
) -> None:
    path = tmp_path / f"log.{form}"

    exported = await in_thread(capsys, "audit", "export", "--format", form, "-o", str(path))
    verified = await in_thread(capsys, "audit", "verify", str(path))

    assert (exported.code, exported.out, exported.err) == (0, "", "")
    assert (verified.code, verified.out) == (
        0,
        f"5 entries verified; the last is 5, with hash {(await written(database))[-1].hash}.\n",
    )


@pytest.mark.parametrize(
    ("options", "seqs"),
    [
        ([], [1, 2, 3, 4, 5]),
        (["--kind", "budget"], [1, 3, 4]),
        (["--since", "2026-11-23"], [3, 4, 5]),
        (["--after", "3"], [4, 5]),
        (["--until", "2026-11-22"], [1, 2]),
        (["--until", "2026-11-22T12:00:00"], [1]),
        (["--project", "proj_none"], []),
    ],
)
async def test_an_export_holds_what_was_asked_for(
    capsys: pytest.CaptureFixture[str], log: list[Any], options: list[str], seqs: list[int]
) -> None:
    said = await in_thread(capsys, "audit", "export", "--format", "jsonl", *options)

    assert [json.loads(line)["seq"] for line in said.out.splitlines()] == seqs


async def test_an_altered_export_is_found_out(
    capsys: pytest.CaptureFixture[str], log: list[Any], tmp_path: Path
) -> None:
    path = tmp_path / "log.jsonl"
    await in_thread(capsys, "audit", "export", "--format", "jsonl", "-o", str(path))
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:1], lines[1].replace("opened", "denied"), *lines[2:]]), "utf-8")

    said = await in_thread(capsys, "audit", "verify", str(path))

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("Entry 2 was altered")


async def test_an_export_needs_nothing_but_the_database(
    capsys: pytest.CaptureFixture[str], log: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "malformed")

    assert (await in_thread(capsys, "audit", "export")).code == 0


async def test_the_database_verifies(capsys: pytest.CaptureFixture[str], log: list[Any]) -> None:
    said = await in_thread(capsys, "audit", "verify")

    assert (said.code, log[-1].hash in said.out) == (0, True)


async def test_an_export_that_cannot_be_written_leaves_nothing_behind(
    capsys: pytest.CaptureFixture[str], log: list[Any], tmp_path: Path
) -> None:
    said = await in_thread(capsys, "audit", "export", "-o", str(tmp_path / "no" / "log.csv"))

    assert (said.code, "cannot be written" in said.err) == (1, True)


# What was exported, by whom


async def test_an_export_stands_in_the_log_before_it_is_written(
    capsys: pytest.CaptureFixture[str], log: list[Any], database: Database
) -> None:
    await in_thread(capsys, "audit", "export", "--kind", "budget", "--format", "ocsf", "--after", "1")

    last = (await written(database))[-1]
    assert (last.action, last.actor_type, bool(last.actor_id)) == ("exported", "operator", True)
    assert json.loads(last.data) == {
        "filter": {"after": 1, "kind": "budget", "project": "", "since": "", "until": ""},
        "format": "ocsf",
    }


async def test_parquet_needs_a_file(capsys: pytest.CaptureFixture[str], log: list[Any]) -> None:
    said = await in_thread(capsys, "audit", "export", "--format", "parquet")

    assert (said.code, "name a file with -o" in said.err) == (1, True)


async def test_events_for_a_siem_are_one_json_object_a_line(capsys: pytest.CaptureFixture[str], log: list[Any]) -> None:
    said = await in_thread(capsys, "audit", "export", "--format", "ocsf", "--until", "2026-11-22")

    events = [json.loads(line) for line in said.out.splitlines()]
    assert [(each["class_uid"], each["type_uid"], each["metadata"]["sequence"]) for each in events] == [
        (3004, 300401, 1),
        (3004, 300401, 2),
    ]
    assert [each["unmapped"]["hash"] for each in events] == [each.hash for each in log[:2]]


async def test_a_cursor_gives_each_entry_once_and_the_parts_verify(
    capsys: pytest.CaptureFixture[str], log: list[Any], tmp_path: Path
) -> None:
    first = await in_thread(capsys, "audit", "export", "--format", "jsonl", "--until", "2026-11-22")
    (tmp_path / "first.jsonl").write_text(first.out, "utf-8")
    end = json.loads(first.out.splitlines()[-1])
    rest = await in_thread(capsys, "audit", "export", "--format", "jsonl", "--after", str(end["seq"]))
    (tmp_path / "rest.jsonl").write_text(rest.out, "utf-8")

    seqs = [json.loads(line)["seq"] for line in [*first.out.splitlines(), *rest.out.splitlines()]]
    assert seqs == list(range(1, 7)), "four, and the two exports themselves"
    follows = f"{end['seq']}:{end['hash']}"
    whole = await in_thread(capsys, "audit", "verify", "rest.jsonl", "--after", follows)
    assert (whole.code, f"They follow entry {end['seq']}" in whole.out) == (0, True)
    assert "is missing" in (await in_thread(capsys, "audit", "verify", "rest.jsonl")).err
    other = await in_thread(capsys, "audit", "verify", "rest.jsonl", "--after", f"{end['seq']}:{'0' * 64}")
    assert "names another hash" in other.err


# What is done to the database


async def run_sql(database: Database, *statements: Any) -> None:
    async with database.engine.begin() as connection:
        for each in statements:
            await connection.execute(each)


entries = tables.audit_entries


async def edited(database: Database, log: list[AuditEntry]) -> None:
    await run_sql(database, sa.update(entries).where(entries.c.seq == 2).values(data='{"limit":1}'))


async def deleted(database: Database, log: list[AuditEntry]) -> None:
    await run_sql(database, sa.delete(entries).where(entries.c.seq == 2))


async def beheaded(database: Database, log: list[AuditEntry]) -> None:
    await run_sql(database, sa.delete(entries).where(entries.c.seq == 1))


async def truncated(database: Database, log: list[AuditEntry]) -> None:
    await run_sql(database, sa.delete(entries).where(entries.c.seq == 4))


async def swapped(database: Database, log: list[AuditEntry]) -> None:
    for now, then in ((2, 20), (3, 2), (20, 3)):
        await run_sql(database, sa.update(entries).where(entries.c.seq == now).values(seq=then))


async def inserted(database: Database, log: list[AuditEntry]) -> None:
    for now in (4, 3):
        await run_sql(database, sa.update(entries).where(entries.c.seq == now).values(seq=now + 1))
    forged = link(draft("approved"), 3, log[1].hash)
    await run_sql(database, sa.insert(entries).values(**forged._asdict()))


async def appended(database: Database, log: list[AuditEntry]) -> None:
    await run_sql(database, sa.insert(entries).values(**link(draft("approved"), 5, log[-1].hash)._asdict()))


async def archived_by_nobody(database: Database, log: list[AuditEntry]) -> None:
    """Take the beginning away, and say that it was archived."""
    floor = {"id": 1, "seq": log[1].seq, "hash": log[1].hash}
    await run_sql(database, sa.delete(entries).where(entries.c.seq <= 2), sa.insert(tables.audit_floor).values(**floor))


def draft(action: str) -> Draft:
    return Draft(action=action, actor=Actor(type=ActorType.OPERATOR), at=datetime(2026, 11, 22, tzinfo=UTC), data={})


@pytest.mark.parametrize(
    ("alter", "sentence"),
    [
        (edited, "Entry 2 was altered"),
        (deleted, "Entry 2 is missing"),
        (beheaded, "Entry 1 is missing"),
        (truncated, "the end was cut off"),
        (swapped, "Entry 2 does not follow entry 1"),
        (inserted, "Entry 4 does not follow entry 3"),
        (appended, "should end with entry 4, but goes on"),
        (archived_by_nobody, "no entry says that what was before was archived"),
    ],
)
async def test_whatever_is_done_to_the_log_is_found(
    capsys: pytest.CaptureFixture[str], database: Database, log: list[Any], alter: Any, sentence: str
) -> None:
    assert (await in_thread(capsys, "audit", "verify")).code == 0

    await alter(database, log)

    said = await in_thread(capsys, "audit", "verify")
    assert (said.code, said.out) == (1, "")
    assert sentence in said.err


async def test_a_log_that_was_written_anew_is_found_by_an_anchor(
    capsys: pytest.CaptureFixture[str], database: Database, log: list[Any]
) -> None:
    """Whoever can write the database can renew every hash and the head; only what was noted elsewhere shows it."""
    anchor = f"{log[2].seq}:{log[2].hash}"
    assert (await in_thread(capsys, "audit", "verify", "--anchor", anchor)).code == 0
    forged = [link(draft("approved"), 1, "0" * 64)]
    for seq in range(2, 5):
        forged.append(link(draft("opened"), seq, forged[-1].hash))
    head = {"seq": 4, "hash": forged[-1].hash}
    await run_sql(
        database,
        sa.delete(entries),
        sa.insert(entries).values([each._asdict() for each in forged]),
        sa.update(tables.audit_head).values(**head),
    )

    assert (await in_thread(capsys, "audit", "verify")).code == 0, "by itself it is a whole log"
    said = await in_thread(capsys, "audit", "verify", "--anchor", anchor)
    assert "Entry 3 was written anew" in said.err


async def test_a_log_whose_end_and_head_were_cut_off_is_found_by_an_anchor(
    capsys: pytest.CaptureFixture[str], database: Database, log: list[Any]
) -> None:
    await truncated(database, log)
    await run_sql(database, sa.update(tables.audit_head).values(seq=3, hash=log[2].hash))

    assert (await in_thread(capsys, "audit", "verify")).code == 0
    said = await in_thread(capsys, "audit", "verify", "--anchor", f"4:{log[3].hash}")
    assert "known to have reached entry 4" in said.err


@pytest.mark.parametrize("anchor", ["4", "4:xyz", f"x:{'0' * 64}", f"4:{'A' * 64}"])
async def test_what_is_no_anchor_is_said_so(capsys: pytest.CaptureFixture[str], log: list[Any], anchor: str) -> None:
    said = await in_thread(capsys, "audit", "verify", "--anchor", anchor)

    assert (said.code, "write its number, a colon and its hash" in said.err) == (1, True)


# Retention


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
