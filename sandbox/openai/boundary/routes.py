"""The model endpoints over HTTP: read, answer or refuse, stream; armed faults strike here too."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from sandbox.openai.boundary.chat import complete
from sandbox.openai.boundary.denials import unknown_model
from sandbox.openai.boundary.door import READ_MODELS, REQUEST_MODELS, WRITE_RESPONSES
from sandbox.openai.boundary.embeddings import embed
from sandbox.openai.boundary.enforcement import Enforcement
from sandbox.openai.boundary.prompts import Ask, ChatAsk, EmbeddingAsk, ResponseAsk
from sandbox.openai.boundary.responses import respond
from sandbox.openai.boundary.service import Models, Visit, request_id
from sandbox.openai.call import JSON, refusal
from sandbox.openai.catalogue import Model
from sandbox.openai.errors import Refusal
from sandbox.openai.exchange import answer, refused
from sandbox.openai.faults import Commit, Fault
from sandbox.openai.faults.effects import disturb, refuse_busy
from sandbox.openai.faults.kinds import CallsPerMinute
from sandbox.openai.organization import Organization

Endpoint = Callable[[Request], Awaitable[Response]]
A = TypeVar("A", bound=Ask)
MADE = 1_735_689_600  # 2025-01-01, Unix seconds: when every model here says it was made


def model_routes(organization: Organization, enforcement: Enforcement) -> list[Route]:
    """Return the routes below ``/v1`` that need a project's key."""
    desk = Desk(Models(organization, enforcement))
    return [
        Route(path, desk.guarded(endpoint), methods=[method])
        for method, path, endpoint in (
            ("GET", "/models", desk.list_models),
            ("GET", "/models/{model}", desk.get_model),
            ("POST", "/chat/completions", desk.chat),
            ("POST", "/responses", desk.respond),
            ("POST", "/embeddings", desk.embed),
        )
    ]


class Desk:
    def __init__(self, models: Models) -> None:
        self._models = models

    async def list_models(self, request: Request) -> Response:
        visit = self._models.enter(request.headers, "/models", READ_MODELS)
        listed = [_draw(model) for model in self._models.door.models(visit.caller)]
        return answer({"object": "list", "data": listed}, headers=self._models.told(visit))

    async def get_model(self, request: Request) -> Response:
        visit = self._models.enter(request.headers, "/models", READ_MODELS)
        wanted = request.path_params["model"]
        found = (model for model in self._models.door.models(visit.caller) if model.id == wanted)
        model = next(found, None)
        if model is None:
            raise unknown_model(wanted)
        return answer(_draw(model), headers=self._models.told(visit))

    async def chat(self, request: Request) -> Response:
        visit, asked = await self._read(request, "/chat/completions", REQUEST_MODELS, ChatAsk)
        completion = complete(self._models, visit, asked)
        if asked.stream:
            return self._stream(visit, _data(completion.chunks()))
        return answer(completion.whole(), headers=self._models.told(visit))

    async def respond(self, request: Request) -> Response:
        visit, asked = await self._read(request, "/responses", WRITE_RESPONSES, ResponseAsk)
        reply = respond(self._models, visit, asked)
        if asked.stream:
            return self._stream(visit, _events(reply.events()))
        return answer(reply.whole(), headers=self._models.told(visit))

    async def embed(self, request: Request) -> Response:
        visit, asked = await self._read(request, "/embeddings", REQUEST_MODELS, EmbeddingAsk)
        return answer(embed(self._models, visit, asked), headers=self._models.told(visit))

    def guarded(self, endpoint: Endpoint) -> Endpoint:
        async def guard(request: Request) -> Response:
            await request.body()  # first: once the client has hung up, it can no longer be read
            struck = self._struck(request)
            try:
                refuse_busy(struck, self._models.organization.faults, request.method, request.url.path)
                instead = await disturb(struck, Commit.BEFORE)
                if instead:
                    return instead
                done = await endpoint(request)
                return await disturb(struck, Commit.AFTER) or done
            except Refusal as refusal_:
                refusal_.headers["x-request-id"] = request_id()
                return refused(refusal_)

        return guard

    def _struck(self, request: Request) -> list[Fault]:
        """Return the armed faults this request meets; how busy the Administration API is does not concern models."""
        path = request.url.path.removeprefix("/v1")
        template = "/models/{model}" if path.startswith("/models/") else path
        struck = self._models.organization.faults.strike(request.method, template, path)
        return [fault for fault in struck if not isinstance(fault, CallsPerMinute)]

    async def _read(self, request: Request, path: str, scopes: tuple[str, ...], model: type[A]) -> tuple[Visit, A]:
        visit = self._models.enter(request.headers, path, scopes)
        try:
            return visit, model.model_validate_json(await request.body() or b"{}")
        except ValidationError as error:
            raise refusal(error) from None

    def _stream(self, visit: Visit, events: AsyncIterator[bytes]) -> Response:
        return StreamingResponse(events, headers=self._models.told(visit), media_type="text/event-stream")


def _draw(model: Model) -> JSON:
    return {"id": model.id, "object": "model", "created": MADE, "owned_by": "openai"}


async def _data(chunks: Iterable[JSON]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield b"data: %s\n\n" % to_json(chunk)
    yield b"data: [DONE]\n\n"


async def _events(events: Iterable[JSON]) -> AsyncIterator[bytes]:
    for event in events:
        yield b"event: %s\ndata: %s\n\n" % (event["type"].encode(), to_json(event))
