"""``users.*``, ``usergroups.*``, ``bots.info`` and ``team.info``: who is here."""

from sandbox.slack.api.method import Answer, Arguments, Methods
from sandbox.slack.api.paging import Paged, next_cursor, page
from sandbox.slack.errors import SlackError
from sandbox.slack.model import SLACKBOT, Json, User, Usergroup
from sandbox.slack.team import Team

methods = Methods()

READ = ("users:read",)
GROUPS = ("usergroups:read",)


class Info(Arguments):
    user: str
    include_locale: bool = False


class People(Paged):
    team_id: str | None = None
    include_locale: bool = False


class ByEmail(Arguments):
    email: str


class Groups(Arguments):
    team_id: str | None = None
    include_users: bool = False
    include_count: bool = False


class GroupMembers(Arguments):
    usergroup: str
    team_id: str | None = None


class Bot(Arguments):
    bot: str | None = None
    team_id: str | None = None


class OneTeam(Arguments):
    team: str | None = None


@methods.method("users.info", Info, scopes=READ, tier=4)
def info(team: Team, asked: Info) -> Answer:
    """https://docs.slack.dev/reference/methods/users.info ."""
    user = team.user(asked.user)
    if user is None:
        raise SlackError("user_not_found")
    return {"user": render(team, user) | _locale(asked.include_locale)}


@methods.method("users.list", People, scopes=READ, tier=2)
def list_(team: Team, asked: People) -> Answer:
    """https://docs.slack.dev/reference/methods/users.list ; people of other workspaces are not in it."""
    shown, cursor = page([each for each in team.state.users.values() if each.team_id == team.id], asked)
    members = [render(team, each) | _locale(asked.include_locale) for each in shown]
    return {"members": members, "cache_ts": team.now()} | next_cursor(cursor)


@methods.method("users.lookupByEmail", ByEmail, scopes=("users:read.email",))
def look_up_by_email(team: Team, asked: ByEmail) -> Answer:
    """https://docs.slack.dev/reference/methods/users.lookupByEmail ; deactivated and foreign people are not found."""
    for user in team.people():
        here = user.team_id == team.id and not user.deleted
        if here and user.email and user.email.lower() == asked.email.strip().lower():
            return {"user": render(team, user)}
    raise SlackError("users_not_found")


@methods.method("usergroups.list", Groups, scopes=GROUPS, tier=2)
def list_groups(team: Team, asked: Groups) -> Answer:
    """https://docs.slack.dev/reference/methods/usergroups.list ."""
    return {"usergroups": [_group(team, each, asked) for each in team.state.usergroups.values()]}


@methods.method("usergroups.users.list", GroupMembers, scopes=GROUPS, tier=2)
def list_group_members(team: Team, asked: GroupMembers) -> Answer:
    """https://docs.slack.dev/reference/methods/usergroups.users.list ."""
    group = team.state.usergroups.get(asked.usergroup)
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": [each for each in group.members if not _deleted(team, each)]}


@methods.method("bots.info", Bot, scopes=READ)
def bot_info(team: Team, asked: Bot) -> Answer:
    """https://docs.slack.dev/reference/methods/bots.info ."""
    bot = team.bot
    if asked.bot is None:
        raise SlackError("missing_argument")
    if asked.bot != bot.id:
        raise SlackError("bot_not_found")
    shown = {"id": bot.id, "deleted": False, "name": bot.name, "updated": 0, "icons": {}}
    return {"bot": shown | {"app_id": team.state.app_id, "user_id": bot.user_id}}


@methods.method("team.info", OneTeam, scopes=("team:read",))
def team_info(team: Team, asked: OneTeam) -> Answer:
    """https://docs.slack.dev/reference/methods/team.info ."""
    if asked.team not in (None, "", team.id):
        raise SlackError("team_not_found")
    icon = {"image_default": True}
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": icon}}


def render(team: Team, user: User) -> Json:
    return user.as_json(with_email=team.app.may("users:read.email"))


def _locale(wanted: bool) -> Json:  # noqa: FBT001 - it is what the caller asked
    return {"locale": "en-US"} if wanted else {}


def _deleted(team: Team, user_id: str) -> bool:
    user = team.user(user_id)
    return user is None or user.deleted


def _group(team: Team, group: Usergroup, asked: Groups) -> Json:
    members = [each for each in group.members if not _deleted(team, each)]
    shown: Json = {
        "id": group.id,
        "team_id": team.id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": group.created,
        "date_update": group.created,
        "date_delete": 0,
        "auto_type": None,
        "created_by": SLACKBOT,
        "updated_by": SLACKBOT,
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
    }
    if asked.include_users:
        shown["users"] = members
    if asked.include_count:
        shown["user_count"] = len(members)
    return shown
