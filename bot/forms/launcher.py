"""The launcher: everything that can be asked for, one button each."""

from collections.abc import Iterable

from bot.blocks import Block, actions, button, divider, escape, modal, section
from bot.blocks.limits import MODAL_BLOCKS
from workflows.kind import Kind

LAUNCH = "open:"
"""A launcher button's ``action_id`` is this and the word that would do the same after the slash command."""

_LISTS = {
    "mine": "My requests",
    "approvals": "Waiting for me",
    "grants": "Given for a time",
    "who": "Who can do what",
    "spend": "Spend",
    "quote": "Quote",
    "audit": "Audit log",
    "away": "I am away",
    "help": "Help",
}


def launcher(kinds: Iterable[type[Kind]]) -> Block:
    """Return the modal that `/openai` alone opens: what can be looked up first, or nobody would scroll to it."""
    offers = [
        section(f"*{escape(kind.label)}*\n{escape(kind.about)}", button("Open", f"{LAUNCH}{kind.word}", kind.word))
        for kind in kinds
    ]
    lists = [button(label, f"{LAUNCH}{word}", word) for word, label in _LISTS.items()]
    looks = [actions("lists", lists), divider()]
    return modal("OpenAI projects", [*looks, *offers[: MODAL_BLOCKS - len(looks)]], callback_id="launcher")
