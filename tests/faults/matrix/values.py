"""A request of any kind, made from nothing but the kind: for each field the first value that its form takes."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from workflows.errors import InvalidFields
from workflows.kind import Element, Kind, choices

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Furniture:
    """What there is to ask about; ``names`` are of nothing yet, except the last, which is the project's own."""

    project_id: str
    names: Sequence[str]
    people: Sequence[str]
    keys: Sequence[str]
    groups: Sequence[str]
    roles: Sequence[str]
    channel: str
    today: date


def candidates(kind: type[Kind], name: str, there: Furniture) -> Sequence[Any]:
    """Return the values that are tried for a field, one after another: they follow from its element alone."""
    tried: Mapping[Element, Sequence[Any]] = {
        Element.TEXT: there.names,
        Element.LONG_TEXT: ("Because the launch is on Thursday.",),
        Element.MONEY: ("750",),
        Element.NUMBER: ("5",),
        Element.CHOICE: choices(kind, name),
        Element.CHOICES: [choices(kind, name)[:1]],
        Element.PROJECT: (there.project_id,),
        Element.PERSON: there.people,
        # Nobody is an owner and a member at once: the second of two fields has somebody invited.
        Element.PEOPLE: ([there.people[0]], ["new.hire@acme.example"]),
        Element.MODEL: ("gpt-5-mini",),
        Element.MODELS: (["gpt-5.1", "gpt-5-nano"],),
        Element.KEY: there.keys,
        Element.SCOPES: (["api.model.request"], []),
        Element.GROUP: there.groups,
        Element.ROLE: there.roles,
        Element.CHANNEL: (there.channel,),
        Element.DATE: ((there.today + timedelta(days=7)).isoformat(),),
    }
    return tried[kind.asks()[name].element]


async def asked(kind: type[Kind], there: Furniture, ask: Callable[[Mapping[str, Any]], Awaitable[T]]) -> T:
    """Return what *ask* makes of the first values that the form takes: a field that it refuses gets its next one."""
    left = {name: list(candidates(kind, name, there)) for name in kind.asks()}
    while True:
        values = {name: each[0] for name, each in left.items()}
        try:
            return await ask(values)
        except InvalidFields as invalid:
            for name in invalid.errors:
                left[name].pop(0)
            if not all(left.values()):
                raise AssertionError(f"Nothing that was tried for {kind.kind} is taken: {invalid}") from None
