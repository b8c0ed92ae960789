"""What the policy file's values are made of: sections, people, amounts, names, each fault a sentence."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from workflows.model import Approvers, ApproverSource
from workflows.money import cents
from workflows.policy.conditions import nearest

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_HANDLE = re.compile(r"[\w.-]{1,80}")
_OWNERS = (ApproverSource.PROJECT_OWNERS, ApproverSource.ORGANIZATION_OWNERS)


def fault(sentence: str, key: str = "") -> PydanticCustomError:
    """Return an error about the name *key* of a section, or about the value itself.

    Its text is *sentence*; the value's name is put in front of one that begins with "must" or a colon.
    """
    return PydanticCustomError("fault", "{sentence}", {"sentence": sentence, "key": key})


class Section(BaseModel):
    """A group of names and values; a name it does not have is refused with the nearest one it has."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known_names(cls, given: Any) -> Any:
        for key in given if isinstance(given, Mapping) else ():
            if key not in cls.model_fields:
                raise fault(f"{key} is not known here{nearest(str(key), cls.model_fields)}", str(key))
            if given[key] is None:
                raise fault(f"{key} has no value", key)
        return given


def _named(key: Any, value: Any) -> Approvers:
    """Read ``{group: handle}`` or ``{email: address}``."""
    if key not in ("group", "email"):
        raise fault(f"{key} is not known here{nearest(str(key), ('group', 'email'))}", str(key))
    text = value.strip() if isinstance(value, str) else ""
    if key == "group":
        handle = text.removeprefix("@")
        if not _HANDLE.fullmatch(handle):
            raise fault("group must be the handle of a Slack user group, such as finance", "group")
        return Approvers(source=ApproverSource.GROUP, value=handle)
    if not _EMAIL.fullmatch(text):
        raise fault("email must be an e-mail address, such as ada@example.com", "email")
    return Approvers(source=ApproverSource.EMAIL, value=text.lower())


def _people(value: Any, owners: tuple[ApproverSource, ...]) -> Approvers:
    if isinstance(value, Mapping) and len(value) == 1:
        return _named(*next(iter(value.items())))
    if value in owners:
        return Approvers(source=ApproverSource(value))
    if isinstance(value, str) and "@" in value:
        raise fault(f"write an address as {{email: {value}}} and a group as {{group: handle}}")
    if isinstance(value, str):
        raise fault(f"{value} is not known here{nearest(value, (*owners, '{group: …}', '{email: …}'))}")
    raise fault(f"write {', '.join((*owners, '{group: …}'))} or {{email: …}}")


def everyone(value: Any) -> Any:
    if value == "everyone":
        return []
    if value == [] or isinstance(value, str):
        raise fault("requesters must be everyone or a list of {group: …} and {email: …}")
    return value


def _dollars(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise fault("must be an amount in dollars, such as 500 or 99.50")
    text = value if isinstance(value, str) else format(Decimal(repr(value)), "f")
    try:
        return cents(text.removesuffix(".0"))
    except ValueError as problem:
        raise fault(f": {problem}".rstrip(".")) from None


def condition(value: Any) -> Any:
    # "when: true" is a boolean to YAML, and the plainest condition to a person.
    return str(value).lower() if isinstance(value, bool) else value


Anybody = Annotated[Approvers, PlainValidator(lambda value: _people(value, _OWNERS))]
Standing = Annotated[Approvers, PlainValidator(lambda value: _people(value, (ApproverSource.ORGANIZATION_OWNERS,)))]
Named = Annotated[Approvers, PlainValidator(lambda value: _people(value, ()))]
Dollars = Annotated[int, BeforeValidator(_dollars)]


def _like(pattern: str, what: str) -> AfterValidator:
    """Return a check that a text is written like *pattern*; *what* says to people what it must be."""

    def check(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise fault(f"must be {what}")
        return text

    return AfterValidator(check)


Stripped = Annotated[str, StringConstraints(strip_whitespace=True)]
Name = Annotated[Stripped, _like(r"[^\x00-\x1f\x7f]{1,80}", "a text of one line, at most 80 characters")]
Sentence = Annotated[Stripped, _like(r"[^\x00-\x1f\x7f]{1,300}", "a text of one line, at most 300 characters")]
Word = Annotated[str, _like(r"[a-z][a-z0-9_]{0,39}", "a word in small letters, such as new_project")]
EnvironmentName = Literal["production", "staging", "sandbox"]
Percent = Annotated[int, Field(ge=1, le=1000)]
Tool = Literal["file_search", "web_search", "image_generation", "mcp", "code_interpreter"]
Domain = Annotated[
    str, StringConstraints(to_lower=True), _like(r"[a-z0-9-]+(\.[a-z0-9-]+)+", "a domain, such as example.com")
]
