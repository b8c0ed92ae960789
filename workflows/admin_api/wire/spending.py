"""Reads what a day cost, by line items or by keys. Shapes from the Administration API reference, Costs."""

from decimal import Decimal
from sys import intern

from workflows.admin_api.wire.fields import Fields, as_object, as_objects, decimal, moment, text
from workflows.admin_api.wire.values import Cost, KeyCost

DOLLARS = "usd"


def costs(bucket: Fields) -> list[Cost]:
    """Read one UTC day; a result that states no amount cost nothing, and what comes several times is added up."""
    day = moment(bucket, "start_time").date()
    return [
        Cost(project_id=project_id or None, day=day, amount=amount, line_item=item or None, currency=currency)
        for (project_id, item, currency), amount in _amounts(bucket, "line_item").items()
    ]


def key_costs(bucket: Fields) -> list[KeyCost]:
    """Read one UTC day by keys, as ``costs`` does by line items."""
    day = moment(bucket, "start_time").date()
    return [
        KeyCost(project_id=project_id or None, day=day, amount=amount, key_id=key_id or None, currency=currency)
        for (project_id, key_id, currency), amount in _amounts(bucket, "api_key_id").items()
    ]


def _amounts(bucket: Fields, group: str) -> dict[tuple[str, str, str], Decimal]:
    """Add up a day's amounts by project, *group* and currency."""
    found: dict[tuple[str, str, str], Decimal] = {}
    for result in as_objects(bucket, "results"):
        amount = as_object(result.get("amount") or {})
        # The same few names come with each of many thousand results: keep each once.
        key = (intern(text(result, "project_id")), intern(text(result, group)), currency(amount))
        value = decimal(amount, "value") or Decimal(0)
        found[key] = found[key] + value if key in found else value
    return found


def currency(amount: Fields) -> str:
    """Return the currency's lower-case name; an amount that names none is in dollars."""
    return DOLLARS if amount.get("currency") == DOLLARS else text(amount, "currency").lower() or DOLLARS
