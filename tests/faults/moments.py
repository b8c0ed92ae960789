"""Moments in the life of one request, kept with everything around it, so that each can be lived many times."""

import asyncio
import contextlib
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.scenario.company import address
from tests.support.databases import PostgreSQLTemplate, SQLiteTemplate
from tests.support.doomed.nursery import Nursery
from tests.support.doomed.order import Job, Order
from tests.support.installation import Installation, installed, running
from workflows.store import Database

LATER = timedelta(minutes=11)
"""How much later the next worker comes: longer than every lease."""

Template = SQLiteTemplate | PostgreSQLTemplate
World = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Story:
    """What is asked for, and who approves it. ``about`` is the card's subject, ``project`` the one it is about."""

    word: str
    about: str
    project: str
    approver: str
    values: Mapping[str, Any] = field(hash=False)


STORIES = {
    "new_project": Story(
        word="new",
        about="voice-notes",
        project="voice-notes",
        approver="olivia",
        values={
            "name": "voice-notes",
            "environment": "sandbox",
            "purpose": "Turn voice notes into tickets.",
            "owners": [address("lena")],
            "members": [address("priya")],
            "monthly_limit": "150",
        },
    ),
    "budget": Story(
        word="budget",
        about="budget of prompt-lab",
        project="prompt-lab",
        approver="lena",
        values={"project": "prompt-lab", "monthly_limit": "120", "reason": "More prompts."},
    ),
}

ONE_STORY_EACH = pytest.mark.parametrize(
    ("engine", "told"), [("sqlite", "new_project"), ("postgresql", "budget")], indirect=True
)
"""Each database with one of the stories: every life takes processes that are born and killed."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """``database_url`` and ``folder`` hold what was true then; nobody may change them any more."""

    name: str
    story: Story
    template: Template
    database_url: str
    folder: Path
    request: str

    @asynccontextmanager
    async def again(self, name: str) -> AsyncIterator[Installation]:
        """Live it again: copies of the database and of both companies, served anew."""
        folder = self.folder.parent / name
        await asyncio.to_thread(shutil.copytree, self.folder, folder)
        with contextlib.ExitStack() as stack:
            # PostgreSQL takes a moment to copy a database, and others live meanwhile.
            url = await asyncio.to_thread(stack.enter_context, self.template.copied(self.database_url, folder))
            async with installed(url, "socket", data=folder) as acme:
                yield acme
        await asyncio.to_thread(shutil.rmtree, folder)

    def order(self, acme: Installation, name: str, *jobs: Job, **more: Any) -> Order:
        """Return the order for a worker in *acme*; without *jobs* it does everything a worker does."""
        environment = {key: value for key, value in acme.environment.items() if key not in ("PORT", "SLACK_APP_TOKEN")}
        chosen = {"jobs": jobs} if jobs else {}
        return Order(name=name, environment=environment, request=self.request, **chosen, **more)


@asynccontextmanager
async def moments(
    story: Story, template: Template, database_url: str, folder: Path, nursery: Nursery
) -> AsyncIterator[Mapping[str, Moment]]:
    """Tell the story once, and keep its moments: ``opened``, ``approved`` and ``executed``, with people untold yet."""
    kept: dict[str, Moment] = {}
    with contextlib.ExitStack() as copies:
        async with installed(database_url, "socket", data=folder / "now") as acme:

            async def keep(name: str) -> Moment:
                acme.workspace.store.save(acme.workspace.state)
                place = folder / name / "kept"
                await asyncio.to_thread(shutil.copytree, folder / "now", place)
                url = copies.enter_context(template.copied(database_url, place))
                request = await _request(database_url)
                kept[name] = Moment(
                    name=name, story=story, template=template, database_url=url, folder=place, request=request
                )
                return kept[name]

            async with running(acme, works=False):
                answer = await acme.hands.ask("dana", story.word, **story.values)
                assert answer["ok"], answer
            opened = await keep("opened")
            code, _ = await nursery.run(opened.order(acme, "told", "notify"))
            assert code == 0
            async with running(acme, works=False):
                await acme.hands.approve(story.approver, "requests")
            approved = await keep("approved")
            code, _ = await nursery.run(approved.order(acme, "executed", "execute"))
            assert code == 0
            await keep("executed")
        yield kept


async def _request(database_url: str) -> str:
    database = Database(database_url)
    async with database.read() as work:
        (entry,) = [each async for each in work.audit_entries() if each.action == "opened"]
    await database.close()
    return entry.request_id


async def world(acme: Installation, story: Story) -> World:
    """Return all that anybody can see of the story, through the companies' own calls; what names a moment left out."""
    cards = await acme.hands.messages("omar", "requests")
    threads = [await acme.hands.messages("omar", "requests", each["ts"]) for each in cards]
    told = await acme.hands.messages("dana", "bot")
    projects = await acme.projects(story.project)
    return {
        "threads": [sorted(_plain(each) for each in thread) for thread in threads],
        "cards": [_plain(each) for each in cards],
        "told": [_plain(each) for each in told],
        "projects": [await _project(acme, each) for each in projects],
        "invites": await _invites(acme),
        "trail": await acme.trail(),
    }


async def _project(acme: Installation, project_id: str) -> Mapping[str, Any]:
    users = await _get(acme, f"projects/{project_id}/users")
    models = await _get(acme, f"projects/{project_id}/model_permissions")
    return {
        "limit": await acme.limit(project_id),
        "people": sorted((each["email"], each["role"]) for each in users["data"]),
        "models": sorted(models["model_ids"]),
    }


async def _invites(acme: Installation) -> list[str]:
    return [each["email"] for each in (await _get(acme, "invites"))["data"]]


async def _get(acme: Installation, path: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {acme.organization.admin_key}"}
    answer = await acme.http.get(f"{acme.openai_url}/v1/organization/{path}", headers=headers)
    body: dict[str, Any] = answer.raise_for_status().json()
    return body


_MOMENTS = re.compile(r"<!date\^\d+[^>]*>|proj_\w+|'block_id': '[^']+'")


def _plain(message: Mapping[str, Any]) -> str:
    return _MOMENTS.sub("…", f"{message['text']} {message.get('blocks')}")
