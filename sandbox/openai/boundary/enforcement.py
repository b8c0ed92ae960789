"""Hard spend limits on model traffic, a moment late on purpose.

Source: OpenAI's spend limits guide: a limit applies to the calendar month (UTC), is not instantaneous, so that spend
can slightly exceed it, and raising or removing it takes effect once the change has propagated.
"""

import datetime as dt
from dataclasses import dataclass

from sandbox.openai.boundary.denials import spent_out
from sandbox.openai.ledger import NANODOLLARS_PER_CENT
from sandbox.openai.organization import Organization
from sandbox.openai.records import Project
from sandbox.openai.resources.spend_limits import KEY, SPEND_LIMITS
from sandbox.openai.store import ORGANIZATION, Shelf

USUAL_LAG = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Whether an owner is over its limit, *since* when (Unix seconds), and what was *enforced* until then."""

    month: str
    over: bool
    since: float
    enforced: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Lag:
    """Seconds of the organisation's clock that pass between a verdict and its enforcement."""

    seconds: float


VERDICTS = Shelf(name="spend_verdicts", holds=Verdict)
LAGS = Shelf(name="enforcement_lag", holds=Lag)


class Enforcement:
    def __init__(self, organization: Organization) -> None:
        self._organization = organization
        self._verdicts = organization.store[VERDICTS]
        self._lags = organization.store[LAGS]

    @property
    def lag(self) -> float:
        lag = self._lags.get(KEY)
        return lag.seconds if lag else USUAL_LAG

    def set_lag(self, seconds: float) -> None:
        self._lags.put(KEY, Lag(seconds=seconds))

    def check(self, project: Project) -> None:
        """Raise ``Refusal`` (429) when the limit of *project* or of the organisation is enforced now."""
        for owner, word in ((project.id, "project"), (ORGANIZATION, "organization")):
            if self._enforced(self._verdict(owner, self._last_booked(owner))):
                raise spent_out(word)

    def notice(self, project_id: str | None = None) -> None:
        """Look at the spend and the limits again, after something that may have changed either just now."""
        now = self._organization.clock.time()
        for owner in (ORGANIZATION, project_id) if project_id else (ORGANIZATION,):
            self._verdict(owner, now)

    def _verdict(self, owner: str, changed_at: float) -> Verdict:
        today = self._organization.clock.today()
        month, over = f"{today:%Y-%m}", self._is_over(owner, today)
        last = self._verdicts.get(KEY, owner) or Verdict(month=month, over=False, since=0.0, enforced=False)
        if last.month != month:  # a new month starts free at once
            last = Verdict(month=month, over=False, since=0.0, enforced=False)
        if last.over == over:
            return last
        verdict = Verdict(month=month, over=over, since=changed_at, enforced=self._enforced(last))
        return self._verdicts.put(KEY, verdict, owner)

    def _enforced(self, verdict: Verdict) -> bool:
        settled = self._organization.clock.time() - verdict.since >= self.lag
        return verdict.over if settled else verdict.enforced

    def _is_over(self, owner: str, today: dt.date) -> bool:
        limit = self._organization.store[SPEND_LIMITS].get(KEY, owner)
        if limit is None or not limit.hard:
            return False
        project_id = None if owner == ORGANIZATION else owner
        return self._organization.ledger.month_to_date(today, project_id) >= limit.cents * NANODOLLARS_PER_CENT

    def _last_booked(self, owner: str) -> float:
        """Return when spend last changed: limits are noticed as they are set, so a change unseen so far is spend's."""
        booked = self._organization.ledger.booked_at(None if owner == ORGANIZATION else owner)
        return self._organization.clock.time() if booked is None else booked
