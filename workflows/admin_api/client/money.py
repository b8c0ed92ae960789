"""Money: hard spend limits, and what was spent."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from workflows.admin_api.client.operations import PROJECT, Operations, delete, get, post
from workflows.admin_api.sending import Call
from workflows.admin_api.wire import read, spending
from workflows.admin_api.wire.pages import Paging
from workflows.admin_api.wire.values import Cost, KeyCost, SpendAlert, SpendLimit

_SPEND_LIMIT = f"{PROJECT}/spend_limit"


class Money(Operations):
    async def spend_limit(self, project_id: str) -> SpendLimit | None:
        """Return a project's hard monthly limit in cents, None when it has none (API page: Spend limits).

        Raises ``AdminAPINotFound`` when OpenAI says that the project itself is missing.
        """
        return await self._one_or_none(read.spend_limit_or_none, get(_SPEND_LIMIT, project_id=project_id))

    async def set_spend_limit(self, project_id: str, cents: int) -> SpendLimit:
        """Set or replace a project's hard monthly limit, at least 1 cent; returns what OpenAI then states."""
        body = {"threshold_amount": cents, "currency": "USD", "interval": "month"}
        return await self._caller.value(read.spend_limit, post(_SPEND_LIMIT, body, project_id=project_id))

    async def delete_spend_limit(self, project_id: str) -> None:
        """Remove a project's hard limit; that there was none is no error."""
        await self._remove(delete(_SPEND_LIMIT, project_id=project_id))

    async def spend_alerts(self, project_id: str) -> list[SpendAlert]:
        """Return a project's spend alerts (API page: Spend alerts); OpenAI sends them by e-mail only."""
        return await self._caller.everything(read.spend_alert, get(f"{PROJECT}/spend_alerts", project_id=project_id))

    async def organization_spend_limit(self) -> SpendLimit | None:
        """Return the whole organisation's hard monthly limit, None when it has none."""
        return await self._one_or_none(read.spend_limit_or_none, get("/organization/spend_limit"))

    async def costs(self, start: datetime, end: datetime) -> list[Cost]:
        """Return what each UTC day from *start* until before *end* cost, by project and line item (API page: Costs).

        Days are whole: *start* is moved back and *end* forward to midnight UTC. The newest days still grow. Each day,
        project, line item and currency comes once.
        """
        call = _costs(start, end, "line_item")
        return _merged(await self._caller.everything(spending.costs, call, Paging.TIME))

    async def key_costs(self, project_id: str, start: datetime, end: datetime) -> list[KeyCost]:
        """Return what each UTC day of one project cost by API key, as ``costs`` (API page: Costs).

        An organisation that does not know the grouping refuses it, or names no key.
        """
        call = _costs(start, end, "api_key_id", ("project_ids[]", project_id))
        buckets = await self._caller.everything(spending.key_costs, call, Paging.TIME)
        # A second bucket of the same day counts, as for ``costs``; another project's keys never do.
        found = {
            (each.day, each.key_id, each.currency): each
            for bucket in buckets
            for each in bucket
            if each.project_id == project_id
        }
        return list(found.values())


def _costs(start: datetime, end: datetime, group: str, *more: tuple[str, str]) -> Call:
    """Return the call for the costs of whole days by project and *group*."""
    params = (
        ("start_time", str(_midnight(start))),
        ("end_time", str(_midnight(end + timedelta(days=1) - timedelta(microseconds=1)))),
        ("bucket_width", "1d"),
        ("group_by[]", "project_id"),
        ("group_by[]", group),
        *more,
    )
    return Call(method="GET", template="/organization/costs", params=params)


def _midnight(moment: datetime) -> int:
    """Return the Unix seconds of the UTC midnight before *moment*, which must know its zone."""
    if moment.tzinfo is None:
        raise ValueError("A time without a zone is nobody's midnight.")
    return int(moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0).timestamp())


def _merged(buckets: Iterable[Sequence[Cost]]) -> list[Cost]:
    """Put the days together; of what a second bucket of the same day has again, the later counts."""
    days: dict[date, Sequence[Cost]] = {}
    for bucket in buckets:
        if bucket:
            day = bucket[0].day
            days[day] = _later(days[day], bucket) if day in days else bucket
    return [cost for bucket in days.values() for cost in bucket]


def _later(first: Iterable[Cost], second: Iterable[Cost]) -> Sequence[Cost]:
    found = {(cost.project_id, cost.line_item, cost.currency): cost for cost in (*first, *second)}
    return list(found.values())
