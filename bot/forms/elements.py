"""One field of a kind as the element that asks for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic.fields import FieldInfo

from bot.blocks import Block, escape, input_block, option, plain
from bot.blocks.limits import INPUT, OPTION_VALUE, OPTIONS, PLACEHOLDER
from workflows.kind import Ask, Element, Kind, choices

ACTION = "value"
ROLES = {"owner": "Owner", "member": "Member", "viewer": "Viewer"}
"""The roles that every project has; others are the organisation's own."""

_EARLIEST_TYPED = 0  # type-ahead answers from the first look, before a letter is typed
_READABLE = {"mcp": "MCP"}


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field with what is known of its value. ``labels``: value → words, for choices that come from outside.

    ``live`` says that the form is drawn anew when somebody writes in it or chooses.
    """

    kind: type[Kind]
    name: str
    ask: Ask
    info: FieldInfo
    given: str | Sequence[str] = ""
    labels: Mapping[str, str]
    live: bool = True

    @property
    def text(self) -> str:
        return self.given if isinstance(self.given, str) else ", ".join(self.given)

    @property
    def many(self) -> list[str]:
        each = [self.given] if isinstance(self.given, str) else list(self.given)
        return [value for value in each if 0 < len(value) <= OPTION_VALUE]

    @property
    def most(self) -> int | None:
        """The most characters, or choices, that the kind takes."""
        found = (getattr(each, "max_length", None) for each in self.info.metadata)
        return next((each for each in found if each is not None), None)

    @property
    def default(self) -> list[str]:
        """The kind's own choice, for a field that was not given."""
        own = self.info.default
        each = own if isinstance(own, tuple) else (own,)
        return [str(value) for value in each if isinstance(value, str) and value]

    def option(self, value: str) -> Block:
        return option(escape(self.labels.get(value, value)), value)


def _written(field: Field, *, multiline: bool = False, most: int | None = None) -> Block:
    element: Block = {"type": "plain_text_input", "multiline": multiline}
    if most:
        element["max_length"] = min(most, INPUT)
    if field.text:
        element["initial_value"] = field.text[: min(most or INPUT, INPUT)]
    if field.ask.affects:
        element["dispatch_action_config"] = {"trigger_actions_on": ["on_enter_pressed"]}
    return element


def _text(field: Field) -> Block:
    return _written(field, most=field.most)


def _long_text(field: Field) -> Block:
    return _written(field, multiline=True, most=field.most or INPUT)


def _money(field: Field) -> Block:
    return _written(field)


def _number(field: Field) -> Block:
    # Not Slack's own number input: that one refuses "1,000".
    own = field.info.default
    return _written(replace(field, given=field.text or (str(own) if isinstance(own, int) else "")))


def _offered(field: Field) -> dict[str, Block]:
    """Return what can be chosen from a fixed list, in words."""
    words = {each: _READABLE.get(each, each.replace("_", " ").capitalize()) for each in choices(field.kind, field.name)}
    return {value: option(escape(said), value) for value, said in list(words.items())[:OPTIONS]}


def _choice(field: Field) -> Block:
    offered = _offered(field)
    chosen = [offered[each] for each in field.many or field.default if each in offered]
    element: Block = {"type": "static_select", "options": list(offered.values())}
    return element | ({"initial_option": chosen[0]} if chosen else {})


def _choices(field: Field) -> Block:
    offered = _offered(field)
    chosen = [offered[each] for each in dict.fromkeys(field.many or field.default) if each in offered]
    element: Block = {"type": "multi_static_select", "options": list(offered.values())}
    return element | ({"initial_options": chosen} if chosen else {})


def _single(field: Field) -> Block:
    element: Block = {"type": "external_select", "min_query_length": _EARLIEST_TYPED}
    return element | ({"initial_option": field.option(field.many[0])} if field.many else {})


def _role(field: Field) -> Block:
    first = field.many or field.default
    words = ROLES | dict(field.labels)
    return _single(replace(field, given=first[0] if first else "", labels=words))


def _several(field: Field) -> Block:
    element: Block = {"type": "multi_external_select", "min_query_length": _EARLIEST_TYPED}
    if field.most:
        element["max_selected_items"] = field.most
    return element | ({"initial_options": [field.option(each) for each in field.many[:OPTIONS]]} if field.many else {})


def _channel(field: Field) -> Block:
    mine = {"include": ["public", "private"], "exclude_bot_users": True, "exclude_external_shared_channels": True}
    element: Block = {"type": "conversations_select", "filter": mine}
    return element | ({"initial_conversation": field.text} if field.text else {})


def _date(field: Field) -> Block:
    return {"type": "datepicker"} | ({"initial_date": field.text} if field.text else {})


_WRITTEN = frozenset({Element.TEXT, Element.LONG_TEXT, Element.MONEY, Element.NUMBER})
_ELEMENTS: Mapping[Element, Callable[[Field], Block]] = {
    Element.TEXT: _text,
    Element.LONG_TEXT: _long_text,
    Element.MONEY: _money,
    Element.NUMBER: _number,
    Element.CHOICE: _choice,
    Element.CHOICES: _choices,
    Element.PROJECT: _single,
    Element.PERSON: _single,
    Element.PEOPLE: _several,
    Element.MODEL: _single,
    Element.MODELS: _several,
    Element.KEY: _single,
    Element.SCOPES: _several,
    Element.GROUP: _single,
    Element.ROLE: _role,
    Element.CHANNEL: _channel,
    Element.DATE: _date,
}


def _hint(field: Field) -> str:
    """Say below a written field that Enter redraws: Slack tells us of a choice at once, of a text only then."""
    written = field.live and field.ask.affects and field.ask.element in _WRITTEN
    return " ".join(filter(None, (field.info.description, "Enter shows below what it changes." if written else "")))


def field_block(field: Field) -> Block:
    """Return the input block: its ``block_id`` is the field's name, so errors and values find their way back."""
    element: dict[str, Any] = _ELEMENTS[field.ask.element](field) | {"action_id": ACTION}
    if field.ask.placeholder:
        element["placeholder"] = plain(escape(field.ask.placeholder), PLACEHOLDER)
    return input_block(
        field.name,
        escape(field.info.title or field.name.replace("_", " ").capitalize()),
        element,
        hint=escape(_hint(field)),
        optional=not field.info.is_required(),
        dispatch=field.ask.affects,
    )
