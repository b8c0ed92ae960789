"""Kinds of request as modals: the form, the launcher, the short questions, and what was filled in."""

from bot.forms.dialogs import AUDIT, DENY, audit, deny, saying
from bot.forms.form import SUBMIT, form, loading
from bot.forms.key import TITLE, key_shown, making
from bot.forms.launcher import LAUNCH, launcher
from bot.forms.state import labels, values

__all__ = [
    "AUDIT",
    "DENY",
    "LAUNCH",
    "SUBMIT",
    "TITLE",
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
