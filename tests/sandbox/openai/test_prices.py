"""The price table has a price for every model that can be used here, and whole nanodollars for every count."""

from decimal import Decimal

import pytest

from sandbox.openai import models
from sandbox.openai.boundary.service import FIT
from sandbox.openai.prices import AS_OF, price


def dollars(endpoint: str, model: str | None, counts: dict[str, int], *, tier: str | None = None) -> Decimal:
    lines = price(endpoint, model, counts, service_tier=tier)
    return Decimal(sum(line.nanodollars for line in lines)) / 10**9


def test_every_model_of_text_can_be_asked_and_has_a_price() -> None:
    asked = set().union(*FIT.values())
    text = {name for name in models() if name.startswith(("gpt-3", "gpt-4.1", "gpt-5", "o3", "o4", "text-embedding"))}

    assert text <= asked <= set(models())


@pytest.mark.parametrize(
    ("model", "tier", "expected"),
    [("gpt-5", None, "1.25"), ("gpt-5", "default", "1.25"), ("gpt-5", "flex", "0.625"), ("gpt-5", "priority", "2.5")],
)
def test_tier_changes_the_price(model: str, tier: str | None, expected: str) -> None:
    assert dollars("completions", model, {"input_tokens": 1_000_000, "output_tokens": 0}, tier=tier) == Decimal(
        expected
    )


def test_nothing_used_is_no_line() -> None:
    assert list(price("completions", "gpt-5", {"input_tokens": 0, "output_tokens": 0})) == []


def test_model_without_a_price_is_named() -> None:
    with pytest.raises(ValueError, match="sora-2"):
        dollars("completions", "sora-2", {"input_tokens": 1, "output_tokens": 0})


def test_table_has_a_date() -> None:
    assert AS_OF.year >= 2026
