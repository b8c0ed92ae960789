"""What every kind of request has: fields that are its form, an outlook, steps, and how they are taken back."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from inspect import get_annotations
from typing import Any, ClassVar, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workflows.errors import InvalidFields
from workflows.kind.form import EXAMPLES, Ask, Element
from workflows.kind.sentences import sentence, unfit_value
from workflows.kind.values import Reason, Until
from workflows.kind.work import Context, Outlook, Receipt, Step
from workflows.ledger import Ending
from workflows.model import KeyTerms
from workflows.money import dollars


class Kind(BaseModel, ABC):
    """One request's parameters, and everything that is special about its kind.

    ``word`` is what people type after ``/openai``, ``place`` orders the launcher, ``derived`` are numbers that
    conditions can use besides the fields, with an example of each. ``narrows`` are the fields of which an approver may
    offer less than was asked for, ``unique`` is the one whose value no two open requests of this kind have.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, protected_namespaces=())

    kind: ClassVar[str]
    word: ClassVar[str]
    label: ClassVar[str]
    about: ClassVar[str]
    place: ClassVar[int] = 100
    derived: ClassVar[Mapping[str, Any]] = {}
    narrows: ClassVar[tuple[str, ...]] = ()
    unique: ClassVar[str] = ""

    @classmethod
    def asks(cls) -> dict[str, Ask]:
        """Return how each field is asked for, in the form's order: a kind's own fields before those of all kinds.

        A field without ``Ask`` stands in no form: ``complete`` fills it in, so that it is approved with the rest.
        """
        own = get_annotations(cls)
        asked = {
            name: next((each for each in info.metadata if isinstance(each, Ask)), None)
            for name, info in sorted(cls.model_fields.items(), key=lambda each: each[0] not in own)
        }
        return {name: ask for name, ask in asked.items() if ask is not None}

    @classmethod
    def example(cls) -> dict[str, Any]:
        """Return what a policy's conditions see of such a request: every name, with a value of its type."""
        return {name: EXAMPLES[ask.element] for name, ask in cls.asks().items()} | dict(cls.derived)

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """Read what a person filled in; empty values count as not given. Raises ``InvalidFields``."""
        hidden = cls.model_fields.keys() - cls.asks().keys()
        given = {name: each for name, each in values.items() if each not in (None, "", [], ()) and name not in hidden}
        errors = {name: problem for name, value in given.items() if (problem := unfit_value(value))}
        if errors:
            raise InvalidFields(errors)
        try:
            return cls.model_validate(given)
        except ValidationError as invalid:
            raise InvalidFields(cls._sentences(invalid)) from None

    @classmethod
    def filled_in(cls, params: Mapping[str, Any]) -> dict[str, str | list[str]]:
        """Return what the form held that became *params*, as they are stored: texts, and lists of texts."""
        found: dict[str, str | list[str]] = {}
        for name, ask in cls.asks().items():
            value = params.get(name)
            if value is None:
                continue
            if isinstance(value, list | tuple):
                found[name] = [str(each) for each in value]
            else:
                found[name] = dollars(value) if ask.element is Element.MONEY else str(value)
        return found

    @classmethod
    def known(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields that can be read already, while the rest of the form is empty or wrong."""
        known: dict[str, Any] = {}
        for name in cls.asks():
            value = values.get(name)
            if value in (None, "", [], ()) or unfit_value(value):
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
            sentences.setdefault(name, sentence(error))
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

    @property
    def ends_at(self) -> datetime | None:
        """When what it gives ends by itself, UTC; None for what is given for good."""
        return None

    def undo(self, receipts: Mapping[str, Receipt], endings: Sequence[Ending]) -> Sequence[Step]:
        """Return the steps that take back what those with *receipts* did; none when there is no way back.

        *endings* say what should be true of each thing it changed once this request does not count any more.
        """
        del receipts, endings
        return ()

    def offers(self, receipts: Mapping[str, Receipt]) -> KeyTerms | None:
        """Return the key that its requester may claim once the steps are done, if there is one."""
        del receipts
        return None


class Grant(Kind):
    """A kind that can give something for a time: it has ``until``, and ``undo`` takes back what it gave.

    ``owners_end``: any owner of its project may end it early, whoever asked for it and whoever approved it.
    """

    owners_end: ClassVar[bool] = False
    narrows: ClassVar[tuple[str, ...]] = ("until",)

    until: Until = Field(
        default=None,
        title="Until",
        description="The last day, in UTC: it ends by itself afterwards. Leave it empty to have it for good.",
    )
    reason: Reason = Field(title="Reason")

    @property
    def ends_at(self) -> datetime | None:
        return end_of(self.until)

    def until_errors(self, today: date) -> dict[str, str]:
        """Return what is wrong with the last day, as ``InvalidFields`` takes it."""
        return {"until": "Choose today or a later day."} if self.until and self.until < today else {}

    @abstractmethod
    def undo(self, receipts: Mapping[str, Receipt], endings: Sequence[Ending]) -> Sequence[Step]: ...


def end_of(last_day: date | None) -> datetime | None:
    """Return when ends what is given until that day, UTC; None for what is given for good."""
    return datetime.combine(last_day + timedelta(days=1), time(), UTC) if last_day else None


def choices(kind: type[Kind], name: str) -> list[str]:
    """Return the values that a CHOICE or CHOICES field (a ``StrEnum``, or a tuple of one) can have."""
    annotation = kind.model_fields[name].annotation
    for each in (annotation, *get_args(annotation)):
        if isinstance(each, type) and issubclass(each, StrEnum):
            return [choice.value for choice in each]
    return []
