"""Requests with their decisions, their journal and who is waited for."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from workflows.errors import Conflict, UnknownRequest
from workflows.lifecycle import State
from workflows.model import Decision, Past, Person, Request, StepRecord, Verdict
from workflows.store import tables
from workflows.store.rows import PEOPLE, PERSON, decision_from, request_from, request_row, step_from
from workflows.store.section import Section

NONE = timedelta(0)
RECENT = 50
"""Of a project's requests, how many are looked through for the last decisions: what waits longer has ended by then."""

NOBODY: Mapping[str, Sequence[Person]] = {}
_requests, _decisions, _steps, _awaited = tables.requests, tables.decisions, tables.steps, tables.awaited
_leases = tables.leases
_UNDER_WAY = [each.value for each in (State.PENDING, State.APPROVED, State.EXECUTING, State.UNCONFIRMED)]
_DUE = [each.value for each in (State.APPROVED, State.UNCONFIRMED, State.REVERTING, State.REVERT_FAILED)]

# Built once: that takes SQLAlchemy longer than to run them, and every click needs these.
_GET = sa.select(_requests).where(_requests.c.id == sa.bindparam("named"))
_LOCK = _GET.with_for_update()
_BY_ORIGIN = sa.select(_requests).where(_requests.c.origin == sa.bindparam("origin"))
_SAVE = sa.update(_requests).where(
    _requests.c.id == sa.bindparam("known_id"), _requests.c.version == sa.bindparam("known_version")
)
_DECISIONS = sa.select(_decisions).where(_decisions.c.request_id == sa.bindparam("about")).order_by(_decisions.c.at)
_now = sa.bindparam("now", type_=_requests.c.due_at.type)
_CLAIMABLE = (
    sa.select(_requests)
    .where(
        sa.or_(
            sa.and_(
                _requests.c.state.in_(_DUE),
                _requests.c.due_at <= _now,
                sa.or_(_requests.c.lease_until.is_(None), _requests.c.lease_until <= _now),
            ),
            sa.and_(_requests.c.state == State.EXECUTING.value, _requests.c.lease_until <= _now),
        ),
        ~sa.exists().where(_leases.c.name == "project:" + _requests.c.project_id, _leases.c.until > _now),
    )
    .order_by(_requests.c.due_at)
    .limit(1)
    .with_for_update(skip_locked=True, of=_requests)
)
_STEPS = sa.select(_steps).where(_steps.c.request_id == sa.bindparam("about")).order_by(_steps.c.position)
_AWAIT_NOBODY = sa.delete(_awaited).where(_awaited.c.request_id == sa.bindparam("about"))


