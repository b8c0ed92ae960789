"""The small rules that Block Kit's limits are put together from; each reports what is wrong and where."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One refusal: Slack's sentence, a JSON pointer, and what ``blocks.validate`` tells about it."""

    message: str
    pointer: str
    code: str = "failed_constraint"
    constraint: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


Rule = Callable[[Any, str], Iterator[Problem]]


def string(maximum: int | None = None, minimum: int = 0) -> Rule:
    """Allow a text of *minimum* to *maximum* characters."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem(message="must be a string", pointer=at, constraint={"type": "string"})
        elif maximum is not None and len(value) > maximum:
            limit = {"type": "max_length", "expected": maximum}
            yield Problem(message=f"must be less than {maximum + 1} characters", pointer=at, constraint=limit)
        elif len(value) < minimum:
            limit = {"type": "min_length", "expected": minimum}
            yield Problem(message=f"must be more than {minimum - 1} characters", pointer=at, constraint=limit)

    return check


def pattern(matches: Callable[[str], object], sentence: str) -> Rule:
    """Allow a text that *matches*; *sentence* is the refusal."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, str) or not matches(value):
            yield Problem(message=sentence, pointer=at)

    return check


def boolean(value: Any, at: str) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield Problem(message="must be a boolean", pointer=at, constraint={"type": "boolean"})


def integer(maximum: int, minimum: int = 0) -> Rule:
    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield Problem(message="must be an integer", pointer=at, constraint={"type": "integer"})
        elif not minimum <= value <= maximum:
            yield Problem(message=f"must be between {minimum} and {maximum}", pointer=at)

    return check


def number(value: Any, at: str) -> Iterator[Problem]:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        yield Problem(message="must be a number", pointer=at, constraint={"type": "number"})


def choice(*expected: str) -> Rule:
    def check(value: Any, at: str) -> Iterator[Problem]:
        if value not in expected:
            limit = {"type": "enum", "expected": list(expected)}
            yield Problem(message=f"must be one of: {', '.join(expected)}", pointer=at, constraint=limit)

    return check


def array(item: Rule, maximum: int, minimum: int = 1) -> Rule:
    """Allow a list of *minimum* to *maximum* things that each obey *item*."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem(message="must be an array", pointer=at, constraint={"type": "array"})
            return
        if len(value) > maximum:
            limit = {"type": "max_items", "expected": maximum}
            yield Problem(message=f"no more than {maximum} items allowed", pointer=at, constraint=limit)
        if len(value) < minimum:
            limit = {"type": "min_items", "expected": minimum}
            yield Problem(message=f"no fewer than {minimum} items allowed", pointer=at, constraint=limit)
        for index, each in enumerate(value):
            yield from item(each, f"{at}/{index}")

    return check


def anything(value: Any, at: str) -> Iterator[Problem]:  # noqa: ARG001 - a rule like the others
    yield from ()


def shape(required: Mapping[str, Rule], optional: Mapping[str, Rule], *whole: Rule) -> Rule:
    """Allow an object with these properties and no others; *whole* rules see the object itself."""
    known = {"type": anything, **required, **optional}

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(message="must be an object", pointer=at, constraint={"type": "object"})
            return
        for name in required:
            if value.get(name) is None:
                yield Problem(message=f"missing required field: {name}", pointer=at, code="missing_field")
        for name, each in value.items():
            if each is not None or name not in known:
                yield from known.get(name, _unknown(name, at))(each, f"{at}/{name}")
        for rule in whole:
            yield from rule(value, at)

    return check


def _unknown(name: str, at: str) -> Rule:
    def check(value: Any, _: str) -> Iterator[Problem]:  # noqa: ARG001 - a rule like the others
        yield Problem(message=f"invalid additional property: {name}", pointer=at, code="additional_property")

    return check


def by_type(kinds: Mapping[str, Rule]) -> Rule:
    """Allow an object whose ``type`` says which rule it obeys."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(message="must be an object", pointer=at, constraint={"type": "object"})
        elif value.get("type") is None:
            yield Problem(message="missing required field: type", pointer=at, code="missing_field")
        elif value["type"] not in kinds:
            limit = {"type": "enum", "expected": list(kinds)}
            sentence = f"unsupported type: {value['type']}"
            yield Problem(message=sentence, pointer=f"{at}/type", constraint=limit)
        else:
            yield from kinds[value["type"]](value, at)

    return check


def at_least_one(*names: str) -> Rule:
    """Demand one of the properties *names*."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if all(value.get(name) is None for name in names):
            yield Problem(message=f"must provide at least one of: {', '.join(names)}", pointer=at)

    return check


def exactly_one(*names: str) -> Rule:
    """Demand one of the properties *names*, and only one."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if sum(value.get(name) is not None for name in names) != 1:
            yield Problem(message=f"must provide exactly one of: {', '.join(names)}", pointer=at)

    return check
