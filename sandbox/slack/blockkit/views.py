"""What a modal and an App Home must look like before Slack shows them."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack.blockkit import blocks, objects
from sandbox.slack.blockkit.blocks import Surface
from sandbox.slack.blockkit.elements import IDENTIFIER
from sandbox.slack.blockkit.rules import Problem, Rule, anything, boolean, by_type, shape, string

TITLE = 24
METADATA = 3000

_SHARED: Mapping[str, Rule] = {
    "private_metadata": string(METADATA),
    "callback_id": string(IDENTIFIER),
    "external_id": string(IDENTIFIER),
}

_heading = objects.plain(TITLE)

_modal = shape(
    {"title": _heading, "blocks": anything},
    {
        **_SHARED,
        "submit": _heading,
        "close": _heading,
        "clear_on_close": boolean,
        "notify_on_close": boolean,
    },
)

_home = shape({"blocks": anything}, _SHARED)


def check(view: Any, at: str, *surfaces: Surface) -> Iterator[Problem]:
    """Report everything that is wrong with *view*, which has to be of one of *surfaces*."""
    allowed = surfaces or (Surface.MODAL, Surface.HOME)
    kinds = {Surface.MODAL: _modal, Surface.HOME: _home}
    yield from by_type({str(each): kinds[each] for each in allowed})(view, at)
    if not isinstance(view, dict) or view.get("type") not in allowed:
        return
    found = view.get("blocks")
    if found is not None:
        yield from blocks.check(found, Surface(view["type"]), f"{at}/blocks")
    if isinstance(found, list):
        yield from _whole(view, list(blocks.flattened(found, f"{at}/blocks")), at)


def _whole(view: Mapping[str, Any], found: list[tuple[str, dict[str, Any]]], at: str) -> Iterator[Problem]:
    for inside, each in found:
        if each.get("type") == "input" and view["type"] == Surface.MODAL and not view.get("submit"):
            sentence = "must define `submit` to use `input` block"
            yield Problem(message=sentence, pointer=f"{inside}/input")
    focused = [element for _, each in found for _, element in blocks.interactive(each) if element.get("focus_on_load")]
    if len(focused) > 1:
        yield Problem(message="only one element may set `focus_on_load`", pointer=f"{at}/blocks")
