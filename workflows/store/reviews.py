"""Reviews of emergencies, and what those who were skipped said."""

from datetime import datetime

import sqlalchemy as sa

from workflows.lifecycle import State
from workflows.model import Finding, Review
from workflows.store import tables
from workflows.store.rows import PEOPLE, PERSON
from workflows.store.section import Section

_reviews, _findings, _requests = tables.reviews, tables.findings, tables.requests
_OF = sa.select(_reviews).where(_reviews.c.request_id == sa.bindparam("about"))


class Reviews(Section):
    async def review(self, request_id: str) -> Review | None:
        row = (await self.connection.execute(_OF, {"about": request_id})).one_or_none()
        if row is None:
            return None
        said = sa.select(_findings).where(_findings.c.request_id == request_id).order_by(_findings.c.at)
        return Review(
            why=row.why,
            skipped=PEOPLE.validate_python(row.skipped),
            needed=row.needed,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            findings=tuple(
                Finding(person=PERSON.validate_python(each.person), right=each.right, note=each.note, at=each.at)
                for each in await self.connection.execute(said)
            ),
        )

    async def open_review(self, request_id: str, review: Review) -> None:
        row = {
            "request_id": request_id,
            "why": review.why,
            "skipped": PEOPLE.dump_python(review.skipped, mode="json"),
            "needed": review.needed,
            "opened_at": review.opened_at,
            "closed_at": None,
        }
        await self.connection.execute(sa.insert(_reviews).values(**row))

    async def find(self, request_id: str, finding: Finding) -> bool:
        """Keep what somebody says; False when they said something before."""
        row = {
            "request_id": request_id,
            "person_id": finding.person.id,
            "person": PERSON.dump_python(finding.person, mode="json"),
            "right": finding.right,
            "note": finding.note,
            "at": finding.at,
        }
        return await self.once(_findings, row)

    async def close_review(self, request_id: str, now: datetime) -> None:
        statement = sa.update(_reviews).where(_reviews.c.request_id == request_id).values(closed_at=now)
        await self.connection.execute(statement)

    async def standing_though_wrong(self, limit: int) -> list[str]:
        """Return the ids of grants of which somebody said that their emergency was not right."""
        query = (
            sa.select(_requests.c.id)
            .join(_findings, _findings.c.request_id == _requests.c.id)
            .where(_requests.c.state == State.GRANTED.value, _findings.c.right.is_(False))
            .where(*self.of_workspace(_requests))
        )
        return list((await self.connection.execute(query.distinct().limit(limit))).scalars())

    async def open_reviews(self, limit: int) -> list[str]:
        """Return the ids of the requests whose review is open, the longest first."""
        query = (
            sa.select(_reviews.c.request_id)
            .join(_requests, _requests.c.id == _reviews.c.request_id)
            .where(_reviews.c.closed_at.is_(None), *self.of_workspace(_requests))
        )
        return list((await self.connection.execute(query.order_by(_reviews.c.opened_at).limit(limit))).scalars())
