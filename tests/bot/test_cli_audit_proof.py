"""``audit verify`` on both databases: whatever is done to the log in them is found, by itself or by an anchor."""

from typing import Any

import pytest
import sqlalchemy as sa

from tests.bot.audited import draft, edited, entries, run_sql
from tests.bot.said import in_thread
from workflows.audit.entry import AuditEntry, link
from workflows.store import Database, tables


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
