"""Send one call to the Administration API and hand back its body, or raise what its failure means."""

import asyncio
import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from pydantic import SecretStr

from workflows.admin_api import tracing
from workflows.admin_api.limiter import Limiter
from workflows.admin_api.wire.refusals import refusal, wait_asked_for
from workflows.errors import AdminAPIError, AdminAPINotFound, AdminAPIThrottled, AdminAPIUnclear

OnCall = Callable[[str, str, int | None, float], None]
"""Told of every call: method, path template, HTTP status (None: no answer), seconds."""

_UNREACHABLE = "OpenAI could not be reached, so nothing was sent."
_CUT_OFF = "The connection to OpenAI was cut off before it answered."
_ID = re.compile(r"(?!\.+$)[\w.:~-]+", re.ASCII)  # servers decode %2F, so quoting would not be enough
_PAUSES = (0.5, 1.0)  # seconds before a read that OpenAI's server failed is tried again
_LONGEST_CONNECT = 10.0  # seconds
_HERE = ("all://127.0.0.1", "all://localhost", "all://[::1]")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call, not sent yet. *template* is the path with names for ids, which *ids* fills."""

    method: str
    template: str
    ids: Mapping[str, str] = field(default_factory=dict)
    params: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, Any] | None = None

    @property
    def endpoint(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def is_write(self) -> bool:
        return self.method != "GET"

    def with_params(self, *params: tuple[str, str]) -> "Call":
        return replace(self, params=(*self.params, *params))

    def path(self) -> str:
        """Return the path. What cannot be an id might address something else: ``AdminAPINotFound``."""
        for name, value in self.ids.items():
            if not _ID.fullmatch(value):
                raise AdminAPINotFound(f"OpenAI has no {name.removesuffix('_id')} {value[:50]!r}.", status=404)
        return self.template.format(**self.ids)


class AdminKey(httpx.Auth):
    """Puts the admin key into a request at the last moment, so that it stands nowhere else."""

    def __init__(self, key: SecretStr) -> None:
        value = key.get_secret_value()
        if not value or not value.isascii() or not value.isprintable() or " " in value:
            raise ValueError("OPENAI_ADMIN_KEY is empty or holds a space or another character that no key has.")
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self.plain()}"
        yield request

    def plain(self) -> str:
        return self._key.get_secret_value()


class Sender:
    """The connection to the API: sends at the limiter's pace, reads again a little, never writes twice."""

    def __init__(
        self,
        *,
        base_url: str,
        admin_key: SecretStr,
        limiter: Limiter,
        transport: httpx.AsyncBaseTransport | None,
        timeout: float,
        on_call: OnCall | None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = AdminKey(admin_key)
        self._limiter = limiter
        self._timeout = timeout
        self._on_call = on_call
        self._http = httpx.AsyncClient(
            auth=self._key,
            headers={"User-Agent": "countersign"},
            timeout=httpx.Timeout(timeout, connect=min(timeout, _LONGEST_CONNECT)),
            transport=transport,
            mounts=dict.fromkeys(_HERE),  # a proxy of the environment is not for this machine
        )

    async def aclose(self) -> None:
        await self._http.aclose()

    async def send(self, call: Call, *, patience: float, urgent: bool) -> bytes:
        """Return the body of a 2xx reply, waiting at most *patience* seconds for turns. Raises ``AdminAPIError``."""
        url = self._base_url + call.path()
        deadline = self._limiter.monotonic() + patience
        pauses = iter(() if call.is_write else _PAUSES)
        while True:
            sent_at = await self._limiter.turn(call.endpoint, deadline=deadline, urgent=urgent or call.is_write)
            outcome = await self._outcome(call, url, sent_at)
            if isinstance(outcome, bytes):
                return outcome
            pause = next(pauses, None)
            if pause is None or not isinstance(outcome, AdminAPIThrottled | AdminAPIUnclear):
                raise outcome
            if isinstance(outcome, AdminAPIUnclear):
                if self._limiter.monotonic() + pause > deadline:
                    raise outcome
                await self._limiter.sleep(pause)

    async def _outcome(self, call: Call, url: str, sent_at: float) -> bytes | AdminAPIError:
        """Send once; what httpx raised is left behind, as it holds the request with its key."""
        reply = await self._exchange(call, url, sent_at)
        if isinstance(reply, str):
            return AdminAPIUnclear(reply)
        if reply.status_code == httpx.codes.TOO_MANY_REQUESTS:
            wait = self._limiter.throttled(call.endpoint, sent_at, wait_asked_for(reply.headers))
            return refusal(reply.status_code, reply.content, retry_after=wait, secret=self._key.plain())
        if not reply.is_server_error:
            self._limiter.succeeded(call.endpoint, sent_at)
        if reply.is_success:
            return reply.content
        return refusal(reply.status_code, reply.content, secret=self._key.plain())

    async def _exchange(self, call: Call, url: str, sent_at: float) -> httpx.Response | str:
        """Return the reply, or the sentence that says how it was lost."""
        reply: httpx.Response | str
        try:
            # httpx's own limit is for each read: a trickle could go on for ever.
            async with asyncio.timeout(self._timeout):
                reply = await self._http.request(call.method, url, params=call.params or None, json=call.body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol):
            reply = _UNREACHABLE
        except (httpx.RequestError, TimeoutError):
            reply = _CUT_OFF
        if call.is_write and not isinstance(reply, str):
            tracing.note(reply.headers.get(tracing.HEADER))
        if self._on_call is not None:
            status = None if isinstance(reply, str) else reply.status_code
            self._on_call(call.method, call.template, status, self._limiter.monotonic() - sent_at)
        return reply
