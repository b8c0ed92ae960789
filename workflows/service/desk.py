"""What every use case is built from: the clock, the database, the policy, and how a change is told and proven."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from workflows.audit.entry import Draft
from workflows.errors import (
    Conflict,
    ForeignWorkspace,
    NotAllowed,
    Redelivered,
    UnknownPerson,
    UnknownRequest,
    WorkflowError,
)
from workflows.keyring import KeyRing
from workflows.kind import Context, Kind, Outlook
from workflows.lifecycle import State
from workflows.model import Absence, Actor, ActorType, Claim, Directory, OutboxTopic, Person, Request, Role
from workflows.organization import Organization
from workflows.policy import Policy
from workflows.service.approvers import Resolver
from workflows.store import Database, UnitOfWork

E = TypeVar("E", bound=WorkflowError)
REPEATED = "This came before."
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a form shows before it is submitted. ``deciders`` says who would decide, by which rule."""

    outlook: Outlook
    deciders: str
    as_of: datetime | None


class Desk:
    def __init__(
        self,
        *,
        database: Database,
        organization: Organization,
        directory: Directory,
        policy: Policy,
        kinds: Mapping[str, type[Kind]],
        keyring: KeyRing,
        now: Callable[[], datetime],
    ) -> None:
        self.database = database
        self.workspace = database.workspace or ""
        self.organization = organization
        self.directory = directory
        self.policy = policy
        self.kinds = kinds
        self.keyring = keyring
        self.now = now
        self.resolver = Resolver(directory=directory, organization=organization, absences=self.absent)

    def context(self, requester: Person, *, extends: str = "", own: str = "") -> Context:
        return Context(
            organization=self.organization,
            directory=self.directory,
            policy=self.policy,
            requester=requester,
            today=self.now().date(),
            extends=extends,
            own=own,
        )

    async def absent(self) -> list[Absence]:
        """Return who is away now."""
        now = self.now()
        async with self.database.read() as work:
            return [each for each in await work.absences(now) if each.covers(now)]

    async def look_up(self, request_id: str) -> Request:
        async with self.database.read() as work:
            return await work.get(request_id)

    async def is_administrator(self, person: Person) -> bool:
        people = await self.resolver.people(self.policy.administrators)
        return any(each.id == person.id for each in people)

    async def is_auditor(self, person_id: str) -> bool:
        """Say whether the policy lets this person export. Raises ``UnknownPerson`` or ``ForeignWorkspace``."""
        person = await self.directory.person(person_id)
        return any(each.id == person.id for each in await self.resolver.people(self.policy.auditors))

    def raise_elsewhere(self) -> None:
        """Raise ``NotAllowed`` outside the home workspace, for what concerns all of them."""
        if self.workspace:
            raise NotAllowed("This concerns every workspace, so it can only be done in the home workspace.")

    async def owns(self, project_id: str, person: Person) -> bool:
        """Say whether this person owns the project, or the whole organisation. Raises ``AdminAPIError`` in doubt."""
        if person.email in await self.organization.project_owners(project_id):
            return True
        return person.email in await self.organization.owners()

    async def decides(self, request: Request, person: Person) -> bool:
        """Say whether this person approves such requests now, or administers the bot."""
        if await self.is_administrator(person):
            return True  # also when the project's owners cannot be asked for, since it was archived meanwhile
        if not request.ruling.stages:
            return any(each.id == person.id for each in await self.resolver.people(request.ruling.fallback))
        return (await self.resolver.panel(request, request.stage)).holds(person)

    async def known(self, person_id: str, what: str, delivery: str, request_id: str = "") -> Person:
        """Return who wants something. An attempt of somebody unknown here, or of elsewhere, is written down too."""
        try:
            return await self.directory.person(person_id)
        except (UnknownPerson, ForeignWorkspace) as error:
            stranger = Actor(type=ActorType.PERSON, id=person_id)
            await self._write_down(f"{what}_refused", stranger, delivery, {"reason": str(error)}, request_id=request_id)
            raise

    async def refuse(
        self, request: Request | None, person: Person, what: str, error: E, delivery: str = "", **data: Any
    ) -> E:
        """Write an attempt that is refused down, once; returns the error for raising."""
        about = {"request_id": request.id, "kind": request.kind, "project_id": request.project_id} if request else {}
        proof = {"reason": str(error), **data}
        await self._write_down(f"{what}_refused", Actor.of(person), delivery, proof, **about)
        return error

    async def _write_down(
        self, action: str, actor: Actor, delivery: str, data: Mapping[str, Any], **about: str
    ) -> None:
        async with self.database.begin() as work:
            await self.once(work, delivery)
            await work.append(Draft(action=action, actor=actor, at=self.now(), data=data, **about))

    async def fresh(self, delivery: str) -> None:
        """Raise ``Redelivered`` for what came before, ahead of any check whose answer has changed since then."""
        if not delivery:
            return
        async with self.database.read() as work:
            if await work.seen(delivery):
                raise Redelivered(REPEATED)

    async def once(self, work: UnitOfWork, delivery: str) -> None:
        """Remember the delivery in the transaction of its effect. Raises ``Redelivered`` for the second one."""
        if delivery and not await work.first_sight(delivery, self.now()):
            raise Redelivered(REPEATED)


