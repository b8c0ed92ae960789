"""Submitting and closing modals, and what the app's answer does to the stack."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from sandbox.slack import acts, functions, inputs, views
from sandbox.slack.blockkit import Surface, flattened
from sandbox.slack.completeness import complaint
from sandbox.slack.delivery.dispatch import ask
from sandbox.slack.delivery.envelope import Kind, NotAcknowledged
from sandbox.slack.errors import Malformed, SlackError
from sandbox.slack.model import Json, User, View
from sandbox.slack.person import who
from sandbox.slack.person.outcome import Watch, answered, watching
from sandbox.slack.person.scene import Scene
from sandbox.slack.person.suggestions import entry_for
from sandbox.slack.team import Team


class SubmitCall(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user: str
    view_id: str
    values: dict[str, Any] = Field(default_factory=dict)


class CloseCall(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user: str
    view_id: str
    clear: bool = False
    """Close the whole stack, as the cross in the corner does."""


async def submit(team: Team, call: SubmitCall) -> Json:
    """Fill the form and submit it; what Slack's own form refuses does not reach the app."""
    user = who.person(team, call.user)
    view = who.open_view(team, user, call.view_id)
    if view.is_home or not view.described.get("submit"):
        raise Malformed(f"The view '{view.id}' has no submit button.")
    await _fill(Scene(team=team, user=user, view=view), call.values)
    with watching(team, user) as watch:
        errors = _incomplete(view)
        if errors:
            return {"ok": False, "errors": errors} | watch.seen()
        payload = _payload(team, user, view, "view_submission")
        payload |= {"trigger_id": team.triggers.issue(user.id, in_modal=True), "response_urls": []}
        ack, refusal = await answered(ask(team, Kind.INTERACTIVE, payload), watch)
        if ack is None:
            return refusal
        return _follow(team, view, ack.payload, watch)


async def close(team: Team, call: CloseCall) -> Json:
    """Close the top modal, or all of them; the app hears of those that asked for it."""
    user = who.person(team, call.user)
    view = who.open_view(team, user, call.view_id)
    if view.is_home:
        raise Malformed("An App Home cannot be closed.")
    cleared = call.clear or bool(view.described.get("clear_on_close"))
    for each in views.close(team, view, whole_stack=cleared):
        if each.described.get("notify_on_close"):
            payload = _payload(team, user, each, "view_closed") | {"is_cleared": cleared}
            team.start(_tell(team, payload))
    left = views.top(team, user.id)
    return {"ok": True, "view": None if left is None else views.render(team, left)}


async def _tell(team: Team, payload: Json) -> None:
    try:
        await ask(team, Kind.INTERACTIVE, payload)
    except NotAcknowledged:
        return  # the modal is gone: there is nobody left to tell


async def _fill(scene: Scene, values: dict[str, Any]) -> None:
    fields = {block["block_id"]: block for _, block in flattened(scene.blocks) if block["type"] == "input"}
    for block_id, value in values.items():
        block = fields.get(block_id)
        if block is None:
            known = ", ".join(fields) or "none"
            raise Malformed(f"The view has no input '{block_id}'; its inputs: {known}.")
        entry = await entry_for(scene, block, block["element"], value)
        scene.enter(block, block["element"], entry)


def _incomplete(view: View) -> dict[str, str]:
    """Return what Slack's form says beside each input that cannot be submitted."""
    values = inputs.state_of(view.blocks, view.values)["values"]
    found = {
        block["block_id"]: complaint(block, values[block["block_id"]][block["element"]["action_id"]])
        for _, block in flattened(view.blocks)
        if block["type"] == "input"
    }
    return {block_id: sentence for block_id, sentence in found.items() if sentence}


def _payload(team: Team, user: User, view: View, kind: str) -> Json:
    payload = acts.about(team, kind, user) | {"view": views.render(team, view)}
    return payload | functions.attached(team, view.execution)


def _follow(team: Team, view: View, answer: Any, watch: Watch) -> Json:
    """Do what the ``response_action`` says (docs.slack.dev/surfaces/modals)."""
    told = answer if isinstance(answer, dict) else {}
    if view is not views.top(team, view.user):  # the app has closed or covered it in the meantime
        return {"ok": True} | watch.seen()
    try:
        errors = _take_action(team, view, told)
    except SlackError as refusal:
        return {"ok": False, "error": refusal.code} | dict(refusal.extra) | watch.seen()
    return {"ok": not errors} | ({"errors": errors} if errors else {}) | watch.seen()


def _take_action(team: Team, view: View, told: Json) -> dict[str, str]:
    match told.get("response_action"):
        case None:
            views.close(team, view)
        case "clear":
            views.close(team, view, whole_stack=True)
        case "update":
            views.update(team, view, views.check(team, _view_in(told), Surface.MODAL))
        case "push":
            views.push_modal(team, view.user, views.check(team, _view_in(told), Surface.MODAL))
        case "errors":
            return _errors_in(view, told)
        case other:
            raise SlackError("invalid_response_action", given=str(other))
    return {}


def _view_in(told: Json) -> Json:
    found = told.get("view")
    if not isinstance(found, dict):
        raise SlackError("invalid_response_action", given="no view")
    return found


def _errors_in(view: View, told: Json) -> dict[str, str]:
    """Return the errors; they must name inputs of the view, or Slack shows none of them."""
    errors = told.get("errors")
    fields = {block["block_id"] for _, block in flattened(view.blocks) if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= fields:
        raise SlackError("invalid_response_action", given=errors)
    return {block_id: str(sentence) for block_id, sentence in errors.items()}
