"""Whatever arrives is answered."""

import json
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from bot import handlers
from tests.bot.handlers.office import Office

WHO = {"id": "U1", "team_id": "T1"}
ACTION = {"action_id": "more", "block_id": "b", "type": "button", "action_ts": "1.2"}
VIEW = {"id": "V1", "callback_id": "of-another-time", "state": {"values": {}}, "blocks": [], "type": "modal"}


@pytest.mark.parametrize(
    "body",
    [
        {"type": "block_actions", "user": WHO, "actions": [ACTION], "channel": {"id": "C1"}},
        {"type": "block_actions", "user": WHO, "actions": [ACTION | {"action_id": "value"}], "view": VIEW},
        {"type": "view_submission", "user": WHO, "view": VIEW},
        {"type": "view_closed", "user": WHO, "view": VIEW},
        {"type": "shortcut", "user": WHO, "callback_id": "other", "trigger_id": "1"},
        {"type": "message_action", "user": WHO, "callback_id": "other", "trigger_id": "1", "message": {}},
        {"type": "block_suggestion", "user": WHO, "action_id": "other", "block_id": "b", "value": "x"},
        {"type": "block_suggestion", "user": WHO, "action_id": "value", "block_id": "b", "value": "x"},
        {"type": "event_callback", "event_id": "E1", "event": {"type": "team_join", "user": WHO}},
        {"type": "event_callback", "event_id": "E2", "event": {"type": "app_mention", "channel": "C1"}},
        {"type": "event_callback", "event_id": "E3", "event": {"type": "app_mention", "user": "U1"}},
        {"type": "block_actions", "user": WHO, "actions": [{"action_id": "approve", "type": "button"}]},
    ],
    ids=lambda body: body["type"] if isinstance(body, dict) else None,
)
async def test_nothing_is_left_unanswered(office: Office, body: dict[str, Any]) -> None:
    status, _ = await office.deliver({"team": {"id": office.workspace.id}} | body)

    assert status == 200


async def test_a_select_of_another_time_offers_an_empty_list(office: Office) -> None:
    body = {"type": "block_suggestion", "user": WHO, "action_id": "other", "block_id": "b", "value": "x"}

    status, text = await office.deliver({"team": {"id": office.workspace.id}} | body)

    assert (status, json.loads(text)) == (200, {"options": []})


def test_the_listener_for_everything_else_is_put_on_last() -> None:
    assert max(each.name for each in iter_modules(handlers.__path__) if _listens(each.name)) == "unmatched"


def _listens(name: str) -> bool:
    return hasattr(import_module(f"{handlers.__name__}.{name}"), "register")
