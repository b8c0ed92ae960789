"""An alert says what was spent of what, where it leads, who owns it and what can be done."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot import cards
from bot.blocks import problems
from tests.support.alerts import NOON, dossier
from tests.support.people import person
from workflows.model import AlertKind, Driver, Estimate, KeyShare, PromptCost, Scope, Spike


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


def test_an_alert_offers_a_raise_to_see_to_it_and_a_pause() -> None:
    assert _actions(cards.alert(dossier()).blocks) == ["raise", "ack_alert", "pause"]


def test_an_owners_own_copy_says_where_the_alert_stands_and_leaves_seeing_to_it_to_there() -> None:
    drawn = cards.owner_alert(dossier(), "C0123")

    assert _actions(drawn.blocks) == ["raise", "pause"]
    assert "You own this project. The alert stands in <#C0123>." in str(drawn.blocks)
    assert problems(drawn.blocks) == []


def test_the_costliest_prompts_are_called_an_estimate_of_promptlayers() -> None:
    prompts = (PromptCost(name="<!here> & co", cents=12_50), PromptCost(name="triage", cents=3_00))

    drawn = str(cards.alert(replace(dossier(), prompts=prompts)).blocks)

    assert "&lt;!here&gt; &amp; co $12.50, triage $3 (PromptLayer's estimate of what it logged)" in drawn


def test_what_was_seen_to_says_by_whom_and_asks_nobody_again() -> None:
    drawn = cards.alert(dossier(acknowledged_by=person("petra"), acknowledged_at=NOON))

    assert "Petra" in str(drawn.blocks)
    assert _actions(drawn.blocks) == ["raise", "pause"]


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


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (
            KeyShare(id="key_1", name="ci-nightly", owner="app", cents=101_00, percent=54),
            "gpt-5.1, $1,400 (85%) · key *ci-nightly* of app, $101 (54%)",
        ),
        (KeyShare(id="key_a1b2c3d4e5f6g7h8", name="", owner="", cents=1_00, percent=9), "· key key_a1b2c3d…, $1 (9%)"),
        (KeyShare(id="key_1", name="*<!here>*", owner="<@U1>", cents=1_00, percent=9), "&lt;!here&gt;"),
    ],
)
def test_the_key_behind_it_is_named_beside_the_model(key: KeyShare, said: str) -> None:
    drawn = cards.alert(dossier(driver=Driver(what="gpt-5.1", cents=1_400_00, percent=85, key=key)))

    assert said in str(drawn.blocks)
    assert "<!here>" not in str(drawn.blocks)
    assert "<@U1>" not in str(drawn.blocks)
    assert problems(drawn.blocks) == []


def test_what_is_not_booked_yet_is_told_as_an_estimate_with_its_prices_and_age() -> None:
    estimate = Estimate(cents=12_00, since=NOON.date(), as_of=NOON, prices_of=date(2026, 1, 15), unpriced=("<!here>",))

    drawn = cards.alert(replace(dossier(), estimate=estimate))

    assert "*Not booked yet:* about $12 since 24 November (UTC), estimated from usage by list prices" in str(
        drawn.blocks
    )
    assert "of 2026-01-15, without &lt;!here&gt;, which has no list price; <!date^" in str(drawn.blocks)
    assert problems(drawn.blocks) == []


def _actions(blocks: list[dict[str, Any]]) -> list[str]:
    return [each["action_id"] for block in blocks if block["type"] == "actions" for each in block["elements"]]
