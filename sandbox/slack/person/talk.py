"""Writing a message as a person."""

from pydantic import BaseModel, ConfigDict

from sandbox.slack import events, messages, text
from sandbox.slack.errors import Malformed
from sandbox.slack.model import Channel, Json, Message, User
from sandbox.slack.person import who
from sandbox.slack.team import Team

MOST_TEXT = 40_000


class MessageCall(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user: str
    channel: str
    text: str
    thread_ts: str | None = None


async def write(team: Team, call: MessageCall) -> Json:
    """Post what the person typed; a mention of the bot, or a direct message, reaches the app."""
    user = who.person(team, call.user)
    channel = who.channel_of(team, user, call.channel)
    message = say(team, user, channel, call.text, call.thread_ts)
    shown = messages.render(team, channel, message)
    return {"ok": True, "channel": channel.id, "ts": message.ts, "message": shown}


def say(team: Team, user: User, channel: Channel, words: str, thread_ts: str | None = None) -> Message:
    """Post *words* as *user* and tell the app; raises ``Malformed`` when there is nothing to post or nowhere."""
    if not words.strip():
        raise Malformed("A message needs a text.")
    if len(words) > MOST_TEXT:
        raise Malformed(f"A message has at most {MOST_TEXT} characters.")
    parent = who.message_of(team, user, channel, thread_ts) if thread_ts else None
    if parent is not None and parent.for_user is not None:
        raise Malformed("Nobody can reply to a message that only one person sees.")
    names = {each.name.lower(): each.id for each in team.state.users.values()}
    written = text.from_person(words, team.state.users, names)
    thread = parent and (parent.thread_ts or parent.ts)
    message = messages.post(team, channel, user=user.id, text=written, thread_ts=thread)
    events.message_posted(team, channel, message)
    return message
