"""Signed HTTP: what people do, posted to the app's request URL as Slack posts it."""

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from typing import Any
from urllib.parse import urlencode

import httpx

from sandbox.slack.delivery.envelope import Ack, Envelope, Kind, NotAcknowledged, timed_out, unreachable
from sandbox.slack.faults import Faults

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MOST_REDIRECTS = 2
_CLIENT_ERRORS = 400
_SERVER_ERRORS = 500


class RequestUrl:
    """Posts envelopes to one address, after that address has answered the ``url_verification`` challenge."""

    def __init__(self, *, signing_secret: str, faults: Faults) -> None:
        self._signing_secret = signing_secret
        self._faults = faults
        self._client: httpx.AsyncClient | None = None
        self._verified: str | None = None
        self._verifying = asyncio.Lock()
        self.url: str | None = None

    async def verify(self, token: str) -> None:
        """Make sure that the address speaks for the app; raises ``NotAcknowledged`` when it does not."""
        async with self._verifying:
            if self.url is not None and self._verified != self.url:
                await self._challenge(token)

    async def send(self, envelope: Envelope, *, attempt: int = 0, reason: str = "") -> Ack:
        """Post *envelope*, and wait without limit for the answer.

        Raises ``NotAcknowledged`` when nobody answers or with anything but 2xx.
        """
        headers = {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": reason} if attempt else {}
        answer = await self._post(*_written(envelope), headers)
        no_retry = answer.headers.get("x-slack-no-retry") == "1"
        if not answer.is_success:
            raise NotAcknowledged(_word(answer.status_code), "http_error", no_retry=no_retry)
        return Ack(payload=_payload(answer), no_retry=no_retry)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _challenge(self, token: str) -> None:
        challenge = secrets.token_urlsafe(24)
        body = json.dumps({"type": "url_verification", "token": token, "challenge": challenge})
        answer = await self._post(body, JSON, {})
        if answer.text != challenge and _json(answer).get("challenge") != challenge:
            raise NotAcknowledged("dispatch_failed", "url_verification_failed")
        self._verified = self.url

    async def _post(self, body: str, content_type: str, headers: dict[str, str]) -> httpx.Response:
        """Post to the app, following two redirects as Slack does."""
        self._client = self._client or httpx.AsyncClient(timeout=None, trust_env=False)  # noqa: S113 - callers limit
        headers = headers | self._signed(body, content_type)
        address: httpx.URL | str = self.url or ""
        for _ in range(MOST_REDIRECTS + 1):
            answer = await _posted(self._client, address, body, headers)
            if answer.next_request is None:
                return answer
            address = answer.next_request.url
        raise NotAcknowledged("dispatch_failed", "too_many_redirects")

    def _signed(self, body: str, content_type: str) -> dict[str, str]:
        """Sign as docs.slack.dev/authentication/verifying-requests-from-slack says; by the wall clock, unless aged."""
        now = str(int(time.time() - self._faults.signature_age))
        secret = "forged" if self._faults.strikes("forge_signatures") else self._signing_secret
        digest = hmac.new(secret.encode(), f"v0:{now}:{body}".encode(), hashlib.sha256).hexdigest()
        return {
            "content-type": content_type,
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "x-slack-request-timestamp": now,
            "x-slack-signature": f"v0={digest}",
        }


async def _posted(
    client: httpx.AsyncClient, address: httpx.URL | str, body: str, headers: dict[str, str]
) -> httpx.Response:
    try:
        return await client.post(address, content=body, headers=headers)
    except httpx.TimeoutException:
        raise timed_out() from None
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        if isinstance(problem, httpx.ConnectError) and "SSL" in str(problem):
            raise NotAcknowledged("dispatch_failed", "ssl_error") from None
        raise unreachable() from None


def _written(envelope: Envelope) -> tuple[str, str]:
    if envelope.kind is Kind.EVENT:
        return json.dumps(envelope.payload), JSON
    if envelope.kind is Kind.COMMAND:
        return urlencode(envelope.payload), FORM
    return urlencode({"payload": json.dumps(envelope.payload)}), FORM


def _payload(answer: httpx.Response) -> Any:
    if not answer.content:
        return None
    if answer.headers.get("content-type", "").startswith(JSON):
        return _json(answer)
    return {"text": answer.text}


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _word(status: int) -> str:
    if status >= _SERVER_ERRORS:
        return "http_service_error"
    return "http_client_error" if status >= _CLIENT_ERRORS else "dispatch_unknown_error"
