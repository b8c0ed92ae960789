"""The few fields of Slack's payloads that are read, as models that forgive everything else.

docs.slack.dev/reference/interaction-payloads and docs.slack.dev/reference/events/app_mention.
"""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import AliasPath, BaseModel, ConfigDict, Field

from bot.blocks import unescape

_OUR_MENTION = re.compile(r"^\s*<@[UW][A-Z0-9]+(?:\|[^>]*)?>[\s,:]*")


class Payload(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Command(Payload):
    """A slash command; ``text`` is what stands after it."""

    user_id: str
    trigger_id: str
    text: str = ""

    @property
    def word(self) -> str:
        return self.text.split()[0].lower() if self.text.strip() else ""

    @property
    def rest(self) -> str:
        return unescape(" ".join(self.text.split()[1:]))


class View(Payload):
    """An open modal; ``state`` is what was filled in."""

    id: str
    hash: str = ""
    callback_id: str = ""
    private_metadata: str = ""
    state: dict[str, Any] = {}
    blocks: list[dict[str, Any]] = []

    @property
    def fields(self) -> list[str]:
        """The names of the inputs, from the top."""
        return [str(each["block_id"]) for each in self.blocks if each.get("type") == "input" and "block_id" in each]


class Click(Payload):
    """A button pressed, or an input that reports each change; Slack sends one action at a time.

    ``value`` is a button's, ``chosen`` an option's.
    """

    user_id: str = Field(validation_alias=AliasPath("user", "id"))
    action_id: str = Field(validation_alias=AliasPath("actions", 0, "action_id"))
    action_ts: str = Field(default="", validation_alias=AliasPath("actions", 0, "action_ts"))
    value: str = Field(default="", validation_alias=AliasPath("actions", 0, "value"))
    chosen: str = Field(default="", validation_alias=AliasPath("actions", 0, "selected_option", "value"))
    trigger_id: str = ""
    view: View | None = None

    @property
    def delivery(self) -> str:
        """What is the same when Slack delivers this click again."""
        return f"{self.user_id}:{self.action_ts}:{self.action_id}"


class Submission(Payload):
    user_id: str = Field(validation_alias=AliasPath("user", "id"))
    trigger_id: str = ""
    view: View


class Suggestion(Payload):
    """A look into an external select; ``value`` is what was typed so far."""

    user_id: str = Field(validation_alias=AliasPath("user", "id"))
    block_id: str
    value: str = ""
    view: View | None = None


class Mention(Payload):
    """Somebody wrote to the bot. ``thread_ts`` is empty outside a thread, ``user_id`` for what no person wrote."""

    event_id: str = ""
    user_id: str = Field(default="", validation_alias=AliasPath("event", "user"))
    channel: str = Field(validation_alias=AliasPath("event", "channel"))
    thread_ts: str = Field(default="", validation_alias=AliasPath("event", "thread_ts"))
    bot_id: str = Field(default="", validation_alias=AliasPath("event", "bot_id"))
    text: str = Field(default="", validation_alias=AliasPath("event", "text"))

    @property
    def spoken(self) -> str:
        """Return everything that was said to the bot."""
        return unescape(_OUR_MENTION.sub("", self.text).strip())

    @property
    def said(self) -> tuple[str, str]:
        """Return the first word, and the rest as it was typed."""
        word, *rest = _OUR_MENTION.sub("", self.text).split(maxsplit=1) or [""]
        return word.lower().strip(",.:;!?"), unescape("".join(rest).strip())


class Shortcut(Payload):
    trigger_id: str


class Place(Payload):
    """Where an answer reaches the person who caused a payload: beside what they clicked, or by themselves."""

    user: str
    channel: str = ""
    thread_ts: str = ""
    response_url: str = Field(default="", repr=False)
    command: bool = False


def place(body: Mapping[str, Any]) -> Place:
    """Find the place in any payload; what is missing stays empty."""
    event = body.get("event") or {}
    message = body.get("message") or {}
    return Place(
        user=_id(body, "user") or _id(event, "user"),
        channel=_id(body, "channel") or _id(event, "channel"),
        thread_ts=str(message.get("thread_ts") or event.get("thread_ts") or ""),
        response_url=str(body.get("response_url") or ""),
        command="command" in body,
    )


def _id(body: Mapping[str, Any], what: str) -> str:
    """Return the id of *what* (user, channel): an object in interactions, a text in events, flat in commands."""
    inner = body.get(what)
    found = inner.get("id") if isinstance(inner, Mapping) else inner or body.get(f"{what}_id")
    return str(found or "")
