"""Slash commands and shortcuts, global and on a message."""

from pydantic import BaseModel, ConfigDict

from sandbox.slack import acts, messages
from sandbox.slack.delivery.dispatch import ask
from sandbox.slack.delivery.envelope import Kind
from sandbox.slack.errors import Malformed, SlackError
from sandbox.slack.model import Json
from sandbox.slack.person import who
from sandbox.slack.person.outcome import SHOWN, Watch, answered, watching
from sandbox.slack.response_urls import Origin
from sandbox.slack.team import Team


class CommandCall(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user: str
    channel: str
    command: str
    text: str = ""


class ShortcutCall(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user: str
    callback_id: str
    channel: str | None = None
    ts: str | None = None


async def run_command(team: Team, call: CommandCall) -> Json:
    """Run a slash command; answers once the app has shown something, or has had its moment."""
    user = who.person(team, call.user)
    channel = who.channel_of(team, user, call.channel)
    name = call.command if call.command.startswith("/") else f"/{call.command}"
    if not team.app.knows_command(name):
        raise Malformed(f"{name} is not a valid command.")
    payload = acts.command(team, user, channel, name, call.text)
    with watching(team, user) as watch:
        ack, refusal = await answered(ask(team, Kind.COMMAND, payload), watch)
        if ack is None:
            return refusal
        try:
            acts.respond(team, Origin(user=user.id, channel=channel.id), ack.payload)
        except SlackError as error:
            return {"ok": False, "error": error.code} | dict(error.extra) | watch.seen()
        await watch.settle(*SHOWN)
        return {"ok": True} | watch.seen()


async def run_shortcut(team: Team, call: ShortcutCall) -> Json:
    """Choose a shortcut; one on a message when the call names channel and ts."""
    user = who.person(team, call.user)
    if (call.channel is None) != (call.ts is None):
        raise Malformed("A message shortcut needs both channel and ts, a global one neither.")
    kind = "global" if call.ts is None else "message"
    if not team.app.knows_shortcut(call.callback_id, kind):
        raise Malformed(f"The app has no {kind} shortcut '{call.callback_id}'.")
    common: Json = {
        "callback_id": call.callback_id,
        "trigger_id": team.triggers.issue(user.id),
        "action_ts": team.timestamps.next(),
    }
    if call.channel is not None and call.ts is not None:
        channel = who.channel_of(team, user, call.channel)
        message = who.message_of(team, user, channel, call.ts)
        payload = acts.about(team, "message_action", user) | common
        payload |= {
            "message_ts": message.ts,
            "message": messages.render(team, channel, message),
            "channel": acts.place(channel),
            "response_url": acts.response_url(team, acts.origin(user, channel, message)),
        }
    else:
        payload = acts.about(team, "shortcut", user) | common
    with watching(team, user) as watch:
        return await _delivered(team, payload, watch)


async def _delivered(team: Team, payload: Json, watch: Watch) -> Json:
    ack, refusal = await answered(ask(team, Kind.INTERACTIVE, payload), watch)
    if ack is None:
        return refusal
    await watch.settle(*SHOWN)
    return {"ok": True} | watch.seen()
