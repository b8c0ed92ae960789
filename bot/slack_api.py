"""The Slack Web API client: one shared session, and no call repeated that may have had its effect."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

TIMEOUT = 15.0
"""Seconds for one call; what is slower counts as cut off."""

TOO_MANY = 429
SHORT_WAIT = 3
"""Seconds that a call may wait for a rate limit to pass; a longer ``Retry-After`` is the caller's business."""

Observe = Callable[[str, int], None]
"""Hears of each call: the method's name and the HTTP status."""

CUT_OFF = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
"""What a call raises when nobody knows whether it had its effect."""


class RateLimitRetry(AsyncRetryHandler):
    """Waits out a short 429 and tries again; 429 means that nothing happened.

    The handler that the SDK brings reads only the first digit of ``Retry-After``.
    """

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        del state, request, error
        return response is not None and response.status_code == TOO_MANY and _wait(response.headers) <= SHORT_WAIT

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        del request, error
        state.next_attempt_requested = True
        await asyncio.sleep(_wait(response.headers if response else {}))
        state.increment_current_attempt()


def _wait(headers: Mapping[str, Any]) -> float:
    found = next((value for name, value in headers.items() if name.lower() == "retry-after"), "1")
    text = found if isinstance(found, str) else found[0]
    return float(text) if text.isdecimal() else 1.0


def open_session(observe: Observe | None = None) -> aiohttp.ClientSession:
    """Open the session that every call shares (close it at the end); must run inside the event loop."""
    trace = aiohttp.TraceConfig()

    async def ended(_session: Any, _context: SimpleNamespace, call: aiohttp.TraceRequestEndParams) -> None:
        folder, _, method = call.url.path.rpartition("/")
        if observe is not None:
            observe(method if folder.endswith("/api") else "file upload", call.response.status)

    trace.on_request_end.append(ended)
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT), trace_configs=[trace])


def client(token: str | None, base_url: str, session: aiohttp.ClientSession, *, retries: int = 2) -> AsyncWebClient:
    """Return a client that repeats a call only after 429, at most *retries* times."""
    return AsyncWebClient(token=token, **options(base_url, session, retries=retries))


def options(base_url: str, session: aiohttp.ClientSession, *, retries: int = 2) -> dict[str, Any]:
    """Return what makes any client one that repeats a call only after 429, at most *retries* times."""
    handlers: list[AsyncRetryHandler] = [RateLimitRetry(max_retry_count=retries)] if retries else []
    return {"base_url": f"{base_url}/", "session": session, "retry_handlers": handlers}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a call failed. ``code`` is Slack's (empty without an answer), ``retry_after`` seconds or None.

    ``cut_off``: the call may have had its effect all the same.
    """

    code: str
    status: int = 0
    retry_after: float | None = None
    cut_off: bool = False

    def __str__(self) -> str:
        return self.code or (f"HTTP {self.status}" if self.status else "no answer")


TOKEN_REFUSED = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)
"""Slack's words for: not with this token."""

UNCLEAR_CODES = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
"""Slack's own words for: something broke, possibly after the effect."""

_SERVER_ERRORS = 500


def problem_of(error: Exception) -> Problem:
    """Say what *error*, raised by a call, means; any of ``SlackClientError`` and ``CUT_OFF``."""
    response: Any = getattr(error, "response", None)
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    if not isinstance(error, SlackApiError) or not hasattr(response, "get"):
        return Problem(code="", status=status, cut_off=True)
    code = str(response.get("error") or "") if isinstance(response.data, dict) else ""
    if status == TOO_MANY or code in {"ratelimited", "rate_limited"}:
        return Problem(code=code or "ratelimited", status=status, retry_after=_wait(response.headers))
    unclear = status >= _SERVER_ERRORS or code in UNCLEAR_CODES or not code
    return Problem(code=code, status=status, cut_off=unclear)


FAILURES = (SlackClientError, *CUT_OFF)
"""Everything that a call to Slack raises."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who we are in the workspace, as ``auth.test`` says."""

    team_id: str
    enterprise_id: str
    bot_id: str
    bot_user_id: str


class WhoAmI:
    """Asks Slack once who we are; a failure is not remembered, so a start during an outage recovers."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: Identity | None = None
        self._asking = asyncio.Lock()

    async def __call__(self) -> Identity:
        """Return our identity; raises one of ``FAILURES``."""
        async with self._asking:
            if self._known is None:
                found = await self._client.auth_test()
                self._known = Identity(
                    team_id=found["team_id"],
                    enterprise_id=found.get("enterprise_id") or "",
                    bot_id=found.get("bot_id") or "",
                    bot_user_id=found["user_id"],
                )
        return self._known
