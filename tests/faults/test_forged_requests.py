"""Five hundred requests that Slack did not make, or not like this: none changes anything, none makes a server error."""

import copy
import hashlib
import hmac
import json
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from tests.support.databases import tried_on
from tests.support.installation import Installation, installed, running
from workflows.store.tables import metadata

_database_url = tried_on("sqlite", "postgresql")
COUNT = 500
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
TORN = 0.3
PASSING = {"leases", "deliveries", "questions", "audit_entries", "audit_head", "projects", "users", "models"}
"""What is remembered of anybody's visit, also of one that was refused, and what is known of OpenAI."""

ODD: list[Any] = [
    None,
    0,
    -1,
    2**70,
    1.5,
    True,
    "",
    "x" * 5_000,
    "\x00",
    "\ud800",
    [],
    {},
    [[]],
    {"a": {"b": []}},
    "<!channel>",
]


@dataclass(frozen=True, kw_only=True)
class Forged:
    """One request, and what is wrong with it."""

    fault: str
    body: bytes
    kind: str = FORM
    method: str = "POST"
    secret: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@pytest.fixture(name="acme")
async def _acme(database_url: str) -> AsyncIterator[Installation]:
    """Yield the company with a bot that listens over HTTP; nobody works on what is approved."""
    async with installed(database_url, "http") as acme, running(acme, works=False):
        yield acme


async def state(acme: Installation) -> dict[str, list[Any]]:
    """Return everything that the database holds, but what is passing."""
    found = {}
    async with acme.database() as database, database.read() as work:
        for name, table in metadata.tables.items():
            if name not in PASSING:
                rows = await work.connection.execute(sa.select(table))
                found[name] = sorted(map(str, rows.all()))
    return found


def payloads(acme: Installation, request_id: str, name: str) -> dict[str, dict[str, Any]]:
    """Return what Slack itself would send: a click that approves, a form, a mention, a command, a search."""
    team, user = acme.workspace.id, acme.hands.users[name]
    app = acme.workspace.state.app_id
    who = {"user": {"id": user, "team_id": team, "username": name}, "team": {"id": team}, "api_app_id": app}
    place = {"channel": {"id": acme.hands.channels["requests"]}, "trigger_id": "1.2.abc", "token": "t"}
    values = {"reason": {"value": {"type": "plain_text_input", "value": "No."}}}
    view = {"id": "V0", "callback_id": "deny", "private_metadata": request_id, "hash": "1.a", "blocks": []}
    return {
        "block_actions": {
            "type": "block_actions",
            **who,
            **place,
            "actions": [{"type": "button", "action_id": "approve", "block_id": "b", "value": request_id}],
            "container": {"type": "message", "message_ts": "1.1"},
            "message": {"ts": "1.1"},
        },
        "view_submission": {
            "type": "view_submission",
            **who,
            "trigger_id": "1.2.abc",
            "view": {**view, "state": {"values": values}},
        },
        "block_suggestion": {"type": "block_suggestion", **who, "action_id": "project", "block_id": "b", "value": "p"},
        "event_callback": {
            "type": "event_callback",
            "team_id": team,
            "api_app_id": app,
            "event_id": "Ev1",
            "authorizations": [{"team_id": team, "user_id": "UBOT", "is_bot": True}],
            "event": {
                "type": "app_mention",
                "user": user,
                "text": "<@UBOT> approve",
                "ts": "1.2",
                "thread_ts": "1.1",
                "channel": acme.hands.channels["requests"],
            },
        },
        "command": {
            "command": "/openai",
            "text": "freeze now",
            "team_id": team,
            "user_id": user,
            "channel_id": acme.hands.channels["general"],
            "trigger_id": "1.2.abc",
            "response_url": "http://127.0.0.1:1/x",
            "api_app_id": app,
        },
    }


