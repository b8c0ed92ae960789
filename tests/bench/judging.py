"""From the bytes of OpenAI's costs to alerts decided, in one pass; against ``json.loads`` of the same bytes.

Each way runs in a process of its own, so that its peak of memory is its own.
"""

import asyncio
import itertools
import json
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
from pydantic import SecretStr

from tests.bench.table import Row
from workflows.admin_api import AdminAPI, Limiter
from workflows.budgets.accounts import accounts_of
from workflows.budgets.collector import by_day
from workflows.budgets.judging import judge
from workflows.budgets.watch import calendar_of
from workflows.model import Project
from workflows.policy import Alerts

PROJECTS = 10_000
PAGES = ((0, 7), (7, 14), (14, 21), (21, 28), (28, 31))
START = date(2026, 10, 24)
TODAY = START + timedelta(days=30)
NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
TIMES, MEGABYTES = 4, 300


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        size = write_pages(Path(folder))
        plain, plain_peak = _apart(loaded, folder)
        ours, peak = _apart(decided, folder)
    what = f"{PROJECTS:,} projects x 31 days, {size / 1e6:.0f} MB"
    yield Row(what=f"{what}: json.loads alone", figures=f"{plain:.2f} s of CPU, {plain_peak:.0f} MB at the peak")
    figures = f"{ours:.2f} s of CPU, {peak:.0f} MB at the peak: {ours / plain:.1f} x"
    yield Row(what=f"{what}: alerts decided", figures=figures, aim=f"at most {TIMES} x, under {MEGABYTES} MB")


def write_pages(folder: Path) -> int:
    """Write the answers of the API to *folder*; returns their bytes."""
    dice = random.Random(1)
    levels = [dice.lognormvariate(2.5, 1.2) for _ in range(PROJECTS)]
    size = 0
    for number, (begin, end) in enumerate(PAGES):
        following = str(number + 1) if number + 1 < len(PAGES) else None
        data = [_bucket(START + timedelta(days=day), levels, dice) for day in range(begin, end)]
        page = {"object": "page", "data": data, "has_more": following is not None, "next_page": following}
        size += (folder / f"{number}.json").write_bytes(json.dumps(page).encode())
    return size


def _bucket(day: date, levels: list[float], dice: random.Random) -> dict[str, object]:
    start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    results = [
        {
            "object": "organization.costs.result",
            "amount": {"value": round(level * dice.uniform(0.6, 1.4), 6), "currency": "usd"},
            "line_item": "gpt-5-mini, input",
            "project_id": _id(number),
            "api_key_id": None,
            "quantity": None,
        }
        for number, level in enumerate(levels)
    ]
    return {"object": "bucket", "start_time": start, "end_time": start + 86_400, "results": results}


def _id(number: int) -> str:
    return f"proj_{number:024}"


def loaded(folder: str) -> float:
    began = time.process_time()
    for number in range(len(PAGES)):
        json.loads((Path(folder) / f"{number}.json").read_bytes())
    return time.process_time() - began


def decided(folder: str) -> float:
    dice = random.Random(2)
    projects = [
        Project(id=_id(each), name=f"p{each}", limit=round(dice.lognormvariate(2.5, 1.2) * 3_000), seen_at=NOW)
        for each in range(PROJECTS)
    ]
    began = time.process_time()
    asyncio.run(_decide(Path(folder), projects))
    return time.process_time() - began


async def _decide(folder: Path, projects: list[Project]) -> int:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=(folder / f"{request.url.params.get('page', '0')}.json").read_bytes())

    limiter = Limiter(monotonic=itertools.count(0, 3600).__next__)
    async with AdminAPI(
        base_url="http://openai.example/v1",
        admin_key=SecretStr("sk-admin-bench"),
        transport=httpx.MockTransport(answer),
        limiter=limiter,
    ) as api:
        costs = await api.costs(datetime(START.year, START.month, START.day, tzinfo=UTC), NOW)
    calendar, alerts = calendar_of(TODAY, NOW), Alerts()
    length = (TODAY - calendar.start).days + 1
    spends: dict[str, list[int]] = {}
    for day, found in by_day(costs, START, TODAY)[0].items():
        for (project_id, _), nanos in found.items():
            spends.setdefault(project_id, [0] * length)[(day - calendar.start).days] += nanos
    accounts = accounts_of(projects, spends, length, alerts)
    return sum(len(judge(each, calendar, {}, alerts, None).findings) for each in accounts)


def _apart(work: Callable[[str], float], folder: str) -> tuple[float, float]:
    """Return the seconds of *work* and the peak of memory of its process in megabytes, the best of three."""
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        return min(pool.map(_measured, [(work, folder)] * 3, chunksize=1))


def _measured(task: tuple[Callable[[str], float], str]) -> tuple[float, float]:
    work, folder = task
    seconds = work(folder)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
