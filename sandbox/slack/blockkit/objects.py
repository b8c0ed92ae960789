"""Block Kit's composition objects: texts, options, confirmation dialogs (docs.slack.dev/reference/block-kit)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack.blockkit.rules import (
    Problem,
    Rule,
    array,
    boolean,
    by_type,
    choice,
    exactly_one,
    pattern,
    shape,
    string,
)

OPTIONS = 100
TEXT = 3000


def plain(maximum: int) -> Rule:
    """Make the rule of a ``plain_text`` object of 1 to *maximum* characters."""
    return by_type({"plain_text": shape({"text": string(maximum, 1)}, {"emoji": boolean})})


def any_text(maximum: int) -> Rule:
    """Make the rule of a ``plain_text`` or ``mrkdwn`` object of 1 to *maximum* characters."""
    words = string(maximum, 1)
    return by_type(
        {
            "plain_text": shape({"text": words}, {"emoji": boolean}),
            "mrkdwn": shape({"text": words}, {"verbatim": boolean}),
        }
    )


def option(*, formatted: bool = False, with_url: bool = False) -> Rule:
    """Make the rule of an option; radio buttons and checkboxes take *formatted* texts, an overflow menu a *url*."""
    words = any_text(75) if formatted else plain(75)
    link: Mapping[str, Rule] = {"url": string(TEXT)} if with_url else {}
    return shape({"text": words, "value": string(150)}, {"description": words, **link})


option_group = shape({"label": plain(75), "options": array(option(), OPTIONS)}, {})

confirm = shape(
    {"title": plain(100), "text": any_text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)

dispatch_action_config = shape(
    {"trigger_actions_on": array(choice("on_enter_pressed", "on_character_entered"), 2)},
    {},
)

conversation_filter = shape(
    {},
    {
        "include": array(choice("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)

_file_id = pattern(re.compile(r"F[A-Z0-9]{8,}").fullmatch, "input must match regex pattern: ^[F][A-Z0-9]{8,}$")

slack_file = shape({}, {"id": _file_id, "url": string(TEXT)}, exactly_one("id", "url"))


def choices_of(element: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return all options of a select, grouped or not; what is no option is left out."""
    groups = element.get("option_groups") or []
    lists = [element.get("options") or [], *(group.get("options") or [] for group in groups if isinstance(group, dict))]
    return [each for one in lists if isinstance(one, list) for each in one if isinstance(each, dict)]


def initial_is_offered(value: Any, at: str) -> Iterator[Problem]:
    """Report what breaks this: an initial option has to be one of the options, exactly."""
    offered = [(each.get("text"), each.get("value")) for each in choices_of(value)]
    initial = {"initial_option": [value.get("initial_option")], "initial_options": value.get("initial_options") or []}
    for name, chosen in initial.items():
        for each in chosen:
            if isinstance(each, dict) and (each.get("text"), each.get("value")) not in offered:
                yield Problem(message=f"`{name}` must match an option exactly", pointer=f"{at}/{name}")
