"""What a fault does to an exchange: an answer of its own, a delay, silence, or a torn connection."""

import asyncio
from collections.abc import Iterable
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.openai.errors import broken, too_many_requests
from sandbox.openai.faults.armed import Faults
from sandbox.openai.faults.kinds import (
    CallsPerMinute,
    Commit,
    Cut,
    Delay,
    Fault,
    LostCursor,
    NoAnswer,
    NotFoundAfterCreate,
    RateLimited,
    ServerError,
)

CURSORS = ("last_id", "next", "next_page")


class Silence(Response):
    """Never answers; ends when the client hangs up."""

    async def __call__(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass


class Torn(Response):
    """Promises a body and breaks off before it."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1024")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


async def disturb(struck: Iterable[Fault], moment: Commit) -> Response | None:
    """Act out the faults of this *moment*; an answer returned here stands instead of the real one.

    Raises ``Refusal`` for faults that are an error answer.
    """
    for fault in struck:
        match fault:
            case Delay(when=when) if when is moment:
                await asyncio.sleep(fault.seconds)
            case ServerError(when=when) if when is moment:
                raise broken(fault.status)
            case NoAnswer(when=when) if when is moment:
                return Silence()
            case Cut(when=when) if when is moment:
                return Torn()
            case _:
                pass
    return None


def refuse_busy(struck: Iterable[Fault], faults: Faults, method: str, template: str) -> None:
    """Raise ``Refusal`` (429) when a fault says that there were too many calls."""
    for fault in struck:
        if isinstance(fault, RateLimited):
            raise too_many_requests(fault.retry_after)
        if isinstance(fault, CallsPerMinute) and faults.over_quota(fault, method, template):
            raise too_many_requests(fault.retry_after)


def distort(struck: Iterable[Fault], faults: Faults, method: str, path: str, answer: dict[str, Any]) -> None:
    """Change *answer*, or what can be seen of the thing it names, as the faults say."""
    for fault in struck:
        if isinstance(fault, LostCursor) and answer.get("has_more"):
            answer.update({name: None for name in CURSORS if name in answer})
        created = method == "POST" and "id" in answer and answer["id"] not in path
        if isinstance(fault, NotFoundAfterCreate) and created:
            faults.hide(path, answer["id"], fault.seconds)
