"""How model traffic is turned away: OpenAI's statuses, types and codes.

Source: OpenAI's error codes guide and help article 6614457 (spend limits). Two of them cannot be waited out:
``project_spend_limit_exceeded`` and ``organization_spend_limit_exceeded``.
"""

import math
from typing import Any

from sandbox.openai.errors import Refusal

SHOWN = 4


class Denied(Refusal):
    """A refusal that names its own type of error."""

    def __init__(self, status: int, message: str, *, code: str | None, kind: str = "invalid_request_error") -> None:
        super().__init__(status, message, code=code)
        self.kind = kind

    def body(self) -> dict[str, Any]:
        return {"error": {"message": self.message, "type": self.kind, "param": self.param, "code": self.code}}


def no_key() -> Denied:
    return Denied(401, "You didn't provide an API key: send it as a bearer token in the header.", code=None)


def wrong_key(value: str) -> Denied:
    return Denied(401, f"Incorrect API key provided: {blotted(value)}.", code="invalid_api_key")


def expired_key(value: str) -> Denied:
    return Denied(401, f"The API key provided has expired: {blotted(value)}.", code="invalid_api_key")


def missing_scope(scope: str) -> Denied:
    return Denied(
        401,
        f"You have insufficient permissions for this operation. Missing scopes: {scope}. The owner's role in the "
        "project or the key's own restrictions do not include it.",
        code=None,
    )


def archived(name: str) -> Denied:
    return Denied(401, f"The project {name} of this key has been archived.", code="not_authorized_invalid_project")


def mismatched(header: str) -> Denied:
    """Say that the key is of another project or organisation than a header of the request."""
    noun = header.removeprefix("openai-")
    return Denied(401, f"The {header} header does not match the API key's {noun}.", code=f"mismatched_{noun}")


def unknown_model(model: str) -> Denied:
    message = f"The model `{model}` does not exist or you do not have access to it."
    return Denied(404, message, code="model_not_found")


def forbidden_model(project_id: str, model: str) -> Denied:
    return Denied(403, f"Project `{project_id}` does not have access to model `{model}`", code="model_not_found")


def unfit_model(model: str, path: str) -> Denied:
    denied = Denied(404, f"The model {model} is not supported in the v1{path} endpoint.", code=None)
    denied.param = "model"
    return denied


def too_fast(what: str, where: str, limit: int, used: int, requested: int, seconds: float) -> Denied:
    """Turn away what does not fit now: *what* is ``requests`` or ``tokens``, of which enough are free in *seconds*."""
    unit = f"{what} per min ({'RPM' if what == 'requests' else 'TPM'})"
    denied = Denied(
        429,
        f"Rate limit reached for {where} on {unit}: Limit {limit}, Used {used}, Requested {requested}. "
        f"Please try again in {duration(seconds)}.",
        code="rate_limit_exceeded",
        kind=what,
    )
    denied.headers["retry-after"] = str(math.ceil(seconds))
    denied.headers["retry-after-ms"] = str(math.ceil(seconds * 1000))
    return denied


def too_large(what: str, where: str, limit: int, requested: int) -> Denied:
    return Denied(
        429,
        f"Request too large for {where} on {what} per min: Limit {limit}, Requested {requested}.",
        code="rate_limit_exceeded",
        kind=what,
    )


def spent_out(whose: str) -> Denied:
    """Turn away for good; *whose* limit it is: ``project`` or ``organization``."""
    return Denied(
        429,
        f"This {whose} has reached its hard spend limit for the month; requests are refused until the limit is "
        "raised or the month ends.",
        code=f"{whose}_spend_limit_exceeded",
        kind="insufficient_quota",
    )


def blotted(value: str) -> str:
    """*value* with everything but its two ends blotted out; a short one is blotted out whole."""
    shown = SHOWN if len(value) >= 4 * SHOWN else 0
    if not shown:
        return "*" * len(value)
    start = value[: 2 * shown] if value.startswith("sk-") else value[:shown]
    return start + "*" * (len(value) - len(start) - shown) + value[-shown:]


def duration(seconds: float) -> str:
    """Write a span of time as OpenAI's headers do: ``20ms``, ``8.64s``, ``6m0s``, ``1h2m3s``."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return f"{rest:.3f}".rstrip("0").rstrip(".") + "s"
    hours, minutes = divmod(int(minutes), 60)
    return f"{f'{hours}h' if hours else ''}{minutes}m{int(rest)}s"
