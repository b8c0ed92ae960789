"""Questions about requests, in the order they were asked."""

from datetime import datetime

import sqlalchemy as sa

from workflows.model import Inquiry
from workflows.store import tables
from workflows.store.rows import PERSON
from workflows.store.section import Section

_inquiries = tables.inquiries
_OF = sa.select(_inquiries).where(_inquiries.c.request_id == sa.bindparam("about")).order_by(_inquiries.c.number)


class Inquiries(Section):
    async def inquiries(self, request_id: str) -> tuple[Inquiry, ...]:
        return tuple(
            Inquiry(
                number=row.number,
                asker=PERSON.validate_python(row.asker),
                text=row.text,
                at=row.at,
                answer=row.answer,
                answered_at=row.answered_at,
            )
            for row in await self.connection.execute(_OF, {"about": request_id})
        )

    async def inquire(self, request_id: str, inquiry: Inquiry) -> None:
        """Keep a question; the request's row is held, so that no other takes its number."""
        row = {
            "request_id": request_id,
            "number": inquiry.number,
            "asker": PERSON.dump_python(inquiry.asker, mode="json"),
            "text": inquiry.text,
            "at": inquiry.at,
            "answer": inquiry.answer,
            "answered_at": inquiry.answered_at,
        }
        await self.connection.execute(sa.insert(_inquiries).values(**row))

    async def answer(self, request_id: str, number: int, text: str, now: datetime) -> bool:
        """Keep the answer; False when there is one already, or no such question."""
        open_one = (_inquiries.c.request_id == request_id, _inquiries.c.number == number, _inquiries.c.answer == "")
        statement = sa.update(_inquiries).where(*open_one).values(answer=text, answered_at=now)
        return (await self.connection.execute(statement)).rowcount == 1
