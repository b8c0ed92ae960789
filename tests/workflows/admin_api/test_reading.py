"""Reading without a connection: how long a 429 asks one to wait, and where a list goes on."""

from datetime import UTC, datetime

import pytest

from workflows.admin_api.wire.pages import Page, Paging, page
from workflows.admin_api.wire.refusals import wait_asked_for

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 1.5 ", 1.5),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 12:00:30 -0000", 30.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-3", None),
        ("9" * 400, None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: float | None) -> None:
    assert wait_asked_for({"retry-after": header}, NOON) == seconds


def test_429_without_retry_after_asks_for_nothing() -> None:
    assert wait_asked_for({}, NOON) is None


@pytest.mark.parametrize(
    ("paging", "field", "parameter"),
    [(Paging.AFTER_ID, "last_id", "after"), (Paging.CURSOR, "next", "after"), (Paging.TIME, "next_page", "page")],
)
def test_each_style_of_list_goes_on_in_its_own_words(paging: Paging, field: str, parameter: str) -> None:
    more = {"data": [{"id": "a"}], "has_more": True, field: "c1"}

    assert page(more, paging) == Page(items=[{"id": "a"}], cursor="c1")
    assert page({**more, "has_more": False}, paging).cursor == ""
    assert paging.parameter == parameter
