"""One exchange over HTTP: log, admit, answer inside a transaction, and let armed faults have their way."""

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from sandbox.openai.authentication import require_admin_key
from sandbox.openai.call import JSON, Call
from sandbox.openai.calls import CallLog, LoggedCall
from sandbox.openai.errors import Refusal, not_found
from sandbox.openai.faults import Commit, Fault
from sandbox.openai.faults.effects import Silence, Torn, distort, disturb, refuse_busy
from sandbox.openai.organization import Organization
from sandbox.openai.routing import Operation


def answer(body: JSON, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(to_json(body), status, headers, "application/json")


def refused(refusal: Refusal) -> Response:
    return answer(refusal.body(), refusal.status, refusal.headers)


class Exchange:
    """The endpoint of one operation."""

    def __init__(self, organization: Organization, calls: CallLog, operation: Operation) -> None:
        self._organization = organization
        self._calls = calls
        self._operation = operation

    async def __call__(self, request: Request) -> Response:
        logged = self._calls.begin(request.method, request.url.path, self._operation.path)
        try:
            return self._log(logged, await self._respond(request))
        except Refusal as refusal:
            return self._log(logged, refused(refusal))

    async def _respond(self, request: Request) -> Response:
        content = await request.body()  # first: once the client has hung up, it can no longer be read
        require_admin_key(self._organization, request.headers.get("authorization"))
        faults, operation = self._organization.faults, self._operation
        path = request.url.path.removeprefix("/v1")
        struck = faults.strike(operation.method, operation.path, path)
        refuse_busy(struck, faults, operation.method, operation.path)
        instead = await disturb(struck, Commit.BEFORE)
        if instead:
            return instead
        body = self._act(request, content, struck)
        distort(struck, faults, operation.method, body)
        return await disturb(struck, Commit.AFTER) or answer(body)

    def _act(self, request: Request, content: bytes, struck: list[Fault]) -> JSON:
        # Nothing is awaited in here: on one event loop that makes the change atomic towards other calls.
        call = Call(
            path=request.path_params,
            query=request.query_params.multi_items(),
            content=content,
            quirks=frozenset(fault.fault for fault in struck),
        )
        if request.method == "GET":
            self._refuse_hidden(call)
        with self._organization.store.transaction():
            return self._operation.handler(self._organization, call)

    def _refuse_hidden(self, call: Call) -> None:
        for reference in call.path.values():
            if self._organization.faults.hidden(reference):
                raise not_found("object", reference)

    @staticmethod
    def _log(logged: LoggedCall, response: Response) -> Response:
        if not isinstance(response, Silence | Torn):
            logged.status = response.status_code
        return response