def raise_lapsed(request: Request, now: datetime) -> None:
    """Raise ``Conflict`` for what nobody decided in time, also before that was noticed."""
    if request.state is State.PENDING and now >= request.expires_at:
        raise Conflict("Nobody decided this in time, so it has expired. It has to be asked for again.")


def new_id() -> str:
    """Return a reference that people can read to each other: no letter that looks like a digit."""
    return "R" + "".join(secrets.choice(_ALPHABET) for _ in range(9))


def known_kind(kinds: Mapping[str, type[Kind]], name: str) -> type[Kind]:
    if name not in kinds:
        raise UnknownRequest(f"There is no kind of request named {name} here any more.")
    return kinds[name]


async def record(work: UnitOfWork, request: Request, action: str, actor: Actor, at: datetime, **data: Any) -> None:
    """Write what happened to *request* into the audit log."""
    await work.append(
        Draft(
            action=action,
            actor=actor,
            at=at,
            request_id=request.id,
            kind=request.kind,
            project_id=request.project_id,
            data=data | {"state": request.state.value, "version": request.version} | _whereabouts(request),
        )
    )


def _whereabouts(request: Request) -> dict[str, str]:
    return {"workspace": request.workspace} if request.workspace else {}


async def tell_requester(work: UnitOfWork, request: Request, event: str, *, by: str = "", note: str = "") -> None:
    payload = {"event": event, "by": by, "note": note, "to": request.requester.id}
    await _post(work, request, f"{Role.DIRECT}:{request.version}", payload)


async def tell_thread(
    work: UnitOfWork, request: Request, event: str, *, by: str = "", note: str = "", besides: str = ""
) -> None:
    """Tell the request's thread; once for each of its versions, and once more for what is told *besides*."""
    role = f"{Role.NOTE}:{request.version}" + (f":{besides}" if besides else "")
    await _post(work, request, role, {"event": event, "by": by, "note": note})


async def tell_person(
    work: UnitOfWork, request: Request, person_id: str, event: str, *, by: str = "", note: str = ""
) -> None:
    """Tell somebody besides the requester, by direct message."""
    payload = {"event": event, "by": by, "note": note, "to": person_id}
    await _post(work, request, f"{Role.DIRECT}:{request.version}:{person_id}", payload)


async def alarm(
    work: UnitOfWork, request: Request, event: str, *, by: str = "", note: str = "", to: str = "alerts"
) -> None:
    """Say in the alerts channel (*to*: or in ``security``'s) what should not wait until somebody reads a thread."""
    await _post(work, request, f"{Role.ALARM}:{request.version}", {"event": event, "by": by, "note": note, "to": to})


async def offer_key(work: UnitOfWork, request: Request, claim: Claim, now: datetime) -> None:
    """Offer the key to its requester, in a message with the button that makes it."""
    await work.offer(claim)
    payload = {"to": request.requester.id}
    role = f"{Role.CLAIM}:{claim.offers}"
    await work.tell(OutboxTopic.POST, request.id, role, now, payload, workspace=request.workspace)


async def redraw(work: UnitOfWork, request: Request) -> None:
    version, at = f"v{request.version}", request.updated_at
    await work.tell(OutboxTopic.REDRAW, request.id, version, at, workspace=request.workspace)


async def _post(work: UnitOfWork, request: Request, role: str, payload: Mapping[str, Any]) -> None:
    """Order a message about a request, where it was asked for: also the executor, who works for all, tells by this."""
    at = request.updated_at
    await work.tell(OutboxTopic.POST, request.id, role, at, payload, workspace=request.workspace)


EXECUTOR = Actor(type=ActorType.EXECUTOR, id="executor")
POLICY = Actor(type=ActorType.POLICY, id="policy")
SCHEDULER = Actor(type=ActorType.SCHEDULER, id="scheduler")
