"""Who may decide, resolved now: groups and owners to people, without the requester and without the departed."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from workflows.errors import AdminAPIError, AlreadyDecided, AmbiguousPerson, ForeignWorkspace, UnknownPerson
from workflows.model import Absence, Approvers, ApproverSource, Decision, Directory, Person, Request, Stage
from workflows.organization import Organization


@dataclass(frozen=True, kw_only=True)
class Panel:
    """The people who are waited for in a stage; ``fallback`` says that the stage alone had too few.

    ``own`` are the ids of those who may decide in their own right: also of who is away, and is not waited for.
    ``stand_ins`` has the ids of those who may decide in the place of people who are away.
    """

    people: tuple[Person, ...]
    own: frozenset[str] = frozenset()
    stand_ins: Mapping[str, Sequence[Person]] = field(default_factory=dict)
    fallback: bool = False

    def holds(self, person: Person) -> bool:
        return person.id in self.own or person.id in self.stand_ins

    def lacks(self, quorum: int, decisions: Sequence[Decision]) -> bool:
        """Say whether too few people are left to agree, after those *decisions* of the stage, for its *quorum*."""
        return len(decisions) + len(self._waited_for(decisions)) < quorum

    def unheard(self, decisions: Sequence[Decision]) -> "Panel":
        """Return the panel without those who were heard through somebody else by those *decisions* of the stage.

        Where that would leave nobody it stays as it is: what waits for nobody is passed on to nobody either.
        """
        if not (waited := self._waited_for(decisions)):
            return self
        left = {each.id for each in waited} | {each.approver.id for each in decisions}
        return replace(self, people=tuple(each for each in self.people if each.id in left))

    def _waited_for(self, decisions: Iterable[Decision]) -> list[Person]:
        heard = frozenset[str]().union(*map(seats, decisions))
        return [each for each in self.people if self._still_decides(each, heard)]

    def _still_decides(self, person: Person, heard: frozenset[str]) -> bool:
        places = [person.id] if person.id in self.own else [each.id for each in self.stand_ins.get(person.id, ())]
        return person.id not in heard and not heard.issuperset(places)

    def place_of(self, person: Person, decisions: Iterable[Decision]) -> Person | None:
        """Return in whose place this person of the panel decides after those *decisions*; None is their own."""
        if person.id in self.own:
            return None
        heard = frozenset[str]().union(*map(seats, decisions))
        absent = self.stand_ins[person.id]
        return next((each for each in absent if each.id not in heard), absent[0])


def seats(decision: Decision) -> frozenset[str]:
    """Return the ids of who has had their say by this: who decided, and for whom."""
    return frozenset({decision.approver.id} | ({decision.on_behalf.id} if decision.on_behalf else set()))


def raise_heard(decision: Decision, decisions: Iterable[Decision]) -> None:
    """Raise ``AlreadyDecided`` when one of those *decisions* of the same stage was made in the same person's place."""
    for each in decisions:
        if not seats(each) & seats(decision):
            continue
        if each.approver.id == decision.approver.id:
            raise AlreadyDecided("You have decided this already.")
        if decision.on_behalf is not None and decision.on_behalf.id in seats(each):
            raise AlreadyDecided(f"{decision.on_behalf.name}, for whom you decide, is heard already.")
        raise AlreadyDecided(f"{each.approver.name} decided this for you already.")


Absences = Callable[[], Awaitable[Iterable[Absence]]]
"""Returns who is away now, and who decides for them."""


async def nobody_away() -> Iterable[Absence]:
    return ()


class Resolver:
    """Turns the policy's sources of approvers into people."""

    def __init__(self, *, directory: Directory, organization: Organization, absences: Absences = nobody_away) -> None:
        self._directory = directory
        self._organization = organization
        self._absences = absences

    async def panel(
        self, request: Request, number: int, earlier: Iterable[Decision] = (), *, showing: bool = False
    ) -> Panel:
        """Return who may decide stage *number* of *request*: never the requester, nor who was heard *earlier*.

        With ``showing`` a silent OpenAI is answered from memory, which is good enough to tell people, not to let
        them decide. Otherwise raises ``AdminAPIError`` when it cannot be known.
        """
        barred = {request.requester.id}.union(*map(seats, earlier))
        emails = {request.requester.email}

        def free(people: Iterable[Person]) -> list[Person]:
            return [each for each in people if each.id not in barred and each.email not in emails]

        stage, sources = _asked(request, number)
        people = free(await self.people(sources, request.project_id, showing=showing))
        panel = await self._with_stand_ins(people, free)
        if len(panel.people) >= stage.quorum:
            return panel
        more = free(await self.people(request.ruling.fallback, request.project_id, showing=showing))
        everybody = list({each.id: each for each in [*people, *more]}.values())
        return replace(await self._with_stand_ins(everybody, free), fallback=True)

    async def _with_stand_ins(
        self, people: Sequence[Person], free: Callable[[Iterable[Person]], Sequence[Person]]
    ) -> Panel:
        """Return the panel of these people, with others in the place of those who are away."""
        absences = {each.person.id: each for each in await self._absences()}
        waited: dict[str, Person] = {}
        stand_ins: dict[str, list[Person]] = {}
        for person in people:
            found = await self._delegate(absences, person)
            taking = free([found]) if found is not None else []
            waited.update((each.id, each) for each in taking or [person])
            for each in taking:
                stand_ins.setdefault(each.id, []).append(person)
        own = frozenset(each.id for each in people)
        return Panel(people=tuple(waited.values()), own=own, stand_ins=stand_ins)

    async def _delegate(self, absences: Mapping[str, Absence], person: Person) -> Person | None:
        """Return who decides for this person now: somebody active who is not away as well."""
        absence = absences.get(person.id)
        if absence is None or absence.delegate.id in absences:
            return None
        try:
            return await self._directory.person(absence.delegate.id)
        except (UnknownPerson, ForeignWorkspace):
            return None

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


def _asked(request: Request, number: int) -> tuple[Stage, tuple[Approvers, ...]]:
    """Return a stage and whom it asks: the open one also those that it was passed on to."""
    stage = request.ruling.stages[number]
    level = request.escalation if number == request.stage else 0
    return stage, (
        *stage.approvers,
        *(stage.backup if level else ()),
        *(request.ruling.fallback if level > 1 else ()),
    )


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
