"""``report``: files for finance, and one sentence for whatever is wrong."""

import asyncio
import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.cli import wiring
from tests.bot.said import Said
from tests.support.databases import SQLiteTemplate
from workflows.budgets.months import first_of, month_before, period_of
from workflows.store import Database
from workflows.store.costs import CostRead

TODAY = datetime.now(UTC).date()
LAST = period_of(month_before(TODAY))


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OPENAI_ADMIN_KEY", "POLICY_FILE", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(name="spent")
def _spent(sqlite_template: SQLiteTemplate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Have two projects and nobody spend something on the first of last month."""
    with sqlite_template.fresh(tmp_path) as url:
        monkeypatch.setenv("DATABASE_URL", url)
        asyncio.run(_book(url, month_before(TODAY)))


async def _book(url: str, day: date) -> None:
    database = Database(url)
    async with database.begin() as work:
        row = {"seen_at": wiring.now(), "limit": 100_00, "cost_centre": "cc-1", "name": "=lab"}
        await work.learn_projects([{"id": "proj_1", **row}, {"id": "proj_2", **row, "limit": None}])
        await work.replace_costs(day, {("proj_1", "gpt-5, input"): 10**9 + 1, ("proj_2", "x"): 1, ("", "x"): -5})
        await work.record_cost_read(CostRead(settled=first_of(TODAY), read_at=wiring.now()))
    await database.close()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["report", "showback", "--month", "2026-13"], 1, "“2026-13” is no month. Write it like 2026-11"),
        (["report", "showback", "--month", "2999-01"], 1, "January 2999 has not begun yet."),
        (["report", "showback", "--month", "2020-01"], 1, "No costs of January 2020 are known."),
        (["report", "raises", "--month", "soon"], 1, "“soon” is no month"),
        (["report", "showbak"], 2, "Did you mean 'showback'?"),
        (["report", "showback", "-o", "no/such/folder/file.csv"], 1, "cannot be written"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    capsys: pytest.CaptureFixture[str], spent: None, arguments: list[str], code: int, words: str
) -> None:
    said = Said(capsys, *arguments)

    assert (said.code, said.out, said.err.count("\n")) == (code, "", 1)
    assert words in said.err


def test_without_a_database_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert "python -m bot migrate" in Said(capsys, "report", "showback").err


def test_a_showback_is_written_whole(spent: None, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert Said(capsys, "report", "showback", "-o", "out.csv").code == 0

    rows = list(csv.DictReader((tmp_path / "out.csv").read_text("utf-8").splitlines()))
    assert {each["month"] for each in rows} == {LAST}
    assert [each["project"] for each in rows] == ["'=lab", "'=lab", ""]
    assert sum(Decimal(each["spent_usd"]) for each in rows) == Decimal("0.999999997")


def test_commitments_are_written_without_a_key_for_openai(spent: None, capsys: pytest.CaptureFixture[str]) -> None:
    said = Said(capsys, "report", "commitments")

    rows = list(csv.DictReader(said.out.splitlines()))
    assert [(each["level"], each["limits_usd"]) for each in rows] == [
        ("cost_centre", "100.00"),
        ("organization", "100.00"),
    ]
    assert rows[-1]["without_limit"] == "'=lab"


def test_an_empty_ledger_is_a_header(spent: None, capsys: pytest.CaptureFixture[str]) -> None:
    said = Said(capsys, "report", "raises", "--month", "this")

    assert (said.code, said.out.count("\n")) == (0, 1)
