"""A price table: which price a model has, and what its tokens cost. Pure, and exact: decimals, never floats."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

BATCH = Decimal("0.5")
"""Share of the price that a request in a batch costs (OpenAI's guide to the Batch API)."""

NANOS_PER_TOKEN = 1_000
"""Nanodollars a token, of a price of one dollar a million tokens."""

_SNAPSHOT = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{4}|latest)")


@dataclass(frozen=True, kw_only=True)
class Price:
    """Dollars for a million tokens. ``cached_input`` is the input's price where there is no discount."""

    input: Decimal
    cached_input: Decimal
    output: Decimal

    def nanos(self, *, fresh: int, cached: int, output: int, batch: bool = False) -> int:
        """Return what so many tokens cost in nanodollars, rounded once, at the end."""
        dollars = fresh * self.input + cached * self.cached_input + output * self.output
        share = BATCH if batch else 1
        return int((dollars * share * NANOS_PER_TOKEN).to_integral_value())


@dataclass(frozen=True, kw_only=True)
class Prices:
    """List prices as they were on the day ``as_of``, by model."""

    as_of: date
    models: Mapping[str, Price]

    def of(self, model: str) -> Price | None:
        """Return the price of a model or of one of its snapshots (``gpt-5-2025-08-07``); None when none is known.

        A name that goes on otherwise is another model: ``gpt-5-mini`` never costs what ``gpt-5`` does.
        """
        if model in self.models:
            return self.models[model]
        families = (each for each in self.models if model.startswith(each) and _SNAPSHOT.fullmatch(model[len(each) :]))
        family = max(families, key=len, default=None)
        return self.models[family] if family is not None else None
