"""Any payload at all, for every listener: answered in time, and never by an error that nobody foresaw."""

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cards.who import WHO
from bot.forms import LAUNCH, SUBMIT, dialogs, quote
from bot.forms.elements import ACTION
from bot.handlers import decisions
from tests.bot.handlers.office import Office
from workflows.kinds import discover

ACTIONS = [
    *decisions._ACTS,
    *("claim", "offer", "raise", "pause", "ack_alert", "again", "edit", ACTION, WHO, quote.ASK),
    *(LAUNCH, f"{LAUNCH}budget", "nothing-like-it"),
]
CALLBACKS = [
    *(f"{SUBMIT}{kind}" for kind in discover()),
    *("DENY", "APPROVE", "ASK", "ANSWER", "NARROW", "EMERGENCY", "WRONG"),
]
CALLBACKS = [getattr(dialogs, each, each) for each in CALLBACKS] + [quote.QUOTE, SUBMIT, "nothing-like-it"]
WORDS = [
    *("", "help", "mine", "status", "approvals", "grants", "who", "spend", "quote", "audit", "freeze", "unfreeze"),
    *("away", "back", "breaker", "budget", "new", "key", "rotate", "nothing-like-it", "status R234567892", "who @x"),
]
ODD = ["R234567892", "R234567892:1", "R234567892:1:0", "x:y:z", "0", "\x00", "<!channel>", "=cmd()", "proj_1"]
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["R234567892", "R234567892:1", "R234567892:1:0", "x:y:z", "0", "\x00", "<!channel>", "=cmd()", "proj_1"]
    ),
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
STATES = st.dictionaries(
    st.sampled_from(["project", "monthly_limit", "reason", "name", "value", "until", "note", "deputy", "scopes"]),
    st.dictionaries(
        st.just("value"),
        st.one_of(
            VALUES,
            st.fixed_dictionaries({"type": st.just("plain_text_input"), "value": TEXTS}),
            st.fixed_dictionaries({"type": st.just("static_select"), "selected_option": st.one_of(st.none(), VALUES)}),
            st.fixed_dictionaries({"type": st.just("multi_static_select"), "selected_options": VALUES}),
            st.fixed_dictionaries({"type": st.just("datepicker"), "selected_date": TEXTS}),
        ),
        max_size=1,
    ),
    max_size=4,
)


@st.composite
def payloads(  # noqa: PLR0911 - a return for each sort
    draw: st.DrawFn, who: str, team: str, channel: str
) -> tuple[str, Any]:
    """Draw the sort of a payload and its content: whole where Bolt looks, anything where our listeners do."""
    sort = draw(st.sampled_from(["action", "view", "closed", "options", "command", "event", "shortcut", "message"]))
    base = {
        "user": {"id": who, "team_id": team},
        "team": {"id": team},
        "trigger_id": draw(st.one_of(st.just("1.2.abc"), TEXTS)),
    }
    more = draw(st.dictionaries(TEXTS, VALUES, max_size=2))
    view = {
        "id": draw(TEXTS),
        "hash": draw(TEXTS),
        "callback_id": draw(st.sampled_from(CALLBACKS)),
        "private_metadata": draw(st.one_of(TEXTS, VALUES.map(json.dumps))),
        "state": {"values": draw(STATES)},
        "blocks": draw(st.lists(st.dictionaries(st.sampled_from(["type", "block_id", "element"]), VALUES), max_size=3)),
    }
    action = {
        "type": draw(st.sampled_from(["button", "static_select", "external_select", "checkboxes", "datepicker"])),
        "action_id": draw(st.sampled_from(ACTIONS)),
        "block_id": draw(TEXTS),
        "value": draw(TEXTS),
        "selected_option": draw(VALUES),
    }
    match sort:
        case "action":
            places: list[dict[str, Any]] = [{"channel": {"id": channel}, "message": {"ts": "1.1"}}, {"view": view}, {}]
            where = draw(st.sampled_from(places))
            return sort, {**more, **base, **where, "type": "block_actions", "actions": [action], "container": {}}
        case "view":
            return sort, {**more, **base, "type": "view_submission", "view": view}
        case "closed":
            return sort, {**more, **base, "type": "view_closed", "view": view, "is_cleared": draw(VALUES)}
        case "options":
            asked = {"action_id": "value", "block_id": draw(TEXTS), "value": draw(TEXTS), "view": view}
            return sort, {**more, **base, **asked, "type": "block_suggestion"}
        case "event":
            event: dict[str, Any] = {
                "type": "app_mention",
                "user": who,
                "channel": channel,
                "ts": "1.2",
                "text": draw(TEXTS),
            }
            event |= draw(st.sampled_from([{}, {"thread_ts": "1.1"}, {"bot_id": "B1"}, {"subtype": "x"}]))
            return sort, {**more, "type": "event_callback", "team_id": team, "event_id": draw(TEXTS), "event": event}
        case "shortcut" | "message":
            kind = "shortcut" if sort == "shortcut" else "message_action"
            return sort, {**more, **base, "type": kind, "callback_id": draw(st.sampled_from(CALLBACKS))}
    text = f"{draw(st.sampled_from(WORDS))} {draw(TEXTS)}"
    told = {"command": "/openai", "text": text, "team_id": team, "user_id": who, "channel_id": channel}
    return sort, told | {"trigger_id": draw(TEXTS), "response_url": "http://127.0.0.1:1/x"}


def body_of(sort: str, payload: Any) -> tuple[bytes, str]:
    if sort == "event":
        return json.dumps(payload).encode(), "application/json"
    form = payload if sort == "command" else {"payload": json.dumps(payload)}
    return urlencode(form, errors="replace").encode(), "application/x-www-form-urlencoded"


def signed(body: bytes, secret: str) -> dict[str, str]:
    moment = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": moment, "x-slack-signature": f"v0={digest}"}


@pytest.mark.parametrize("who", ["audra", "petra"])
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_no_payload_meets_an_error_that_nobody_foresaw(office: Office, who: str, data: st.DataObject) -> None:
    """Audra may see much and decide nothing; Petra owns the project. Nothing is asked for, so nobody can decide."""
    team, place = office.workspace.id, office.requests
    sort, payload = data.draw(payloads(office.id(who), team, place))
    body, kind = body_of(sort, payload)
    headers = {"content-type": kind} | signed(body, office.workspace.tokens.signing_secret)
    url = office.workspace.request_url
    assert url is not None

    with structlog.testing.capture_logs() as logged:
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.post(url, content=body, headers=headers)
        await office.background.drain(5.0)

    assert answer.status_code in {200, 400, 404}, (payload, answer.text)
    unforeseen = [each for each in logged if each["event"] in {"listener_failed", "background_failed"}]
    assert unforeseen == [], (payload, unforeseen)
