"""What the app hears by the Events API: mentions, direct messages, an opened Home, new members."""

from sandbox.slack import messages, text
from sandbox.slack.delivery.dispatch import tell
from sandbox.slack.grants import Grant
from sandbox.slack.ids import new_id
from sandbox.slack.model import Channel, Json, Message, View
from sandbox.slack.team import Team
from sandbox.slack.views import render as render_view

_MESSAGE_EVENTS = {"im": "message.im", "public": "message.channels", "private": "message.groups"}
_SCOPES = {
    "app_mention": ("app_mentions:read",),
    "message.im": ("im:history",),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "member_joined_channel": ("channels:read", "groups:read"),
}


def message_posted(team: Team, channel: Channel, message: Message) -> None:
    """Tell the app about a person's message, as far as it is in the channel and subscribed."""
    bot = team.bot.user_id
    if bot not in channel.members or message.user == bot:
        return
    event = messages.render(team, channel, message) | {"channel": channel.id, "event_ts": message.ts}
    kind = "im" if channel.is_im else "private" if channel.is_private else "public"
    channel_type = {"im": "im", "public": "channel", "private": "group"}[kind]
    _tell(team, _MESSAGE_EVENTS[kind], event | {"channel_type": channel_type})
    if not channel.is_im and text.mentions(message.text, bot):
        _tell(team, "app_mention", event | {"type": "app_mention"})


def home_opened(team: Team, user: str, channel: Channel, view: View | None) -> bool:
    """Tell the app that *user* looks at its Home; returns whether the app hears of it."""
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": channel.id,
        "tab": "home",
        "event_ts": team.timestamps.next(),
    }
    if view is not None:
        event["view"] = render_view(team, view)
    return _tell(team, "app_home_opened", event)


def member_joined(team: Team, channel: Channel, user: str, inviter: str | None) -> None:
    event: Json = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": channel.id[0],
        "team": team.id,
        "event_ts": team.timestamps.next(),
    }
    _tell(team, "member_joined_channel", event | ({"inviter": inviter} if inviter else {}))


def function_executed(team: Team, event: Json) -> bool:
    """Tell the app that a workflow reached one of its steps; returns whether the app hears of it."""
    return _tell(team, "function_executed", event)


def tokens_revoked(team: Team, grants: list[Grant]) -> None:
    """Tell the app which tokens it has lost, by the ids of those they spoke for."""
    lost: Json = {"oauth": [], "bot": []}
    for grant in grants:
        lost["oauth" if grant.kind == "user" else "bot"].append(grant.user_id)
    _tell_of_the_end(team, grants[0], {"type": "tokens_revoked", "tokens": lost})


def app_uninstalled(team: Team, grant: Grant) -> None:
    _tell_of_the_end(team, grant, {"type": "app_uninstalled"})


def _tell_of_the_end(team: Team, grant: Grant, event: Json) -> None:
    """Tell what an app hears even though it is not installed any more."""
    if team.server.app.hears(event["type"]):
        place = {
            "team_id": grant.team_id,
            "enterprise_id": grant.enterprise_id,
            "is_enterprise_install": grant.is_org_wide,
        }
        tell(team, _enveloped(team, event | {"event_ts": team.timestamps.next()}) | place)


def _tell(team: Team, subscription: str, event: Json) -> bool:
    app = team.app
    heard = team.grant is not None and app.hears(subscription) and app.may(*_SCOPES.get(subscription, ()))
    if heard:
        tell(team, _callback(team, event))
    return heard


def _callback(team: Team, event: Json) -> Json:
    """Wrap *event* as docs.slack.dev/apis/events-api shows it."""
    enterprise_id = team.enterprise_id
    installed = {
        "enterprise_id": enterprise_id,
        "team_id": None if team.is_org_wide else team.id,
        "user_id": team.bot.user_id,
        "is_bot": True,
        "is_enterprise_install": team.is_org_wide,
    }
    told = {
        "context_team_id": team.id,
        "context_enterprise_id": enterprise_id,
        "authorizations": [installed],
        "is_ext_shared_channel": False,
        "event_context": f"4-{new_id('Ec')}",
    }
    return _enveloped(team, event) | told | ({"enterprise_id": enterprise_id} if enterprise_id else {})


def _enveloped(team: Team, event: Json) -> Json:
    return {
        "token": team.tokens.verification,
        "team_id": team.id,
        "api_app_id": team.state.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": team.now(),
    }
