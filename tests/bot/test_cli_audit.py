"""``audit export`` and ``verify`` on both databases: what they write, and what they refuse."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bot.audited import written
from tests.bot.said import in_thread
from workflows.store import Database


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
