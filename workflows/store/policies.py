"""Which policy holds, and what is wrong with the file that was to take its place: the same for all processes."""

import zlib
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from workflows.store import tables
from workflows.store.section import Section

_policies = tables.policies


@dataclass(frozen=True, kw_only=True)
class Standing:
    """``digest`` and ``text`` are those of the policy that holds; ``problem`` is about the file that does not."""

    digest: str
    problem: str = ""
    text: str = field(default="", compare=False)


class Policies(Section):
    async def standing_policy(self) -> Standing | None:
        """Return what the last process to read a policy made of it, with its row held; None before the first."""
        query = (
            sa.select(_policies.c.digest, _policies.c.problem, _policies.c.text)
            .where(_policies.c.id == _number(self.workspace))
            .with_for_update()
        )
        row = (await self.connection.execute(query)).one_or_none()
        return Standing(digest=row.digest, problem=row.problem, text=row.text) if row is not None else None

    async def let_stand(self, standing: Standing, now: datetime) -> None:
        await self.upsert(_policies, {"id": _number(self.workspace), **vars(standing), "at": now})


def _number(workspace: str | None) -> int:
    """Return the number of a workspace's row, the same in every process; home's is 1."""
    return 1 if not workspace else 2 + (zlib.crc32(workspace.encode()) >> 1)
