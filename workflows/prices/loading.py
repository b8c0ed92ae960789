"""From a file of prices to a table, or to one sentence that names the place and the mend, as for a policy."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from workflows.errors import PolicyInvalid
from workflows.policy.source import Source, read, text_of
from workflows.prices.table import Price, Prices

DEAREST = 100_000  # dollars for a million tokens; more is a slip of the pen
_FIELDS = ("input", "cached_input", "output")


def load_prices(path: Path | None) -> Prices:
    """Read the prices at *path*, or those that come with the package when *path* is None.

    Raises ``PolicyInvalid`` with one sentence that names file, line and field.
    """
    if path is None:
        text = (resources.files("workflows.prices") / "list_prices.yml").read_text("utf-8")
        return prices_from_text(text, "the built-in prices")
    return prices_from_text(text_of(path, "file of prices"), str(path))


def prices_from_text(text: str, name: str) -> Prices:
    """Read prices from *text*; *name* stands for the file in messages. Raises ``PolicyInvalid``."""
    if not text.strip():
        raise PolicyInvalid(f"{name} is empty; it must have as_of and models")
    source = read(text, name)
    values = _names(source, (), source.values, "the file")
    _check_known(source, (), values, ("as_of", "models"))
    as_of = values.get("as_of")
    if type(as_of) is not date:
        raise source.fault(("as_of",), "as_of must be the day of the prices, like 2026-01-15")
    models = _names(source, ("models",), values.get("models"), "models")
    if not models:
        raise source.fault(("models",), "models may not be empty")
    found = {str(model): _price(source, model, of) for model, of in models.items()}
    return Prices(as_of=as_of, models=MappingProxyType(found))


def _price(source: Source, model: Any, values: Any) -> Price:
    path = ("models", model)
    given = _names(source, path, values, str(model))
    _check_known(source, path, given, _FIELDS)
    if "input" not in given:
        raise source.fault(path, f"input is missing for {model}")
    dollars = {name: _dollars(source, (*path, name), value) for name, value in given.items()}
    return Price(
        input=dollars["input"],
        cached_input=dollars.get("cached_input", dollars["input"]),
        output=dollars.get("output", Decimal(0)),
    )


def _names(source: Source, path: tuple[Any, ...], values: Any, what: str) -> Mapping[Any, Any]:
    if not isinstance(values, dict):
        raise source.fault(path, f"{what} must be names with values under them")
    return values


def _check_known(source: Source, path: tuple[Any, ...], values: Mapping[Any, Any], known: tuple[str, ...]) -> None:
    for name in values:
        if name not in known:
            raise source.fault((*path, name), f"{name} is not known here; known are {', '.join(known)}")


def _dollars(source: Source, path: tuple[Any, ...], value: Any) -> Decimal:
    """Read dollars for a million tokens; a number is read by the digits that stand in the file."""
    sentence = f"{path[-1]} must be dollars for a million tokens, like 1.25"
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise source.fault(path, sentence)
    try:
        dollars = Decimal(str(value))
    except InvalidOperation:
        raise source.fault(path, sentence) from None
    if not dollars.is_finite() or not 0 <= dollars <= DEAREST:
        raise source.fault(path, sentence)
    return dollars
