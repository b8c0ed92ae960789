"""Questions to a worker and their answers: taken by one, answered once, read once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflows.store import tables
from workflows.store.section import Section

_questions = tables.questions


@dataclass(frozen=True, kw_only=True)
class Question:
    """*asked* is JSON; *answer_to* is the public key to which the answer is sealed."""

    id: str
    asked: Mapping[str, Any]
    answer_to: str


class Relay(Section):
    async def ask(self, question: Question, now: datetime) -> None:
        self.relayed = True
        row = {"id": question.id, "asked": dict(question.asked), "answer_to": question.answer_to, "asked_at": now}
        await self.connection.execute(sa.insert(_questions).values(**row))

    async def is_anything_asked(self) -> bool:
        return bool(await self._rows(sa.select(_questions.c.id).limit(1)))

    async def take_questions(self, now: datetime, limit: int) -> list[Question]:
        """Take the oldest questions that nobody has taken; no two processes get the same one."""
        query = (
            sa.select(_questions.c.id, _questions.c.asked, _questions.c.answer_to)
            .where(_questions.c.taken_at.is_(None))
            .order_by(_questions.c.asked_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        found = [Question(id=each.id, asked=each.asked, answer_to=each.answer_to) for each in await self._rows(query)]
        if found:
            mine = _questions.c.id.in_([each.id for each in found])
            await self.connection.execute(sa.update(_questions).where(mine).values(taken_at=now))
        return found

    async def put_answer(self, question_id: str, sealed: str) -> None:
        """Put the answer down; when nobody waits for it any more it goes nowhere."""
        self.relayed = True
        await self.connection.execute(sa.update(_questions).where(_questions.c.id == question_id).values(answer=sealed))

    async def collect_answers(self, question_ids: Collection[str]) -> dict[str, str]:
        """Return the answers to these questions that are there; each is gone with that."""
        mine = sa.and_(_questions.c.id.in_(question_ids), _questions.c.answer.is_not(None))
        gone = sa.delete(_questions).where(mine).returning(_questions.c.id, _questions.c.answer)
        return {each.id: each.answer for each in await self._rows(gone)}

    async def has_answers(self, question_ids: Collection[str]) -> bool:
        mine = sa.and_(_questions.c.id.in_(question_ids), _questions.c.answer.is_not(None))
        return bool(await self._rows(sa.select(_questions.c.id).where(mine).limit(1)))

    async def withdraw(self, question_id: str, *, untaken: bool) -> bool:
        """Take a question back, *untaken* only while nobody has it; says whether it was there."""
        mine = [_questions.c.id == question_id, *([_questions.c.taken_at.is_(None)] if untaken else [])]
        gone = sa.delete(_questions).where(*mine).returning(_questions.c.id)
        return bool(await self._rows(gone))

    async def forget_questions(self, before: datetime) -> int:
        """Drop what was asked before; returns how many there were."""
        gone = sa.delete(_questions).where(_questions.c.asked_at < before).returning(_questions.c.id)
        return len(await self._rows(gone))

    async def _rows(self, query: Any) -> list[sa.Row[Any]]:
        return list((await self.connection.execute(query)).all())
