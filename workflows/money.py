"""Money: integer cents inside, dollars on screen."""

import re
from decimal import Decimal
from typing import Any

MOST = 100_000_000_00
NANOS = 10_000_000
"""Nanodollars in a cent: costs are kept that finely, so that adding thousands of them up loses nothing."""

_WRITTEN = re.compile(r"\$?\s?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?")


def cents(value: Any) -> int:
    """Read an amount: a text is dollars as a person writes them (``1,000.50``, ``$80``), an int is cents already.

    Raises ``ValueError`` with a sentence for people.
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("Write the amount in dollars, like 1000 or 1,000.50.")  # noqa: TRY004 - pydantic takes ValueError
    amount = value if isinstance(value, int) else _written(value)
    if amount < 1:
        raise ValueError("The amount must be more than $0.")
    if amount > MOST:
        raise ValueError(f"At most {dollars(MOST)}.")
    return amount


def _written(text: str) -> int:
    text = text.strip()
    if text.startswith(("-", "\N{MINUS SIGN}")):
        raise ValueError("The amount must be more than $0.")
    match = _WRITTEN.fullmatch(text)
    if match is None or not text.isascii():
        raise ValueError("Write the amount in dollars as digits, like 1000 or 1,000.50.")
    whole, fraction = match.groups()
    digits = whole.replace(",", "")
    if len(digits) > len(str(MOST)):
        return MOST + 1
    return int(digits) * 100 + int((fraction or "0").ljust(2, "0"))


def dollars(amount: int) -> str:
    """Return *amount* cents as people write it: ``$1,000.50``, without cents when there are none."""
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), 100)
    return f"{sign}${whole:,}" + (f".{rest:02}" if rest else "")


def from_decimal(amount: Decimal) -> int:
    """Round decimal dollars, as OpenAI's costs have them, to whole cents."""
    return int((amount * 100).to_integral_value())


def nanos(amount: Decimal) -> int:
    """Return decimal dollars as billionths of a dollar."""
    return int((amount * 100 * NANOS).to_integral_value())


def from_nanos(amount: int) -> int:
    """Round billionths of a dollar to whole cents, as ``from_decimal`` does."""
    whole, rest = divmod(amount, NANOS)
    return whole + (2 * rest > NANOS or (2 * rest == NANOS and whole % 2))
