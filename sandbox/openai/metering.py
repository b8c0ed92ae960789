"""Metering: whatever is used is counted and charged in one step, so that usage, priced, is what costs say."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.openai.ledger import Charge, Ledger
from sandbox.openai.prices import price
from sandbox.openai.usage.book import Label, UsageBook
from sandbox.openai.usage.endpoints import UsageEndpoint


@dataclass(frozen=True, kw_only=True)
class Used:
    """Something that was used at *at* (Unix seconds): labels and counts by the names of its usage endpoint."""

    endpoint: UsageEndpoint
    at: int
    labels: Mapping[str, Label]
    counts: Mapping[str, int] = field(default_factory=dict)


class Meter:
    def __init__(self, usage: UsageBook, ledger: Ledger) -> None:
        self._usage = usage
        self._ledger = ledger

    def record(self, used: Used) -> int:
        """Count and charge; returns the cost in billionths of a dollar.

        Raises ``ValueError``, with nothing recorded, when there is no price for the model.
        """
        charges = _charges(used)
        self._usage.add(used.endpoint, used.at, used.labels, used.counts)
        day = dt.datetime.fromtimestamp(used.at, dt.UTC).date()
        for charge in charges:
            self._ledger.add(day, charge)
        return sum(charge.nanodollars for charge in charges)


def _charges(used: Used) -> list[Charge]:
    model, tier = used.labels.get("model"), used.labels.get("service_tier")
    lines = price(
        used.endpoint.name,
        str(model),
        used.counts,
        batch=used.labels.get("batch") is True,
        service_tier=None if tier is None else str(tier),
    )
    return [
        Charge(
            project_id=_text(used.labels.get("project_id")),
            line_item=line.line_item,
            nanodollars=line.nanodollars,
            api_key_id=_text(used.labels.get("api_key_id")),
            user_id=_text(used.labels.get("user_id")),
            quantity=line.quantity,
            unit=line.unit,
        )
        for line in lines
    ]


def _text(label: Label) -> str | None:
    return label if isinstance(label, str) else None
