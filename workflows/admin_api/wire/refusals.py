"""Turn a reply that is not 2xx into the error to raise: refused (nothing happened) or unclear (it may have)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from workflows.admin_api.wire.fields import Malformed, parse, text, text_or_none
from workflows.errors import AdminAPIError, AdminAPINotFound, AdminAPIRefused, AdminAPIThrottled, AdminAPIUnclear

_KEY = re.compile(r"\b(?:sk|sess|xox[a-z]|xapp)-\S*|\bBearer\s+\S+", re.IGNORECASE)
_LONGEST = 300
_GONE = r"(?:was |is |does |could )?not (?:be )?(?:found|exist)"
_NO_PROJECT = (
    r"said: (?:the )?(?:project|object|resource)\W+(?:with id\W+)?{project_id}\W+" + _GONE,
    r"said: (?:the )?project\W+" + _GONE,
    r"said: no such project",
    r"said: invalid url",  # no such call at all, so it tells nothing about the project
)
_NO_MEMBER = r"is not a member of (?:the |this )?(?:project|{project_id})\b"
_UNKNOWN = re.compile(r"(?:unknown parameter|unrecognized request argument)s?(?: supplied)?\W+([\w.]+)", re.IGNORECASE)

UNKNOWN_PARAMETER = "unknown_parameter"
"""The ``code`` of a refusal that says the call has no such field, as an older organisation may."""

_UNAUTHORIZED, _TIMED_OUT, _BROKEN = 401, 408, 500


def refusal(status: int, body: bytes, *, retry_after: float = 0.0, secret: str = "") -> AdminAPIError:
    """Return the error for a reply; *retry_after* (seconds) is what a 429 carries, *secret* is cut from its text."""
    message, code, param = _explanation(body)
    sentence = _sentence(status, presentable(message, secret))
    if status >= _BROKEN or status == _TIMED_OUT:
        return AdminAPIUnclear(f"OpenAI's server failed, so nobody knows what it did. {sentence}")
    match status:
        case 429:
            return AdminAPIThrottled(sentence, retry_after=retry_after)
        case 404:
            return AdminAPINotFound(sentence, status=status, code=code, param=param)
        case _:
            return AdminAPIRefused(sentence, status=status, code=code, param=param)


def wait_asked_for(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds that ``Retry-After`` asks for (a number or an HTTP date); None when it asks nothing."""
    asked = headers.get("retry-after", "").strip()
    if not asked:
        return None
    if re.fullmatch(r"\d{1,9}(\.\d+)?", asked):
        return float(asked)
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())


def means_none(error: AdminAPINotFound, project_id: str) -> bool:
    """Whether a 404 says that a project has none of something, and not that the project itself is missing.

    OpenAI documents neither text; without a hint to the contrary a 404 means none.
    """
    patterns = (pattern.format(project_id=re.escape(project_id)) for pattern in _NO_PROJECT)
    missing = any(re.search(pattern, str(error), re.IGNORECASE) for pattern in patterns)
    return error.code != "project_not_found" and not missing


def means_gone(error: AdminAPIRefused, project_id: str) -> bool:
    """Whether a refused removal says that there is nothing to remove, and not that the project itself is missing."""
    if isinstance(error, AdminAPINotFound):
        return means_none(error, project_id)
    pattern = _NO_MEMBER.format(project_id=re.escape(project_id))  # known by its text only, with various statuses
    return error.code == "not_a_member" or re.search(pattern, str(error), re.IGNORECASE) is not None


def presentable(message: str, secret: str = "") -> str:
    """Return *message* on one line, without keys, short enough for a card."""
    if secret:
        message = message.replace(secret, "[key]")
    message = " ".join(_KEY.sub("[key]", message).split())
    return message if len(message) <= _LONGEST else f"{message[: _LONGEST - 1]}…"


class _Explanation(NamedTuple):
    message: str = ""
    code: str | None = None
    param: str | None = None


def _explanation(body: bytes) -> _Explanation:
    """Return what either error shape says; an empty message when there is no such thing."""
    try:
        reply = parse(body)
    except Malformed:
        return _Explanation()
    error = reply.get("error")
    if isinstance(error, str):
        return _Explanation(error)
    fields = error if isinstance(error, Mapping) else reply
    return _recognised(
        _Explanation(text(fields, "message"), text_or_none(fields, "code"), text_or_none(fields, "param"))
    )


def _recognised(said: _Explanation) -> _Explanation:
    """Give an unknown parameter its code: OpenAI has two sentences for it, one of them without a code."""
    unknown = _UNKNOWN.match(said.message)
    if unknown is None:
        return said
    return said._replace(code=said.code or UNKNOWN_PARAMETER, param=said.param or unknown[1])


def _sentence(status: int, message: str) -> str:
    said = f"OpenAI said: {message}" if message else f"OpenAI answered HTTP {status} without saying why"
    if not said.endswith((".", "!", "?", "…")):
        said = f"{said}."
    if status == _UNAUTHORIZED:
        return f"OpenAI does not accept OPENAI_ADMIN_KEY, or it lacks the scope for this. {said}"
    return said
