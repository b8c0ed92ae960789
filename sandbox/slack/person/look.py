"""What a person sees: the workspace, their conversations, messages, the view in front, App Home, files."""

from sandbox.slack import channels, events, messages, views
from sandbox.slack.model import Channel, Json, Message, User
from sandbox.slack.person import who
from sandbox.slack.person.outcome import Watch, watching
from sandbox.slack.team import Team


def workspace(team: Team) -> Json:
    """Return who and what is here, with the app's tokens: this is how a bot or a test finds its way in."""
    bot = team.bot
    tokens = team.tokens
    return {
        "ok": True,
        "team": {"id": team.id, "name": team.name, "domain": team.domain},
        "users": [_person(each) for each in team.state.users.values()],
        "channels": [
            {"id": each.id, "name": each.name, "is_private": each.is_private}
            for each in team.state.channels.values()
            if not each.is_im
        ],
        "usergroups": [
            {"id": each.id, "handle": each.handle, "name": each.name, "users": each.members}
            for each in team.state.usergroups.values()
        ],
        "tokens": {"bot": tokens.bot, "app": tokens.app, "signing_secret": tokens.signing_secret},
        "bot": {"id": bot.id, "user_id": bot.user_id, "name": bot.name},
        "app": {
            "id": team.state.app_id,
            "name": team.app.name,
            "commands": [each.model_dump() for each in team.app.commands],
            "shortcuts": [each.model_dump() for each in team.app.shortcuts],
            "has_home": team.app.has_home,
            "listens": team.app.listens,
        },
        "openai_url": team.server.openai_url,
    }


def conversations(team: Team, user: User) -> Json:
    """Return the channels that *user* is in, and their direct messages with the bot, with unread counts."""
    channels.direct(team, user)
    own = [each for each in team.state.channels.values() if user.id in each.members]
    return {"ok": True, "channels": [_conversation(team, user, each) for each in own]}


def read(team: Team, user: User, channel: Channel, thread_ts: str | None) -> Json:
    """Return the messages that *user* sees, oldest first; reading them marks them as read."""
    if thread_ts is not None:
        who.message_of(team, user, channel, thread_ts)
    found = messages.visible(team, user.id, channel, thread_ts)
    if thread_ts is None:
        team.screens[user.id].read[channel.id] = channel.last_ts
    return {"ok": True, "messages": [_shown(team, channel, each) for each in found]}


def view(team: Team, user: User) -> Json:
    found = views.top(team, user.id)
    return {"ok": True, "view": None if found is None else views.render(team, found)}


async def home(team: Team, user: User) -> Json:
    """Open the App Home: the app hears of it, and what it publishes within a moment is what is answered."""
    screen = team.screens[user.id]
    if screen.home_told:  # this look was caused by a publication: opening it again would go in circles
        screen.home_told = False
    else:
        with watching(team, user) as watch, team.opening_home(user.id):
            await _opened(team, user, watch)
    found = team.state.homes.get(user.id)
    return {"ok": True, "view": None if found is None else views.render(team, found)}


async def _opened(team: Team, user: User, watch: Watch) -> None:
    direct = channels.direct(team, user)
    if events.home_opened(team, user.id, direct, team.state.homes.get(user.id)):
        await watch.settle("home")


def _person(user: User) -> Json:
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "email": user.email,
        "title": user.title,
        "tz": user.tz,
        "is_bot": user.is_bot,
        "deleted": user.deleted,
        "team_id": user.team_id,
    }


def _conversation(team: Team, user: User, channel: Channel) -> Json:
    seen = float(team.screens[user.id].read.get(channel.id, "0"))
    unread = [each for each in messages.visible(team, user.id, channel) if float(each.ts) > seen]
    return {
        "id": channel.id,
        "name": team.bot.name if channel.is_im else channel.name,
        "is_im": channel.is_im,
        "is_private": channel.is_private,
        "user": team.bot.user_id if channel.is_im else None,
        "members": channel.members,
        "unread_count": len([each for each in unread if each.user != user.id]),
        "latest": channel.last_ts,
    }


def _shown(team: Team, channel: Channel, message: Message) -> Json:
    shown = messages.render(team, channel, message)
    if message.bot_id and "username" not in shown:
        shown["username"] = team.bot.name
    return shown
