"""Asking back: what an approver wants to know before deciding, and the requester's answer. It stops no clock."""

from workflows.errors import AlreadyDecided, Conflict, NotAllowed, Refusal
from workflows.kind import unfit
from workflows.lifecycle import State
from workflows.model import Actor, Inquiry, OutboxTopic, Person, Reference, Request, Role
from workflows.service.desk import Desk, raise_lapsed, record, redraw, tell_person, tell_requester
from workflows.store import UnitOfWork

LONGEST = 1500
MOST = 20
"""Questions about one request: beyond them people should talk to each other."""


class Asking(Desk):
    async def ask_back(self, reference: Reference, person_id: str, text: str, *, delivery: str = "") -> Inquiry:
        """Ask the requester something, in the request's thread.

        Raises ``NotAllowed`` for who may not decide now, ``Conflict`` when it is decided, ``Refusal`` for what cannot
        be asked, ``Redelivered``.
        """
        await self.fresh(delivery)
        person = await self.known(person_id, "question", delivery, reference.request_id)
        request = await self.look_up(reference.request_id)
        said = _fit(text, "question")
        try:
            raise_lapsed(request, self.now())
            _still_open(request)
            await self._may_ask(request, person)
            return await self._ask(request, person, said, delivery)
        except (NotAllowed, Conflict) as refused:
            raise await self.refuse(request, person, "question", refused, delivery) from None

    async def _ask(self, request: Request, person: Person, said: str, delivery: str) -> Inquiry:
        async with self.database.begin() as work:
            await self.once(work, delivery)
            request = await self._locked(work, request.id)
            asked = await work.inquiries(request.id)
            if len(asked) >= MOST:
                raise Refusal(f"There were {MOST} questions about this already. Talk to {request.requester.name}.")
            inquiry = Inquiry(number=len(asked) + 1, asker=person, text=said, at=self.now())
            await work.inquire(request.id, inquiry)
            after = await work.save(request, inquiry.at)
            await work.tell(OutboxTopic.POST, after.id, f"{Role.INQUIRY}:{inquiry.number}", inquiry.at)
            await tell_requester(work, after, "asked", by=person.name, note=said)
            await self._written(work, after, "asked", person, inquiry.number, said)
        return inquiry

    async def answer(self, request_id: str, number: int, person_id: str, text: str, *, delivery: str = "") -> Inquiry:
        """Answer question *number*; 0 stands for the oldest that waits.

        Raises ``NotAllowed`` for anybody but the requester, ``Conflict`` when it is answered or decided already,
        ``Refusal`` for what cannot be kept, ``Redelivered``.
        """
        await self.fresh(delivery)
        person = await self.known(person_id, "answer", delivery, request_id)
        request = await self.look_up(request_id)
        said = _fit(text, "answer")
        try:
            _theirs(request, person_id)
            _still_open(request)
            return await self._answer(request, number, person, said, delivery)
        except (NotAllowed, Conflict) as refused:
            raise await self.refuse(request, person, "answer", refused, delivery) from None

    async def _answer(self, request: Request, number: int, person: Person, said: str, delivery: str) -> Inquiry:
        async with self.database.begin() as work:
            await self.once(work, delivery)
            request = await self._locked(work, request.id)
            asked = _asked(await work.inquiries(request.id), number)
            now = self.now()
            if not await work.answer(request.id, asked.number, said, now):
                raise AlreadyDecided("This question is answered already.")
            after = await work.save(request, now)
            await tell_person(work, after, asked.asker.id, "answered", by=person.name, note=said)
            await self._written(work, after, "answered", person, asked.number, said)
        return asked

    async def question_of(self, request_id: str, number: int, person_id: str) -> Inquiry:
        """Return the question that somebody is about to answer. Raises as ``answer`` does."""
        request = await self.look_up(request_id)
        try:
            _theirs(request, person_id)
        except NotAllowed as refused:
            raise await self.refuse(request, await self.known(person_id, "answer", ""), "answer", refused) from None
        _still_open(request)
        async with self.database.read() as work:
            asked = _asked(await work.inquiries(request_id), number)
        if asked.answer:
            raise AlreadyDecided("This question is answered already.")
        return asked

    async def waits_for_answer(self, request_id: str, person_id: str) -> bool:
        """Say whether something was asked of this person that they did not answer yet."""
        async with self.database.read() as work:
            request = await work.get(request_id)
            asked = await work.inquiries(request_id)
        own = request.requester.id == person_id and request.state is State.PENDING
        return own and any(not each.answer for each in asked)

    async def _may_ask(self, request: Request, person: Person) -> None:
        if person.id == request.requester.id:
            raise NotAllowed("You asked for this yourself; what you want to add, say in its thread.")
        if not await self.decides(request, person):
            raise NotAllowed("Only who may decide this now, or an administrator, can ask about it here.")

    async def _locked(self, work: UnitOfWork, request_id: str) -> Request:
        request = await work.get(request_id, lock=True)
        _still_open(request)
        return request

    async def _written(
        self, work: UnitOfWork, request: Request, action: str, person: Person, number: int, text: str
    ) -> None:
        await record(work, request, action, Actor.of(person), request.updated_at, question=number, text=text)
        await redraw(work, request)


def _theirs(request: Request, person_id: str) -> None:
    if person_id != request.requester.id:
        raise NotAllowed(f"This was asked of {request.requester.name}; only they can answer it.")


def _still_open(request: Request) -> None:
    if request.state is not State.PENDING:
        raise Conflict(f"This request is {request.state} already.")


def _asked(inquiries: tuple[Inquiry, ...], number: int) -> Inquiry:
    """Return question *number*, or the oldest that waits. Raises ``Conflict`` when there is none."""
    waiting = [each for each in inquiries if not each.answer]
    found = [each for each in inquiries if each.number == number] if number else waiting[:1]
    if not found:
        raise Conflict("Nothing was asked about this that waits for an answer.")
    return found[0]


def _fit(text: str, what: str) -> str:
    """Return the text as it can be stored. Raises ``Refusal``."""
    text = text.strip()
    if not text:
        raise Refusal(f"Write the {what}.")
    if len(text) > LONGEST:
        raise Refusal(f"At most {LONGEST} characters; this has {len(text)}.")
    if problem := unfit(text):
        raise Refusal(problem)
    return text
