"""``conversations.*``: channels, direct messages and their members."""

import re

from pydantic import Field

from sandbox.slack import channels, events
from sandbox.slack.api.method import Answer, Arguments, Methods, Names, need_scope
from sandbox.slack.api.paging import Paged, next_cursor, page
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Channel, User
from sandbox.slack.team import Team

methods = Methods()

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
MANAGE = ("channels:manage", "groups:write", "im:write", "mpim:write")
_NAME = re.compile(r"[^\s.,A-Z@#!?/\\'\"()\[\]{}<>|&]+").fullmatch
_NAME_LENGTH = 80
_TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
_TYPE_SCOPES = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}


class List(Paged):
    team_id: str | None = None
    types: Names = Field(default=["public_channel"])
    exclude_archived: bool = False


class Listing(List):
    user: str | None = None


class One(Arguments):
    channel: str
    include_locale: bool = False
    include_num_members: bool = False


class Members(Paged):
    channel: str


class Open(Arguments):
    users: Names = Field(default_factory=list)
    channel: str | None = None
    return_im: bool = False


class Create(Arguments):
    team_id: str | None = None
    name: str = ""
    is_private: bool = False


class Invite(Arguments):
    channel: str
    users: Names


@methods.method("conversations.list", List, scopes=READ, tier=2)
def list_(team: Team, asked: List) -> Answer:
    """https://docs.slack.dev/reference/methods/conversations.list ."""
    shown, cursor = page(_of_types(team, asked, team.bot.user_id, members_only=("private", "im")), asked)
    found = [channels.render(team, each) for each in shown]
    for each, channel in zip(found, shown, strict=True):
        if not channel.is_im:
            each["num_members"] = len(channel.members)
    return {"channels": found} | next_cursor(cursor)


@methods.method("users.conversations", Listing, scopes=READ)
def of_user(team: Team, asked: Listing) -> Answer:
    """https://docs.slack.dev/reference/methods/users.conversations ."""
    user = asked.user or team.bot.user_id
    if team.user(user) is None:
        raise SlackError("user_not_found")
    shown, cursor = page(_of_types(team, asked, user, members_only=tuple(_TYPES.values())), asked)
    return {"channels": [channels.render(team, each) for each in shown]} | next_cursor(cursor)


@methods.method("conversations.info", One, scopes=READ)
def info(team: Team, asked: One) -> Answer:
    """https://docs.slack.dev/reference/methods/conversations.info ."""
    channel = _readable(team, asked.channel)
    found = channels.render(team, channel)
    if asked.include_num_members:
        found["num_members"] = len(channel.members)
    if asked.include_locale:
        found["locale"] = "en-US"
    return {"channel": found}


@methods.method("conversations.members", Members, scopes=READ, tier=4)
def members(team: Team, asked: Members) -> Answer:
    """https://docs.slack.dev/reference/methods/conversations.members ."""
    shown, cursor = page(_readable(team, asked.channel).members, asked)
    return {"members": list(shown)} | next_cursor(cursor)


@methods.method("conversations.open", Open, scopes=MANAGE)
def open_(team: Team, asked: Open) -> Answer:
    """https://docs.slack.dev/reference/methods/conversations.open , for the bot's direct messages with one person."""
    if asked.channel:
        channel = channels.for_app(team, asked.channel)
        partner = team.user(channel.partner or "")
    else:
        need_scope(team, "im:write")
        partner = _one_person(team, asked.users)
        channel = channels.direct(team, partner)
    if partner is None:
        raise SlackError("method_not_supported_for_channel_type")
    if not asked.return_im:
        return {"channel": {"id": channel.id}}
    return {"no_op": True, "already_open": True, "channel": channels.render(team, channel)}


@methods.method("conversations.create", Create, scopes=(*MANAGE, "channels:write"), tier=2)
def create(team: Team, asked: Create) -> Answer:
    """https://docs.slack.dev/reference/methods/conversations.create ."""
    need_scope(team, *(["groups:write"] if asked.is_private else ["channels:manage", "channels:write"]))
    if not asked.name:
        raise SlackError("invalid_name_required")
    if len(asked.name) > _NAME_LENGTH:
        raise SlackError("invalid_name_maxlength")
    if not any(each.isalnum() for each in asked.name):
        raise SlackError("invalid_name_punctuation")
    if not _NAME(asked.name):
        raise SlackError("invalid_name_specials")
    if any(each.name == asked.name for each in team.state.channels.values()):
        raise SlackError("name_taken")
    bot = team.bot.user_id
    channel = channels.create(team, asked.name, members=[bot], creator=bot, is_private=asked.is_private)
    return {"channel": channels.render(team, channel)}


@methods.method("conversations.join", One, scopes=("channels:join",))
def join(team: Team, asked: One) -> Answer:
    """https://docs.slack.dev/reference/methods/conversations.join ."""
    channel = channels.for_app(team, asked.channel)
    if channels.kind(channel) != "public":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    if team.bot.user_id in channel.members:
        told = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
        return {"channel": channels.render(team, channel)} | told
    channels.join(team, channel, team.bot.user_id)
    return {"channel": channels.render(team, channel)}


@methods.method("conversations.invite", Invite, scopes=("channels:write.invites", "groups:write.invites", *MANAGE))
def invite(team: Team, asked: Invite) -> Answer:
    """https://docs.slack.dev/reference/methods/conversations.invite ."""
    channel = channels.for_app(team, asked.channel)
    if channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    if not asked.users:
        raise SlackError("no_user")
    if channel.is_archived:
        raise SlackError("is_archived")
    if team.bot.user_id not in channel.members:
        raise SlackError("not_in_channel")
    refusals = [(each, _refusal(team, channel, each)) for each in asked.users]
    failed = [{"user": user, "ok": False, "error": error} for user, error in refusals if error]
    if failed:
        raise SlackError(str(failed[0]["error"]), errors=failed)
    for user in asked.users:
        channels.join(team, channel, user)
        events.member_joined(team, channel, user, team.bot.user_id)
    return {"channel": channels.render(team, channel)}


def _refusal(team: Team, channel: Channel, user: str) -> str | None:
    person = team.user(user)
    if person is None or person.deleted:
        return "user_not_found"
    if user == team.bot.user_id:
        return "cant_invite_self"
    return "already_in_channel" if user in channel.members else None


def _readable(team: Team, reference: str) -> Channel:
    channel = channels.for_app(team, reference)
    need_scope(team, channels.scope(channel, "read"))
    return channel


def _of_types(team: Team, asked: List, user: str, *, members_only: tuple[str, ...]) -> list[Channel]:
    """Return the conversations of the kinds asked for; of *members_only* kinds those that *user* is in."""
    if unknown := set(asked.types) - set(_TYPES):
        raise SlackError("invalid_types", response_metadata={"messages": [f"[ERROR] {', '.join(sorted(unknown))}"]})
    kinds = {_TYPES[each] for each in asked.types}
    for each in sorted(kinds):
        need_scope(team, _TYPE_SCOPES[each])
    return [
        each
        for each in team.state.channels.values()
        if channels.kind(each) in kinds
        and not (asked.exclude_archived and each.is_archived)
        and (channels.kind(each) not in members_only or user in each.members)
    ]


def _one_person(team: Team, users: list[str]) -> User:
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("too_many_users")
    person = team.user(users[0])
    if person is None or person.is_bot:
        raise SlackError("user_not_found")
    if person.deleted:
        raise SlackError("user_disabled")
    return person
