"""Offers for a request, in the order they were made."""

from datetime import datetime

import sqlalchemy as sa

from workflows.model import Answer, Offer
from workflows.store import tables
from workflows.store.rows import CHANGES, PERSON
from workflows.store.section import Section

_offers = tables.offers
_OF = sa.select(_offers).where(_offers.c.request_id == sa.bindparam("about")).order_by(_offers.c.number)


class Offers(Section):
    async def offers(self, request_id: str) -> tuple[Offer, ...]:
        return tuple(
            Offer(
                number=row.number,
                approver=PERSON.validate_python(row.approver),
                on_behalf=PERSON.validate_python(row.on_behalf) if row.on_behalf else None,
                stage=row.stage,
                revision=row.revision,
                params=row.params,
                title=row.title,
                changes=CHANGES.validate_python(row.changes),
                note=row.note,
                at=row.at,
                answer=Answer(row.answer),
                answered_at=row.answered_at,
            )
            for row in await self.connection.execute(_OF, {"about": request_id})
        )

    async def offer_less(self, request_id: str, offer: Offer) -> None:
        """Keep an offer; the request's row is held, so that no other takes its number."""
        row = vars(offer) | {
            "request_id": request_id,
            "approver": PERSON.dump_python(offer.approver, mode="json"),
            "on_behalf": PERSON.dump_python(offer.on_behalf, mode="json") if offer.on_behalf else None,
            "params": dict(offer.params),
            "changes": CHANGES.dump_python(offer.changes, mode="json"),
            "answer": offer.answer.value,
        }
        await self.connection.execute(sa.insert(_offers).values(**row))

    async def answer_offer(self, request_id: str, number: int, answer: Answer, now: datetime) -> bool:
        """Keep what the requester said to an offer; False when they had answered it."""
        waiting = (
            _offers.c.request_id == request_id,
            _offers.c.number == number,
            _offers.c.answer == Answer.OPEN.value,
        )
        statement = sa.update(_offers).where(*waiting).values(answer=answer.value, answered_at=now)
        return (await self.connection.execute(statement)).rowcount == 1
