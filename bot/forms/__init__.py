"""Kinds of request as modals: the form, the launcher, the short questions, and what was filled in."""

from bot.forms.dialogs import AUDIT, DENY, audit, deny, saying
from bot.forms.form import SUBMIT, form, loading
from bot.forms.launcher import LAUNCH, launcher
from bot.forms.state import labels, values

__all__ = [
    "AUDIT",
    "DENY",
    "LAUNCH",
    "SUBMIT",
    "audit",
    "deny",
    "form",
    "labels",
    "launcher",
    "loading",
    "saying",
    "values",
]
