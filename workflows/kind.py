"""What every kind of request has: fields that are its form, a summary in words, and the steps that carry it out.

A kind is one file in ``workflows/kinds/`` with one subclass of ``Kind``. Its pydantic fields are the parameters of
a request and, through ``Ask``, the elements of its form. ``outlook`` says in words what would change (also while
the form is half filled in), ``complete`` checks the values against the organisation, ``steps`` is the effect.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from workflows.admin_api import AdminAPI
from workflows.errors import InvalidFields
from workflows.model import Change, Directory, Person, Project, Request
from workflows.money import cents
from workflows.organization import Organization
from workflows.policy import Policy

Receipt = Mapping[str, Any]


class Element(StrEnum):
    """How a field is asked for."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    MONEY = "money"
    CHOICE = "choice"
    PROJECT = "project"
    PEOPLE = "people"
    MODELS = "models"
    CHANNEL = "channel"
    DATE = "date"


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A field's place in the form. ``affects``: a change of it redraws what is now and who will decide."""

    element: Element
    placeholder: str = ""
    affects: bool = False


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a kind may ask while it checks a request."""

    organization: Organization
    directory: Directory
    policy: Policy
    requester: Person
    today: date


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What a request would change, in words, as far as its values are known.

    ``request`` is what the policy's conditions see (money in dollars); ``hints`` are sentences for the form only.
    """

    title: str
    changes: tuple[Change, ...] = ()
    risks: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    project: Project | None = None
    channel: str = ""
    request: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a step may use: OpenAI, the request, and what the steps before it found or made."""

    api: AdminAPI
    request: Request
    receipts: Mapping[str, Receipt]

    @property
    def project_id(self) -> str:
        """The project this request is about, or the one that an earlier step made."""
        made = (receipt["project_id"] for receipt in self.receipts.values() if "project_id" in receipt)
        return self.request.project_id or next(made)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One effect. ``look`` finds it already there (and reads it back after ``act``), or returns None.

    The receipt holds ids and values that OpenAI gave, never a secret. Both raise ``AdminAPIError``, or ``Refusal``
    when what was approved has become impossible. ``note`` says what was there before the first act, for the proof.
    Names are unique in a request, and stay what they are: the journal finds a step by its name.
    """

    name: str
    says: str
    look: Callable[[Work], Awaitable[Receipt | None]]
    act: Callable[[Work], Awaitable[None]]
    note: Callable[[Work], Awaitable[Receipt]] | None = None


_EXAMPLES: Mapping[Element, Any] = {
    Element.TEXT: "text",
    Element.LONG_TEXT: "text",
    Element.MONEY: 100.0,
    Element.CHOICE: "production",
    Element.PROJECT: "proj_1",
    Element.PEOPLE: ["person@example.com"],
    Element.MODELS: ["gpt-5-mini"],
    Element.CHANNEL: "C1",
    Element.DATE: "2027-01-31",
}
_SENTENCES: Mapping[str, str] = {
    "missing": "Please fill this in.",
    "string_too_short": "Please fill this in.",
    "too_short": "Please fill this in.",
    "string_too_long": "At most {max_length} characters; this has {length}.",
    "too_long": "At most {max_length} of these; this has {length}.",
    "enum": "Choose one of these: {expected}.",
    "value_error": "{error}",
    "date_from_datetime_parsing": "Choose a date, like 2027-01-31.",
    "date_parsing": "Choose a date, like 2027-01-31.",
}


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SECRET = re.compile(r"\b(?:sk-[\w-]{16,}|xox[a-z]-[\w-]{10,}|xapp-[\w-]{10,})", re.ASCII)


def unfit(text: str) -> str:
    """Return why a text of a person may not be kept, or an empty text."""
    if _UNSTORABLE.search(text):
        return "This holds a character that cannot be stored. Write it anew instead of pasting it."
    if _SECRET.search(text):
        return "This holds a secret key. Leave it out, and revoke it: it is not secret any more."
    return ""


