"""Who is who: people, the port through which they are found, and who or what causes something."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody in the chat workspace. ``id`` is the workspace's own, ``email`` is lower case."""

    id: str
    email: str
    name: str
    team: str = ""
    tz: str = "UTC"


@runtime_checkable
class Directory(Protocol):
    """Who is who, now. Every method fails closed: doubt is an error, never an empty yes."""

    async def person(self, person_id: str) -> Person:
        """Return the active person with this id; raises ``UnknownPerson`` or ``ForeignWorkspace``."""
        ...

    async def by_email(self, email: str) -> Person:
        """Return the one active person with this address; raises ``UnknownPerson`` or ``AmbiguousPerson``."""
        ...

    async def group(self, handle: str) -> Sequence[Person]:
        """Return the active members of a user group (handle without @); raises ``UnknownPerson``."""
        ...

    async def search(self, text: str, limit: int) -> Sequence[Person]:
        """Return up to *limit* active people whose name or address holds *text*, for type-ahead."""
        ...


class ActorType(StrEnum):
    PERSON = "person"
    EXECUTOR = "executor"
    POLICY = "policy"
    SCHEDULER = "scheduler"
    OPERATOR = "operator"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who caused something: a person, or a part of the bot itself."""

    type: ActorType
    id: str = ""
    email: str = ""

    @classmethod
    def of(cls, person: Person) -> "Actor":
        return cls(type=ActorType.PERSON, id=person.id, email=person.email)
