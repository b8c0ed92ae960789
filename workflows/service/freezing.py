"""The switch that stops everything: nothing is carried out any more, wherever it was asked for, until it is let go."""

from typing import Any

from pydantic import TypeAdapter

from workflows.audit.entry import Draft
from workflows.errors import NotAllowed, Refusal
from workflows.kind import unfit
from workflows.model import Actor, Freeze, OutboxTopic, Person
from workflows.service.desk import Desk
from workflows.service.restraining import NOTICE as BREAKER
from workflows.store import UnitOfWork

LONGEST_REASON = 500
NOTICE = "freeze"
FREEZE = TypeAdapter(Freeze)


class Freezing(Desk):
    async def frozen(self) -> Freeze | None:
        """Return the freeze that stands, if one does."""
        async with self.database.read() as work:
            return await work.freeze()

    async def freeze(self, person_id: str, reason: str) -> Freeze:
        """Let nothing be carried out from now on; decisions are still taken, and wait.

        A step that is under way at OpenAI ends; the next one waits. Raises ``NotAllowed`` for anybody but an
        administrator of the home workspace, ``Refusal`` without a reason or when everything is frozen already.
        """
        self.raise_elsewhere()
        person = await self._administrator(person_id, "freeze")
        async with self.database.begin() as work:
            if (standing := await work.freeze()) is not None:
                raise Refusal(f"Everything is frozen already, by {standing.by.name}: {standing.reason}")
            number = await work.last_freeze() + 1
            freeze = Freeze(number=number, by=person, reason=_fit(reason), at=self.now())
            if not await work.begin_freeze(freeze):
                raise Refusal("Somebody else froze everything at the same moment.")
            await self._tell(work, freeze, person, "frozen", {"reason": freeze.reason})
        return freeze

    async def unfreeze(self, person_id: str) -> Freeze:
        """Let work go on where it stopped; returns the freeze that is over.

        Raises ``NotAllowed`` for anybody but an administrator, ``Refusal`` when nothing is frozen.
        """
        self.raise_elsewhere()
        person = await self._administrator(person_id, "unfreeze")
        async with self.database.begin() as work:
            standing = await work.freeze()
            if standing is None or not await work.end_freeze(standing.number, self.now()):
                raise Refusal("Nothing is frozen.")
            proof = {"reason": standing.reason, "frozen_at": standing.at, "frozen_by": standing.by.email}
            await self._tell(work, standing, person, "unfrozen", proof)
        return standing

    async def close_breaker(self, person_id: str) -> None:
        """Let rules approve by themselves again, before the breaker does so itself.

        What was approved until now does not count for it any more. Raises ``NotAllowed`` for anybody but an
        administrator, ``Refusal`` when it is not open.
        """
        person = await self._administrator(person_id, "breaker")
        now = self.now()
        async with self.database.begin() as work:
            if not await work.close_breaker(now):
                raise Refusal("The breaker is not open: rules approve by themselves.")
            says = {"closed_by": person.name, "at": now.isoformat()}
            for where in ("requests", "security"):
                payload = {"kind": BREAKER, "where": where, "says": says}
                await work.tell(OutboxTopic.REPORT, f"{BREAKER}:{where}", f"closed:{now.isoformat()}", now, payload)
            await work.append(Draft(action="breaker_closed", actor=Actor.of(person), at=now, data={}))
            work.announced = True

    async def _administrator(self, person_id: str, what: str) -> Person:
        person = await self.known(person_id, what, "")
        if not await self.is_administrator(person):
            refusal = NotAllowed("Only the administrators that the policy names can do this.")
            raise await self.refuse(None, person, what, refusal)
        return person

    async def _tell(self, work: UnitOfWork, freeze: Freeze, person: Person, action: str, proof: dict[str, Any]) -> None:
        """Write it down, tell the channels, and have every card redrawn whose request may still be carried out."""
        now = self.now()
        touched = await work.touch_open(now)
        for request_id, version, workspace in touched:
            await work.tell(OutboxTopic.REDRAW, request_id, f"v{version}", now, workspace=workspace)
        others = {workspace for _, _, workspace in touched} - {self.workspace}
        said = {"over": action == "unfrozen", "freeze": FREEZE.dump_python(freeze, mode="json")}
        for where in ("requests", "security"):
            payload = {"kind": NOTICE, "where": where, "says": said}
            await work.tell(OutboxTopic.REPORT, f"{NOTICE}:{where}", f"{action}:{freeze.number}", now, payload)
        for each in sorted(others):  # where something waits now, its people are told why
            payload = {"kind": NOTICE, "where": "requests", "says": said}
            about = f"{NOTICE}:requests"
            await work.tell(OutboxTopic.REPORT, about, f"{action}:{freeze.number}", now, payload, workspace=each)
        data = {"freeze": freeze.number, "open_requests": len(touched), **proof}
        await work.append(Draft(action=action, actor=Actor.of(person), at=now, data=data))
        work.announced = True


def _fit(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Refusal("Say why, so that everybody whose request waits knows: `/openai freeze <reason>`.")
    if len(reason) > LONGEST_REASON:
        raise Refusal(f"A reason has at most {LONGEST_REASON} characters; this has {len(reason)}.")
    if problem := unfit(reason):
        raise Refusal(problem)
    return reason
