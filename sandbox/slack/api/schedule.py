"""``chat.scheduleMessage``: a message of the app for later."""

from typing import Any

from sandbox.slack import pictures
from sandbox.slack.api import content
from sandbox.slack.api.chat import WRITE, postable, thread_of
from sandbox.slack.api.method import Answer, Methods
from sandbox.slack.errors import SlackError
from sandbox.slack.ids import new_id
from sandbox.slack.model import BROADCAST, Channel, Json, Scheduled
from sandbox.slack.team import Team

methods = Methods()

FARTHEST = 120 * 24 * 60 * 60
"""Seconds ahead; docs.slack.dev/reference/methods/chat.scheduleMessage#restrictions."""

PERIOD = 5 * 60
MOST_IN_PERIOD = 30
"""Messages in one channel within five minutes."""


class Schedule(content.Content):
    channel: str
    post_at: Any
    thread_ts: str | None = None
    reply_broadcast: bool = False


@methods.method("chat.scheduleMessage", Schedule, scopes=WRITE)
def schedule(team: Team, asked: Schedule) -> Answer:
    """https://docs.slack.dev/reference/methods/chat.scheduleMessage ; with metadata it is taken but never posted."""
    channel = postable(team, asked.channel)
    post_at = _moment(team, asked.post_at)
    parts = content.read(asked)
    pictures.check(team, parts["blocks"])
    _leave_room(team, channel, post_at)
    message = Scheduled(
        id=new_id("Q"),
        channel=channel.id,
        post_at=post_at,
        thread_ts=thread_of(channel, asked.thread_ts),
        subtype=BROADCAST if asked.reply_broadcast and asked.thread_ts else None,
        has_metadata=bool(content.read_metadata(asked.metadata)),
        **parts,
    )
    team.state.scheduled.append(message)
    team.scheduled.set()
    team.touch()
    return {
        "channel": channel.id,
        "scheduled_message_id": message.id,
        "post_at": post_at,
        "message": _shown(team, message),
    }


def _moment(team: Team, given: Any) -> int:
    try:
        post_at = int(given)
    except (TypeError, ValueError):
        raise SlackError("invalid_time") from None
    if isinstance(given, bool):
        raise SlackError("invalid_time")
    if post_at <= team.clock():
        raise SlackError("time_in_past")
    if post_at > team.clock() + FARTHEST:
        raise SlackError("time_too_far")
    return post_at


def _leave_room(team: Team, channel: Channel, post_at: int) -> None:
    """Raise ``restricted_too_many`` when five minutes around *post_at* would hold more than thirty messages."""
    times = sorted([each.post_at for each in team.state.scheduled if each.channel == channel.id] + [post_at])
    for first, last in zip(times, times[MOST_IN_PERIOD:], strict=False):
        if last - first < PERIOD:
            raise SlackError("restricted_too_many")


def _shown(team: Team, message: Scheduled) -> Json:
    shown: Json = {
        "text": message.text,
        "username": team.bot.name,
        "bot_id": team.bot.id,
        "type": "delayed_message",
        "subtype": "bot_message",
    }
    parts = {"blocks": message.blocks, "attachments": message.attachments, "thread_ts": message.thread_ts}
    return shown | {name: value for name, value in parts.items() if value}
