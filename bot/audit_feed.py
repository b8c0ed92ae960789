"""The audit log for a SIEM that comes and gets it: ``GET /audit?after=SEQ``, with a token of its own.

A pull changes nothing and is not written down: else each would make the next one necessary.
"""

import hmac

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from workflows.audit.filters import Filter
from workflows.audit.formats import TEXTS, Format
from workflows.store import Database

MOST = 1_000


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    after: int = Field(default=0, ge=0, le=2**62)
    limit: int = Field(default=MOST, ge=1, le=MOST)
    format: Format = Format.JSONL


class AuditFeed:
    """Answers with up to ``limit`` entries after a cursor, and ``X-Next-After``, the cursor for the next call."""

    def __init__(self, database: Database, token: SecretStr) -> None:
        self._database = database
        self._token = token

    async def __call__(self, request: Request) -> Response:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        expected = self._token.get_secret_value().encode()
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), expected):
            return PlainTextResponse("no such token\n", 401, {"www-authenticate": "Bearer"})
        try:
            asked = _Asked.model_validate(dict(request.query_params))
        except ValidationError as invalid:
            error = invalid.errors(include_url=False, include_input=False)[0]
            return PlainTextResponse(f"{'.'.join(map(str, error['loc']))}: {error['msg']}\n", 400)
        if asked.format not in (Format.JSONL, Format.OCSF):
            return PlainTextResponse("format: jsonl or ocsf\n", 400)
        async with self._database.read() as work:
            entries = [each async for each in work.audit_entries(Filter(after=asked.after), limit=asked.limit)]
        body = TEXTS[asked.format](entries)
        cursor = entries[-1].seq if entries else asked.after
        return Response(body, media_type="application/x-ndjson", headers={"x-next-after": str(cursor)})
