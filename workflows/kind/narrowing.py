"""Whether one request asks for less than another of its kind, field by field."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from workflows.kind.form import Element
from workflows.kind.kind import Kind
from workflows.money import dollars


def more_than(asked: Kind, offered: Kind) -> dict[str, str]:
    """Return field → sentence for what is not less than, or equal to, what was *asked*; empty when all is."""
    errors: dict[str, str] = {}
    for name in asked.narrows:
        before, after = getattr(asked, name), getattr(offered, name)
        if before != after and (problem := _PROBLEMS[asked.asks()[name].element](before, after)):
            errors[name] = problem
    return errors


def less_fields(kind: type[Kind], params: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields of a request with these *params* of which less can be offered."""
    elements = {name: kind.asks()[name].element for name in kind.narrows}
    return tuple(
        name
        for name, element in elements.items()
        if element is Element.DATE or (len(params[name]) > 1 if element in _LISTS else params.get(name) is not None)
    )


def _money(before: int | None, after: int | None) -> str:
    if after is None or (before is not None and after > before):
        return f"Offer at most {dollars(before or 0)}, which is what was asked for."
    return ""


def _number(before: int | None, after: int | None) -> str:
    if before is None:
        return "This was not asked for; leave it empty."
    return f"Offer at most {before:,}, which is what was asked for." if after is None or after > before else ""


def _list(before: tuple[str, ...], after: tuple[str, ...]) -> str:
    if not after:
        return "Leave at least one; to refuse them all, deny the request."
    more = [each for each in after if each not in before]
    return f"{more[0][:60]} was not asked for." if more else ""


def _day(before: date | None, after: date | None) -> str:
    if before is not None and (after is None or after > before):
        return f"Offer {before.isoformat()}, which is what was asked for, or an earlier day."
    return ""


_LISTS = frozenset({Element.MODELS, Element.CHOICES, Element.SCOPES})
_PROBLEMS: Mapping[Element, Callable[[Any, Any], str]] = {
    Element.MONEY: _money,
    Element.NUMBER: _number,
    Element.MODELS: _list,
    Element.CHOICES: _list,
    Element.SCOPES: _list,
    Element.DATE: _day,
}
