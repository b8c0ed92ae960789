"""Messages in channels: written, changed, removed, and drawn as Slack's JSON."""

from typing import Any

from sandbox.slack import files
from sandbox.slack.model import Channel, Json, Message
from sandbox.slack.team import Team


def post(team: Team, channel: Channel, *, user: str, **content: Any) -> Message:
    """Add a message of *user* to *channel* and tell its members' screens."""
    bot_id = team.bot.id if user == team.bot.user_id else None
    execution = team.caller.execution if team.caller and bot_id else None
    message = Message(ts=team.timestamps.next(), user=user, bot_id=bot_id, execution=execution, **content)
    channel.messages.append(message)
    team.touch()
    announce(team, channel, message, "message")
    return message


def post_ephemeral(team: Team, channel: Channel, reader: str, **content: Any) -> Message:
    """Show a message of the app to *reader* alone; it is kept in memory only."""
    bot = team.bot
    message = Message(ts=team.timestamps.next(), user=bot.user_id, bot_id=bot.id, for_user=reader, **content)
    team.screens[reader].ephemerals[channel.id].append(message)
    announce(team, channel, message, "ephemeral")
    return message


def change(team: Team, channel: Channel, message: Message, **content: Any) -> None:
    """Replace parts of *message*; whoever sees it finds it edited."""
    for name, value in content.items():
        setattr(message, name, value)
    if message.for_user is None:
        message.edited = {"user": message.user, "ts": f"{team.now()}.000000"}
    team.touch()
    announce(team, channel, message, "message_changed")


def remove(team: Team, channel: Channel, message: Message) -> None:
    """Take *message* away from wherever it is shown."""
    if message.for_user is not None:
        team.screens[message.for_user].ephemerals[channel.id].remove(message)
    else:
        channel.messages.remove(message)
    team.touch()
    announce(team, channel, message, "message_deleted")


def announce(team: Team, channel: Channel, message: Message, event: str) -> None:
    readers = channel.members if message.for_user is None else [message.for_user]
    told: Json = {"type": event, "channel": channel.id, "ts": message.ts}
    if message.thread_ts:
        told["thread_ts"] = message.thread_ts
    team.feed.publish(readers, told)
    if event == "message" and message.files:
        team.feed.publish(readers, told | {"type": "file"})


def visible(team: Team, user: str, channel: Channel, thread_ts: str | None = None) -> list[Message]:
    """Return what *user* sees in the channel, or in one of its threads: oldest first, ephemerals included."""
    own = team.screens[user].ephemerals[channel.id]
    if thread_ts is not None:
        shown = channel.thread(thread_ts) + [each for each in own if each.thread_ts == thread_ts]
    else:
        shown = [each for each in [*channel.messages, *own] if each.in_channel]
    return sorted(shown, key=lambda each: float(each.ts))


def find(team: Team, user: str, channel: Channel, ts: str) -> Message | None:
    """Return the message *ts* if *user* can see it there."""
    own = team.screens[user].ephemerals[channel.id]
    return channel.message(ts) or next((each for each in own if each.ts == ts), None)


def render(team: Team, channel: Channel, message: Message, *, metadata: bool = True) -> Json:
    """Return the message as Slack's API gives it; *metadata* only where it was asked for."""
    shown: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text, "team": team.id}
    if message.bot_id:
        shown |= _by_app(team, message)
    for name in ("subtype", "username", "blocks", "attachments", "edited", "thread_ts"):
        value = getattr(message, name)
        if value is not None:
            shown[name] = value
    if message.reactions:
        shown["reactions"] = message.reactions
    if message.files:
        shown |= {"files": [files.render(team, team.state.files[each]) for each in message.files], "upload": False}
    if metadata and message.metadata:
        shown["metadata"] = message.metadata
    if message.for_user:
        shown["is_ephemeral"] = True
    return shown | _threaded(channel, message)


def _by_app(team: Team, message: Message) -> Json:
    bot = team.bot
    profile = {
        "id": bot.id,
        "app_id": team.state.app_id,
        "user_id": bot.user_id,
        "name": bot.name,
        "icons": {},
        "deleted": False,
        "updated": 0,
        "team_id": team.id,
    }
    return {"bot_id": message.bot_id, "app_id": team.state.app_id, "bot_profile": profile}


def _threaded(channel: Channel, message: Message) -> Json:
    pinned: Json = {"pinned_to": [channel.id]} if message.ts in channel.pins else {}
    return pinned | _in_thread(channel, message)


def _in_thread(channel: Channel, message: Message) -> Json:
    if message.thread_ts and message.thread_ts != message.ts:
        parent = channel.message(message.thread_ts)
        return {"parent_user_id": parent.user} if parent else {}
    replies = [each for each in channel.thread(message.ts) if each.ts != message.ts]
    if not replies:
        return {}
    writers = list(dict.fromkeys(each.user for each in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(writers),
        "reply_users": writers,
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }
