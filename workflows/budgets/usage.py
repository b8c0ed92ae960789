"""Reads what was used in the last hours and prices it: the sign that comes hours before the costs.

The newest hours are read again each time, because they still grow. Only today and yesterday are kept: what is older is
booked.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from workflows.admin_api import AdminAPI, TokenUse
from workflows.budgets.months import utc_day
from workflows.budgets.turn import Turn
from workflows.prices import Prices
from workflows.store import Database
from workflows.store.usage import Hour, UsageRead, Used

EVERY = timedelta(minutes=10)
GROWING = timedelta(hours=3)
"""How long after its end an hour may still grow; OpenAI says nothing about it."""

KEPT = timedelta(days=1)
UNNAMED = "a model without a name"


class UsageReader:
    """``now`` is the clock (UTC)."""

    def __init__(
        self, *, api: AdminAPI, database: Database, prices: Prices, turn: Turn, now: Callable[[], datetime]
    ) -> None:
        self._api = api
        self._database = database
        self._prices = prices
        self._turn = turn
        self._now = now

    async def read_due(self) -> bool:
        """Read what was used unless that was done a moment ago; says whether it did. Raises ``AdminAPIError``."""
        async with self._database.read() as work:
            read = await work.usage_read()
        now = self._now()
        # As for costs: a reading in the future was made by a clock that was wrong.
        if read is not None and read.read_at <= now < read.read_at + EVERY:
            return False
        kept = utc_day(now) - KEPT
        since = self._first_unsettled(read, kept, now)
        used = priced(await self._api.token_use(since, now), self._prices)
        async with self._turn.writing() as work:
            await work.replace_usage(_hour(since), kept, used)
            await work.record_usage_read(UsageRead(read_at=now, prices_of=self._prices.as_of))
        return True

    def _first_unsettled(self, read: UsageRead | None, kept: date, now: datetime) -> datetime:
        """Return from when on usage is to be read; all of it again when it was priced at other prices."""
        first = datetime.combine(kept, time(), UTC)
        if read is None or read.prices_of != self._prices.as_of or read.read_at > now:
            return first
        return max(first, (read.read_at - GROWING).replace(minute=0, second=0, microsecond=0))


def priced(uses: Iterable[TokenUse], prices: Prices) -> Mapping[tuple[Hour, str], Used]:
    """Return what each hour and project id (empty: attributed to none) used at these prices. Pure."""
    nanos: dict[tuple[Hour, str], int] = {}
    unpriced: dict[tuple[Hour, str], set[str]] = {}
    for use in uses:
        key = _hour(use.hour), use.project_id or ""
        price = prices.of(use.model or "")
        if price is None:
            unpriced.setdefault(key, set()).add(use.model or UNNAMED)
            nanos.setdefault(key, 0)
            continue
        cost = price.nanos(fresh=use.fresh, cached=use.cached, output=use.output, batch=use.batch)
        nanos[key] = nanos.get(key, 0) + cost
    return {key: Used(nanos=each, unpriced=tuple(sorted(unpriced.get(key, ())))) for key, each in nanos.items()}


def _hour(moment: datetime) -> Hour:
    utc = moment.astimezone(UTC)
    return utc.date(), utc.hour
