"""Kinds of request as modals: the form, the launcher, the short questions, and what was filled in."""

from bot.forms.dialogs import ANSWER, APPROVE, ASK, AUDIT, DENY, answer, approve_note, ask, audit, deny, saying
from bot.forms.form import SUBMIT, form, loading
from bot.forms.key import TITLE, key_shown, making
from bot.forms.launcher import LAUNCH, launcher
from bot.forms.state import labels, values

__all__ = [
    "ANSWER",
    "APPROVE",
    "ASK",
    "AUDIT",
    "DENY",
    "LAUNCH",
    "SUBMIT",
    "TITLE",
    "answer",
    "approve_note",
    "ask",
    "audit",
    "deny",
    "form",
    "key_shown",
    "labels",
    "launcher",
    "loading",
    "making",
    "saying",
    "values",
]
