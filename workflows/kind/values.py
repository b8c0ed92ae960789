"""Types of fields that more than one kind has: what people write, read into what we store."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from workflows.kind.form import Ask, Element
from workflows.money import cents

MOST_COUNT = 1_000_000_000_000
_WRITTEN = re.compile(r"\d{1,3}(?:[, ]\d{3})+|\d+", re.ASCII)


def _emails(value: Any) -> Any:
    """Accept one address or many, in any case, each once."""
    if isinstance(value, str):
        value = [part for part in re.split(r"[,;\s]+", value) if part]
    if isinstance(value, list | tuple):
        return tuple(dict.fromkeys(str(each).strip().lower() for each in value))
    return value


def _each(value: Any) -> Any:
    """Accept one value or many, each once."""
    if isinstance(value, str):
        value = [part for part in re.split(r"[,\s]+", value) if part]
    return tuple(dict.fromkeys(value)) if isinstance(value, list | tuple) else value


def _count(value: Any) -> Any:
    """Accept a whole number as people write it: ``1,000``."""
    if isinstance(value, str):
        if not _WRITTEN.fullmatch(value.strip()):
            raise ValueError("Write a whole number, like 500 or 1,000.")
        value = int(re.sub(r"\D", "", value))
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_COUNT:
        raise ValueError("Write a whole number, at least 1.")
    return value


def _address(email: str) -> str:
    if email.count("@") != 1 or not all(email.split("@")) or not (email.isascii() and email.isprintable()):
        raise ValueError(f"{email[:60]} is not an e-mail address.")
    return email


Cents = Annotated[int, BeforeValidator(cents)]
"""Money: a text is dollars as a person writes them, a number is cents as we store them."""

Count = Annotated[int, BeforeValidator(_count)]
Emails = Annotated[tuple[str, ...], BeforeValidator(_emails)]
Email = Annotated[str, StringConstraints(to_lower=True, max_length=254), AfterValidator(_address)]
OneOrMany = BeforeValidator(_each)
Many = Annotated[tuple[str, ...], OneOrMany, Field(max_length=100)]
ModelIds = Many
Line = Annotated[str, StringConstraints(max_length=80)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=150)]

ProjectField = Annotated[Id, Ask(element=Element.PROJECT, placeholder="Type a project's name", affects=True)]
Reason = Annotated[
    str, StringConstraints(min_length=1, max_length=3000), Ask(element=Element.LONG_TEXT, placeholder="What changed?")
]
Until = Annotated[date | None, Ask(element=Element.DATE, affects=True)]


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields as a policy's conditions compare them: lists, a day as a text, what is left empty not at all."""
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    match value:
        case tuple():
            return [_plain(each) for each in value]
        case date():
            return value.isoformat()
        case StrEnum():
            return value.value
        case _:
            return value
