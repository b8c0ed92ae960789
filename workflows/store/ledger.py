"""The ledger of what approved requests changed in projects, and what is remembered to put things back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflows.ledger import Mark, base_of
from workflows.lifecycle import State
from workflows.model import Effect, Request
from workflows.store import tables
from workflows.store.rows import effect_from
from workflows.store.section import Section

_effects, _requests = tables.effects, tables.requests
_firsts, _abilities = tables.rate_limit_firsts, tables.abilities
_STANDING = (
    sa.select(_effects)
    .where(_effects.c.project_id == sa.bindparam("in_project"), _effects.c.ended_at.is_(None))
    .order_by(_effects.c.seq)
)
_STANDING_ON = _STANDING.where(_effects.c.subject == sa.bindparam("on_subject"))


class Ledger(Section):
    async def mark(self, request: Request, marks: Iterable[Mark], now: datetime, *, again: bool = False) -> None:
        """Write down what a step of *request* changed; what it wrote down before stays as it is.

        With *again* it was made true anew, by an extension, and so lies above all that came since.
        """
        for each in marks:
            standing = await self.standing(request.project_id, each.subject)
            if again:
                mine = (_effects.c.request_id == request.id, _effects.c.subject == each.subject)
                await self.connection.execute(sa.delete(_effects).where(*mine))
            row = {
                "request_id": request.id,
                "project_id": request.project_id,
                "subject": each.subject,
                "value": each.value,
                "before": each.before,
                "base": base_of(standing, each.before),
                "at": now,
                "ends_at": request.ends_at,
            }
            await self.once(_effects, row)

    async def standing(self, project_id: str, subject: str) -> list[Effect]:
        """Return what stands on one subject, the oldest first."""
        on = {"in_project": project_id, "on_subject": subject}
        return [effect_from(row) for row in await self.connection.execute(_STANDING_ON, on)]

    async def standing_in(self, project_id: str) -> dict[str, list[Effect]]:
        """Return what stands in a project, by subject, the oldest first."""
        found: dict[str, list[Effect]] = {}
        for row in await self.connection.execute(_STANDING, {"in_project": project_id}):
            found.setdefault(row.subject, []).append(effect_from(row))
        return found

    async def set_since(self, subject: str, since: datetime) -> list[Effect]:
        """Return, for each project where *subject* was set since then, what stands on it uppermost."""
        later = _effects.alias("later")
        covered = sa.exists().where(
            later.c.project_id == _effects.c.project_id,
            later.c.subject == _effects.c.subject,
            later.c.seq > _effects.c.seq,
            later.c.ended_at.is_(None),
        )
        query = sa.select(_effects).where(
            _effects.c.subject == subject, _effects.c.at >= since, _effects.c.ended_at.is_(None), ~covered
        )
        return [effect_from(row) for row in await self.connection.execute(query.order_by(_effects.c.seq))]

    async def projects_with(self, subject: str) -> frozenset[str]:
        """Return the ids of the projects in which something stands on *subject*."""
        query = sa.select(_effects.c.project_id).where(_effects.c.subject == subject, _effects.c.ended_at.is_(None))
        return frozenset((await self.connection.execute(query)).scalars())

    async def effects(self, request_id: str) -> list[Effect]:
        """Return what of a request stands."""
        query = sa.select(_effects).where(_effects.c.request_id == request_id, _effects.c.ended_at.is_(None))
        return [effect_from(row) for row in await self.connection.execute(query.order_by(_effects.c.seq))]

    async def end_effects(self, request_id: str, now: datetime) -> None:
        """Write down that nothing of a request stands any more."""
        mine = (_effects.c.request_id == request_id, _effects.c.ended_at.is_(None))
        await self.connection.execute(sa.update(_effects).where(*mine).values(ended_at=now))

    async def move_effects(self, request_id: str, ends_at: datetime) -> None:
        """Write down that what a request gave ends at another time."""
        mine = (_effects.c.request_id == request_id, _effects.c.ended_at.is_(None))
        await self.connection.execute(sa.update(_effects).where(*mine).values(ends_at=ends_at))

    async def ending(self, before: datetime, limit: int) -> list[str]:
        """Return the ids of grants that end before that time, those that end first."""
        query = sa.select(_requests.c.id).where(_requests.c.state == State.GRANTED.value, _requests.c.ends_at <= before)
        query = self.here(query, _requests)
        return list((await self.connection.execute(query.order_by(_requests.c.ends_at).limit(limit))).scalars())

    async def grants(self, states: Sequence[State], limit: int) -> list[str]:
        """Return the ids of requests in these states that give something for a time, those that end first."""
        query = (
            sa.select(_requests.c.id)
            .where(_requests.c.state.in_([each.value for each in states]), _requests.c.ends_at.is_not(None))
            .where(*self.of_workspace(_requests))
        )
        return list((await self.connection.execute(query.order_by(_requests.c.ends_at).limit(limit))).scalars())

    async def remember_rate_limits(self, project_id: str, limits: Iterable[Mapping[str, Any]], now: datetime) -> None:
        """Keep the first values that were seen of a project's rate limits: OpenAI has no way to reset one."""
        for each in limits:
            await self.once(_firsts, {"project_id": project_id, "seen_at": now, **each})

    async def first_rate_limit(self, project_id: str, model: str) -> Mapping[str, Any] | None:
        """Return ``requests_per_minute`` and ``tokens_per_minute`` as they were when first seen."""
        query = sa.select(_firsts.c.requests_per_minute, _firsts.c.tokens_per_minute).where(
            _firsts.c.project_id == project_id, _firsts.c.model == model
        )
        row = (await self.connection.execute(query)).mappings().one_or_none()
        return dict(row) if row is not None else None

    async def learn_ability(self, name: str, *, there: bool, now: datetime) -> None:
        """Remember whether this organisation's API can do something that others' can."""
        await self.upsert(_abilities, {"name": name, "there": there, "seen_at": now})

    async def abilities(self) -> dict[str, bool]:
        return {row.name: row.there for row in await self.connection.execute(sa.select(_abilities))}
