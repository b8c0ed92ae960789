"""The web application of a local OpenAI organisation: ``/v1`` as OpenAI has it, ``/_sandbox`` to act on it."""

import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, Router

from sandbox.openai.boundary import Enforcement, console_calls, model_routes
from sandbox.openai.calls import CallLog
from sandbox.openai.console import console
from sandbox.openai.errors import Refusal, broken
from sandbox.openai.exchange import Exchange, refused
from sandbox.openai.organization import Organization
from sandbox.openai.overview import News, overview_calls
from sandbox.openai.routing import operations


def create_app(organization: Organization) -> Starlette:
    """Serve *organization*: its clients use ``<address>/v1`` as base URL."""
    calls, enforcement, news = CallLog(organization.clock), Enforcement(organization), News(organization)
    more = (*console_calls(organization, enforcement), *overview_calls(organization, news))
    routes: list[BaseRoute] = [
        Route(each.path, Exchange(organization, calls, each, enforcement.notice).__call__, methods=[each.method])
        for each in operations()
    ]
    routes += model_routes(organization, enforcement)

    async def unknown(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        calls.begin(request.method, request.url.path, None).status = status
        refusal = Refusal(status, f"Invalid URL ({request.method} {request.url.path})", code="unknown_url")
        refusal.headers.update((error.headers or {}) if isinstance(error, HTTPException) else {})
        return refused(refusal)

    async def crashed(_request: Request, _error: Exception) -> Response:
        return refused(broken(500))

    @contextlib.asynccontextmanager
    async def watching(_app: Starlette) -> AsyncIterator[None]:
        with organization.store.watched(news.note):
            yield

    app = Starlette(
        routes=[
            Mount("/_sandbox", console(organization, calls, more)),
            Mount("/v1", Router(routes, redirect_slashes=False)),
        ],
        exception_handlers={404: unknown, 405: unknown, 500: crashed},
        lifespan=watching,
    )
    app.router.redirect_slashes = False  # OpenAI does not redirect either
    return app
