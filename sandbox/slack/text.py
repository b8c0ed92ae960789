"""Message text as Slack stores it: escaped, but for the tokens that mean something."""

import re
from collections.abc import Iterable, Mapping

_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
_TOKEN = re.compile(r"<(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+|![a-z][^<>]*|(?:https?|mailto|tel|slack):[^<>]+)(?:\|[^<>]*)?>")
_PERSON_TOKEN = re.compile(r"<@([UW][A-Z0-9]+)>")
_AT_NAME = re.compile(r"(?<![\w<])@([\w.-]*\w)")


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def from_app(text: str) -> str:
    """Escape what an app sent: its tokens stay, a stray ``&``, ``<`` or ``>`` is escaped."""
    pieces: list[str] = []
    at = 0
    for match in _TOKEN.finditer(text):
        pieces += [_escape_stray(text[at : match.start()]), match[0]]
        at = match.end()
    return "".join([*pieces, _escape_stray(text[at:])])


def from_person(text: str, known: Iterable[str], names: Mapping[str, str]) -> str:
    """Escape what a person typed, all of it except mentions of a *known* id.

    ``@name`` becomes a mention when *names* (lower case → id) has it, as Slack's composer does.
    """
    ids = set(known)
    pieces: list[str] = []
    at = 0
    for match in _PERSON_TOKEN.finditer(text):
        if match[1] in ids:
            pieces += [_with_names(text[at : match.start()], names), match[0]]
            at = match.end()
    return "".join([*pieces, _with_names(text[at:], names)])


def mentions(text: str, user: str) -> bool:
    return f"<@{user}>" in text or f"<@{user}|" in text


def _escape_stray(text: str) -> str:
    return _AMPERSAND.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def _with_names(text: str, names: Mapping[str, str]) -> str:
    def mention(match: re.Match[str]) -> str:
        found = names.get(match[1].lower())
        return f"<@{found}>" if found else match[0]

    return _AT_NAME.sub(mention, escape(text))
