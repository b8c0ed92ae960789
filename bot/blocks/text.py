"""Text from people, made harmless: it mentions nobody, links nowhere and keeps to its own direction.

The order is always escape, then truncate: cut first, and half an entity or a forged mention could remain.
"""

import re
import unicodedata
from datetime import UTC, datetime

_BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_HALF_ENTITY = re.compile(r"&[a-z]{0,3}$")
_LINE_BREAK = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_EMPTY_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")
_FORMATTED = re.compile(r"(?<![^\W_])([*_~`])(?=\S)(.*?\S)\1(?![^\W_])")
_LOOKALIKES = {
    "*": "\N{ASTERISK OPERATOR}",
    "_": "\N{FULLWIDTH LOW LINE}",
    "~": "\N{TILDE OPERATOR}",
    "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
}


def _visible(character: str) -> bool:
    """Leave out control characters, overrides of the writing direction and halves of surrogate pairs."""
    if character in _BIDI_OVERRIDES:
        return False
    return character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}


def escape(text: str) -> str:
    """Return *text* so that Slack shows it as it was typed, on any number of lines."""
    seen = "".join(filter(_visible, _LINE_BREAK.sub("\n", text)))
    return seen.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Return what somebody typed from what Slack sent: option labels and message texts arrive escaped."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def truncate(text: str, limit: int) -> str:
    """Return escaped *text* in at most *limit* characters, with an ellipsis for what is missing."""
    if len(text) <= limit:
        return text
    return _HALF_ENTITY.sub("", text[: limit - 1]).rstrip() + _ELLIPSIS


def inline(text: str, limit: int = 200) -> str:
    """Return *text* escaped, on one line, without formatting: fit to stand inside a sentence of ours."""
    short = truncate(escape(" ".join(text.split())), limit - 2)
    harmless = _without_formatting(short)
    if any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in harmless):
        return f"{_ISOLATE}{harmless}{_END_ISOLATE}"
    return harmless


def _without_formatting(text: str) -> str:
    """Replace the signs that Slack would read as bold, italic, strike or code by signs that look like them."""

    def lookalike(match: re.Match[str]) -> str:
        sign = _LOOKALIKES[match[1]]
        return f"{sign}{match[2]}{sign}"

    previous = ""
    while previous != text:
        previous, text = text, _FORMATTED.sub(lookalike, text)
    return text


def quote(text: str, limit: int) -> str:
    """Return *text* escaped as a quotation, so that no line of it passes for a line of the card."""
    lines = _EMPTY_LINES.sub("\n\n", escape(text).strip()).split("\n")
    return truncate("\n".join(f">{line}" for line in lines), limit)


def change(label: str, now: str, proposed: str) -> str:
    """Return one line of *now → proposed* that a phone shows whole; either side may be empty."""
    sides = (inline(each, 300) for each in (now, proposed) if each)
    return f"*{inline(label, 100)}:* {' → '.join(sides)}"


def date(when: datetime, lead: str = "") -> str:
    """Return *when* (UTC) in the reader's own zone and language, with UTC for clients that cannot.

    *lead* is what stands before it in the sentence, like "since": only then does Slack write "today" small.
    docs.slack.dev/messaging/formatting-message-text, "date formatting".
    """
    before = f"{lead} " if lead else ""
    fallback = when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(when.timestamp())}^{before}{{date_short_pretty}} at {{time}}|{before}{fallback}>"
