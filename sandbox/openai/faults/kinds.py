"""The faults one can arm, as they are posted to ``/_sandbox/faults``."""

import re
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, field_validator


class Commit(StrEnum):
    """On which side of the change the fault strikes: before, nothing happened; after, it did."""

    BEFORE = "before_commit"
    AFTER = "after_commit"


class Aim(BaseModel):
    """Whom it hits.

    *path* is a template as in OpenAI's reference (``/v1`` optional) or a concrete path,
    *path_regex* a pattern over the concrete path; both absent: everything. *skip* spares the first calls that
    match, *count* is how many are hit after that (null: until cleared).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Literal["GET", "POST", "DELETE", "*"] = "*"
    path: str | None = None
    path_regex: str | None = None
    skip: int = Field(default=0, ge=0)
    count: int | None = Field(default=1, ge=1)

    @field_validator("path")
    @classmethod
    def without_version(cls, path: str | None) -> str | None:
        return path.removeprefix("/v1") if path else path

    @field_validator("path_regex")
    @classmethod
    def compiles(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise ValueError(f"not a regular expression ({error})") from None
        return pattern

    def hits(self, method: str, template: str, path: str) -> bool:
        if self.method not in ("*", method):
            return False
        if self.path is not None and self.path not in (template, path):
            return False
        return self.path_regex is None or re.search(self.path_regex, path) is not None


class RateLimited(Aim):
    """429, by default without Retry-After as the Administration API does it (*retry_after* in seconds)."""

    fault: Literal["rate_limited"]
    retry_after: int | None = Field(default=None, ge=1)


class ServerError(Aim):
    fault: Literal["server_error"]
    when: Commit = Commit.BEFORE
    status: int = Field(default=500, ge=500, le=599)


class Delay(Aim):
    """The answer comes *seconds* (of real time) late."""

    fault: Literal["delay"]
    when: Commit = Commit.BEFORE
    seconds: float = Field(ge=0, le=3600)


class NoAnswer(Aim):
    """The connection stays open and nothing ever comes."""

    fault: Literal["no_answer"]
    when: Commit = Commit.BEFORE


class Cut(Aim):
    """The connection breaks in the middle of the answer."""

    fault: Literal["cut"]
    when: Commit = Commit.BEFORE


class NotFoundAfterCreate(Aim):
    """What the hit POST creates is there, but reading it answers 404 for *seconds* of the organisation's clock."""

    fault: Literal["not_found_after_create"]
    seconds: float = Field(gt=0)


class AlertOverwritesLimit(Aim):
    """Creating a spend alert replaces the project's spend limit and switches its enforcement off."""

    fault: Literal["alert_overwrites_limit"]


class LostCursor(Aim):
    """A list says that there is more, but not where."""

    fault: Literal["lost_cursor"]


class AliasNotFound(Aim):
    """Looking up a role or its assignment by the alias answers 404, though a list shows it."""

    fault: Literal["alias_not_found"]


class CallsPerMinute(Aim):
    """Each endpoint that is hit allows *calls* a minute of the organisation's clock, then 429 without a word."""

    fault: Literal["calls_per_minute"]
    calls: int = Field(ge=1)
    retry_after: int | None = Field(default=None, ge=1)
    count: int | None = Field(default=None, ge=1)


Fault = (
    RateLimited
    | ServerError
    | Delay
    | NoAnswer
    | Cut
    | NotFoundAfterCreate
    | AlertOverwritesLimit
    | LostCursor
    | AliasNotFound
    | CallsPerMinute
)


class FaultSpec(RootModel[Annotated[Fault, Field(discriminator="fault")]]):
    model_config = ConfigDict(frozen=True)


ADMINISTRATION = "^/(organization|projects)(/|$)"


def rehearsal() -> tuple[Fault, ...]:
    """Return the oddities of the real API that its users report from everyday work, each for as long as it is on."""
    return (
        CallsPerMinute(fault="calls_per_minute", calls=7, path_regex=ADMINISTRATION),
        NotFoundAfterCreate(fault="not_found_after_create", method="POST", seconds=5, count=None),
        AlertOverwritesLimit(fault="alert_overwrites_limit", method="POST", count=None),
        AliasNotFound(fault="alias_not_found", method="GET", count=None),
    )
