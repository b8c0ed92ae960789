"""Take single fields out of a reply: lenient about what is absent, strict about what is there and makes no sense."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Fields = Mapping[str, Any]
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Malformed(Exception):
    """The reply cannot be read; the text says what about it, without quoting it."""


def _no_constant(name: str) -> Any:
    raise Malformed(f"it holds {name} for a number")


def parse(body: bytes) -> Fields:
    """Read a reply's JSON object, fractions as ``Decimal``. Raises ``Malformed``."""
    try:
        reply = json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Malformed("it is not JSON") from None
    return as_object(reply)


def as_object(value: Any) -> Fields:
    if not isinstance(value, dict):  # JSON has no other; asking for Mapping takes four times as long
        raise Malformed("something in it is not an object")
    return value


def as_objects(fields: Fields, name: str) -> list[Fields]:
    """Return a list of objects; absent and null are an empty one."""
    value = fields.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed(f"its {name} is not a list")
    return [as_object(each) for each in value]


def identifier(fields: Fields, name: str = "id") -> str:
    """Return an id, without which the rest is worth nothing."""
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise Malformed(f"its {name} is missing")
    return value


def text(fields: Fields, name: str) -> str:
    """Return a text; absent and null are empty, what no database can hold is replaced."""
    value = fields.get(name)
    if isinstance(value, str) and value.isprintable():
        return value  # as nearly all are, among the hundred thousands of costs
    return "" if value is None else _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", str(value))


def text_or_none(fields: Fields, name: str) -> str | None:
    return text(fields, name) or None


def email(fields: Fields) -> str:
    return text(fields, "email").strip().lower()


def texts(fields: Fields, name: str) -> frozenset[str]:
    value = fields.get(name)
    if value is not None and not isinstance(value, list):
        raise Malformed(f"its {name} is not a list")
    return frozenset(str(each) for each in value or ())


def flag(fields: Fields, name: str) -> bool:
    """Return whether it says yes; absent and null are no."""
    return flag_or_none(fields, name) or False


def flag_or_none(fields: Fields, name: str) -> bool | None:
    """Return a yes or no; None when absent or null."""
    value = fields.get(name)
    if value is not None and not isinstance(value, bool):
        raise Malformed(f"its {name} is neither true nor false")
    return value


def decimal(fields: Fields, name: str) -> Decimal | None:
    """Return a number, which may have come as a string; None when absent or null."""
    value = fields.get(name)
    number = value if value is None or type(value) is Decimal else _decimal(value, name)
    if number is not None and not number.is_finite():
        raise Malformed(f"its {name} is not a finite number")
    return number


def _decimal(value: Any, name: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Malformed(f"its {name} is not a number")
    try:
        return Decimal(value)
    except InvalidOperation:
        raise Malformed(f"its {name} is not a number") from None


def integer(fields: Fields, name: str) -> int | None:
    """Return a whole number, which may have come as ``5.0`` or ``"5"``; None when absent or null."""
    number = decimal(fields, name)
    if number is None:
        return None
    # An exponent could make a few bytes into an integer that fills the memory.
    if number.adjusted() > 18 or number != int(number):  # noqa: PLR2004 - beyond 64 bits
        raise Malformed(f"its {name} is not a whole number")
    return int(number)


def moment(fields: Fields, name: str) -> datetime:
    """Return a time from Unix seconds, as aware UTC. A time we decide by cannot be made up when it is absent."""
    seconds = integer(fields, name)
    if seconds is None:
        raise Malformed(f"its {name} is missing")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise Malformed(f"its {name} is not a time") from None


def moment_or_none(fields: Fields, name: str) -> datetime | None:
    """Return a time; None when absent or null, for what has not happened or never will."""
    return None if fields.get(name) is None else moment(fields, name)
