"""The answers that are not 200, in the shape OpenAI gives them: ``{"error": {message, type, param, code}}``."""

from typing import Any

TYPES = {401: "invalid_request_error", 429: "requests", 500: "server_error"}


class Refusal(Exception):
    """The organisation does not do what was asked; nothing was changed.

    Raised anywhere below the dispatcher, drawn by it. *param* names the field that is wrong.
    """

    def __init__(self, status: int, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param
        self.code = code
        self.headers: dict[str, str] = {}

    def body(self) -> dict[str, Any]:
        kind = TYPES.get(self.status, "invalid_request_error")
        error = {"message": self.message, "type": kind, "param": self.param, "code": self.code}
        return {"error": error}


def invalid(message: str, param: str | None = None, code: str | None = "invalid_value") -> Refusal:
    return Refusal(400, message, param=param, code=code)


def not_found(what: str, reference: str) -> Refusal:
    return Refusal(404, f"The {what} {reference} was not found", code="not_found")


def conflict(message: str, code: str) -> Refusal:
    return Refusal(409, message, code=code)


def too_many_requests(retry_after: int | None) -> Refusal:
    """Answer 429 as the Administration API does, which mostly says nothing about when to come back."""
    refusal = Refusal(429, "You're making too many requests, please slow down.", code="rate_limit_exceeded")
    if retry_after is not None:
        refusal.headers["Retry-After"] = str(retry_after)
    return refusal


def broken(status: int) -> Refusal:
    return Refusal(status, "The server had an error while processing your request.")
