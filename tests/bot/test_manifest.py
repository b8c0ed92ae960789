"""The manifest: valid, and asking for exactly the scopes that the code needs."""

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import jsonschema_rs
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.handlers import commands, mentions, shortcuts, uninstalling
from bot.installations.flow import SCOPES
from tests.bot.workplace import manifest

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
METHODS = DATA / "slack-methods"
described = pytest.mark.skipif(not METHODS.is_dir(), reason="Slack's own descriptions are not beside this checkout")

FAMILIES = {
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "conversations.list": {"channels:read", "groups:read"},
    "conversations.open": {"im:write"},
    "users.lookupByEmail": {"users:read", "users:read.email"},
}
"""Where Slack names one scope for each sort of conversation: the sorts that messages of ours stand in."""

EVENTS: dict[str, set[str]] = {
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "tokens_revoked": set(),
}
APP_TOKEN = {"apps.connections.open"}


@cache
def method_names() -> dict[str, str]:
    """Return the SDK's name of each method that Slack describes: ``chat_postMessage`` → ``chat.postMessage``."""
    return {path.stem.replace(".", "_"): path.stem for path in METHODS.glob("*.json")}


def calls() -> Iterator[str]:
    """Yield every attribute called anywhere in the bot."""
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield node.func.attr
            if isinstance(node, ast.Attribute):
                yield node.attr


def methods_used() -> set[str]:
    """Return the Web API methods that the code calls; one that Slack does not describe here is an error."""
    used: set[str] = set()
    for name in set(calls()):
        if name in method_names():
            used.add(method_names()[name])
        elif "_" in name and hasattr(AsyncWebClient, name) and not name.startswith("_") and name != "api_call":
            raise AssertionError(f"{name} is called, but what it needs is not described")
    return used


def needed(method: str) -> set[str]:
    if method in FAMILIES:
        return FAMILIES[method]
    scopes = json.loads((METHODS / f"{method}.json").read_text("utf-8")).get("scope") or {}
    return set(scopes.get("bot") or ())


def scopes() -> set[str]:
    return set(manifest()["oauth_config"]["scopes"]["bot"])


@pytest.mark.skipif(
    not (DATA / "slack-manifest.schema.1.0.0.json").is_file(), reason="Slack's schema is not beside this checkout"
)
def test_it_is_what_slack_calls_a_manifest() -> None:
    schema = json.loads((DATA / "slack-manifest.schema.1.0.0.json").read_text("utf-8"))

    jsonschema_rs.validate(schema, manifest())


@described
def test_the_code_is_seen_calling_slack() -> None:
    assert {"chat.postMessage", "views.open", "users.info", "files.completeUploadExternal"} <= methods_used()


@described
def test_no_scope_is_missing_and_none_too_many() -> None:
    events = manifest()["settings"]["event_subscriptions"]["bot_events"]
    wanted = set().union(*(needed(method) for method in methods_used() - APP_TOKEN))
    wanted |= set().union(*(EVENTS[event] for event in events)) | {"commands"}

    assert scopes() == wanted


@described
def test_every_family_of_scopes_is_one_that_slack_takes() -> None:
    for method in set(FAMILIES) - {"users.lookupByEmail"}:
        taken = json.loads((METHODS / f"{method}.json").read_text("utf-8"))["scope"]["bot"]
        assert FAMILIES[method] <= set(taken), method


def test_whoever_installs_the_app_is_asked_for_what_the_manifest_says() -> None:
    assert set(SCOPES) == scopes()


class Listening:
    """Stands in for Bolt and writes down what listeners ask for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        def ask(what: Any, *_: Any) -> Any:
            self.asked.append((name, what))
            return lambda listener: listener

        return ask


def test_it_announces_what_the_bot_listens_to_and_nothing_else() -> None:
    bolt = Listening()
    for each in (commands, mentions, shortcuts, uninstalling):
        each.register(cast("AsyncApp", bolt))
    features = manifest()["features"]

    announced = [("command", each["command"]) for each in features["slash_commands"]]
    announced += [("event", each) for each in manifest()["settings"]["event_subscriptions"]["bot_events"]]
    announced += [("global_shortcut", each["callback_id"]) for each in features["shortcuts"]]
    assert sorted(bolt.asked) == sorted(announced)


def test_it_works_without_a_public_address() -> None:
    settings = manifest()["settings"]

    assert settings["socket_mode_enabled"]
    assert settings["interactivity"] == {"is_enabled": True}
