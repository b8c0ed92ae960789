"""A kind that asks in every way there is, for tests of forms and of what type-ahead offers."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, StringConstraints

from workflows.kind import (
    Ask,
    Cents,
    Context,
    Count,
    Element,
    Email,
    Emails,
    Id,
    Kind,
    Many,
    ModelIds,
    Outlook,
    Step,
)


class Size(StrEnum):
    SMALL = "small"
    VERY_LARGE = "very_large"


class Tool(StrEnum):
    WEB_SEARCH = "web_search"
    MCP = "mcp"


class Everything(Kind):
    """A kind that asks in every way there is."""

    kind: ClassVar[str] = "everything"
    word: ClassVar[str] = "everything"
    label: ClassVar[str] = "Everything that can be asked for"
    about: ClassVar[str] = "Asks <all> there is."

    name: Annotated[
        str, StringConstraints(min_length=1, max_length=80), Ask(element=Element.TEXT, placeholder="like <this>")
    ] = Field(title="Name & more", description="Shown <everywhere>.")
    size: Annotated[Size, Ask(element=Element.CHOICE, affects=True)] = Field(default=Size.SMALL)
    project: Annotated[str, Ask(element=Element.PROJECT, affects=True)]
    amount: Annotated[Cents, Ask(element=Element.MONEY, affects=True)]
    days: Annotated[Count, Ask(element=Element.NUMBER)] = 7
    tools: Annotated[tuple[Tool, ...], Ask(element=Element.CHOICES)] = (Tool.MCP,)
    person: Annotated[Email, Ask(element=Element.PERSON)]
    model: Annotated[Id, Ask(element=Element.MODEL)]
    key: Annotated[Id, Ask(element=Element.KEY)]
    scopes: Annotated[Many, Ask(element=Element.SCOPES)] = ()
    group: Annotated[Id, Ask(element=Element.GROUP)]
    role: Annotated[Id, Ask(element=Element.ROLE)] = "member"
    people: Annotated[Emails, Field(max_length=3), Ask(element=Element.PEOPLE)]
    models: Annotated[ModelIds, Ask(element=Element.MODELS)] = ()
    channel: Annotated[str, Ask(element=Element.CHANNEL)] = ""
    day: Annotated[date | None, Ask(element=Element.DATE)] = None
    reason: Annotated[str, Ask(element=Element.LONG_TEXT)] = ""

    @classmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        del known, context
        return Outlook(title=cls.label)

    async def complete(self, context: Context) -> Self:
        del context
        return self

    def steps(self) -> Sequence[Step]:
        return ()
