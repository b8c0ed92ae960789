"""Amounts: read as people write them, exactly, and written so that they are read back."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.money import MOST, cents, dollars, from_decimal

AMOUNTS = st.integers(1, MOST)


@given(AMOUNTS)
def test_what_is_written_is_read_back(amount: int) -> None:
    assert cents(dollars(amount)) == amount


@given(AMOUNTS)
def test_an_amount_without_thousands_signs_is_the_same(amount: int) -> None:
    assert cents(dollars(amount).replace(",", "").removeprefix("$")) == amount


@given(st.text(max_size=20) | st.from_regex(r"[$ ]{0,2}[0-9,.]{1,12}[kKe%€-]?", fullmatch=True))
def test_any_text_is_an_amount_in_its_range_or_refused_with_a_sentence(text: str) -> None:
    amount, refusal = _read(text)
    assert bool(amount) != bool(re.fullmatch(r"[A-Z].*\.", refusal))
    assert not amount or Decimal(re.sub(r"[$, ]", "", text.strip())) * 100 == amount
    assert 0 <= amount <= MOST


def _read(text: str) -> tuple[int, str]:
    try:
        return cents(text), ""
    except ValueError as refused:
        return 0, str(refused)


@pytest.mark.parametrize(
    "text", ["", " ", "1,00", "1,0000", "1.000,50", "1.005", ".5", "5.", "$-5", "5 USD", "\u0663", "0x10", "1_000"]
)
def test_what_could_be_misread_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        cents(text)


@pytest.mark.parametrize("value", [True, 1.5, None, Decimal(1), b"1", ["1"]])
def test_what_is_no_text_and_no_whole_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="dollars"):
        cents(value)


@pytest.mark.parametrize("text", ["0", "0.00", "-5", "\N{MINUS SIGN}5"])
def test_nothing_and_less_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"more than \$0"):
        cents(text)


@pytest.mark.parametrize("text", ["100,000,000.01", "9" * 5000])
def test_too_much_is_refused_with_the_most(text: str) -> None:
    with pytest.raises(ValueError, match=r"At most \$100,000,000"):
        cents(text)


@given(st.decimals(min_value=-10_000_000, max_value=10_000_000, places=6))
def test_rounding_costs_never_moves_them_by_more_than_half_a_cent(amount: Decimal) -> None:
    assert abs(Decimal(from_decimal(amount)) - amount * 100) <= Decimal("0.5")


def test_a_negative_amount_keeps_its_sign() -> None:
    assert dollars(-150) == "-$1.50"
