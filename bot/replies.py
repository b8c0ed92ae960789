"""What a person reads when something did not happen: one sentence for each error, without a stack trace."""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import aiohttp
from slack_sdk.errors import SlackClientError

from workflows.errors import (
    AdminAPIRefused,
    AdminAPIThrottled,
    AdminAPIUnclear,
    Conflict,
    InvalidFields,
    PolicyInvalid,
    Redelivered,
    WorkflowError,
)

BUG = "Something went wrong on our side, and nothing was changed by it as far as we know. Please try again"
SLACK = "Slack did not take that just now. Please try again in a moment."

WORDS: Mapping[str, str] = {
    "mine": "Your latest requests.",
    "approvals": "What waits for your decision.",
    "status [reference]": "One request, or your latest one.",
    "grants": "What is given for a time, and until when.",
    "who [project]": "Who can do what in a project, and through what.",
    "spend [project]": "What a project spends, with its chart, or what yours do together.",
    "quote [project]": "What a use of a model costs a month, and whether there is room for it.",
    "showback [month]": "What a month cost by cost centre (the organisation's owners and auditors).",
    "commitments": "What the approved limits add up to (likewise).",
    "raises [month]": "Budgets given for a time, and what became of them (likewise).",
    "away": "Let somebody else decide in your place while you are away.",
    "back": "You are here again.",
    "freeze <reason>": "Stop: nothing is carried out any more (administrators only).",
    "unfreeze": "Let work go on where it stopped (administrators only).",
    "breaker": "Let rules approve by themselves again after too much at once (administrators only).",
    "audit": "Export the audit log (auditors only).",
    "help": "This list.",
}


def _throttled(error: Any) -> str:
    return f"OpenAI asks us to slow down. Please try again in {max(1, round(error.retry_after))} seconds."


# The nearest class above an error's own decides.
_SENTENCES: Mapping[type[Exception], Callable[[Any], str]] = {
    Redelivered: lambda _: "",
    InvalidFields: lambda error: " ".join(error.errors.values()),
    Conflict: lambda error: f"{error} Nothing was changed; the card is up to date.",
    AdminAPIThrottled: _throttled,
    AdminAPIRefused: lambda error: f"OpenAI refused: {error}",
    AdminAPIUnclear: lambda _: "OpenAI did not answer, so this cannot be checked now. Please try again in a minute.",
    PolicyInvalid: lambda error: f"The policy cannot decide this: {error}",
    WorkflowError: str,
    SlackClientError: lambda _: SLACK,
    aiohttp.ClientError: lambda _: SLACK,
}


def reply_to(error: Exception, reference: str = "") -> str:
    """Return the sentence; *reference* finds an unknown error in our log again."""
    found = next((_SENTENCES[each] for each in type(error).__mro__ if each in _SENTENCES), None)
    if found is None:
        return f"{BUG} (reference {reference})." if reference else f"{BUG}."
    return found(error)


def is_known(error: Exception) -> bool:
    """Say whether *error* was raised on purpose, or is Slack's; anything else is a fault of ours."""
    return isinstance(error, tuple(_SENTENCES))


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that *word* was probably meant to be, or an empty text."""
    by_folded = {each.casefold(): each for each in known}
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.5)
    return by_folded[found[0]] if found else ""


def unknown_word(word: str, known: Iterable[str]) -> str:
    """Say that `/openai` does not know *word*, and what may have been meant; *word* is escaped by the caller."""
    meant = nearest(word, known)
    return f"`/openai {word}` is unknown. " + (
        f"Did you mean `/openai {meant}`?" if meant else "This is what there is:"
    )


def help_lines(kinds: Mapping[str, str]) -> list[str]:
    """Return what `/openai` can do, one line each; *kinds*: word → what it asks for, escaped."""
    rows = {"": "Everything, as buttons.", **kinds, **WORDS}
    return [f"• `{f'/openai {word}'.strip()}` {about}" for word, about in rows.items()]


MENTION_HELP = (
    "In a request's thread I understand `approve`, `deny <reason>`, `status`, and the answer to what you were asked. "
    "Everything else begins with `/openai`."
)
DENY_HOW = "Say why, so that the requester knows what to change: `deny <reason>`."
