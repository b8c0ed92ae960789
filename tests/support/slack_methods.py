"""Judges the local workspace's answers by Slack's own description of each Web API method."""

import json
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from tests.support.openapi.description import json_path

METHODS = Path(__file__).parents[2] / "../shared/data/slack-methods"
ABSENT = "Slack's description of its methods (../shared/data/slack-methods) is not here"
JSON = dict[str, Any]

COMMON_ERRORS = frozenset(
    {
        "access_denied",
        "account_inactive",
        "internal_error",
        "invalid_arguments",
        "invalid_auth",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "ratelimited",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "unknown_method",
    }
)
"""Codes that any method may answer; Slack lists them once for all (docs.slack.dev/reference/methods)."""

SEEN_ELSEWHERE: Mapping[str, frozenset[str]] = {
    # slackapi/bolt-js#2307, jenkinsci/slack-plugin#584 and others: real answers that the method's page leaves out
    "chat.postMessage": frozenset({"thread_not_found", "invalid_thread_ts", "msg_too_long", "invalid_attachments"}),
    "chat.postEphemeral": frozenset({"thread_not_found", "invalid_thread_ts"}),
    "users.conversations": frozenset({"user_not_found"}),
    "conversations.history": frozenset({"invalid_limit"}),
    "conversations.replies": frozenset({"invalid_limit", "not_in_channel"}),
    "users.list": frozenset({"invalid_limit"}),
}

CONTRADICTED: Mapping[str, frozenset[str]] = {
    # the schema allows "granular_bot" alone, its own examples say "bot", and so do real answers
    "oauth.v2.access": frozenset({"$.token_type"}),
}
"""Where a description disagrees with its own examples; the examples count."""

SOMETIMES: Mapping[str, frozenset[str]] = {"oauth.v2.access": frozenset({"authed_user"})}
"""Keys of an example that some answers lack: whoever renews a token is no person."""

_TEXT = {"type": "string"}
_TS = {"type": "string", "pattern": r"^\d{9,10}\.\d{6}$"}


def _object(*required: str) -> JSON:
    return {"type": "object", "required": list(required)}


_VIEW = _object(
    *("id", "team_id", "type", "blocks", "private_metadata", "callback_id", "state", "hash", "clear_on_close"),
    *("notify_on_close", "root_view_id", "app_id", "external_id", "bot_id", "title", "close", "submit"),
)

NAMED: Mapping[str, JSON] = {
    "app_id": {"type": "string", "pattern": "^A"},
    "blocks": {"type": "array", "items": _object("type", "block_id")},
    "bot_id": {"type": "string", "pattern": "^B"},
    "channel": {"type": "string", "pattern": "^[CDG]"},
    "conversation": _object("id", "created"),
    "enterprise_id": _TEXT,
    "file_id": {"type": "string", "pattern": "^F"},
    "home": _object(),
    "message": _object("type", "text", "ts", "user"),
    "modal": _VIEW,
    "publishable-view": _VIEW,
    "response_metadata": _object("next_cursor"),
    "subteam": _object("id", "team_id", "handle", "name", "is_usergroup"),
    "team": _object("id", "name", "domain"),
    "team-summary": _object("id", "name"),
    "team_id": {"type": "string", "pattern": "^[TE]"},  # an organisation's token answers with the organisation
    "ts": _TS,
    "user": _object("id", "team_id", "name", "profile", "deleted"),
    "user_id": {"type": "string", "pattern": "^[UW]"},
    "view": _VIEW,
    "workspace_id": _TEXT,
}
"""What Slack's schemas name but do not spell out, as far as each is known."""


@cache
def described(method: str) -> JSON | None:
    """Return Slack's description of *method*, if there is one."""
    path = METHODS / f"{method}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def skip_unless_described() -> None:
    """Skip the test, with the reason, where Slack's descriptions are absent."""
    if not METHODS.exists():
        pytest.skip(ABSENT)


def problems(method: str, answer: JSON) -> list[str]:
    """Return what is wrong with *answer* by the description of *method*; nothing where there is none."""
    description = described(method)
    if description is None:
        return []
    found = (
        _wrong_error(description, method, answer)
        if not answer.get("ok")
        else _wrong_success(description, method, answer)
    )
    return [f"{method}: {each}" for each in found]


