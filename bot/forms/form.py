"""The form of a kind: its fields as inputs, then what is now, what would be, and who will decide."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.blocks import Block, change, context, date, divider, escape, inline, modal, section, sections
from bot.forms.elements import Field, field_block
from workflows.kind import Kind
from workflows.service import Preview

SUBMIT = "submit:"
"""A form's ``callback_id`` is this and the kind's name."""


def form(
    kind: type[Kind],
    preview: Preview | None = None,
    *,
    given: Mapping[str, Any] | None = None,
    labels: Mapping[str, str] | None = None,
    notices: Sequence[str] = (),
    metadata: str = "",
) -> Block:
    """Return the modal. ``given`` (field → text or list) are first values; ``labels`` (value → words) name them.

    A redraw keeps whatever was typed as long as the inputs' ids stay, which they do: only what follows them changes.
    ``notices`` are sentences above the fields, for what went wrong. ``metadata`` names the request that it changes.
    """
    blocks = [
        *sections(f"❗ {inline(each, 1000)}" for each in notices),
        context(escape(kind.about)),
        *_fields(kind, given or {}, labels or {}),
        *(_preview(preview) if preview else ()),
    ]
    return modal(
        escape(kind.label),
        blocks,
        callback_id=f"{SUBMIT}{kind.kind}",
        submit="Save changes" if metadata else "Send request",
        close="Cancel",
        metadata=metadata,
    )


def loading(title: str) -> Block:
    """Return what stands there while the form is made: a trigger id lives three seconds, a look-up may take longer."""
    return modal(escape(title), [section("One moment…")], callback_id="loading")


def _fields(kind: type[Kind], given: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[Block]:
    for name, ask in kind.asks().items():
        info = kind.model_fields[name]
        yield field_block(Field(kind=kind, name=name, ask=ask, info=info, given=given.get(name) or "", labels=labels))


def _preview(preview: Preview) -> Iterator[Block]:
    outlook = preview.outlook
    lines = [change(each.label, each.now, each.proposed) for each in outlook.changes]
    lines += [f"⚠️ {inline(each, 500)}" for each in outlook.risks]
    yield divider()
    yield from sections(lines, most=2)
    yield from (context(inline(each, 1000)) for each in outlook.hints[:10])
    if preview.as_of and outlook.changes:
        yield context(date(preview.as_of, "As of"))
    if preview.deciders:
        yield section(f"*Who decides*\n{escape(preview.deciders)}")
