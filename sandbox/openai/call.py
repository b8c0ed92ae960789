"""One call of the Administration API, and reading its query and body strictly."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from sandbox.openai.errors import Refusal, invalid

JSON = dict[str, Any]


class Question(BaseModel):
    """A query string. A field that defaults to a tuple takes ``name=`` and ``name[]=`` alike, any number of times."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(BaseModel):
    """A JSON body: types are not guessed, unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


M = TypeVar("M", bound=BaseModel)
NESTED = re.compile(r"(?P<name>\w+)\[(?P<key>\w+)\]")


@dataclass(frozen=True, kw_only=True)
class Call:
    """What came in. *quirks* are the names of oddities of the real API that are switched on for this call."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Sequence[tuple[str, str]] = ()
    content: bytes = b""
    quirks: frozenset[str] = frozenset()
    _asked: list[type[BaseModel]] = field(default_factory=list, repr=False)

    def question(self, model: type[M]) -> M:
        """Read the query as *model*. Raises ``Refusal`` (400) that names the parameter at fault."""
        self._asked.append(model)
        return validated(model, nested(self.query, model))

    def refuse_unread(self) -> None:
        """Raise ``Refusal`` (400) for a query that an operation without parameters was sent."""
        if self.query and not self._asked:
            name = self.query[0][0]
            raise invalid(f"Unknown parameter: '{name}'.", name, "unknown_parameter")

    def body(self, model: type[M]) -> M:
        """Read the body as *model*; no body at all counts as an empty object. Raises ``Refusal`` (400)."""
        try:
            return model.model_validate_json(self.content or b"{}")
        except ValidationError as error:
            raise refusal(error) from None


def validated(model: type[M], value: Any) -> M:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise refusal(error) from None


def nested(query: Iterable[tuple[str, str]], model: type[BaseModel]) -> JSON:
    """Undo the query's notation: lists as ``name[]`` or repeated names, objects as ``name[key]``."""
    lists: dict[str, list[str]] = {}
    objects: dict[str, dict[str, str]] = {}
    for raw, value in query:
        part = NESTED.fullmatch(raw)
        if part:
            objects.setdefault(part["name"], {})[part["key"]] = value
        else:
            lists.setdefault(raw.removesuffix("[]"), []).append(value)
    return objects | {name: values if _is_list(name, values, model) else values[0] for name, values in lists.items()}


def _is_list(name: str, values: list[str], model: type[BaseModel]) -> bool:
    known = model.model_fields.get(name)
    return len(values) > 1 or (known is not None and isinstance(known.default, tuple))


def refusal(error: ValidationError) -> Refusal:
    """Word the first complaint as OpenAI does: one sentence, the parameter's name, a code."""
    complaint = error.errors(include_url=False)[0]
    param = _param(complaint["loc"])
    match complaint["type"]:
        case "json_invalid":
            return invalid("The body of the request is not valid JSON.", code=None)
        case "missing":
            return invalid(f"Missing required parameter: '{param}'.", param, "missing_required_parameter")
        case "extra_forbidden":
            return invalid(f"Unknown parameter: '{param}'.", param, "unknown_parameter")
        case _:
            return invalid(f"Invalid value for '{param or 'body'}': {_reason(complaint)}.", param)


def _reason(complaint: ErrorDetails) -> str:
    text = complaint["msg"].removeprefix("Value error, ").removesuffix(".")
    return text[:1].lower() + text[1:]


def _param(location: Sequence[int | str]) -> str | None:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".") or None
