"""The shape of the policy file, checked by pydantic: names, types and bounds, each fault a sentence."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

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
from workflows.policy.rules import PENDING_HOURS

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


def _everyone(value: Any) -> Any:
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


def _condition(value: Any) -> Any:
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
Domain = Annotated[
    str, StringConstraints(to_lower=True), _like(r"[a-z0-9-]+(\.[a-z0-9-]+)+", "a domain, such as example.com")
]

_ORGANIZATION_OWNERS = Approvers(source=ApproverSource.ORGANIZATION_OWNERS)


class EnvironmentSection(Section):
    description: Sentence
    models: list[Name] = []
    monthly_limit: Dollars
    maximum_monthly_limit: Dollars | None = None
    channel: Name | None = None

    @model_validator(mode="after")
    def _default_within_maximum(self) -> Self:
        if self.maximum_monthly_limit is not None and self.monthly_limit > self.maximum_monthly_limit:
            raise fault("monthly_limit must not be above maximum_monthly_limit", "monthly_limit")
        return self


class EnvironmentsSection(Section):
    """The environments that people can choose in the form of a new project."""

    production: EnvironmentSection | None = None
    staging: EnvironmentSection | None = None
    sandbox: EnvironmentSection | None = None

    @model_validator(mode="after")
    def _at_least_one(self) -> Self:
        if not self.model_fields_set:
            raise fault("environments may not be empty; give at least one of production, staging and sandbox")
        return self


class StageSection(Section):
    name: Name | None = None
    approvers: list[Anybody] = Field(min_length=1)
    quorum: int = Field(default=1, ge=1, le=50)

    @model_validator(mode="after")
    def _enough_people(self) -> Self:
        people = {each.value for each in self.approvers}
        if all(each.source is ApproverSource.EMAIL for each in self.approvers) and self.quorum > len(people):
            raise fault(f"quorum is {self.quorum} but only {len(people)} are named", "quorum")
        return self


class RuleSection(Section):
    name: Name
    kinds: list[Word] = Field(default=[], min_length=1)
    when: Annotated[str, BeforeValidator(_condition)] = "true"
    deny: Sentence | None = None
    stages: list[StageSection] = Field(default=[], min_length=1)
    pending_hours: int = Field(default=PENDING_HOURS, ge=1, le=8760)
    requesters: Annotated[list[Named], BeforeValidator(_everyone)] = []

    @model_validator(mode="after")
    def _denies_or_decides(self) -> Self:
        given = self.model_fields_set
        if len(given & {"deny", "stages"}) != 1:
            raise fault("a rule needs stages (who decides) or deny (why not), and not both")
        for name in ("requesters", "pending_hours"):
            if "deny" in given and name in given:
                raise fault(f"{name} means nothing in a rule that denies", name)
        return self


class PolicyFile(Section):
    version: Literal[1]
    environments: EnvironmentsSection
    auditors: list[Standing] = Field(default=[_ORGANIZATION_OWNERS], min_length=1)
    administrators: list[Standing] = Field(default=[_ORGANIZATION_OWNERS], min_length=1)
    fallback: list[Standing] = Field(default=[_ORGANIZATION_OWNERS], min_length=1)
    email_domains: list[Domain] = []
    rules: list[RuleSection] = Field(min_length=1)
