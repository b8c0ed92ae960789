"""What an external select offers while somebody types, and finding the option that a value names."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from sandbox.slack import acts, inputs
from sandbox.slack.blockkit import objects
from sandbox.slack.blockkit.rules import array
from sandbox.slack.delivery.dispatch import ask
from sandbox.slack.delivery.envelope import Kind, NotAcknowledged
from sandbox.slack.errors import Malformed
from sandbox.slack.model import Json
from sandbox.slack.person import uploads, who
from sandbox.slack.person.scene import Scene, scene_of
from sandbox.slack.team import Team

DEFAULT_QUERY_LENGTH = 3
"""Characters before Slack asks the app; docs.slack.dev/reference/block-kit/block-elements/select-menu-element."""

_options = array(objects.option(), objects.OPTIONS, 0)
_groups = array(objects.option_group, objects.OPTIONS, 0)


class OptionsCall(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user: str
    action_id: str
    block_id: str | None = None
    query: str = ""
    view_id: str | None = None
    channel: str | None = None
    ts: str | None = None
    home: bool = False


async def suggest(team: Team, call: OptionsCall) -> Json:
    """Return what the select offers for *query*; nothing yet while the query is too short."""
    user = who.person(team, call.user)
    scene = scene_of(team, user, call)
    block, element = scene.element(call.action_id, call.block_id)
    if element["type"] not in inputs.EXTERNAL:
        raise Malformed(f"'{call.action_id}' is no external select.")
    if len(call.query) < element.get("min_query_length", DEFAULT_QUERY_LENGTH):
        return {"ok": True, "options": []}
    return await _asked(scene, block, element, call.query)


async def entry_for(scene: Scene, block: Json, element: Json, value: Any) -> Json:
    """Return the state entry for *value*, asking the app first when an external select has not offered it.

    Raises ``Malformed`` when the value does not suit the element.
    """
    if element["type"] == "file_input":
        return uploads.entry(scene.team, scene.user, element, value)
    _known(scene.team, element, value)
    if element["type"] not in inputs.EXTERNAL or value in (None, "", []):
        return inputs.entered(element, value, [])
    offered = scene.offered(block, element)
    for each in inputs.wanted(element, value):
        if all(option["value"] != each for option in inputs.options_offered(element, offered)):
            answer = await _asked(scene, block, element, each)
            if not answer["ok"]:
                raise Malformed(f"The app did not say what '{element['action_id']}' offers: {answer['error']}.")
            offered = [*offered, *answer["options"]]
    return inputs.entered(element, value, offered)


async def _asked(scene: Scene, block: Json, element: Json, query: str) -> Json:
    place = scene.described()
    payload = acts.about(scene.team, "block_suggestion", scene.user) | place
    payload |= {"action_id": element["action_id"], "block_id": block["block_id"], "value": query}
    try:
        ack = await ask(scene.team, Kind.INTERACTIVE, payload)
    except NotAcknowledged as failure:
        return {"ok": False, "error": failure.person}
    given = ack.payload if isinstance(ack.payload, dict) else {}
    problems = [*_options(given.get("options") or [], "/options")]
    problems += _groups(given.get("option_groups") or [], "/option_groups")
    if problems:
        return {"ok": False, "error": "invalid_options", "errors": [str(each) for each in problems]}
    options = objects.choices_of(given)
    scene.offer(block, element, options)
    groups = {"option_groups": given["option_groups"]} if given.get("option_groups") else {}
    return {"ok": True, "options": options} | groups


def _known(team: Team, element: Json, value: Any) -> None:
    """Refuse people and channels that do not exist."""
    each_of = value if isinstance(value, list) else [value] if value else []
    if element["type"] in ("users_select", "multi_users_select"):
        unknown = [each for each in each_of if str(each) not in team.state.users]
    elif element["type"] in ("channels_select", "multi_channels_select"):
        unknown = [each for each in each_of if str(each) not in team.state.channels]
    elif element["type"] in ("conversations_select", "multi_conversations_select"):
        unknown = [each for each in each_of if str(each) not in {*team.state.channels, *team.state.users}]
    else:
        return
    if unknown:
        raise Malformed(f"'{unknown[0]}' cannot be picked in '{element['action_id']}': it is not in this workspace.")