def encoded(name: str, payload: Any) -> tuple[bytes, str]:
    """Return the body as Slack sends such a payload, and its content type."""
    if name == "event_callback":
        return json.dumps(payload).encode(), JSON
    if name == "command":
        told = payload if isinstance(payload, dict) else {"payload": json.dumps(payload)}
        return urlencode({key: str(value) for key, value in told.items()}, errors="surrogatepass").encode(), FORM
    return urlencode({"payload": json.dumps(payload)}).encode(), FORM


def places(thing: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything in *thing*."""
    pairs = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    for key, value in pairs:
        yield (*at, key)
        yield from places(value, (*at, key))


def altered(payload: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Return *payload* with a few of its values of another sort, or gone."""
    changed = copy.deepcopy(payload)
    for _ in range(dice.randint(1, 4)):
        found = list(places(changed))
        if not found:
            break
        *way, last = dice.choice(found)
        inner: Any = changed
        for step in way:
            inner = inner[step]
        if dice.random() < 0.3:
            del inner[last]
        else:
            inner[last] = copy.deepcopy(dice.choice(ODD))
    return changed


def forgeries(acme: Installation, request_id: str) -> Iterator[Forged]:
    """Yield requests with every sort of fault in turn, drawn with the same dice each time."""
    dice = random.Random(2026)
    secret = acme.workspace.tokens.signing_secret
    # Lena may decide: what is told as hers must not count. Quinn may not: what happens to be whole does nothing.
    hers, his = payloads(acme, request_id, "lena"), payloads(acme, request_id, "quinn")
    faults = [_unsigned, _foreign_team, _malformed, _torn, _not_what_it_says, _huge, _other_method]
    for number in range(COUNT):
        name, fault = dice.choice(list(hers)), faults[number % len(faults)]
        good = his if fault is _malformed else hers
        yield fault(name, copy.deepcopy(good[name]), secret, dice)


def _unsigned(name: str, payload: dict[str, Any], secret: str, dice: random.Random) -> Forged:
    body, kind = encoded(name, payload)
    if dice.random() < TORN:
        body = body[: dice.randint(0, len(body))]
    now = time.time()
    ways: list[dict[str, str]] = [
        {},
        signed(body, "guessed"),
        signed(body, ""),
        signed(body, secret, now - 301 - dice.randint(0, 10**6)),
        signed(body, secret, now + 301 + dice.randint(0, 10**6)),
        signed(body + b"&x=1", secret),
        signed(body, secret) | {"x-slack-signature": "v0=" + "0" * 64},
        signed(body, secret) | {"x-slack-signature": "v1=" + signed(body, secret)["x-slack-signature"][3:]},
        signed(body, secret) | {"x-slack-request-timestamp": dice.choice(["", "soon", "1e9", "-1", "٣", "9" * 400])},
        {"x-slack-signature": signed(body, secret)["x-slack-signature"]},
        {"x-slack-request-timestamp": str(int(now)), "x-slack-signature": ""},
    ]
    return Forged(fault="unsigned", body=body, kind=kind, headers=dice.choice(ways))


def _foreign_team(name: str, payload: dict[str, Any], secret: str, dice: random.Random) -> Forged:
    """Return a request that is signed as ours and comes from elsewhere, as one app in two workspaces would get it."""
    team = f"T{dice.randint(10**8, 10**9)}"
    text = json.dumps(payload).replace(payload.get("team_id") or payload["team"]["id"], team)
    stranger = f"U{dice.randint(10**8, 10**9)}"
    theirs: dict[str, Any] = json.loads(text)
    for way in (("user", "id"), ("event", "user"), ("user_id",)):
        inner: Any = theirs
        for step in way[:-1]:
            inner = inner.get(step, {})
        if way[-1] in inner:
            inner[way[-1]] = stranger
    body, kind = encoded(name, theirs)
    return Forged(fault="foreign team", body=body, kind=kind, secret=secret)


def _malformed(name: str, payload: dict[str, Any], secret: str, dice: random.Random) -> Forged:
    if name == "block_actions":
        payload["actions"][0]["value"] = "Rnothing"
    if name == "command":
        payload["text"] = dice.choice(
            ["help " * 500, "status \x00", "audit --format=\ud800", "deny", "🧨", "' OR 1=1 --"]
        )
    if name == "event_callback":
        payload["event"]["thread_ts"] = "9.9"
    body, kind = encoded(name, altered(payload, dice) if name != "command" else payload)
    return Forged(fault="malformed", body=body, kind=kind, secret=secret)


def _torn(name: str, payload: dict[str, Any], secret: str, dice: random.Random) -> Forged:
    body, kind = encoded(name, payload)
    return Forged(fault="torn", body=body[: dice.randint(0, len(body) // 2)], kind=kind, secret=secret)


def _not_what_it_says(name: str, payload: dict[str, Any], secret: str, dice: random.Random) -> Forged:
    del name, payload
    bodies = [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"[" * 5_000,
        b'{"type": "event_callback"}',
        b'{"type":' * 900,
        b"payload=",
        b"payload=null",
        b"payload=%5B%5D",
        b"payload=%7B%22type%22%3A%22block_actions%22%7D",
        b"payload=" + b"%5B" * 3_000,
        b"payload=%ff%fe",
        b"\xff\xfe\x00",
        b"command=%2Fopenai&command=%2Fopenai&text=%00",
        b"ssl_check=1",
        b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
        dice.randbytes(2_000),
    ]
    kinds = [FORM, JSON, "text/xml", "multipart/form-data; boundary=x", "", "application/json; charset=utf-16"]
    return Forged(fault="not what it says", body=dice.choice(bodies), kind=dice.choice(kinds), secret=secret)


def _huge(name: str, payload: dict[str, Any], secret: str, dice: random.Random) -> Forged:
    del name, payload
    body = b"payload=" + b"x" * dice.choice([1_000_001, 1_500_000, 3_000_000])
    return Forged(fault="huge", body=body, secret=secret)


def _other_method(name: str, payload: dict[str, Any], secret: str, dice: random.Random) -> Forged:
    body, kind = encoded(name, payload)
    method = dice.choice(["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
    return Forged(fault="other method", body=body, kind=kind, method=method, secret=secret)


def signed(body: bytes, secret: str, at: float | None = None) -> dict[str, str]:
    moment = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": moment, "x-slack-signature": f"v0={digest}"}


async def test_none_of_five_hundred_changes_anything_or_breaks_the_server(acme: Installation) -> None:
    await acme.hands.ask("dana", "budget", project="prompt-lab", monthly_limit="120", reason="More")
    async with acme.database() as database, database.read() as work:
        (request_id,) = [row[0] for row in (await work.connection.execute(sa.text("SELECT id FROM requests"))).all()]
    before = await state(acme)
    answers: Counter[tuple[str, int]] = Counter()

    for forged in forgeries(acme, request_id):
        stated = {"content-type": forged.kind, **forged.headers}
        if forged.secret is not None:
            stated |= signed(forged.body, forged.secret)
        headers = [(name.encode(), value.encode()) for name, value in stated.items()]
        answer = await acme.http.request(forged.method, acme.events_url, content=forged.body, headers=headers)
        answers[forged.fault, answer.status_code] += 1
        assert answer.status_code < 500, f"{forged}: {answer.status_code} {answer.text[:200]}"
        if forged.fault == "unsigned":
            assert answer.status_code in {400, 401}, forged
        assert "Traceback" not in answer.text

    assert await state(acme) == before
    assert sum(answers.values()) == COUNT
    assert (await acme.http.get(acme.events_url.replace("/slack/events", "/readyz"))).status_code == 200
    told = "\n".join(f"{fault:20}{status:>6}{count:>6}" for (fault, status), count in sorted(answers.items()))
    print(f"\n{told}")  # noqa: T201 - the table is what this run has to show
