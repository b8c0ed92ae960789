"""Channels and direct messages: who is in them, and how Slack describes them."""

from sandbox.slack.errors import SlackError
from sandbox.slack.ids import new_id
from sandbox.slack.model import Channel, Json, User
from sandbox.slack.team import Team

KINDS = {"im": "im", "private": "groups", "public": "channels"}
"""What a conversation is → how its scopes begin."""


def create(team: Team, name: str, *, members: list[str], creator: str, is_private: bool = False) -> Channel:
    channel = Channel(
        id=new_id("C"),
        name=name,
        members=list(dict.fromkeys(members)),
        is_private=is_private,
        creator=creator,
        created=team.now(),
    )
    team.state.channels[channel.id] = channel
    team.touch()
    return channel


def direct(team: Team, user: User) -> Channel:
    """Return the direct messages of the bot with *user*, opened if need be."""
    found = next((each for each in team.state.channels.values() if each.partner == user.id), None)
    if found is not None:
        return found
    channel = Channel(
        id=new_id("D"),
        name="directmessage",
        members=[user.id, team.bot.user_id],
        partner=user.id,
        creator=team.bot.user_id,
        created=team.now(),
    )
    team.state.channels[channel.id] = channel
    team.touch()
    return channel


def join(team: Team, channel: Channel, user: str) -> None:
    channel.members.append(user)
    team.touch()


def scope(channel: Channel, right: str) -> str:
    """Return the scope that *right* (read, history, write) on this kind of conversation needs."""
    return f"{KINDS[kind(channel)]}:{right}"


def kind(channel: Channel) -> str:
    if channel.is_im:
        return "im"
    return "private" if channel.is_private else "public"


def for_app(team: Team, reference: str) -> Channel:
    """Return the conversation as far as the bot may know of it; raises ``channel_not_found``."""
    channel = team.channel(reference)
    if channel is None or (channel.is_private and team.bot.user_id not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def render(team: Team, channel: Channel) -> Json:
    """Return Slack's conversation object, seen by the bot."""
    if channel.is_im:
        return _direct(team, channel)
    topic = {"value": "", "creator": "", "last_set": 0}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "created": channel.created,
        "updated": channel.created * 1000,
        "creator": channel.creator,
        "context_team_id": team.id,
        "is_archived": channel.is_archived,
        "is_general": channel.name == "general",
        "is_member": team.bot.user_id in channel.members,
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "shared_team_ids": [team.id],
        "pending_connected_team_ids": [],
        "parent_conversation": None,
        "unlinked": 0,
        "topic": topic,
        "purpose": topic,
        "previous_names": [],
    }


def _direct(team: Team, channel: Channel) -> Json:
    partner = team.user(channel.partner or "")
    return {
        "id": channel.id,
        "created": channel.created,
        "updated": channel.created * 1000,
        "is_im": True,
        "is_org_shared": False,
        "is_archived": False,
        "context_team_id": team.id,
        "user": channel.partner,
        "is_user_deleted": partner is None or partner.deleted,
        "is_open": True,
        "priority": 0,
    }
