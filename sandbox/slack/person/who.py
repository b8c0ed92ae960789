"""Who acts and where: the people and channels that a call under ``/_sandbox/`` names."""

from sandbox.slack import channels, messages
from sandbox.slack.errors import Malformed, SlackError
from sandbox.slack.model import Channel, Message, User, View
from sandbox.slack.team import Team
from sandbox.slack.views import find as find_view
from sandbox.slack.views import top


def person(team: Team, user_id: str) -> User:
    """Return the person *user_id*; raises ``Malformed`` unless it is an active human."""
    user = team.user(user_id)
    if user is None:
        raise Malformed(f"There is no user '{user_id}' in this workspace.")
    if user.is_bot:
        raise Malformed(f"'{user_id}' is the app's bot; only people can act here.")
    if user.deleted:
        raise Malformed(f"{user.real_name} is deactivated and cannot act.")
    return user


def channel_of(team: Team, user: User, reference: str) -> Channel:
    """Return the channel that *user* means and is in.

    The own id and the bot's id stand for the direct messages of *user* with the bot.
    """
    if reference in (user.id, team.bot.user_id):
        return channels.direct(team, user)
    channel = team.channel(reference)
    if channel is None:
        raise Malformed(f"There is no channel '{reference}' in this workspace.")
    if user.id not in channel.members:
        raise Malformed(f"{user.real_name} is not in '{channel.name}'.")
    return channel


def message_of(team: Team, user: User, channel: Channel, ts: str) -> Message:
    message = messages.find(team, user.id, channel, ts)
    if message is None:
        raise Malformed(f"{user.real_name} sees no message '{ts}' in '{channel.name}'.")
    return message


def open_view(team: Team, user: User, view_id: str) -> View:
    """Return the view *view_id* that *user* has in front: the top modal, or their App Home."""
    try:
        view = find_view(team, view_id=view_id)
    except SlackError:
        raise Malformed(f"There is no open view '{view_id}'.") from None
    if view.user != user.id:
        raise Malformed(f"The view '{view_id}' is not on the screen of {user.real_name}.")
    if not view.is_home and view is not top(team, user.id):
        raise Malformed(f"The view '{view_id}' is covered by another one.")
    return view


def home_of(team: Team, user: User) -> View:
    home = team.state.homes.get(user.id)
    if home is None:
        raise Malformed(f"The app has not published a Home for {user.real_name}.")
    return home
