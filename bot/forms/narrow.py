"""Less than was asked for, as a dialog: only the fields of which there can be less."""

from collections.abc import Mapping, Sequence

from bot.blocks import Block, escape, inline, input_block, modal, option, section
from bot.blocks.limits import OPTIONS
from bot.forms.dialogs import writing
from bot.forms.elements import ACTION, Field, field_block
from workflows.kind import Element, Kind
from workflows.model import Reference, Request

NARROW = "narrow"
_CHOSEN = frozenset({Element.MODELS, Element.CHOICES, Element.SCOPES})
Given = Mapping[str, str | list[str]]


def narrow(reference: Reference, request: Request, kind: type[Kind], fields: Sequence[str], given: Given) -> Block:
    """Ask what an approver would approve instead; *given* is what the form held, *fields* those that may be less."""
    how = "accepts your offer with one click, and you have approved it then."
    about = f"*{inline(request.title)}*\n{inline(request.requester.name, 80)} {how}"
    inputs = [_input(kind, name, given.get(name, "")) for name in fields]
    note = writing("Why?", "The requester reads this, and it stays in the audit log.", optional=True)
    return modal(
        "Offer less",
        [section(about), *inputs, note],
        callback_id=NARROW,
        submit="Offer",
        close="Back",
        metadata=str(reference),
    )


def _input(kind: type[Kind], name: str, given: str | list[str]) -> Block:
    ask, info = kind.asks()[name], kind.model_fields[name]
    if ask.element not in _CHOSEN or isinstance(given, str):
        drawn = field_block(Field(kind=kind, name=name, ask=ask, info=info, given=given, labels={}, live=False))
        return {**drawn, "dispatch_action": False, "optional": ask.element is Element.DATE}
    options = [option(escape(each), each) for each in given[:OPTIONS]]
    element: Block = {
        "type": "multi_static_select",
        "action_id": ACTION,
        "options": options,
        "initial_options": options,
    }
    label = escape(info.title or name.replace("_", " ").capitalize())
    return input_block(name, label, element, hint="Take away what you would not approve.")
