"""What these tests stand on: a watch that only sleepers move, an organisation, a wire of written replies."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from sandbox.openai import Organization
from workflows.admin_api import AdminAPI

KEY = "sk-admin-notARealKey0123456789"


@dataclass
class Stopwatch:
    """A clock that stands still until somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass(kw_only=True)
class Sandbox:
    """The organisation, its address, and what a test asks of it beside the API."""

    organization: Organization
    address: str
    http: httpx.AsyncClient

    async def arm(self, fault: str, **aim: Any) -> None:
        reply = await self.http.post("/_sandbox/faults", json={"fault": fault, **aim})
        assert reply.status_code == 200, reply.text

    async def calls(self, method: str, path: str) -> list[int | None]:
        """Return the statuses of the calls received, None for one that was never answered."""
        listed = (await self.http.get("/_sandbox/calls")).json()["calls"]
        return [each["status"] for each in listed if (each["method"], each["path"]) == (method, path)]


Answer = httpx.Response | Exception


@dataclass
class Wire:
    """Answers with what it was given, in order, and remembers what was sent."""

    answers: list[Answer]
    sent: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass(kw_only=True)
class Scripted:
    """A client whose every reply the test has written."""

    api: AdminAPI
    wire: Wire


Answering = Callable[..., Scripted]
PROJECT = {"id": "proj_1", "object": "organization.project", "name": "alpha", "created_at": 1711474333}


def reply(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


def page(*items: Any, **fields: Any) -> httpx.Response:
    return reply({"object": "list", "data": list(items), "has_more": False, **fields})


async def read_project(api: AdminAPI) -> Any:
    return await api.project("proj_1")


async def create_project(api: AdminAPI) -> Any:
    return await api.create_project("alpha")


def everything(error: BaseException) -> str:
    """Return what a careless log could write of an error: itself, its causes, every local of the client's frames."""
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [frame.locals for frame in trace.stack if "/tests/" not in frame.filename]
    assert any(ours)
    return repr((error, vars(error), error.__cause__, error.__context__, ours))
