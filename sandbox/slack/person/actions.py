"""Clicking a button, picking an option, typing into an input: in a message, a modal or the App Home."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from sandbox.slack import acts, functions, inputs
from sandbox.slack.delivery.dispatch import ask
from sandbox.slack.delivery.envelope import Kind
from sandbox.slack.errors import Malformed
from sandbox.slack.model import Json
from sandbox.slack.person import who
from sandbox.slack.person.outcome import SHOWN, answered, watching
from sandbox.slack.person.scene import Scene, scene_of
from sandbox.slack.person.suggestions import entry_for
from sandbox.slack.team import Team


class ActionCall(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user: str
    action_id: str
    block_id: str | None = None
    value: Any = None
    view_id: str | None = None
    channel: str | None = None
    ts: str | None = None
    home: bool = False


async def act(team: Team, call: ActionCall) -> Json:
    """Use one element; the app hears of it unless it is an input that does not dispatch, or starts a workflow."""
    user = who.person(team, call.user)
    scene = scene_of(team, user, call)
    block, element = scene.element(call.action_id, call.block_id)
    action = await _action(scene, block, element, call.value)
    with watching(team, user) as watch:
        if element["type"] == "workflow_button" or (block["type"] == "input" and not block.get("dispatch_action")):
            return {"ok": True} | watch.seen()
        payload = _payload(scene, action)
        ack, refusal = await answered(ask(team, Kind.INTERACTIVE, payload), watch)
        if ack is None:
            return refusal
        home = ("home",) if scene.view is not None and scene.view.is_home else ()
        await watch.settle(*SHOWN, *home, message=scene.message)
        return {"ok": True} | watch.seen()


def _payload(scene: Scene, action: Json) -> Json:
    team, user = scene.team, scene.user
    in_modal = scene.view is not None and not scene.view.is_home
    payload = acts.about(team, "block_actions", user) | scene.described()
    trigger_id = team.triggers.issue(user.id, in_modal=in_modal, execution=scene.execution)
    payload |= {"trigger_id": trigger_id, "actions": [action]} | functions.attached(team, scene.execution)
    if scene.channel is not None and scene.message is not None:
        payload["response_url"] = acts.response_url(team, acts.origin(user, scene.channel, scene.message))
    return payload


async def _action(scene: Scene, block: Json, element: Json, value: Any) -> Json:
    """Return the entry of ``actions``, having entered the value where the element keeps one."""
    kind = element["type"]
    action: Json = {
        "type": kind,
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": scene.team.timestamps.next(),
    }
    if kind in inputs.STATEFUL:
        entry = await entry_for(scene, block, element, value)
        scene.enter(block, element, entry)
        return entry | action | _also(element, "placeholder")
    if kind == "overflow":
        return action | {"selected_option": _overflow_option(element, value)}
    if kind == "feedback_buttons":
        return action | {"value": value}
    return action | _also(element, "text", "value", "style", "url", "confirm")


def _overflow_option(element: Json, value: Any) -> Json:
    for option in element["options"]:
        if option["value"] == str(value):
            return dict(option)
    offered = ", ".join(str(each["value"]) for each in element["options"])
    raise Malformed(f"'{element['action_id']}' does not offer '{value}'; offered: {offered}.")


def _also(element: Json, *names: str) -> Json:
    return {name: element[name] for name in names if element.get(name) is not None}
