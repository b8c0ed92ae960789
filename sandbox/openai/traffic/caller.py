"""One key at work: asks, waits when it is told to, and knows which refusals are final."""

import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from pydantic_core import from_json

from sandbox.openai.traffic.rhythm import Question
from sandbox.openai.traffic.tally import Outcome

TRIES = 5
WAITABLE = "rate_limit_exceeded"
LOST = 401
FORBIDDEN = (403, 404)
BUSY = 429
BROKEN = 500


class KeyCaller:
    """*waits* is told how many seconds to let pass, by the server's clock."""

    def __init__(self, http: httpx.AsyncClient, value: str, waits: Callable[[float], Awaitable[None]]) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {value}"}
        self._waits = waits
        self.usable: list[str] = []
        self.problem: str | None = None

    async def look(self) -> None:
        """Learn which models there are for this key; *problem* says why there are none."""
        answer = await self._http.get("/models", headers=self._headers)
        if answer.status_code == httpx.codes.OK:
            self.usable, self.problem = [model["id"] for model in answer.json()["data"]], None
        else:
            self.usable, self.problem = [], _error(answer.content)["message"]

    async def ask(self, question: Question) -> Outcome:
        outcome = Outcome()
        for attempt in range(TRIES):
            answer = await self._http.post(question.path, json=question.body, headers=self._headers)
            if answer.status_code == httpx.codes.OK:
                outcome.answered, outcome.tokens = 1, _tokens(answer.content)
                outcome.models[question.model] += 1
                return outcome
            wait = self._patience(answer)
            if wait is None or attempt == TRIES - 1:
                break
            outcome.retried += 1
            await self._waits(wait)
        await self._take_in(answer, question)
        outcome.refused[_error(answer.content).get("code") or str(answer.status_code)] += 1
        return outcome

    @staticmethod
    def _patience(answer: httpx.Response) -> float | None:
        """Return the seconds after which asking again makes sense, or None when it makes none."""
        if answer.status_code >= BROKEN:
            return 1.0
        if answer.status_code == BUSY and _error(answer.content).get("code") == WAITABLE:
            told = answer.headers.get("retry-after-ms")
            return float(told) / 1000 if told else None
        return None

    async def _take_in(self, answer: httpx.Response, question: Question) -> None:
        """Stop asking for what will not be given."""
        if answer.status_code in FORBIDDEN:
            self.usable = [model for model in self.usable if model != question.model]
        elif answer.status_code == LOST:
            await self.look()
            self.problem = self.problem or _error(answer.content)["message"]


def _error(content: bytes) -> dict[str, Any]:
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return dict(from_json(content)["error"])
    return {"message": "The answer was no error of OpenAI's."}


def _tokens(content: bytes) -> int:
    """Find the total in an answer or in the last event of a stream that tells it."""
    if not content.startswith((b"data:", b"event:")):
        return _total(from_json(content))
    events = (line.removeprefix(b"data: ") for line in reversed(content.splitlines()) if line.startswith(b"data: {"))
    return next((total for total in map(_total, map(from_json, events)) if total), 0)


def _total(body: dict[str, Any]) -> int:
    usage = body.get("usage") or (body.get("response") or {}).get("usage") or {}
    return int(usage.get("total_tokens", 0))
