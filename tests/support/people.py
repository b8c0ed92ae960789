"""A chat workspace's people in memory, for tests of the domain, which knows only the port ``Directory``."""

from collections.abc import Sequence

from workflows.errors import AmbiguousPerson, ForeignWorkspace, UnknownPerson
from workflows.model import Person


def person(name: str, *, team: str = "T1") -> Person:
    """Make somebody up: ``dana`` is Dana, ``U_DANA``, dana@acme.example."""
    return Person(id=f"U_{name.upper()}", email=f"{name}@acme.example", name=name.title(), team=team)


class People:
    """``groups`` maps handles to names; ``away`` are deactivated."""

    def __init__(self, *names: str, groups: dict[str, Sequence[str]] | None = None) -> None:
        self.everybody = {name: person(name) for name in names}
        self.groups = dict(groups or {})
        self.away: set[str] = set()
        self.foreign: set[str] = set()

    def _active(self) -> list[Person]:
        return [each for name, each in self.everybody.items() if name not in self.away]

    async def person(self, person_id: str) -> Person:
        for name, each in self.everybody.items():
            if each.id == person_id and name in self.foreign:
                raise ForeignWorkspace("You belong to another workspace.")
        for each in self._active():
            if each.id == person_id:
                return each
        raise UnknownPerson(f"Nobody active here is {person_id}.")

    async def by_email(self, email: str) -> Person:
        found = [each for each in self._active() if each.email == email]
        if len(found) > 1:
            raise AmbiguousPerson(f"Two people here have the address {email}.")
        if not found:
            raise UnknownPerson(f"Nobody here has the address {email}.")
        return found[0]

    async def group(self, handle: str) -> Sequence[Person]:
        if handle not in self.groups:
            raise UnknownPerson(f"There is no group @{handle}.")
        return [self.everybody[name] for name in self.groups[handle] if name not in self.away]

    async def search(self, text: str, limit: int) -> Sequence[Person]:
        return [each for each in self._active() if text in each.name.lower()][:limit]
