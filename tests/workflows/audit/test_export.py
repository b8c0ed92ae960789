"""An export can be read back exactly, is harmless in a spreadsheet, and shows every edit of the file."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.audit.chains import CHAINS, NASTY, chain, plain
from workflows.audit.entry import FIELDS, AuditEntry, Draft
from workflows.audit.export import guarded
from workflows.audit.formats import TEXTS, Format, write_text
from workflows.audit.reading import read_export
from workflows.audit.verify import Head, verify
from workflows.errors import ChainBroken, Refusal
from workflows.model import Actor, ActorType

FORMATS = pytest.mark.parametrize("form", [Format.CSV, Format.JSONL])
LOG = plain(3)


async def _in_twos(entries: Sequence[AuditEntry]) -> AsyncIterator[Sequence[AuditEntry]]:
    for start in range(0, len(entries), 2):
        yield entries[start : start + 2]


def exported(form: Format, entries: Sequence[AuditEntry]) -> str:
    text = io.StringIO(newline="")
    assert asyncio.run(write_text(_in_twos(entries), form, text)) == len(entries)
    return text.getvalue()


def read(text: str) -> list[AuditEntry]:
    return list(read_export(io.StringIO(text, newline="")))


@FORMATS
@given(log=CHAINS)
def test_hostile_text_survives_and_verifies(form: Format, log: list[AuditEntry]) -> None:
    entries = read(exported(form, log))
    assert entries == log
    assert verify(entries, expected_head=Head(seq=len(log), hash=log[-1].hash)).count == len(log)


@FORMATS
def test_every_nasty_text_survives_in_a_file(form: Format, tmp_path: Path) -> None:
    actors = [Actor(type=ActorType.PERSON, id=text, email=text) for text in NASTY]
    log = chain([Draft(action="a", actor=each, at=_noon(), request_id=each.id, data={each.id: 1}) for each in actors])
    file = tmp_path / "export"
    file.write_text(exported(form, log), encoding="utf-8", newline="")
    assert list(read_export(file)) == log
    assert [json.loads(entry.data) for entry in log] == [{text: 1} for text in NASTY]


@given(CHAINS)
def test_no_cell_is_a_formula(log: list[AuditEntry]) -> None:
    for row in csv.reader(io.StringIO(exported(Format.CSV, log), newline="")):
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}"))


@FORMATS
@given(data=st.data())
def test_a_changed_character_of_the_file_never_changes_an_entry_unseen(form: Format, data: st.DataObject) -> None:
    text = exported(form, LOG)
    position = data.draw(st.integers(0, len(text) - 1))
    put = data.draw(st.one_of(st.just(""), st.sampled_from("'\"\\,{}\n\r 0a="), st.characters(codec="utf-8")))
    drop = data.draw(st.integers(0, 1))
    try:
        entries = read(text[:position] + put + text[position + drop :])
        verify(entries, expected_head=Head(seq=3, hash=LOG[-1].hash))
    except (Refusal, ChainBroken):
        return
    assert entries == LOG


@FORMATS
async def test_each_batch_is_written_before_the_next_is_asked_for(form: Format) -> None:
    text = io.StringIO(newline="")

    async def broken_off() -> AsyncIterator[Sequence[AuditEntry]]:
        yield LOG[:2]
        assert text.getvalue().endswith(TEXTS[form](LOG[:2]))
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await write_text(broken_off(), form, text)


def test_json_lines_have_exactly_the_fields_in_order() -> None:
    first = exported(Format.JSONL, LOG).split("\n")[0]
    assert tuple(json.loads(first)) == FIELDS


@given(CHAINS)
def test_csv_is_written_as_pythons_own_writer_has_it(log: list[AuditEntry]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([FIELDS, *([guarded(str(cell)) for cell in entry] for entry in log)])
    assert exported(Format.CSV, log) == text.getvalue()


def test_csv_has_a_header_and_a_row_for_each_entry() -> None:
    rows = exported(Format.CSV, LOG).split("\r\n")
    assert rows[0] == ",".join(FIELDS)
    assert len(rows) == 1 + len(LOG) + 1


def test_an_export_without_entries_reads_as_none() -> None:
    assert read(exported(Format.CSV, [])) == []


def test_the_mark_a_spreadsheet_puts_in_front_is_no_obstacle(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(exported(Format.CSV, LOG), encoding="utf-8-sig", newline="")
    assert list(read_export(file)) == LOG


def test_a_cell_larger_than_csv_takes_by_itself_is_read() -> None:
    actor = Actor(type=ActorType.EXECUTOR)
    log = chain([Draft(action="a", actor=actor, at=_noon(), data={"text": "x" * 200_000})])
    assert read(exported(Format.CSV, log)) == log


ROW = exported(Format.CSV, LOG).split("\r\n")[1]
OBJECT = exported(Format.JSONL, LOG).split("\n")[0]
HEADER = ",".join(FIELDS)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "empty"),
        ("\n", "empty"),
        ("hello\n", "Line 1: an export begins with seq,at,"),
        (f"{HEADER}\r\n{ROW},more\r\n", "Line 2: 13 cells where an entry has 12"),
        (f"{HEADER}\r\n{ROW}\r\n\r\n", "Line 3: 0 cells"),
        (f'{HEADER}\r\n"open', "Line 2: this is no CSV"),
        (f"{HEADER}\r\n0{ROW}\r\n", "Line 2: seq must be a whole number"),
        (f"{HEADER}\r\n{ROW.replace('opened', '=opened')}\r\n", "Line 2: a cell is not guarded"),
        (f"{HEADER}\r\n{ROW.replace('opened', chr(39) + 'opened')}\r\n", "Line 2: a cell is not guarded"),
        (f"{OBJECT}\n[]\n", "Line 2: an entry has exactly the fields"),
        (f"{OBJECT}\n{{}}\n", "Line 2: an entry has exactly the fields"),
        (f"{OBJECT}\n\n", "Line 2: this is no JSON object"),
        (f"{OBJECT}\n" + "[" * 100_000, "Line 2: this is no JSON object"),
        (OBJECT.replace('"seq":1', '"seq":1,"seq":1'), "Line 1: an entry has exactly the fields"),
        (OBJECT.replace('"seq":1', '"seq":"1"'), "Line 1: seq must be a whole number"),
        (OBJECT.replace('"seq":1', '"seq":true'), "Line 1: seq must be a whole number"),
        (OBJECT.replace('"opened"', "null"), "every other field a text"),
    ],
)
def test_what_is_no_export_is_refused_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        read(text)


def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"log\.csv cannot be read"):
        list(read_export(tmp_path / "log.csv"))
    (tmp_path / "log.csv").write_bytes(b"\xff\xfe\x00s")
    with pytest.raises(Refusal, match="not UTF-8"):
        list(read_export(tmp_path / "log.csv"))


def _noon() -> datetime:
    return datetime(2026, 11, 23, 12, tzinfo=UTC)
