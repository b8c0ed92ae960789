"""Requests imagined from the description: right ones, and ones with something wrong in them."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from tests.support.openapi.description import DescribedOperation
from tests.support.openapi.newer import JSON

ODD: Sequence[Any] = (
    *(None, True, "", " ", "\x00", "\u202e💥", "x" * 5_000, "-1", "null", "proj_1", "%2e%2e", "🗝"),
    *(-1, 0, 1.5, 2**31, 2**63, 2**70, -(2**70), 1e308, [], {}, [None], [[]], {"": None}),
)
NOT_JSON = (b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"name":"\\ud800"}', b'{"name":NaN}', b"[" * 10_000)
PARAMETER = "{}"
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Imagined:
    """A request: *path* below ``/v1`` and *content*, None for no body."""

    method: str
    path: str
    query: Pairs
    content: bytes | None


class Imagination:
    """*known* are values that mean something to the server, by the name of the field or parameter they fit."""

    def __init__(self, schemas: JSON, known: Mapping[str, Sequence[Any]]) -> None:
        self._schemas = schemas
        self._known = known

    def requests(self, operation: DescribedOperation) -> st.SearchStrategy[Imagined]:
        """Imagine requests of *operation*, about half of them right."""
        right = self._requests(operation, self._body(operation), self._query(operation))
        wrong = self._requests(
            operation,
            self._body(operation).flatmap(_spoilt) if operation.body else st.none(),
            self._query(operation).flatmap(_spoilt_query),
        )
        return right | wrong

    def _requests(
        self, operation: DescribedOperation, body: st.SearchStrategy[Any], query: st.SearchStrategy[Pairs]
    ) -> st.SearchStrategy[Imagined]:
        return st.builds(
            Imagined,
            method=st.just(operation.method),
            path=self._path(operation),
            query=query,
            content=body.map(_bytes),
        )

    def _path(self, operation: DescribedOperation) -> st.SearchStrategy[str]:
        parts = operation.path.split("/")
        return st.tuples(*(self._step(part) for part in parts)).map("/".join)

    def _step(self, part: str) -> st.SearchStrategy[str]:
        if not part.startswith("{"):
            return st.just(part)
        known = st.sampled_from(self._known[part.strip(PARAMETER)])
        strange = st.sampled_from(["nothing", "role-api-project-owner", "💥", "a b", "%", "..x"])
        return st.one_of(known, known, known, strange).map(lambda text: quote(text, safe=""))

    def _query(self, operation: DescribedOperation) -> st.SearchStrategy[Pairs]:
        required = {name: each for name, each in operation.parameters.items() if each.get("required")}
        optional = {name: each for name, each in operation.parameters.items() if name not in required}
        values = st.fixed_dictionaries(
            {name: self.value(each["schema"], name) for name, each in required.items()},
            optional={name: self.value(each["schema"], name) for name, each in optional.items()},
        )
        return values.map(_pairs)

    def _body(self, operation: DescribedOperation) -> st.SearchStrategy[Any]:
        return st.none() if operation.body is None else self.value(operation.body, "")

    def value(self, schema: JSON, name: str) -> st.SearchStrategy[Any]:
        """Imagine values that *schema* allows for a field of this *name*."""
        if "$ref" in schema:
            return self.value(self._schemas[schema["$ref"].rpartition("/")[2]], name)
        for choice in ("anyOf", "oneOf"):
            if choice in schema:
                return st.one_of([self.value(each, name) for each in schema[choice]])
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        kinds = schema.get("type", "string")
        return st.one_of([self._of_kind(kind, schema, name) for kind in ([kinds] if isinstance(kinds, str) else kinds)])

    def _of_kind(self, kind: str, schema: JSON, name: str) -> st.SearchStrategy[Any]:
        match kind:
            case "object":
                return self._object(schema)
            case "array":
                return st.lists(self.value(schema["items"], name), min_size=schema.get("minItems", 0), max_size=3)
            case "integer":
                return st.integers(schema.get("minimum", -3), min(schema.get("maximum", math.inf), 4_000_000_000))
            case "string":
                free = st.text(min_size=schema.get("minLength", 0), max_size=12)
                return st.sampled_from(self._known[name]) | free if name in self._known else free
            case _:
                return {"boolean": st.booleans(), "null": st.none()}[kind]

    def _object(self, schema: JSON) -> st.SearchStrategy[Any]:
        fields = {name: self.value(each, name) for name, each in schema.get("properties", {}).items()}
        required = set(schema.get("required", ()))
        return st.fixed_dictionaries(
            {name: each for name, each in fields.items() if name in required},
            optional={name: each for name, each in fields.items() if name not in required},
        )


def _spoilt(body: Any) -> st.SearchStrategy[Any]:
    """Put one wrong thing into a right body."""
    names = st.sampled_from([*body, "colour"])
    odd = st.sampled_from(ODD)
    changed = st.builds(lambda name, value: {**body, name: value}, names, odd)
    shortened = names.map(lambda gone: {name: value for name, value in body.items() if name != gone})
    return st.one_of(changed, changed, shortened, odd, st.sampled_from(NOT_JSON))


def _spoilt_query(pairs: Pairs) -> st.SearchStrategy[Pairs]:
    names = st.sampled_from([*(name for name, _ in pairs), "limit", "after", "colour", "limit[]", "a[b]", "[", ""])
    odd = st.sampled_from(ODD).map(str)
    return st.builds(lambda name, value: [*pairs, (name, value)], names, odd) | st.just(pairs[1:])


def _pairs(values: Mapping[str, Any]) -> Pairs:
    """Write *values* in the query's notation, as the official SDK does."""
    pairs: Pairs = []
    for name, value in values.items():
        if isinstance(value, list):
            pairs += [(f"{name}[]", _text(each)) for each in value]
        elif isinstance(value, dict):
            pairs += [(f"{name}[{key}]", _text(each)) for key, each in value.items()]
        else:
            pairs.append((name, _text(value)))
    return pairs


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _bytes(body: Any) -> bytes | None:
    return body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
