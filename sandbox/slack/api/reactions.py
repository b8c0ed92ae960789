"""``reactions.add``: an emoji of the bot under a message."""

from sandbox.slack import channels, messages
from sandbox.slack.api.method import Answer, Arguments, Methods
from sandbox.slack.errors import SlackError
from sandbox.slack.team import Team

methods = Methods()


class Add(Arguments):
    channel: str
    name: str
    timestamp: str


@methods.method("reactions.add", Add, scopes=("reactions:write",))
def add(team: Team, asked: Add) -> Answer:
    """https://docs.slack.dev/reference/methods/reactions.add ."""
    channel = channels.for_app(team, asked.channel)
    message = channel.message(asked.timestamp)
    if message is None:
        raise SlackError("message_not_found")
    name = asked.name.strip(":")
    if not name:
        raise SlackError("invalid_name")
    bot = team.bot.user_id
    reaction = next((each for each in message.reactions if each["name"] == name), None)
    if reaction is not None and bot in reaction["users"]:
        raise SlackError("already_reacted")
    if reaction is None:
        message.reactions.append({"name": name, "users": [bot], "count": 1})
    else:
        reaction["users"].append(bot)
        reaction["count"] += 1
    team.touch()
    messages.announce(team, channel, message, "message_changed")
    return {}
