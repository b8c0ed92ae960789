"""A month to draw, and a picture that takes no time to draw."""

from typing import Any

from bot.charts.chart import Chart

BLANK = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000"
    "000a49444154789c636800000082008177cd72b60000000049454e44ae426082"
)
"""One grey pixel."""


async def blank(_chart: Chart) -> bytes:
    """Draw nothing."""
    return BLANK


def chart(**changes: Any) -> Chart:
    """Return November 2026 on its 20th day: $60 a day against $1,500, and $70 a day to come."""
    known: dict[str, Any] = {
        "name": "support-assistant",
        "title": "November 2026",
        "as_of": "20 Nov 12:00 UTC",
        "days": 30,
        "month": tuple(60_00 * day for day in range(1, 21)),
        "last_month": tuple(40_00 * day for day in range(1, 32)),
        "path": tuple(1_200_00 + 70_00 * day for day in range(1, 11)),
        "low": tuple(1_200_00 + 50_00 * day for day in range(1, 11)),
        "high": tuple(1_200_00 + 90_00 * day for day in range(1, 11)),
        "limit": 1_500_00,
        "marks": (750_00, 1_200_00, 1_500_00),
    }
    return Chart(**known | changes)