def _wrong_error(description: JSON, method: str, answer: JSON) -> list[str]:
    error = answer.get("error")
    if not isinstance(error, str):
        return ["an answer that is not ok has no error code"]
    known = COMMON_ERRORS | set(description.get("errors") or {}) | SEEN_ELSEWHERE.get(method, frozenset())
    return [] if error in known or method == "api.test" else [f"the error code {error!r} is not documented"]


def _wrong_success(description: JSON, method: str, answer: JSON) -> list[str]:
    errors = [(json_path(each.instance_path), each.message) for each in _validator(method).iter_errors(answer)]
    found = [f"{place}: {message}" for place, message in errors if place not in CONTRADICTED.get(method, ())]
    example = (description.get("examples") or {}).get("success", {}).get("example", {})
    optional = {"response_metadata", "warning"} | SOMETIMES.get(method, frozenset())
    return found + [f"the documented example also has {each!r}" for each in set(example) - set(answer) - optional]


@cache
def _validator(method: str) -> Draft202012Validator:
    return Draft202012Validator(_resolved((described(method) or {}).get("output") or {}))


def _resolved(schema: Any) -> Any:
    """Return *schema* with the named ones written out."""
    if isinstance(schema, list):
        return [_resolved(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("schema"), str):
        return NAMED.get(schema["schema"], {})
    # The named ones are known only in part, so that one answer may suit several of them.
    return {"anyOf" if name == "oneOf" else name: _resolved(each) for name, each in schema.items()}


SDK = "slackclient/"
"""What Slack's own client calls itself, among other things, in ``User-Agent``."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of the Web API with its complete answer."""

    method: str
    status: int
    answer: JSON
    by_sdk: bool


class Coverage:
    """Which methods gave an answer that Slack's description confirms, and which Slack's own client called."""

    def __init__(self) -> None:
        self.validated: set[str] = set()
        self.by_sdk: set[str] = set()

    def note(self, call: Call) -> None:
        if call.answer.get("ok"):
            self.validated.add(call.method)
            self.by_sdk |= {call.method} if call.by_sdk else set()

    def as_json(self) -> dict[str, list[str]]:
        return {"validated": sorted(self.validated), "by_sdk": sorted(self.by_sdk)}

    def add(self, other: Mapping[str, list[str]]) -> None:
        self.validated |= set(other["validated"])
        self.by_sdk |= set(other["by_sdk"])


COVERAGE = Coverage()
"""Of all tests that this process ran."""


class JudgedMethods:
    """An ASGI application that listens in on *app* and judges every answer below ``/api/``."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.calls: list[Call] = []
        self.violations: list[str] = []

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        status, body = 0, bytearray()

        async def overhear(event: MutableMapping[str, Any]) -> None:
            nonlocal status
            status = event.get("status", status)
            body.extend(event.get("body", b""))
            await send(event)

        await self._app(scope, receive, overhear)
        agent = dict(scope["headers"]).get(b"user-agent", b"").decode("latin-1")
        self._judge(scope["path"].removeprefix("/api/"), status, bytes(body), by_sdk=SDK in agent)

    def called(self) -> set[str]:
        """Return the methods that were answered with success."""
        return {each.method for each in self.calls if each.answer.get("ok")}

    def verdict(self) -> None:
        """Raise ``AssertionError`` with every violation seen."""
        assert not self.violations, "\n" + "\n".join(self.violations)

    def _judge(self, method: str, status: int, body: bytes, *, by_sdk: bool) -> None:
        try:
            answer = json.loads(body)
        except ValueError:
            if status != 502:  # a connection cut on purpose has no answer to judge
                self.violations.append(f"{method}: the answer ({status}) is no JSON")
            return
        call = Call(method=method, status=status, answer=answer, by_sdk=by_sdk)
        self.calls.append(call)
        wrong = problems(method, answer)
        self.violations += wrong
        if not wrong and described(method) is not None:
            COVERAGE.note(call)
