"""An alert says what was spent of what, where it leads, who owns it and what can be done."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot import cards
from bot.blocks import problems
from tests.support.people import person
from workflows.model import Alert, AlertDossier, AlertKind, Driver, Forecast, Scope, Spike

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


@pytest.mark.parametrize(
    "said",
    [
        "support-assistant has reached 80% of its budget",
        "$1,650 of $2,000 (82%) in November 2026",
        "about $2,150 ($2,050 to $2,300); the limit is reached on 2026-11-28",
        "gpt-5.1, $1,400 (85%)",
        "<@U_PETRA>",
        "HTTP 429",
        "Costs as of",
    ],
)
def test_an_alert_says(said: str) -> None:
    assert said in str(cards.alert(dossier()).blocks)


def test_an_alert_offers_a_raise_and_to_see_to_it() -> None:
    assert _actions(cards.alert(dossier()).blocks) == ["raise", "ack_alert"]


def test_what_was_seen_to_says_by_whom_and_asks_nobody_again() -> None:
    drawn = cards.alert(dossier(acknowledged_by=person("petra"), acknowledged_at=NOON))

    assert "Petra" in str(drawn.blocks)
    assert _actions(drawn.blocks) == ["raise"]


def test_a_copy_for_another_channel_has_no_buttons() -> None:
    assert _actions(cards.alert(dossier(), buttons=False).blocks) == []


def test_what_is_about_no_project_offers_no_raise() -> None:
    drawn = cards.alert(dossier(scope=Scope.ORGANIZATION, subject="", name="The organisation"))

    assert _actions(drawn.blocks) == ["ack_alert"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": AlertKind.FORECAST, "mark": "forecast", "percent": None}, "will reach its limit"),
        (
            {
                "kind": AlertKind.ANOMALY,
                "mark": "spike",
                "percent": None,
                "spike": Spike(day=date(2026, 11, 23), spent=300_00, usual=60_00),
            },
            "$300 on 2026-11-23, where $60 is usual",
        ),
        ({"limit": None, "forecast": None, "driver": None, "mark": "$500"}, "*Spent:* $1,650 in November 2026"),
        ({"name": "<!channel> & co"}, "&lt;!channel&gt; &amp; co"),
    ],
)
def test_every_sort_of_alert_is_drawn_so_that_slack_takes_it(changes: dict[str, Any], said: str) -> None:
    drawn = cards.alert(dossier(**changes))

    assert said in str(drawn.blocks)
    assert problems(drawn.blocks) == []


def _actions(blocks: list[dict[str, Any]]) -> list[str]:
    return [each["action_id"] for block in blocks if block["type"] == "actions" for each in block["elements"]]
