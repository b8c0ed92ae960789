"""What is asked of PromptLayer and what it said: an alert's prompts, a project's folder."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from workflows.lifecycle import State
from workflows.model import PromptCost, Scope
from workflows.store import tables
from workflows.store.section import Section

_alerts, _requests, _projects = tables.alerts, tables.requests, tables.projects
_said, _folders = tables.alert_prompts, tables.folders
_COSTS: TypeAdapter[tuple[PromptCost, ...]] = TypeAdapter(tuple[PromptCost, ...])


class Prompts(Section):
    async def alerts_without_prompts(self, since: datetime, limit: int) -> list[str]:
        """Return the ids of projects' alerts since then of which PromptLayer said nothing yet, the oldest first."""
        query = (
            sa.select(_alerts.c.id)
            .outerjoin(_said, _said.c.alert_id == _alerts.c.id)
            .where(_alerts.c.at >= since, _alerts.c.scope == Scope.PROJECT.value, _said.c.alert_id.is_(None))
        )
        return list((await self.connection.execute(query.order_by(_alerts.c.seq).limit(limit))).scalars())

    async def learn_prompts(self, alert_id: str, prompts: Sequence[PromptCost], now: datetime) -> bool:
        """Keep what an alert's project spent on its prompts; False when that was known."""
        row = {"alert_id": alert_id, "prompts": _COSTS.dump_python(tuple(prompts), mode="json"), "at": now}
        return await self.once(_said, row)

    async def prompts_of(self, alert_id: str) -> tuple[PromptCost, ...]:
        query = sa.select(_said.c.prompts).where(_said.c.alert_id == alert_id)
        found: Any = (await self.connection.execute(query)).scalar_one_or_none()
        return _COSTS.validate_python(found or ())

    async def without_folder(self, kind: str, before: datetime, limit: int) -> list[tuple[str, str]]:
        """Return id and name of projects that a completed request of *kind* made and that have no folder.

        One whose folder could not be made is among them again when that was tried before that time.
        """
        query = (
            sa.select(_projects.c.id, _projects.c.name)
            .join(_requests, _requests.c.id == _projects.c.request_id)
            .outerjoin(_folders, _folders.c.project_id == _projects.c.id)
            .where(
                _requests.c.kind == kind,
                _requests.c.state == State.COMPLETED.value,
                _projects.c.archived.is_(False),
                sa.or_(_folders.c.project_id.is_(None), (_folders.c.folder_id == "") & (_folders.c.at < before)),
            )
        )
        rows = await self.connection.execute(query.order_by(_projects.c.id).limit(limit))
        return [(row.id, row.name) for row in rows]

    async def learn_folder(self, project_id: str, folder_id: str, problem: str, now: datetime) -> bool:
        """Keep a project's folder, or (empty) why there is none; says whether that is news."""
        query = sa.select(_folders).where(_folders.c.project_id == project_id)
        known = (await self.connection.execute(query)).one_or_none()
        row = {"project_id": project_id, "folder_id": folder_id, "problem": problem, "at": now}
        await self.upsert(_folders, row)
        return known is None or (known.folder_id, known.problem) != (folder_id, problem)
