"""What a person reads about a value that cannot be taken: one sentence that names the mend."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

_SENTENCES: Mapping[str, str] = {
    "missing": "Please fill this in.",
    "string_too_short": "Please fill this in.",
    "too_short": "Please fill this in.",
    "string_too_long": "At most {max_length} characters; this has {length}.",
    "too_long": "At most {max_length} of these; this has {length}.",
    "enum": "Choose one of these: {expected}.",
    "value_error": "{error}",
    "date_from_datetime_parsing": "Choose a date, like 2027-01-31.",
    "date_parsing": "Choose a date, like 2027-01-31.",
}


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SECRET = re.compile(r"\b(?:sk-[\w-]{16,}|xox[a-z]-[\w-]{10,}|xapp-[\w-]{10,})", re.ASCII)


def unfit(text: str) -> str:
    """Return why a text of a person may not be kept, or an empty text."""
    if _UNSTORABLE.search(text):
        return "This holds a character that cannot be stored. Write it anew instead of pasting it."
    if _SECRET.search(text):
        return "This holds a secret key. Leave it out, and revoke it: it is not secret any more."
    return ""


def unfit_value(value: Any) -> str:
    texts = value if isinstance(value, list | tuple) else (value,)
    return next(filter(None, (unfit(each) for each in texts if isinstance(each, str))), "")


def sentence(error: ErrorDetails) -> str:
    """Turn one of pydantic's errors into one sentence that names the mend."""
    given = error["input"]
    length = len(given) if isinstance(given, str | list | tuple) else 0
    template = _SENTENCES.get(error["type"], "This cannot be read; check what you wrote.")
    context = {name: str(value) for name, value in error.get("ctx", {}).items()}
    if "expected" in context:
        context["expected"] = context["expected"].replace("'", "")
    return template.format(length=length, **context)
