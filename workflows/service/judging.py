"""What the policy says of a request: when it is asked for, and again when somebody approves it."""

from dataclasses import dataclass, replace

from pydantic import ValidationError

from workflows.errors import AmbiguousPerson, ForeignWorkspace, InvalidFields, NotAllowed, PolicyInvalid, UnknownPerson
from workflows.kind import Kind, Outlook
from workflows.model import Person, Request, Ruling
from workflows.policy import Question
from workflows.service.desk import Desk

DENIABLE = "It can still be denied."


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The ruling; ``fault`` says why the policy itself could not give it, empty as a rule."""

    ruling: Ruling
    fault: str = ""


class Judging(Desk):
    async def judged(self, kind: type[Kind], outlook: Outlook, requester: Person) -> Judgement:
        """Return the ruling; when a condition cannot be evaluated on this request, the fallback decides it."""
        question = await self.question(kind, outlook, requester)
        try:
            return Judgement(ruling=self.policy.rule_on(question))
        except PolicyInvalid as fault:
            return Judgement(ruling=self.policy.rule_in_doubt(question), fault=str(fault))

    async def question(self, kind: type[Kind], outlook: Outlook, requester: Person) -> Question:
        groups = await self._groups(requester)
        return Question.about(kind.kind, outlook.request, requester, outlook.project, groups=groups)

    async def sole_account(self, person: Person, what: str, delivery: str = "", request: Request | None = None) -> None:
        """Refuse somebody whose address two accounts have, written down: nobody knows which of them is meant."""
        try:
            await self.directory.by_email(person.email)
        except AmbiguousPerson as doubt:
            raise await self.refuse(request, person, what, doubt, delivery) from None

    async def still_allowed(self, request: Request) -> None:
        """Raise ``NotAllowed`` for what may not be approved any more.

        That is when its requester left, when its time is over, and when the policy forbids it by now.

        Raises ``AdminAPIError`` when that cannot be known.
        """
        try:
            requester = await self.directory.person(request.requester.id)
        except (UnknownPerson, ForeignWorkspace):
            gone = f"{request.requester.name} is not an active member here any more, so this cannot be approved."
            raise NotAllowed(f"{gone} {DENIABLE}") from None
        if request.ends_at is not None and request.ends_at <= self.now():
            raise NotAllowed(
                f"The last day that it was asked for is over, so there is nothing left to give. {DENIABLE}"
            )
        kind = self.kinds.get(request.kind)
        if kind is None:
            return  # of an older release; its steps will say so
        try:
            asked = dict(kind.model_validate(dict(request.params)))
            outlook = await kind.outlook(asked, self.context(requester, extends=request.extends))
        except (ValidationError, InvalidFields):
            return  # what it is about has changed: carrying it out says how, and does nothing
        judgement = await self.judged(kind, outlook, requester)
        if judgement.ruling.denied:
            raise NotAllowed(f"By now the policy refuses this: {judgement.ruling.denied} {DENIABLE}")

    async def _groups(self, person: Person) -> frozenset[str]:
        """Return which of the groups that may ask for something this person belongs to."""
        belongs = set()
        for handle in self.policy.requester_groups:
            try:
                members = await self.directory.group(handle)
            except UnknownPerson:
                continue
            if any(each.id == person.id for each in members):
                belongs.add(handle)
        return frozenset(belongs)


def with_fault(request: Request, fault: str) -> Request:
    """Return the request with a mark that the policy could not decide who decides it."""
    if not fault:
        return request
    return replace(request, risks=(*request.risks, f"The policy could not be applied to this: {fault}"))
