"""What a person enters or picks, and the state entry that Slack makes of it (pure)."""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.slack.blockkit import flattened, interactive, rich_text
from sandbox.slack.blockkit.objects import choices_of
from sandbox.slack.errors import Malformed
from sandbox.slack.model import Json

Entries = dict[str, dict[str, Json]]
"""block_id → action_id → state entry."""

WRITTEN = ("plain_text_input", "email_text_input", "url_text_input", "number_input")

ONE: Mapping[str, tuple[str, str]] = {
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "rich_text_input": ("rich_text_value", "initial_value"),
}
"""Elements with one plain value: its name in the state, and the name it starts from."""

MANY: Mapping[str, tuple[str, str]] = {
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "file_input": ("files", "initial_files"),  # only its beginning; what is uploaded is told by ``person.uploads``
}

ONE_OPTION = ("static_select", "external_select", "radio_buttons")
MANY_OPTIONS = ("multi_static_select", "multi_external_select", "checkboxes")
_WRITTEN_AS = {
    "datepicker": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])").fullmatch,
    "timepicker": re.compile(r"([01]\d|2[0-3]):[0-5]\d").fullmatch,
}
EXTERNAL = ("external_select", "multi_external_select")
STATEFUL = frozenset({*WRITTEN, *ONE, *MANY, *ONE_OPTION, *MANY_OPTIONS})


def find(blocks: list[Json], action_id: str, block_id: str | None = None) -> tuple[Json, Json]:
    """Return the block and the element called *action_id*; raises ``Malformed`` unless exactly one fits."""
    found = [
        (block, element)
        for _, block in flattened(blocks)
        for _, element in interactive(block)
        if element.get("action_id") == action_id and block_id in (None, block["block_id"])
    ]
    where = f" in the block '{block_id}'" if block_id else ""
    if not found:
        raise Malformed(f"There is no element with the action_id '{action_id}'{where}.")
    if len(found) > 1:
        raise Malformed(f"Several elements have the action_id '{action_id}'{where}; say which block_id is meant.")
    return found[0]


def initial(element: Json) -> Json:
    """Return the state entry of an element nobody has touched."""
    kind = element["type"]
    if kind in WRITTEN:
        return {"type": kind, "value": element.get("initial_value")}
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in MANY_OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options") or []}
    if kind in MANY:
        name, start = MANY[kind]
        return {"type": kind, name: element.get(start) or []}
    name, start = ONE[kind]
    return {"type": kind, name: element.get(start)}


def state_of(blocks: list[Json], entries: Entries) -> Json:
    """Return the ``state`` of a view or message: every stateful element, touched or not."""
    values: Entries = {}
    for _, block in flattened(blocks):
        for _, element in interactive(block):
            if element["type"] in STATEFUL:
                entry = entries.get(block["block_id"], {}).get(element["action_id"])
                same = entry is not None and entry["type"] == element["type"]
                values.setdefault(block["block_id"], {})[element["action_id"]] = (
                    entry if entry is not None and same else initial(element)
                )
    return {"values": values}


def kept(blocks: list[Json], entries: Entries) -> Entries:
    """Return those entries whose block_id, action_id and type are still there after an update."""
    there = {
        (block["block_id"], element["action_id"]): element["type"]
        for _, block in flattened(blocks)
        for _, element in interactive(block)
    }
    return {
        block_id: {name: entry for name, entry in actions.items() if there.get((block_id, name)) == entry["type"]}
        for block_id, actions in entries.items()
    }


def entered(element: Json, value: Any, offered: list[Json]) -> Json:
    """Return the state entry for *value*; *offered* are the options that an external select has shown.

    Raises ``Malformed`` with a sentence when the value does not suit the element.
    """
    kind = element["type"]
    if kind in WRITTEN:
        return {"type": kind, "value": _written(value)}
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": None if value in (None, "") else _option(element, value, offered)}
    if kind in MANY_OPTIONS:
        return {"type": kind, "selected_options": [_option(element, each, offered) for each in _listed(value)]}
    if kind in MANY:
        return {"type": kind, MANY[kind][0]: [str(each) for each in _listed(value)]}
    return {"type": kind, ONE[kind][0]: _single(kind, value)}


def _single(kind: str, value: Any) -> Any:
    if value in (None, ""):
        return None
    if kind == "rich_text_input" and not isinstance(value, dict):
        return rich_text.of_text(str(value))
    if kind == "datetimepicker":
        return _seconds(value)
    if kind in _WRITTEN_AS and not _WRITTEN_AS[kind](str(value)):
        raise Malformed(f"'{value}' cannot be picked in a {kind}.")
    return value


def options_offered(element: Json, offered: list[Json]) -> list[Json]:
    return offered + [value for value in _started_with(element) if value not in offered] + choices_of(element)


def wanted(element: Json, value: Any) -> list[str]:
    """Return the option values that *value* names, for a select."""
    return [str(each) for each in _listed(value)] if element["type"] in MANY_OPTIONS else [str(value)]


def _option(element: Json, value: Any, offered: list[Json]) -> Json:
    options = options_offered(element, offered)
    found = next((each for each in options if each.get("value") == str(value)), None)
    if found is None:
        names = ", ".join(str(each.get("value")) for each in options) or "none"
        raise Malformed(f"'{element['action_id']}' does not offer '{value}'; offered: {names}.")
    return found


def _started_with(element: Json) -> list[Json]:
    one = [element["initial_option"]] if element.get("initial_option") else []
    many: list[Json] = element.get("initial_options") or []
    return one + many


def _listed(value: Any) -> list[Any]:
    if value in (None, ""):
        return []
    return value if isinstance(value, list) else [value]


def _written(value: Any) -> str | None:
    return None if value in (None, "") else str(value)


def _seconds(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise Malformed(f"A date with time is given as UNIX seconds, not as '{value}'.") from None
