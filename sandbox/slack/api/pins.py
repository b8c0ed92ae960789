"""``pins.add``: a message kept at hand in its channel."""

from sandbox.slack import channels, messages
from sandbox.slack.api.method import Answer, Arguments, Methods
from sandbox.slack.api.moments import message_at
from sandbox.slack.errors import SlackError
from sandbox.slack.team import Team

methods = Methods()

MOST = 100


class Add(Arguments):
    channel: str
    timestamp: str = ""


@methods.method("pins.add", Add, scopes=("pins:write",), tier=2)
def add(team: Team, asked: Add) -> Answer:
    """https://docs.slack.dev/reference/methods/pins.add ."""
    channel = channels.for_app(team, asked.channel)
    if not asked.timestamp:
        raise SlackError("no_item_specified")
    if team.bot.user_id not in channel.members:
        raise SlackError("not_in_channel")
    message = message_at(channel, asked.timestamp)
    if message.ts in channel.pins:
        raise SlackError("already_pinned")
    if len(channel.pins) >= MOST:
        raise SlackError("too_many_pins")
    channel.pins.append(message.ts)
    team.touch()
    messages.announce(team, channel, message, "message_changed")
    return {}
