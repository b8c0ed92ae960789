"""The published API description, ready to be asked what is wrong with a value."""

import copy
import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012, Draft202012Validator, Registry

from tests.support.openapi.newer import JSON, add_newer

DESCRIPTION = Path(__file__).parents[3] / "../shared/data/openai-admin-openapi.json"
ABSENT = "the published API description (shared/data/openai-admin-openapi.json) is not here"
ROOT = "urn:description"


@dataclass(frozen=True, kw_only=True)
class DescribedOperation:
    method: str
    path: str
    pattern: re.Pattern[str]
    body: JSON | None
    body_required: bool
    parameters: Mapping[str, JSON]
    answer: JSON


class Description:
    """The published description with the newer additions, every object in it closed to unknown fields."""

    def __init__(self, document: JSON) -> None:
        whole = copy.deepcopy(dict(document))
        add_newer(whole)
        self._document = _closed(whole, whole)
        self._registry = Registry([(ROOT, self._document)], draft=Draft202012)
        self._validators: dict[str, Draft202012Validator] = {}
        self.operations = sorted(self._described(), key=lambda operation: operation.path.count("{"))

    @property
    def schemas(self) -> JSON:
        """The schemas by name, closed to unknown fields."""
        schemas: JSON = self._document["components"]["schemas"]
        return schemas

    @classmethod
    def published(cls) -> "Description | None":
        """Read the published file; None where it is absent."""
        return _published() if DESCRIPTION.exists() else None

    def operation(self, method: str, path: str) -> DescribedOperation | None:
        named = (each for each in self.operations if each.method == method and each.pattern.fullmatch(path))
        return next(named, None)

    def complaints(self, value: Any, schema: JSON, what: str) -> Iterator[str]:
        for error in self._validator(json.dumps(schema)).iter_errors(_whole(value)):
            yield f"{what} at {json_path(error.instance_path)}: {error.message[:300]}"

    def _validator(self, schema: str) -> Draft202012Validator:
        if schema not in self._validators:
            local = json.loads(schema.replace('"#/components', f'"{ROOT}#/components'))
            self._validators[schema] = Draft202012Validator(local, registry=self._registry)
        return self._validators[schema]

    def _described(self) -> Iterator[DescribedOperation]:
        for path, methods in self._document["paths"].items():
            for method, operation in methods.items():
                body = operation.get("requestBody", {})
                parameters = {
                    each["name"].removesuffix("[]"): each
                    for each in operation.get("parameters", [])
                    if each["in"] == "query"
                }
                yield DescribedOperation(
                    method=method.upper(),
                    path=path,
                    pattern=re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))),
                    body=body["content"]["application/json"]["schema"] if body else None,
                    body_required=body.get("required", False),
                    parameters=parameters,
                    answer=operation["responses"]["200"]["content"]["application/json"]["schema"],
                )


def _whole(value: Any) -> Any:
    """Return *value* with a question mark for each half of a character: the validator cannot read those."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.loads(text.encode(errors="replace"))
    return value


def json_path(steps: Iterable[str | int]) -> str:
    """Return the place that *steps* lead to, as ``$.data[0].name``."""
    return "$" + "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in steps)


def _closed(node: Any, document: JSON) -> Any:
    """*node* with every object in it refusing fields it does not list; an ``allOf`` becomes one object first."""
    if isinstance(node, list):
        return [_closed(each, document) for each in node]
    if not isinstance(node, dict):
        return node
    if "allOf" in node:
        node = _merged(node, document)
    closed = {key: _closed(value, document) for key, value in node.items()}
    if "properties" in node and isinstance(node.get("properties"), dict) and node.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed


def _merged(node: JSON, document: JSON) -> dict[str, Any]:
    parts = [_resolved(part, document) for part in node["allOf"]]
    properties = {name: schema for part in parts for name, schema in part.get("properties", {}).items()}
    required = [name for part in parts for name in part.get("required", [])]
    return {"type": "object", "properties": properties, "required": required}


def _resolved(part: JSON, document: JSON) -> JSON:
    if "$ref" not in part:
        return part
    found: Any = document
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


@functools.cache
def _published() -> Description:
    return Description(json.loads(DESCRIPTION.read_text("utf-8")))
