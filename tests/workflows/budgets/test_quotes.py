"""What a use costs a month: exact, refused by field, and compared with the room there is."""

from typing import Any

import pytest

from workflows.budgets.quotes import monthly_of, usage_of, wanted_of
from workflows.errors import InvalidFields
from workflows.prices import load_prices

PRICES = load_prices(None)
FILLED = {"model": "gpt-5", "calls_per_day": "1,000", "input_tokens": "2,000", "output_tokens": "500"}


def test_a_month_is_thirty_days_of_calls_at_list_price() -> None:
    assert monthly_of(usage_of(FILLED), PRICES) == 225_00  # 60 M in at $1.25, 15 M out at $10
    assert monthly_of(usage_of(FILLED | {"cached_percent": "50%"}), PRICES) == 191_25


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"model": ""}, "model"),
        ({"model": "gpt-9"}, "model"),
        ({"calls_per_day": "0"}, "calls_per_day"),
        ({"calls_per_day": "1.5"}, "calls_per_day"),
        ({"calls_per_day": "9" * 40}, "calls_per_day"),
        ({"input_tokens": "-1"}, "input_tokens"),
        ({"output_tokens": "\N{ARABIC-INDIC DIGIT THREE}"}, "output_tokens"),
        ({"input_tokens": "0", "output_tokens": "0"}, "input_tokens"),
        ({"cached_percent": "101"}, "cached_percent"),
        ({"calls_per_day": "1000000000", "input_tokens": "1000000000"}, "calls_per_day"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        monthly_of(usage_of(FILLED | given), PRICES)

    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize(
    ("limit", "busy", "monthly", "wanted"),
    [(500_00, 275_00, 225_00, None), (500_00, 275_01, 225_00, 550_00), (None, 1, 1, None), (0, 0, 1, 50_00)],
)
def test_a_raise_is_proposed_only_where_there_is_no_room(
    limit: int | None, busy: int, monthly: int, wanted: int | None
) -> None:
    assert wanted_of(limit, busy, monthly) == wanted
