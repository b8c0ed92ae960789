"""``GET /_sandbox/overview``: the organisation at a glance, at once or as soon as something changed."""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from sandbox.beneath import Ending
from sandbox.openai.call import JSON, Question, validated
from sandbox.openai.console import LOOPBACK, ConsoleCall
from sandbox.openai.exchange import answer
from sandbox.openai.organization import Organization
from sandbox.openai.overview.news import Headline, News
from sandbox.openai.overview.picture import draw, money
from sandbox.openai.records import PROJECTS, Project
from sandbox.openai.store import ORGANIZATION

LOOK = 0.1
"""Seconds between two looks whether something changed, the asker hung up, or the server wants to stop."""

SENTENCES = 50
PAGES = LOOPBACK | {"localhost"}
"""Hosts whose pages may read the answer: it holds no secret, but it is nobody's business on the internet."""


class OverviewQuestion(Question):
    """*since* is the revision of an earlier answer, *wait* how many seconds to hold out for a later one."""

    since: int = Field(default=0, ge=0)
    wait: float = Field(default=0.0, ge=0.0, le=30.0)
    limit: int = Field(default=50, ge=1, le=200)
    name: str = ""


def overview_calls(organization: Organization, news: News) -> Sequence[ConsoleCall]:
    return (("GET", "/overview", OverviewDesk(organization, news).overview),)


class OverviewDesk:
    def __init__(self, organization: Organization, news: News) -> None:
        self._organization = organization
        self._news = news

    async def overview(self, request: Request) -> Response:
        asked = validated(OverviewQuestion, dict(request.query_params))
        await self._hold_out(request, asked)
        return answer(self._drawn(asked), headers=_readable(request.headers.get("origin", "")))

    async def _hold_out(self, request: Request, asked: OverviewQuestion) -> None:
        loop, ending = asyncio.get_running_loop(), Ending(request)
        until = loop.time() + asked.wait
        while self._news.revision == asked.since and loop.time() < until and not ending():
            if await request.is_disconnected():
                return
            await asyncio.sleep(LOOK)

    def _drawn(self, asked: OverviewQuestion) -> JSON:
        """Draw the newest page of projects, or only what changed where that is enough."""
        since = asked.since if self._news.knows(asked.since) else 0
        is_whole = self._news.touched_all(since)
        projects = self._page() if is_whole else self._touched(since)
        found = [each for each in projects if _matches(each, asked.name)]
        active = [each for each in self._organization.store[PROJECTS].of().values() if each.archived_at is None]
        return {
            "organization": {"id": self._organization.id, **money(self._organization, ORGANIZATION)},
            "now": self._organization.clock.now(),
            "revision": self._news.revision,
            "is_whole": is_whole,
            "projects_total": len(active),
            "projects_left_out": max(0, len(found) - asked.limit),
            "projects": [self._project(each) for each in found[: asked.limit]],
            "changes": [self._change(each) for each in islice(self._news.headlines(since), SENTENCES)],
        }

    def _touched(self, since: int = 0) -> Iterator[Project]:
        """Yield the latest changed first, also one that was archived just now."""
        projects = self._organization.store[PROJECTS].of()
        return (projects[each] for each in self._news.touched(since))

    def _page(self) -> Iterator[Project]:
        """Yield what changed, then all others that are in use, the newest first."""
        touched = {each.id: each for each in self._touched()}
        yield from touched.values()
        for project in reversed(list(self._organization.store[PROJECTS].of().values())):
            if project.archived_at is None and project.id not in touched:
                yield project

    def _project(self, project: Project) -> JSON:
        return {**draw(self._organization, project), "revision": self._news.touched_at(project.id)}

    def _change(self, headline: Headline) -> JSON:
        projects = self._organization.store[PROJECTS].of()
        project_id = headline.project_id
        return {
            "revision": headline.revision,
            "at": headline.at,
            "project_id": project_id,
            "project": projects[project_id].name if project_id else None,
            "text": headline.text,
        }


def _matches(project: Project, name: str) -> bool:
    return name.casefold() in project.name.casefold() or name == project.id


def _readable(origin: str) -> dict[str, Any]:
    try:
        host = urlsplit(origin).hostname
    except ValueError:
        host = None
    allowed = {"access-control-allow-origin": origin} if host in PAGES else {}
    return {"cache-control": "no-store", "vary": "origin", **allowed}
