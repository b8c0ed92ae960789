"""Block Kit's interactive elements and images, each with its own limits."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack.blockkit import objects, rich_text
from sandbox.slack.blockkit.rules import (
    Problem,
    Rule,
    anything,
    array,
    boolean,
    choice,
    exactly_one,
    integer,
    pattern,
    shape,
    string,
)

IDENTIFIER = 255
INPUT = 3000
_FAR_FUTURE = 9_999_999_999
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}").fullmatch
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d").fullmatch
_NUMBER = re.compile(r"-?\d+(\.\d+)?").fullmatch

_ACTION: Mapping[str, Rule] = {"action_id": string(IDENTIFIER, 1)}
_PICKER: Mapping[str, Rule] = {
    **_ACTION,
    "placeholder": objects.plain(150),
    "confirm": objects.confirm,
    "focus_on_load": boolean,
}
_WRITTEN: Mapping[str, Rule] = {
    **_ACTION,
    "initial_value": string(INPUT),
    "placeholder": objects.plain(150),
    "dispatch_action_config": objects.dispatch_action_config,
    "focus_on_load": boolean,
}
_OPTIONS: Mapping[str, Rule] = {
    "options": array(objects.option(), objects.OPTIONS),
    "option_groups": array(objects.option_group, objects.OPTIONS),
}
_MANY: Mapping[str, Rule] = {"max_selected_items": integer(_FAR_FUTURE, 1)}
_ENABLED: Mapping[str, Rule] = {"response_url_enabled": boolean}


def _ids(item: Rule = string()) -> Rule:  # noqa: B008 - a rule is a pure function
    return array(item, objects.OPTIONS, 0)


def _lengths(value: Any, at: str) -> Iterator[Problem]:
    """Report a ``min_length`` above ``max_length``."""
    low, high = value.get("min_length"), value.get("max_length")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        yield Problem(message="`min_length` must be less than or equal to `max_length`", pointer=at)


_number = pattern(_NUMBER, "must be a number written as a string")
_date = pattern(_DATE, "must be a date in the format YYYY-MM-DD")
_time = pattern(_TIME, "must be a time in the format HH:mm")
_one_of_options = exactly_one("options", "option_groups")

button = shape(
    {"text": objects.plain(75)},
    {
        **_ACTION,
        "value": string(2000),
        "url": string(3000),
        "style": choice("primary", "danger"),
        "confirm": objects.confirm,
        "accessibility_label": string(75),
        "agent_prompt": string(4000, 1),
        "agent_prompt_display": string(75, 1),
        "visible_to_user_ids": array(string(), objects.OPTIONS),
    },
)

_boxes = array(objects.option(formatted=True), 10)
_choosing: Mapping[str, Rule] = {**_ACTION, "confirm": objects.confirm, "focus_on_load": boolean}

MENUS: Mapping[str, Rule] = {
    "static_select": shape(
        {},
        {**_PICKER, **_OPTIONS, "initial_option": objects.option()},
        _one_of_options,
        objects.initial_is_offered,
    ),
    "multi_static_select": shape(
        {},
        {**_PICKER, **_OPTIONS, **_MANY, "initial_options": _ids(objects.option())},
        _one_of_options,
        objects.initial_is_offered,
    ),
    "external_select": shape(
        {},
        {**_PICKER, "initial_option": objects.option(), "min_query_length": integer(_FAR_FUTURE)},
    ),
    "multi_external_select": shape(
        {},
        {**_PICKER, **_MANY, "initial_options": _ids(objects.option()), "min_query_length": integer(_FAR_FUTURE)},
    ),
    "users_select": shape({}, {**_PICKER, "initial_user": string()}),
    "multi_users_select": shape({}, {**_PICKER, **_MANY, "initial_users": _ids()}),
    "channels_select": shape({}, {**_PICKER, **_ENABLED, "initial_channel": string()}),
    "multi_channels_select": shape({}, {**_PICKER, **_MANY, "initial_channels": _ids()}),
    "conversations_select": shape(
        {},
        {
            **_PICKER,
            **_ENABLED,
            "initial_conversation": string(),
            "default_to_current_conversation": boolean,
            "filter": objects.conversation_filter,
        },
    ),
    "multi_conversations_select": shape(
        {},
        {
            **_PICKER,
            **_MANY,
            "initial_conversations": _ids(),
            "default_to_current_conversation": boolean,
            "filter": objects.conversation_filter,
        },
    ),
}

PICKERS: Mapping[str, Rule] = {
    **MENUS,
    "datepicker": shape({}, {**_PICKER, "initial_date": _date}),
    "timepicker": shape({}, {**_PICKER, "initial_time": _time, "timezone": string()}),
    "datetimepicker": shape({}, {**_choosing, "initial_date_time": integer(_FAR_FUTURE, 1_000_000_000)}),
    "checkboxes": shape(
        {"options": _boxes},
        {**_choosing, "initial_options": _ids(objects.option(formatted=True))},
        objects.initial_is_offered,
    ),
    "radio_buttons": shape(
        {"options": _boxes},
        {**_choosing, "initial_option": objects.option(formatted=True)},
        objects.initial_is_offered,
    ),
}

INPUTS: Mapping[str, Rule] = {
    **PICKERS,
    "plain_text_input": shape(
        {},
        {**_WRITTEN, "multiline": boolean, "min_length": integer(INPUT), "max_length": integer(INPUT, 1)},
        _lengths,
    ),
    "email_text_input": shape({}, _WRITTEN),
    "url_text_input": shape({}, _WRITTEN),
    "number_input": shape(
        {"is_decimal_allowed": boolean},
        {**_WRITTEN, "initial_value": _number, "min_value": _number, "max_value": _number},
    ),
    "rich_text_input": shape(
        {},
        {**_WRITTEN, "initial_value": rich_text.BLOCK, "min_lines": integer(100), "max_lines": integer(100, 1)},
    ),
    "file_input": shape({}, {**_ACTION, "filetypes": array(string(), 100), "max_files": integer(10, 1)}),
}

image = shape(
    {"alt_text": string(2000, 1)},
    {"image_url": string(3000, 1), "slack_file": objects.slack_file},
    exactly_one("image_url", "slack_file"),
)

overflow = shape(
    {"options": array(objects.option(with_url=True), 5)},
    {**_ACTION, "confirm": objects.confirm},
)

ACTIONS: Mapping[str, Rule] = {"button": button, "overflow": overflow, **PICKERS}
"""What an ``actions`` block may hold."""

ACCESSORIES: Mapping[str, Rule] = {"image": image, **ACTIONS}
"""What may stand beside a section."""

_customised = shape({"name": string(minimum=1), "value": anything}, {})
_trigger = shape(
    {"url": string(objects.TEXT, 1)},
    {"customizable_input_parameters": array(_customised, objects.OPTIONS, 0)},
)
_workflow = shape({"trigger": _trigger}, {})

workflow_button = shape(
    {"text": objects.plain(75), "workflow": _workflow},
    {**_ACTION, "style": choice("primary", "danger"), "accessibility_label": string(75)},
)

_feedback = shape({"text": objects.plain(75), "value": string(2000)}, {"accessibility_label": string(75)})

CONTEXT_ACTIONS: Mapping[str, Rule] = {
    "feedback_buttons": shape({"positive_button": _feedback, "negative_button": _feedback}, _ACTION),
    "icon_button": shape(
        {"icon": string(minimum=1), "text": objects.plain(75)},
        {
            **_ACTION,
            "value": string(2000),
            "confirm": objects.confirm,
            "accessibility_label": string(75),
            "visible_to_user_ids": array(string(), 10),
        },
    ),
}