def _unfit(value: Any) -> str:
    texts = value if isinstance(value, list | tuple) else (value,)
    return next(filter(None, (unfit(each) for each in texts if isinstance(each, str))), "")


def _sentence(error: ErrorDetails) -> str:
    """Turn one of pydantic's errors into one sentence that names the mend."""
    given = error["input"]
    length = len(given) if isinstance(given, str | list | tuple) else 0
    sentence = _SENTENCES.get(error["type"], "This cannot be read; check what you wrote.")
    context = {name: str(value) for name, value in error.get("ctx", {}).items()}
    if "expected" in context:
        context["expected"] = context["expected"].replace("'", "")
    return sentence.format(length=length, **context)


class Kind(BaseModel, ABC):
    """One request's parameters, and everything that is special about its kind.

    ``word`` is what people type after ``/openai``, ``place`` orders the launcher, ``derived`` are numbers that
    conditions can use besides the fields, with an example of each.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, protected_namespaces=())

    kind: ClassVar[str]
    word: ClassVar[str]
    label: ClassVar[str]
    about: ClassVar[str]
    place: ClassVar[int] = 100
    derived: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def asks(cls) -> dict[str, Ask]:
        """Return how each field is asked for, in the form's order."""
        return {
            name: next(each for each in info.metadata if isinstance(each, Ask))
            for name, info in cls.model_fields.items()
        }

    @classmethod
    def example(cls) -> dict[str, Any]:
        """Return what a policy's conditions see of such a request: every name, with a value of its type."""
        return {name: _EXAMPLES[ask.element] for name, ask in cls.asks().items()} | dict(cls.derived)

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """Read what a person filled in; empty values count as not given. Raises ``InvalidFields``."""
        given = {name: value for name, value in values.items() if value not in (None, "", [], ())}
        errors = {name: problem for name, value in given.items() if (problem := _unfit(value))}
        if errors:
            raise InvalidFields(errors)
        try:
            return cls.model_validate(given)
        except ValidationError as invalid:
            raise InvalidFields(cls._sentences(invalid)) from None

    @classmethod
    def known(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields that can be read already, while the rest of the form is empty or wrong."""
        known: dict[str, Any] = {}
        for name in cls.model_fields:
            value = values.get(name)
            if value in (None, "", [], ()) or _unfit(value):
                continue
            try:
                read = cls.__pydantic_validator__.validate_assignment(cls.model_construct(), name, value)
                known[name] = getattr(read, name)
            except ValidationError:
                continue
        return known

    @classmethod
    def _sentences(cls, invalid: ValidationError) -> dict[str, str]:
        sentences: dict[str, str] = {}
        for error in invalid.errors():
            name = str(error["loc"][0]) if error["loc"] else next(iter(cls.model_fields))
            sentences.setdefault(name, _sentence(error))
        return sentences

    @classmethod
    @abstractmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        """Say what would change, from as many fields as are known; never raises for a field that is missing."""

    @abstractmethod
    async def complete(self, context: Context) -> Self:
        """Fill in what may be left empty and check the rest against the organisation. Raises ``InvalidFields``."""

    @abstractmethod
    def steps(self) -> Sequence[Step]:
        """Return the effect, in order; what the policy approved is exactly this."""

    def registered(self, receipts: Mapping[str, Receipt]) -> Mapping[str, Any]:
        """Return what the registry learns of the project (columns of ``model.Project``) once these steps are done."""
        del receipts
        return {}


def choices(kind: type[Kind], name: str) -> list[str]:
    """Return the values that a CHOICE field (a ``StrEnum``) can have."""
    annotation = kind.model_fields[name].annotation
    return (
        [each.value for each in annotation] if isinstance(annotation, type) and issubclass(annotation, StrEnum) else []
    )


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


Cents = Annotated[int, BeforeValidator(cents)]
"""Money: a text is dollars as a person writes them, a number is cents as we store them."""

Emails = Annotated[tuple[str, ...], BeforeValidator(_emails)]
ModelIds = Annotated[tuple[str, ...], BeforeValidator(_each), Field(max_length=100)]