class Requests(Section):
    async def add(self, request: Request) -> bool:
        """Store a new request; False when one with the same origin is there already."""
        return await self.once(_requests, request_row(request))

    async def get(self, request_id: str, *, lock: bool = False) -> Request:
        """Return a request, with ``lock`` so that nobody else changes it meanwhile. Raises ``UnknownRequest``."""
        # A reference can be anything that a person types; PostgreSQL would stumble over a NUL in it.
        named = {"named": request_id if request_id.isalnum() else ""}
        row = (await self.connection.execute(_LOCK if lock else _GET, named)).one_or_none()
        if row is None or self.workspace not in (None, row.workspace):
            raise UnknownRequest("There is no such request. Its reference stands on its card.")
        return request_from(row)

    async def is_any_there(self, request_ids: Sequence[str]) -> bool:
        """Say whether one of these is a request."""
        query = sa.select(_requests.c.id).where(_requests.c.id.in_(request_ids)).limit(1)
        return (await self.connection.execute(query)).first() is not None

    async def by_origin(self, origin: str) -> Request | None:
        row = (await self.connection.execute(_BY_ORIGIN, {"origin": origin})).one_or_none()
        return request_from(row) if row is not None else None

    async def save(self, request: Request, now: datetime, *, holder: str = "", lease: timedelta = NONE) -> Request:
        """Store a changed request as its next version, with *lease* kept by *holder*.

        Raises ``Conflict`` when somebody was faster.
        """
        after = replace(request, version=request.version + 1, updated_at=now)
        row = request_row(after) | {"lease_until": now + lease if holder else None, "holder": holder}
        known = {"known_id": request.id, "known_version": request.version}
        if (await self.connection.execute(_SAVE, row | known)).rowcount != 1:
            raise Conflict("Somebody else changed this request at the same moment.")
        if after.open_stage is None:
            await self.connection.execute(_AWAIT_NOBODY, {"about": after.id})
        self.announced = True
        return after

    async def touch(self, request_id: str, now: datetime) -> Request:
        """Give a request a new version, so that its cards are out of date, and return it.

        One that a worker has in its hands stays as it is: the worker's claim is on that version, and it redraws.
        """
        idle = sa.or_(_requests.c.lease_until.is_(None), _requests.c.lease_until <= now)
        statement = sa.update(_requests).where(_requests.c.id == request_id, idle)
        await self.connection.execute(statement.values(version=_requests.c.version + 1, updated_at=now))
        self.announced = True
        return await self.get(request_id)

    async def by_requester(self, person_id: str, limit: int) -> list[Request]:
        return await self._list(
            sa.select(_requests)
            .where(_requests.c.requester_id == person_id, *self.of_workspace(_requests))
            .order_by(_requests.c.created_at.desc())
            .limit(limit)
        )

    async def awaiting(self, person_id: str, limit: int) -> list[Request]:
        """Return the pending requests whose open stage waits for this person, oldest first."""
        decided = sa.exists().where(
            _decisions.c.request_id == _requests.c.id,
            _decisions.c.stage == _requests.c.stage,
            _decisions.c.approver_id == person_id,
        )
        return await self._list(
            sa.select(_requests)
            .join(_awaited, sa.and_(_awaited.c.request_id == _requests.c.id, _awaited.c.stage == _requests.c.stage))
            .where(_awaited.c.person_id == person_id, _requests.c.state == State.PENDING.value, ~decided)
            .where(*self.of_workspace(_requests))
            .order_by(_requests.c.created_at)
            .limit(limit)
        )

    async def lapsed(self, now: datetime, limit: int) -> list[str]:
        """Return the ids of pending requests whose life is over."""
        query = sa.select(_requests.c.id).where(_requests.c.state == State.PENDING.value, _requests.c.expires_at <= now)
        query = self.here(query, _requests)
        return list((await self.connection.execute(query.limit(limit))).scalars())

    async def claimable(self, now: datetime) -> Request | None:
        """Lock and return one request that the executor should work on now.

        That is one that is due and in nobody's hands, or one whose executor died (its lease is over); never one about
        a project that is being worked on for another.
        """
        row = (await self.connection.execute(_CLAIMABLE, {"now": now})).one_or_none()
        return request_from(row) if row is not None else None

    async def extend_lease(self, request_id: str, holder: str, until: datetime) -> None:
        """Keep a claim alive while its steps take long. Raises ``Conflict`` when it was lost."""
        statement = (
            sa.update(_requests)
            .where(_requests.c.id == request_id, _requests.c.holder == holder)
            .values(lease_until=until)
        )
        if (await self.connection.execute(statement)).rowcount != 1:
            raise Conflict("Another worker took this request over.")

    async def open_names(self, kind: str, *, besides: str = "") -> list[Mapping[str, Any]]:
        """Return the parameters of requests of this kind that are not finished, *besides* the one with that id."""
        query = sa.select(_requests.c.params).where(
            _requests.c.kind == kind,
            _requests.c.id != besides,
            _requests.c.state.in_(_UNDER_WAY),
        )
        return list((await self.connection.execute(query)).scalars())

    async def decide(self, decision: Decision) -> bool:
        """Store a decision; False when this person decided in this stage before."""
        return await self.once(
            _decisions,
            {
                "request_id": decision.request_id,
                "stage": decision.stage,
                "approver_id": decision.approver.id,
                "approver": PERSON.dump_python(decision.approver, mode="json"),
                "verdict": decision.verdict.value,
                "note": decision.note,
                "at": decision.at,
                "on_behalf": PERSON.dump_python(decision.on_behalf, mode="json") if decision.on_behalf else None,
            },
        )

    async def past(self, request: Request, limit: int) -> tuple[Past, ...]:
        """Return the last decisions about the project's newest other requests, the newest first."""
        recent = (
            sa.select(_requests.c.id, _requests.c.title)
            .where(_requests.c.project_id == request.project_id, _requests.c.id != request.id)
            .order_by(_requests.c.created_at.desc())
            .limit(RECENT)
            .subquery()
        )
        query = (
            sa.select(recent.c.title, _decisions.c.approver, _decisions.c.verdict, _decisions.c.at)
            .join(_decisions, _decisions.c.request_id == recent.c.id)
            .order_by(_decisions.c.at.desc())
            .limit(limit)
        )
        return tuple(
            Past(
                title=row.title,
                approver=PERSON.validate_python(row.approver),
                verdict=Verdict(row.verdict),
                at=row.at,
            )
            for row in await self.connection.execute(query)
        )

    async def also_asked(self, request: Request, limit: int) -> tuple[Request, ...]:
        """Return what else of this kind waits, or is under way, in the same project, oldest first."""
        mine = (_requests.c.project_id == request.project_id, _requests.c.kind == request.kind)
        others = sa.select(_requests).where(*mine, _requests.c.id != request.id, _requests.c.state.in_(_UNDER_WAY))
        return tuple(await self._list(others.order_by(_requests.c.created_at).limit(limit)))

    async def decisions(self, request_id: str) -> tuple[Decision, ...]:
        return tuple(map(decision_from, await self.connection.execute(_DECISIONS, {"about": request_id})))

    async def await_people(
        self,
        request_id: str,
        stage: int,
        people: Iterable[Person],
        stand_ins: Mapping[str, Sequence[Person]] = NOBODY,
        *,
        since: datetime | None = None,
    ) -> None:
        """Remember who is waited for now, and whose place they take (their id → people who are away).

        Who was waited for before has been since then; the others are *since* now (None: since the stage began).
        Authority is checked anew at each click; this only is for showing.
        """
        mine = (_awaited.c.request_id == request_id, _awaited.c.stage == stage)
        kept = await self.connection.execute(sa.select(_awaited.c.person_id, _awaited.c.since).where(*mine))
        before = {row.person_id: row.since for row in kept}
        await self.connection.execute(_AWAIT_NOBODY, {"about": request_id})
        for person in people:
            row = {
                "person_id": person.id,
                "person": PERSON.dump_python(person, mode="json"),
                "on_behalf": PEOPLE.dump_python(tuple(stand_ins.get(person.id, ())), mode="json"),
                "since": before.get(person.id, since),
            }
            await self.once(_awaited, {"request_id": request_id, "stage": stage} | row)

    async def await_no_more(self, request_id: str, people: Collection[str]) -> None:
        """Forget that these (by their ids) are waited for."""
        if people:
            mine = (_awaited.c.request_id == request_id, _awaited.c.person_id.in_(people))
            await self.connection.execute(sa.delete(_awaited).where(*mine))

    async def awaited(self, request_id: str, stage: int) -> Mapping[Person, Sequence[Person]]:
        """Return who is waited for → whose place they take, nobody's as a rule."""
        chosen = sa.select(_awaited.c.person, _awaited.c.on_behalf)
        query = chosen.where(_awaited.c.request_id == request_id, _awaited.c.stage == stage)
        rows = await self.connection.execute(query)
        return {PERSON.validate_python(row.person): PEOPLE.validate_python(row.on_behalf or ()) for row in rows}

    async def awaited_of(self, person_id: str) -> list[str]:
        """Return the ids of the pending requests whose open stage waits for this person."""
        at_stage = sa.and_(_awaited.c.request_id == _requests.c.id, _awaited.c.stage == _requests.c.stage)
        query = sa.select(_requests.c.id).join(_awaited, at_stage)
        pending = query.where(_awaited.c.person_id == person_id, _requests.c.state == State.PENDING.value)
        pending = self.here(pending, _requests)
        return list((await self.connection.execute(pending.order_by(_requests.c.id))).scalars())

    async def steps(self, request_id: str) -> tuple[StepRecord, ...]:
        return tuple(map(step_from, await self.connection.execute(_STEPS, {"about": request_id})))

    async def plan(self, records: Sequence[StepRecord]) -> None:
        """Write the steps down before the first of them runs; those written before keep what they are."""
        for record in records:
            await self.once(_steps, _step_row(record))

    async def journal(self, record: StepRecord) -> None:
        """Write down what became of a step."""
        await self.upsert(_steps, _step_row(record))

    async def _list(self, query: sa.Select[Any]) -> list[Request]:
        return [request_from(row) for row in await self.connection.execute(query)]


def _step_row(record: StepRecord) -> dict[str, Any]:
    return {
        "request_id": record.request_id,
        "position": record.position,
        "name": record.name,
        "says": record.says,
        "state": record.state.value,
        "intended_at": record.intended_at,
        "before": dict(record.before),
        "receipt": dict(record.receipt),
        "problem": record.problem,
    }
