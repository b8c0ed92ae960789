"""A balancer in front of several bots, as a platform puts one there: each request to the next of them in turn."""

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.serving import serving

CARRIED = (
    "content-type",
    "x-slack-signature",
    "x-slack-request-timestamp",
    "x-slack-retry-num",
    "x-slack-retry-reason",
)


@asynccontextmanager
async def balanced(addresses: Sequence[str]) -> AsyncIterator[str]:
    """Serve the balancer over *addresses* for the block; yields its own."""
    turns = itertools.cycle(addresses)
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:

        async def carry(request: Request) -> Response:
            headers = {name: value for name, value in request.headers.items() if name in CARRIED}
            body = await request.body()
            for address in (next(turns) for _ in addresses):
                try:
                    answer = await client.post(address, content=body, headers=headers)
                except httpx.ConnectError:
                    continue  # it heard nothing, so the next may
                except httpx.TransportError:
                    break
                kind = answer.headers.get("content-type", "text/plain")
                return Response(answer.content, answer.status_code, headers={"content-type": kind})
            return Response(status_code=502)

        async with serving(Starlette(routes=[Route("/slack/events", carry, methods=["POST"])])) as address:
            yield f"{address}/slack/events"
