"""A million audit entries: exported and verified, against the database's own tool and against SHA-256 alone."""

import asyncio
import contextlib
import hashlib
import json
import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil

from tests.bench.table import Row
from tests.support.databases import sqlite_url
from tests.support.installation import ROOT
from workflows.audit.entry import FIELDS, GENESIS, Draft, link
from workflows.audit.formats import Format
from workflows.model import Actor, ActorType
from workflows.store import Database

ENTRIES = 1_000_000
FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "log.db"
        asyncio.run(_migrated(file))
        _fill(file)
        plain = _apart(_by_the_tool, file)
        what = f"{ENTRIES:,} entries"
        yield Row(what=f"{what}: CSV by sqlite3 or Python's module alone", figures=f"{ENTRIES / plain:,.0f} rows/s")
        for form in (Format.CSV, Format.JSONL, Format.PARQUET):
            took, peak = _commanded(file, "export", "--format", form.value, "-o", str(file.with_suffix(".out")))
            figures = f"{ENTRIES / took:,.0f} rows/s, {plain / took:.0%} of the floor; {peak:.0f} MB at the peak"
            yield Row(what=f"{what}: audit export, {form.value}", figures=figures, aim="at least 50 %, < 120 MB")
        floor = _apart(_hashed, file)
        took, peak = _commanded(file, "verify")
        figures = f"{ENTRIES / took:,.0f} rows/s, {floor / took:.0%} of SHA-256 alone; {peak:.0f} MB at the peak"
        yield Row(what=f"{what}: audit verify", figures=figures, aim="at least 15 %, memory flat")


async def _migrated(file: Path) -> None:
    database = Database(sqlite_url(file))
    await database.migrate()
    await database.close()


def _fill(file: Path) -> None:
    """Write the entries past the product: a million of its transactions would take an hour."""
    connection = sqlite3.connect(file)
    places = ",".join("?" * len(FIELDS))
    head = GENESIS
    actor = Actor(type=ActorType.PERSON, id="U0123456789", email="somebody@acme.example")
    batch: list[tuple[Any, ...]] = []
    for seq in range(1, ENTRIES + 1):
        data = {"before": {"monthly_limit": seq}, "after": {"monthly_limit": seq + 1}, "state": "pending", "version": 3}
        draft = Draft(
            action="quorum_reached",
            actor=actor,
            at=FIRST + timedelta(seconds=seq),
            request_id=f"R{seq:09}",
            kind="budget",
            project_id="proj_0123456789abcdef",
            data=data,
        )
        entry = link(draft, seq, head)
        head = entry.hash
        batch.append(tuple(entry))
        if len(batch) == 50_000 or seq == ENTRIES:
            connection.executemany(f"INSERT INTO audit_entries VALUES ({places})", batch)
            batch = []
    connection.execute("INSERT INTO audit_head VALUES (1, ?, ?)", (ENTRIES, head))
    connection.commit()
    connection.close()


def _by_the_tool(file: Path) -> None:
    """Export as CSV with nothing of ours: the command-line tool, or Python's own module where there is none."""
    out = file.with_suffix(".floor.csv")
    if tool := shutil.which("sqlite3"):
        with out.open("wb") as target:
            subprocess.run([tool, "-csv", str(file), "SELECT * FROM audit_entries"], stdout=target, check=True)
        return
    connection = sqlite3.connect(file)
    with out.open("w", encoding="utf-8") as target:
        for row in connection.execute("SELECT * FROM audit_entries ORDER BY seq"):
            target.write(",".join(map(str, row)) + "\r\n")


def _hashed(file: Path) -> None:
    """Hash as many bytes in as many pieces as a verification does."""
    del file
    piece = json.dumps({"x": "y" * 380}).encode()
    for _ in range(ENTRIES):
        hashlib.sha256(piece).hexdigest()


def _commanded(file: Path, *arguments: str) -> tuple[float, float]:
    """Run ``audit`` as an operator does; returns its seconds, from its start, and its peak in MB."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{file}"}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "audit", *arguments], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    peak = 0.0
    while process.poll() is None:
        # Not the peak that the system tells at the end: that begins as this process, from which it was forked.
        with contextlib.suppress(psutil.NoSuchProcess):
            peak = max(peak, psutil.Process(process.pid).memory_info().rss / 1e6)
        time.sleep(0.05)
    assert process.returncode == 0
    return time.perf_counter() - began, peak


def _apart(work: Callable[..., None], *arguments: Any) -> float:
    """Return the seconds of *work* in a process of its own."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_timed, args=(theirs, work, *arguments))
    process.start()
    took = ours.recv()
    process.join()
    return float(took)


def _timed(pipe: Any, work: Callable[..., None], *arguments: Any) -> None:
    began = time.perf_counter()
    work(*arguments)
    pipe.send(time.perf_counter() - began)
