"""Keys that wait for their requesters, and what became of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflows.errors import Conflict
from workflows.model import Claim, ClaimState
from workflows.store import tables
from workflows.store.rows import claim_from, claim_row
from workflows.store.section import Section

_claims = tables.claims
_WATCHED = (
    *("request_id", "state", "attempt", "offers", "lease_until"),
    *("look_at", "first_used_at", "reminded_at", "retired_at"),
)
"""What tells one moment of a claim from another: two workers that see the same one tell of it once."""
_CLAIM_OF = sa.select(_claims).where(_claims.c.request_id == sa.bindparam("about"))
_now = sa.bindparam("now", type_=_claims.c.lapses_at.type)
_minting = _claims.c.state == ClaimState.MINTING.value
_ANY_DUE = (
    sa.select(_claims.c.request_id)
    .where(
        sa.or_(
            sa.and_(_claims.c.state == ClaimState.OPEN.value, _claims.c.lapses_at <= _now),
            sa.and_(_minting, _claims.c.lease_until <= _now),
            sa.and_(~_minting, _claims.c.look_at <= _now),
        )
    )
    .limit(1)
)


class Claims(Section):
    async def offer(self, claim: Claim) -> None:
        """Offer a key; a request offers one, and offering it twice changes nothing."""
        await self.once(_claims, claim_row(claim))

    async def claim_of(self, request_id: str) -> Claim | None:
        row = (await self.connection.execute(_CLAIM_OF, {"about": request_id})).one_or_none()
        return claim_from(row) if row is not None else None

    async def save_claim(self, before: Claim, after: Claim) -> None:
        """Store what became of a claim. Raises ``Conflict`` when it is not what it was *before*."""
        was = claim_row(before)
        unchanged = [_claims.c[name] == was[name] for name in _WATCHED]
        statement = sa.update(_claims).where(*unchanged).values(claim_row(after))
        if (await self.connection.execute(statement)).rowcount != 1:
            raise Conflict("Something else happened to this key at the same moment.")

    async def is_a_claim_due(self, now: datetime) -> bool:
        """Say whether there is a lapsed or a broken claim, or one to look at."""
        return (await self.connection.execute(_ANY_DUE, {"now": now})).first() is not None

    async def lapsed_claims(self, now: datetime, limit: int) -> list[Claim]:
        """Return offers that nobody took in time."""
        return await self._claims(_claims.c.state == ClaimState.OPEN.value, _claims.c.lapses_at <= now, limit=limit)

    async def broken_claims(self, now: datetime, limit: int) -> list[Claim]:
        """Return attempts of which nobody knows how they ended."""
        return await self._claims(
            _claims.c.state == ClaimState.MINTING.value, _claims.c.lease_until <= now, limit=limit
        )

    async def claims_to_look_at(self, now: datetime, limit: int) -> list[Claim]:
        """Return claims whose keys are to be looked at, those first that have waited longest; no attempt under way."""
        due = (_claims.c.look_at <= now, _claims.c.state != ClaimState.MINTING.value)
        query = sa.select(_claims).where(*due).order_by(_claims.c.look_at).limit(limit)
        return [claim_from(row) for row in await self.connection.execute(query)]

    async def claims_of_keys(self, key_ids: Sequence[str]) -> dict[str, Claim]:
        """Return key id → the claim it was made for, for those that were made for one."""
        query = sa.select(_claims).where(_claims.c.key_id.in_(key_ids), _claims.c.key_id != "")
        return {row.key_id: claim_from(row) for row in await self.connection.execute(query)}

    async def _claims(self, *conditions: sa.ColumnElement[bool], limit: int) -> list[Claim]:
        query: sa.Select[Any] = sa.select(_claims).where(*conditions).limit(limit)
        return [claim_from(row) for row in await self.connection.execute(query)]
