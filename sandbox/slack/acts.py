"""What the app is told when a person acts: Slack's interaction payloads, and what comes of the answer."""

from typing import Any

from sandbox.slack import messages, pictures
from sandbox.slack.api import content
from sandbox.slack.model import Channel, Json, Message, User
from sandbox.slack.response_urls import Origin
from sandbox.slack.team import Team


def about(team: Team, kind: str, user: User) -> Json:
    """Return the parts that every interaction has (docs.slack.dev/reference/interaction-payloads)."""
    return {
        "type": kind,
        "team": {"id": team.id, "domain": team.domain},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "api_app_id": team.state.app_id,
        "token": team.tokens.verification,
        "enterprise": None if team.enterprise is None else team.enterprise.model_dump(),
        "is_enterprise_install": team.is_org_wide,
    }


def command(team: Team, user: User, channel: Channel, name: str, text: str) -> Json:
    """Return the form of a slash command (docs.slack.dev/interactivity/implementing-slash-commands)."""
    organisation: Json = {}
    if team.enterprise is not None:
        organisation = {"enterprise_id": team.enterprise.id, "enterprise_name": team.enterprise.name}
    return organisation | {
        "token": team.tokens.verification,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": team.state.app_id,
        "is_enterprise_install": "true" if team.is_org_wide else "false",
        "response_url": response_url(team, Origin(user=user.id, channel=channel.id), "commands"),
        "trigger_id": team.triggers.issue(user.id),
    }


def place(channel: Channel) -> Json:
    return {"id": channel.id, "name": channel.name}


def message_container(message: Message, channel: Channel) -> Json:
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.for_user is not None,
    }
    return container | ({"thread_ts": message.thread_ts} if message.thread_ts else {})


def origin(user: User, channel: Channel, message: Message) -> Origin:
    return Origin(user=user.id, channel=channel.id, ts=message.ts, thread_ts=message.thread_ts)


def response_url(team: Team, where: Origin, family: str = "actions") -> str:
    return f"{team.base_url}/{family}/{team.id}/{team.response_urls.issue(where)}"


def respond(team: Team, where: Origin, body: Any) -> None:
    """Do what an app's answer asks for at the place it answers to.

    Raises ``SlackError`` with the code that a message of this content meets.
    """
    if not isinstance(body, dict):
        return
    channel = team.state.channels[where.channel]
    original = messages.find(team, where.user, channel, where.ts) if where.ts else None
    if body.get("delete_original") and original is not None:
        messages.remove(team, channel, original)
        return
    fields = {name: body.get(name) for name in ("text", "blocks", "attachments", "metadata", "thread_ts")}
    if not any(fields[name] for name in ("text", "blocks", "attachments")):
        return
    parts = content.read(content.Content.model_validate(fields))
    pictures.check(team, parts["blocks"], "" if body.get("response_type") == "in_channel" else where.user)
    if body.get("replace_original") and original is not None:
        messages.change(team, channel, original, **parts)
        return
    parts["thread_ts"] = fields["thread_ts"] or (where.thread_ts if original is not None else None)
    if body.get("response_type") == "in_channel":
        parts["metadata"] = content.read_metadata(fields["metadata"]) or None
        messages.post(team, channel, user=team.bot.user_id, **parts)
    else:
        messages.post_ephemeral(team, channel, where.user, **parts)
