"""Pages of costs that the local organisation answers, against a server that sends the same bytes and does nothing else.

The floor is what HTTP on this machine takes for a page of that size: for tens of megabytes it is most of the time.
"""

import asyncio
import datetime as dt
import statistics
import time
from collections.abc import Iterator
from decimal import Decimal

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.openai import Organization, create_app
from sandbox.serving import serving
from tests.bench.table import Row

PROJECTS, DAYS = 2_000, 365
LIMITS = (7, 31, 180)
"""Buckets a page: OpenAI's own default, a month, the most that it takes."""

AIM_MS = 50
GROUPS: dict[str, tuple[str, ...]] = {
    "whole": (),
    "by project": ("project_id",),
    "by line item": ("project_id", "line_item"),
}


def rows() -> Iterator[Row]:
    organization = _filled()
    for name, groups in GROUPS.items():
        for limit in LIMITS:
            pages = asyncio.run(_ours(organization, groups, limit))
            ours = statistics.median(took for took, _ in pages)
            body = max((body for _, body in pages), key=len)
            floor = asyncio.run(_floor(body, len(pages)))
            figures = (
                f"{ours:.0f} ms a page (median), the same bytes alone {floor:.0f} ms: {ours / max(floor, 0.1):.1f} x"
            )
            aim = f"< {AIM_MS} ms" if limit == LIMITS[0] else ""
            yield Row(what=f"{name}, {limit} days, {len(body) / 1e6:.1f} MB", figures=figures, aim=aim)


def _filled() -> Organization:
    organization = Organization()
    projects = [organization.add_project(name=f"project {number}").id for number in range(PROJECTS)]
    today = _today(organization)
    for back in range(DAYS):
        for project in projects:
            organization.add_spend(project, Decimal("1.25"), "gpt-5-mini, input", today - dt.timedelta(days=back))
    return organization


def _today(organization: Organization) -> dt.date:
    return dt.datetime.fromtimestamp(organization.clock.time(), dt.UTC).date()


async def _ours(organization: Organization, groups: tuple[str, ...], limit: int) -> list[tuple[float, bytes]]:
    """Return milliseconds and bytes of each page of a year, none of which was asked for before."""
    first = dt.datetime.combine(_today(organization) - dt.timedelta(days=DAYS - 1), dt.time(), dt.UTC)
    asked: list[tuple[str, str]] = [("start_time", f"{first.timestamp():.0f}"), ("limit", str(limit))]
    asked += [("group_by", group) for group in groups]
    pages: list[tuple[float, bytes]] = []
    headers = {"Authorization": f"Bearer {organization.admin_key}"}
    async with serving(create_app(organization)) as url, httpx.AsyncClient(base_url=url, headers=headers) as client:
        page = ""
        while page is not None:
            began = time.perf_counter()
            answer = await client.get("/v1/organization/costs", params=[*asked, *([("page", page)] if page else [])])
            pages.append(((time.perf_counter() - began) * 1000, answer.content))
            page = answer.raise_for_status().json()["next_page"]
    return pages


async def _floor(body: bytes, rounds: int) -> float:
    """Return the milliseconds (median) that *body* alone takes through the same server and client."""

    async def same(_request: Request) -> Response:
        return Response(body, media_type="application/json")

    took = []
    async with serving(Starlette(routes=[Route("/", same)])) as url, httpx.AsyncClient(base_url=url) as client:
        for _ in range(rounds):
            began = time.perf_counter()
            await client.get("/")
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)
