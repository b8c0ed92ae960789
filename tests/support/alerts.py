"""An alert to draw, and for notifiers in tests where money is no matter, none."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from tests.support.people import person
from workflows.model import Alert, AlertDossier, AlertKind, Driver, Forecast, Scope

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ALERT = Alert(
    id="A1",
    scope=Scope.PROJECT,
    subject="proj_1",
    name="support-assistant",
    period="2026-11",
    kind=AlertKind.THRESHOLD,
    mark="80%",
    threshold=1_600_00,
    percent=80,
    spent=1_650_00,
    limit=2_000_00,
    forecast=Forecast(end=2_150_00, low=2_050_00, high=2_300_00, hits_on=date(2026, 11, 28)),
    driver=Driver(what="gpt-5.1", cents=1_400_00, percent=85),
    at=NOON,
    as_of=NOON,
)


def dossier(**changes: Any) -> AlertDossier:
    """Return everything a card shows of ``ALERT`` with these changes; Petra owns the project."""
    return AlertDossier(
        alert=replace(ALERT, **changes),
        first_id="A1",
        project=None,
        owners=(person("petra"),),
        limit=2_000_00,
        month=(),
        last_month=(),
        forecast=None,
        path=(),
        low=(),
        high=(),
        as_of=NOON,
        problem="",
    )


async def no_alert(alert_id: str) -> AlertDossier:
    """Fail: nobody orders an alert here."""
    raise AssertionError(f"The alert {alert_id} comes from nowhere.")
