"""``chat.*``: the app's messages."""

import re
from typing import Any

from sandbox.slack import channels, messages, pictures
from sandbox.slack.api import content
from sandbox.slack.api.method import Answer, Arguments, Methods
from sandbox.slack.api.moments import is_timestamp
from sandbox.slack.errors import SlackError
from sandbox.slack.model import BROADCAST, Channel, Json, Message
from sandbox.slack.team import Team

methods = Methods()

UPDATED_TEXT = 4_000
WRITE = ("chat:write",)
_ID = re.compile(r"[CDGUW][A-Z0-9]{8,}").fullmatch


class Post(content.Content):
    channel: str
    thread_ts: str | None = None
    reply_broadcast: bool = False
    username: str | None = None


class Ephemeral(content.Content):
    channel: str
    user: str
    thread_ts: str | None = None


class Update(content.Content):
    channel: str
    ts: str


class Place(Arguments):
    channel: str
    ts: str


class Link(Arguments):
    channel: str
    message_ts: str


@methods.method("chat.postMessage", Post, scopes=WRITE, tier=5)
def post_message(team: Team, asked: Post) -> Answer:
    """https://docs.slack.dev/reference/methods/chat.postMessage ."""
    channel = postable(team, asked.channel)
    parts = content.read(asked) | _name(team, asked)
    pictures.check(team, parts["blocks"])
    parts["metadata"] = content.read_metadata(asked.metadata) or None
    parts["thread_ts"] = thread_of(channel, asked.thread_ts)
    if asked.reply_broadcast and parts["thread_ts"]:
        parts["subtype"] = BROADCAST
    wait = team.limits.wait_for_channel(channel.id) if team.faults.tier_limits else 0
    if wait:
        raise SlackError("ratelimited", retry_after=wait)
    message = messages.post(team, channel, user=team.bot.user_id, **parts)
    return {"channel": channel.id, "ts": message.ts, "message": messages.render(team, channel, message)}


@methods.method("chat.postEphemeral", Ephemeral, scopes=WRITE, tier=4)
def post_ephemeral(team: Team, asked: Ephemeral) -> Answer:
    """https://docs.slack.dev/reference/methods/chat.postEphemeral ."""
    channel = postable(team, asked.channel)
    reader = team.user(asked.user)
    if reader is None or reader.deleted or reader.id not in channel.members:
        raise SlackError("user_not_in_channel")
    parts = content.read(asked)
    pictures.check(team, parts["blocks"], reader.id)
    parts["thread_ts"] = thread_of(channel, asked.thread_ts)
    message = messages.post_ephemeral(team, channel, reader.id, **parts)
    return {"message_ts": message.ts}


@methods.method("chat.update", Update, scopes=WRITE)
def update(team: Team, asked: Update) -> Answer:
    """https://docs.slack.dev/reference/methods/chat.update ; what is not said of blocks and metadata is kept."""
    channel, message = _own(team, asked.channel, asked.ts, "cant_update_message")
    if channel.is_archived:
        raise SlackError("is_inactive")
    if len(asked.text or "") > UPDATED_TEXT:
        raise SlackError("msg_too_long")
    metadata = content.read_metadata(asked.metadata)
    parts = _replaced(asked, message)
    pictures.check(team, parts.get("blocks"))
    if metadata is not None:
        parts["metadata"] = metadata or None
    messages.change(team, channel, message, **parts)
    shown = messages.render(team, channel, message)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


@methods.method("chat.delete", Place, scopes=WRITE)
def delete(team: Team, asked: Place) -> Answer:
    """https://docs.slack.dev/reference/methods/chat.delete ."""
    channel, message = _own(team, asked.channel, asked.ts, "cant_delete_message")
    messages.remove(team, channel, message)
    return {"channel": channel.id, "ts": asked.ts}


@methods.method("chat.getPermalink", Link, tier=5)
def get_permalink(team: Team, asked: Link) -> Answer:
    """https://docs.slack.dev/reference/methods/chat.getPermalink ."""
    channel = channels.for_app(team, asked.channel)
    message = channel.message(asked.message_ts)
    if message is None:
        raise SlackError("message_not_found")
    link = f"{team.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def postable(team: Team, reference: str) -> Channel:
    """Return where the bot may write; a person's id stands for the direct messages with them."""
    if team.caller is not None and team.caller.is_org_wide and not _ID(reference):
        raise SlackError("team_not_found")
    person = team.user(reference)
    if person is not None:
        if person.deleted or person.is_bot:
            raise SlackError("channel_not_found")
        if not team.app.has_messages:
            raise SlackError("messages_tab_disabled")
        return channels.direct(team, person)
    channel = channels.for_app(team, reference)
    if channel.is_archived:
        raise SlackError("is_archived")
    if team.bot.user_id not in channel.members and not team.app.may("chat:write.public"):
        raise SlackError("not_in_channel")
    return channel


def thread_of(channel: Channel, thread_ts: str | None) -> str | None:
    """Return the parent's ts; a reply to a reply goes to the same thread, and an unknown parent is refused."""
    if not thread_ts:
        return None
    if not is_timestamp(thread_ts):
        told = {"messages": [f"[ERROR] {thread_ts} is not a valid thread_ts"]}
        raise SlackError("invalid_thread_ts", response_metadata=told)
    parent = channel.message(thread_ts)
    if parent is None:
        raise SlackError("thread_not_found")
    return parent.thread_ts or parent.ts


def _own(team: Team, reference: str, ts: str, refusal: str) -> tuple[Channel, Message]:
    channel = channels.for_app(team, reference)
    message = channel.message(ts)
    if message is None:
        raise SlackError("message_not_found")
    if message.bot_id != team.bot.id:
        raise SlackError(refusal)
    return channel, message


def _replaced(asked: Update, message: Message) -> Json:
    """Return the parts an update changes: blocks that are not mentioned stay, an empty list clears them."""
    parts: dict[str, Any] = content.read(asked) if _says_something(asked) else {}
    if not parts and asked.blocks is None and asked.metadata is None:
        raise SlackError("no_text")
    if asked.blocks is None and parts:
        parts["blocks"] = message.blocks
    if asked.text is None and parts:
        parts["text"] = message.text
    return parts


def _says_something(asked: Update) -> bool:
    return any(each is not None for each in (asked.text, asked.blocks, asked.attachments, asked.markdown_text))


def _name(team: Team, asked: Post) -> Json:
    """Return the name wished for this message; without ``chat:write.customize`` the wish is ignored."""
    if asked.username and team.app.may("chat:write.customize"):
        return {"username": asked.username, "subtype": "bot_message"}
    return {}
