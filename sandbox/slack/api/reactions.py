"""``reactions.add``: an emoji of the bot under a message."""

import re

from sandbox.slack import channels, messages
from sandbox.slack.api.method import Answer, Arguments, Methods
from sandbox.slack.api.moments import message_at
from sandbox.slack.errors import SlackError
from sandbox.slack.team import Team

methods = Methods()

MOST_EMOJI = 50
MOST_OF_ONE = 23
"""Different emoji of one person under one message."""


_NAME = re.compile(r"[^\s:A-Z]+(::skin-tone-[2-6])?").fullmatch


class Add(Arguments):
    channel: str
    name: str
    timestamp: str


@methods.method("reactions.add", Add, scopes=("reactions:write",))
def add(team: Team, asked: Add) -> Answer:
    """https://docs.slack.dev/reference/methods/reactions.add ."""
    channel = channels.for_app(team, asked.channel)
    message = message_at(channel, asked.timestamp)
    if channel.is_archived:
        raise SlackError("is_archived")
    name = asked.name.strip(":")
    if not _NAME(name):
        raise SlackError("invalid_name")
    bot = team.bot.user_id
    reaction = next((each for each in message.reactions if each["name"] == name), None)
    if reaction is not None and bot in reaction["users"]:
        raise SlackError("already_reacted")
    if reaction is None and len(message.reactions) >= MOST_EMOJI:
        raise SlackError("too_many_emoji")
    if sum(bot in each["users"] for each in message.reactions) >= MOST_OF_ONE:
        raise SlackError("too_many_reactions")
    if reaction is None:
        message.reactions.append({"name": name, "users": [bot], "count": 1})
    else:
        reaction["users"].append(bot)
        reaction["count"] += 1
    team.touch()
    messages.announce(team, channel, message, "message_changed")
    return {}
