"""Who may decide, resolved now: groups and owners to people, without the requester and without the departed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workflows.errors import AdminAPIError, AmbiguousPerson, ForeignWorkspace, UnknownPerson
from workflows.model import Approvers, ApproverSource, Decision, Directory, Person, Request, Stage
from workflows.organization import Organization


@dataclass(frozen=True, kw_only=True)
class Panel:
    """The people who may decide in a stage; ``fallback`` says that the stage alone had too few."""

    people: tuple[Person, ...]
    fallback: bool = False

    def holds(self, person: Person) -> bool:
        return any(each.id == person.id for each in self.people)


class Resolver:
    """Turns the policy's sources of approvers into people."""

    def __init__(self, *, directory: Directory, organization: Organization) -> None:
        self._directory = directory
        self._organization = organization

    async def panel(
        self, stage: Stage, request: Request, earlier: Iterable[Decision] = (), *, showing: bool = False
    ) -> Panel:
        """Return who may decide *stage* of *request*: never the requester, nor who approved an earlier stage.

        With ``showing`` a silent OpenAI is answered from memory, which is good enough to tell people, not to let
        them decide. Otherwise raises ``AdminAPIError`` when it cannot be known.
        """
        barred = {request.requester.id, *(each.approver.id for each in earlier)}
        emails = {request.requester.email}

        def free(people: Iterable[Person]) -> list[Person]:
            return [each for each in people if each.id not in barred and each.email not in emails]

        people = free(await self.people(stage.approvers, request.project_id, showing=showing))
        if len(people) >= stage.quorum:
            return Panel(people=tuple(people))
        more = free(await self.people(request.ruling.fallback, request.project_id, showing=showing))
        return Panel(people=tuple({each.id: each for each in [*people, *more]}.values()), fallback=True)

    async def staffed(self, request: Request) -> bool:
        """Say whether there are different people enough for every stage of *request*, with the fallback's help."""
        seats: list[set[str]] = []
        for stage in request.ruling.stages:
            sources = (*stage.approvers, *request.ruling.fallback)
            people = await self.people(sources, request.project_id, showing=True)
            free = {each.id for each in people if each.id != request.requester.id}
            seats += [free] * stage.quorum
        return _all_taken(seats)

    async def people(
        self, sources: Sequence[Approvers], project_id: str = "", *, showing: bool = False
    ) -> list[Person]:
        """Return the active people of all *sources*, each once. Who cannot be found is left out, not guessed."""
        found: dict[str, Person] = {}
        for source in sources:
            for person in await self._of(source, project_id, showing=showing):
                found.setdefault(person.id, person)
        return list(found.values())

    async def _of(self, source: Approvers, project_id: str, *, showing: bool) -> list[Person]:
        match source.source:
            case ApproverSource.GROUP:
                return await self._group(source.value)
            case ApproverSource.EMAIL:
                return await self._each([source.value])
            case _:
                return await self._each(await self._owners(source.source, project_id, showing=showing))

    async def _owners(self, source: ApproverSource, project_id: str, *, showing: bool) -> tuple[str, ...]:
        try:
            if source is ApproverSource.ORGANIZATION_OWNERS:
                return await self._organization.owners()
            return await self._organization.project_owners(project_id) if project_id else ()
        except AdminAPIError:
            if showing:
                return await self._organization.owners_seen(project_id)
            raise

    async def _group(self, handle: str) -> list[Person]:
        try:
            return list(await self._directory.group(handle))
        except UnknownPerson:
            return []

    async def _each(self, emails: Iterable[str]) -> list[Person]:
        found = []
        for email in emails:
            try:
                found.append(await self._directory.by_email(email))
            except (UnknownPerson, AmbiguousPerson, ForeignWorkspace):
                continue
        return found


def _all_taken(seats: Sequence[set[str]]) -> bool:
    """Say whether each seat can be given to one of the people it names, and nobody sits twice."""
    sitting: dict[str, int] = {}

    def seat(number: int, asked: set[str]) -> bool:
        for person in seats[number] - asked:
            asked.add(person)
            if person not in sitting or seat(sitting[person], asked):
                sitting[person] = number
                return True
        return False

    return all(seat(number, set()) for number in range(len(seats)))
