"""One exchange over HTTP: log, admit, answer inside a transaction, and let armed faults have their way."""

from collections.abc import Callable

from pydantic_core import to_json
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from sandbox.openai.authentication import require_admin_key
from sandbox.openai.call import JSON, Call
from sandbox.openai.calls import CallLog, LoggedCall
from sandbox.openai.errors import Refusal, not_found
from sandbox.openai.faults import Commit, Fault
from sandbox.openai.faults.effects import Silence, Torn, distort, disturb, refuse_busy
from sandbox.openai.ids import identifier
from sandbox.openai.organization import Organization
from sandbox.openai.records import AdminKey
from sandbox.openai.routing import Operation
from sandbox.openai.usage.pages import Page


def answer(body: JSON, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    content = body.rendered() if isinstance(body, Page) else to_json(body)
    return Response(content, status, headers, "application/json")


def refused(refusal: Refusal) -> Response:
    return answer(refusal.body(), refusal.status, refusal.headers)


class Exchange:
    """The endpoint of one operation; *changed* hears of every change, with the project it was in."""

    def __init__(
        self, organization: Organization, calls: CallLog, operation: Operation, changed: Callable[[str | None], None]
    ) -> None:
        self._organization = organization
        self._calls = calls
        self._operation = operation
        self._changed = changed

    async def __call__(self, request: Request) -> Response:
        logged = self._calls.begin(request.method, request.url.path, self._operation.path)
        try:
            response = await self._respond(request)
        except Refusal as refusal:
            response = refused(refusal)
        except ClientDisconnect:
            return Silence()  # whoever called died in the middle of it: there is nobody to answer
        response.headers["x-request-id"] = identifier("req_", 32)
        return self._log(logged, response)

    async def _respond(self, request: Request) -> Response:
        content = await request.body()  # first: once the client has hung up, it can no longer be read
        key = require_admin_key(self._organization, request.headers.get("authorization"))
        faults, operation = self._organization.faults, self._operation
        path = request.url.path.removeprefix("/v1")
        struck = faults.strike(operation.method, operation.path, path)
        refuse_busy(struck, faults, operation.method, operation.path)
        instead = await disturb(struck, Commit.BEFORE)
        if instead:
            return instead
        body = self._act(request, content, key, struck)
        if operation.method != "GET":
            self._changed(request.path_params.get("project_id"))
        distort(struck, faults, operation.method, path, body)
        return await disturb(struck, Commit.AFTER) or answer(body)

    def _act(self, request: Request, content: bytes, key: AdminKey, struck: list[Fault]) -> JSON:
        # Nothing is awaited in here: on one event loop that makes the change atomic towards other calls.
        call = Call(
            path=request.path_params,
            query=request.query_params.multi_items(),
            content=content,
            quirks=frozenset(fault.fault for fault in struck),
        )
        if request.method == "GET":
            self._refuse_hidden(request.url.path.removeprefix("/v1"))
        with self._organization.store.transaction(), self._organization.audit.acting(key):
            body = self._operation.handler(self._organization, call)
            call.refuse_unread()
            return body

    def _refuse_hidden(self, path: str) -> None:
        hidden = self._organization.faults.hidden(path)
        if hidden is not None:
            collection, reference = hidden
            raise not_found("project" if collection == "projects" else "object", reference)

    @staticmethod
    def _log(logged: LoggedCall, response: Response) -> Response:
        if not isinstance(response, Silence | Torn):
            logged.status = response.status_code
        return response
