"""An ASGI application that listens in on another one and judges what it hears."""

import json
import re
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tests.support.openapi.description import DescribedOperation, Description
from tests.support.openapi.newer import JSON

MODEL_PATHS = ("/v1/models", "/v1/chat/", "/v1/responses", "/v1/embeddings")


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request with its complete answer; *agent* is what the client calls itself."""

    method: str
    path: str
    query: str
    authorization: str
    sent: bytes
    status: int
    received: bytes
    agent: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.path}{'?' if self.query else ''}{self.query} -> {self.status}"


class Judged:
    """An ASGI application that listens in on *app* and judges what passes below ``/v1``.

    With *tolerate_refused* a wrong request is no violation when the answer refuses it: for tests that send wrong
    ones on purpose. A wrong request that succeeds always is one. Without a *description* it only keeps record.
    """

    def __init__(self, app: Any, description: Description | None, *, tolerate_refused: bool = False) -> None:
        self._app = app
        self._description = description
        self.tolerate_refused = tolerate_refused
        self.exchanges: list[Exchange] = []
        self.violations: list[str] = []
        self.faulty: set[tuple[str, str]] = set()
        """The operations with violations, as method and path template."""

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not _is_described(scope["path"]):
            await self._app(scope, receive, send)
            return
        overheard = _Overheard()
        try:
            await self._app(scope, await overheard.hear_out(receive), overheard.sending(send))
        finally:
            if overheard.complete:  # nothing can be said about an answer that was cut or never came
                self._judge(overheard.exchange(scope))

    def verdict(self) -> None:
        """Raise ``AssertionError`` with every violation seen."""
        assert not self.violations, "\n" + "\n".join(self.violations)

    def called(self, agent: str = "") -> set[tuple[str, str]]:
        """Return the described operations that a client named *agent* (any, when empty) called with success.

        As method and path template.
        """
        if self._description is None:
            return set()
        good = (each for each in self.exchanges if each.status < 400 and agent in each.agent)
        found = (self._description.operation(each.method, each.path) for each in good)
        return {(operation.method, operation.path) for operation in found if operation}

    def _judge(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)
        if self._description is None:
            return
        bench = Bench(self._description)
        operation = self._description.operation(exchange.method, exchange.path)
        complaints = list(bench.about_request(exchange, operation))
        if self.tolerate_refused and 400 <= exchange.status < 500:
            complaints.clear()
        complaints += bench.about_answer(exchange, operation)
        self.violations += [f"{exchange}: {complaint}" for complaint in complaints]
        if complaints and operation:
            self.faulty.add((operation.method, operation.path))


class Bench:
    """What the description has to say about one exchange."""

    def __init__(self, description: Description) -> None:
        self._description = description

    def about_request(self, exchange: Exchange, operation: DescribedOperation | None) -> Iterator[str]:
        if operation is None:
            yield "no such operation is described"
            return
        if not exchange.authorization.startswith("Bearer "):
            yield "the request carries no bearer token"
        yield from self._about_query(parse_qsl(exchange.query, keep_blank_values=True), operation)
        if operation.body is None:
            if exchange.sent:
                yield "this operation takes no body"
        elif exchange.sent or operation.body_required:
            yield from self._about_json(exchange.sent, operation.body, "request body")

    def _about_query(self, pairs: list[tuple[str, str]], operation: DescribedOperation) -> Iterator[str]:
        values: dict[str, list[tuple[str, str]]] = {}
        for raw, value in pairs:
            name, _, key = raw.removesuffix("[]").removesuffix("]").partition("[")
            values.setdefault(name, []).append((key, value))
        for name, given in values.items():
            if name not in operation.parameters:
                yield f"unknown query parameter {name}"
                continue
            schema = operation.parameters[name]["schema"]
            yield from self._description.complaints(_read(given, schema), schema, f"query parameter {name}")
        for name, parameter in operation.parameters.items():
            if parameter.get("required") and name not in values:
                yield f"missing query parameter {name}"

    def about_answer(self, exchange: Exchange, operation: DescribedOperation | None) -> Iterator[str]:
        if exchange.status == 200:
            if operation:
                yield from self._about_json(exchange.received, operation.answer, "answer")
        elif exchange.status < 400:
            yield "success is 200 and nothing else"
        else:
            schema = {"$ref": "#/components/schemas/ErrorResponse"}
            yield from self._about_json(exchange.received, schema, "error answer")

    def _about_json(self, content: bytes, schema: JSON, what: str) -> Iterator[str]:
        try:
            value = json.loads(content)
        except (ValueError, RecursionError):
            yield f"{what} is not JSON: {content[:80]!r}"
            return
        yield from self._description.complaints(value, schema, what)


@dataclass(kw_only=True)
class _Overheard:
    """What went to and fro between the client and the application."""

    sent: bytes = b""
    received: bytes = b""
    status: int = 0
    complete: bool = field(default=False)

    async def hear_out(self, receive: Any) -> Any:
        """Take in the whole request, whether or not the application will read it; return a replay of it."""
        messages = [await receive()]
        while messages[-1].get("more_body", False):
            messages.append(await receive())
        self.sent = b"".join(message.get("body", b"") for message in messages)

        async def replay() -> Any:
            return messages.pop(0) if messages else await receive()

        return replay

    def sending(self, send: Any) -> Any:
        async def listen(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
            else:
                self.received += message.get("body", b"")
                self.complete = not message.get("more_body", False)
            await send(message)

        return listen

    def exchange(self, scope: Mapping[str, Any]) -> Exchange:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        return Exchange(
            method=scope["method"],
            path=scope["path"].removeprefix("/v1"),
            query=scope["query_string"].decode("latin-1"),
            authorization=headers.get("authorization", ""),
            sent=self.sent,
            status=self.status,
            received=self.received,
            agent=headers.get("user-agent", ""),
        )


def _is_described(path: str) -> bool:
    """Whether the description is about *path*: it is not about what models answer."""
    return path.startswith("/v1/") and not path.startswith(MODEL_PATHS)


def _read(given: list[tuple[str, str]], schema: JSON) -> Any:
    """Return the value that the query's notation stands for, of the type the schema names; else the text itself."""
    match schema.get("type"):
        case "array":
            return [_scalar(value, schema["items"]) for _, value in given]
        case "object":
            return {key: _scalar(value, schema["properties"].get(key, {})) for key, value in given}
        case _ if len(given) > 1:
            return [value for _, value in given]
        case _:
            return _scalar(given[0][1], schema)


def _scalar(value: str, schema: JSON) -> Any:
    match schema.get("type"):
        case "integer" if re.fullmatch(r"-?\d+", value):
            return int(value)
        case "boolean" if value in ("true", "false"):
            return value == "true"
        case _:
            return value
