"""The chart: everything that is known is in the picture, whatever the numbers are, and said in words beside it."""

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from bot.charts.chart import Chart
from bot.charts.drawing import AHEAD, BEFORE, HEIGHT, INK, LIMIT, SPENT, WIDTH, draw
from bot.charts.months import chart_of
from bot.charts.words import MOST, alt_text, short, tick
from tests.support.charts import chart
from workflows.budgets.course import calendar_in, course_of
from workflows.budgets.statements import Statement
from workflows.model import Project
from workflows.money import NANOS

NOTHING_AHEAD: dict[str, Any] = {"path": (), "low": (), "high": ()}
ODD: dict[str, dict[str, Any]] = {
    "no limit": {"limit": None, "marks": ()},
    "no forecast": NOTHING_AHEAD,
    "one day only": {"month": (12_34,), "last_month": (), **NOTHING_AHEAD},
    "nothing read": {"month": (), "last_month": (), "limit": None, **NOTHING_AHEAD},
    "nothing spent": {"month": (0, 0, 0), "last_month": (), **NOTHING_AHEAD},
    "credits": {"month": (-20_00, -50_00, 10_00, -5_00), "last_month": (-1, -2), **NOTHING_AHEAD},
    "limit of nothing": {"limit": 0, "marks": (0,)},
    "limit below the spend": {"limit": 1},
    "limit out of sight": {"limit": 100_000_000_00},
    "all of the month": {"month": tuple(range(100, 3100, 100)), **NOTHING_AHEAD},
    "long name": {"name": "x" * 5000},
    "name with mathematics": {"name": "a $x^2$ \\frac \n {b} <!channel>"},
    "name in another script": {"name": "客服助手 \U0001f916"},
    "millions a day": {"month": tuple(10**11 * day for day in range(1, 21)), "limit": 10**13, **NOTHING_AHEAD},
}


def pixels(png: bytes) -> tuple[Image.Image, dict[str, int]]:
    image = Image.open(BytesIO(png)).convert("RGBA")
    counted: Any = image.convert("RGB").getcolors(WIDTH * HEIGHT)
    return image, {"#" + bytes(colour).hex(): count for count, colour in counted}


def test_each_line_is_in_the_picture() -> None:
    image, colours = pixels(draw(chart()))

    assert image.size == (WIDTH, HEIGHT)
    assert all(colours[each] > 500 for each in (SPENT, AHEAD, BEFORE, LIMIT, INK))


@pytest.mark.parametrize("theme", [(255, 255, 255), (26, 29, 33)], ids=["light", "dark"])
def test_it_brings_its_own_ground_whatever_the_theme(theme: tuple[int, int, int]) -> None:
    image, _ = pixels(draw(chart()))
    shown = Image.alpha_composite(Image.new("RGBA", image.size, (*theme, 255)), image)

    middle = {shown.getpixel((x, y)) for x in (30, 500, 980) for y in (20, 340, 660)}
    assert (247, 245, 240, 255) in middle
    assert (*theme, 255) not in middle


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_no_number_and_no_name_is_too_odd_to_draw(odd: dict[str, Any]) -> None:
    drawn = chart(**odd)
    image, colours = pixels(draw(drawn))

    assert image.size == (WIDTH, HEIGHT)
    assert (LIMIT in colours) is (drawn.limit is not None)
    assert (AHEAD in colours) is bool(drawn.path)
    assert 0 < len(alt_text(drawn)) <= MOST


def test_a_chart_travels_as_a_line() -> None:
    line = chart(name="two\nlines").line()

    assert line.count(b"\n") == 1
    assert Chart.read(json.loads(line)) == chart(name="two\nlines")


def test_the_words_say_what_the_picture_shows() -> None:
    assert alt_text(chart()) == (
        "Line chart of the spend of support-assistant in November 2026, added up by UTC days: "
        "$1,200 so far, of a limit of $1,500 (80%). "
        "Forecast for the month's end: about $1,900, probably between $1,700 and $2,100, above the limit. "
        "All of last month: $1,240. Costs as of 20 Nov 12:00 UTC."
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"limit": None}, "$1,200 so far, without a limit."),
        (NOTHING_AHEAD, "Nothing can be foreseen yet."),
        ({"limit": 0}, "$1,200 so far, of a limit of $0."),
        ({"limit": 1_000_000_00}, "(under 1%)"),
        ({"month": (-5_00,), **NOTHING_AHEAD}, "-$5 so far, of a limit of $1,500."),
    ],
)
def test_the_words_fit_what_is_not_known(changes: dict[str, Any], said: str) -> None:
    assert said in alt_text(chart(**changes))


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (0, "$0"),
        (42, "$0.42"),
        (-1260, "-$13"),
        (1_650_49, "$1,650"),
        (9_999_99, "$10,000"),
        (12_345_00, "$12.3k"),
        (1_234_567_00, "$1.23M"),
        (10**14, "$1,000B"),
    ],
)
def test_amounts_are_short(cents: int, words: str) -> None:
    assert short(cents) == words


def test_a_scale_counts_in_thousands() -> None:
    assert [tick(each) for each in (500_00, 1_000_00, 1_500_00)] == ["$500", "$1k", "$1.5k"]


@pytest.mark.parametrize(("period", "days"), [("2026-11", 30), ("2026-12", 31), ("2028-02", 29)])
def test_a_chart_has_the_days_of_its_month(period: str, days: int) -> None:
    as_of = datetime.fromisoformat(f"{period}-10T12:00:00+00:00").astimezone(UTC)
    calendar = calendar_in(period, as_of)
    spent = [100 * NANOS] * ((calendar.today - calendar.start).days + 1)
    known = Statement(
        **vars(course_of(spent, calendar, as_of, 10_00)),
        project=Project(id="proj_1", name="qa", limit=10_00),
        period=period,
        owners=(),
        drivers=(),
        marks=(),
        as_of=as_of,
    )

    drawn = chart_of("qa", period, known)

    assert (drawn.days, len(drawn.month), drawn.spent) == (days, 10, 10_00)
    assert len(drawn.path) == len(drawn.low) == len(drawn.high) == days - 9  # today still grows
    assert drawn.month[8] < drawn.path[0] <= drawn.path[-1]
