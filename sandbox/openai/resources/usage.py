"""Usage of every sort, in buckets of a minute, an hour or a day, grouped and filtered.

Source: Administration API reference, Usage. A label that was not grouped by is null.
"""

from collections.abc import Mapping
from functools import partial
from typing import ClassVar, Literal

from pydantic import Field

from sandbox.openai.call import JSON, Call, Question
from sandbox.openai.errors import invalid
from sandbox.openai.organization import Organization
from sandbox.openai.routing import Handler, Operations
from sandbox.openai.usage.book import Label, UsageBook
from sandbox.openai.usage.drawing import Drawing
from sandbox.openai.usage.endpoints import UsageEndpoint, usage_endpoints
from sandbox.openai.usage.pages import Drawn, Span

operations = Operations()

LATEST = 253_402_214_400  # the last midnight of the calendar, Unix seconds
WIDTHS: Mapping[str, tuple[int, int, int]] = {"1m": (60, 60, 1440), "1h": (3600, 24, 168), "1d": (86_400, 7, 31)}
"""Seconds, how many buckets a page has by default, and at most."""
Caller = Literal["project_id", "user_id", "api_key_id"]
Modelled = Literal[Caller, "model"]


class UsageQuestion(Question):
    """Times in Unix seconds, the end excluded. A field in FILTERS keeps the labels it names."""

    FILTERS: ClassVar[Mapping[str, str]] = {
        "project_ids": "project_id",
        "user_ids": "user_id",
        "api_key_ids": "api_key_id",
        "models": "model",
        "sources": "source",
        "sizes": "size",
        "vector_store_ids": "vector_store_id",
        "context_levels": "context_level",
    }

    start_time: int = Field(ge=0, le=LATEST)
    end_time: int | None = Field(default=None, ge=0)
    bucket_width: Literal["1m", "1h", "1d"] = "1d"
    project_ids: tuple[str, ...] = ()
    limit: int | None = Field(default=None, ge=1)
    page: str | None = None

    def groups(self) -> frozenset[str]:
        return frozenset(getattr(self, "group_by", ()))

    def wanted(self) -> dict[str, frozenset[Label]]:
        given = {label: frozenset(getattr(self, name, ())) for name, label in self.FILTERS.items()}
        batch = getattr(self, "batch", None)
        if batch is not None:
            given["batch"] = frozenset([batch])
        return {label: labels for label, labels in given.items() if labels}


class OfProject(UsageQuestion):
    group_by: tuple[Literal["project_id"], ...] = ()


class OfCaller(UsageQuestion):
    user_ids: tuple[str, ...] = ()
    api_key_ids: tuple[str, ...] = ()


class OfModel(OfCaller):
    models: tuple[str, ...] = ()
    group_by: tuple[Modelled, ...] = ()


class OfTokens(OfCaller):
    """*api_source* came after the published description; nothing here is attributed to a source."""

    models: tuple[str, ...] = ()
    batch: bool | None = None
    group_by: tuple[Literal[Modelled, "batch", "service_tier", "api_source"], ...] = ()


class OfImages(OfCaller):
    models: tuple[str, ...] = ()
    sources: tuple[Literal["image.generation", "image.edit", "image.variation"], ...] = ()
    sizes: tuple[Literal["256x256", "512x512", "1024x1024", "1792x1792", "1024x1792"], ...] = ()
    group_by: tuple[Literal[Modelled, "size", "source"], ...] = ()


class OfFileSearch(OfCaller):
    vector_store_ids: tuple[str, ...] = ()
    group_by: tuple[Literal[Caller, "vector_store_id"], ...] = ()


class OfWebSearch(OfCaller):
    models: tuple[str, ...] = ()
    context_levels: tuple[Literal["low", "medium", "high"], ...] = ()
    group_by: tuple[Literal[Modelled, "context_level", "api_source"], ...] = ()


QUESTIONS: Mapping[str, type[UsageQuestion]] = {
    "completions": OfTokens,
    "decisions": OfTokens,
    "images": OfImages,
    "vector_stores": OfProject,
    "code_interpreter_sessions": OfProject,
    "file_search_calls": OfFileSearch,
    "web_search_calls": OfWebSearch,
}


def _listing(endpoint: UsageEndpoint) -> Handler:
    model = QUESTIONS.get(endpoint.name, OfModel)

    def list_usage(organization: Organization, call: Call) -> JSON:
        question = call.question(model)
        width, usual, most = WIDTHS[question.bucket_width]
        if question.limit is not None and question.limit > most:
            raise invalid(f"limit is at most {most} for buckets of {question.bucket_width}.", "limit")
        span = Span.asked(
            (question.start_time, question.end_time),
            question.page,
            width=width,
            limit=question.limit or usual,
            now=organization.clock.now(),
        )
        drawing = Drawing(endpoint, width, question.groups(), question.wanted())
        return span.page(partial(_drawn, organization.usage, endpoint, drawing))

    return list_usage


def _drawn(usage: UsageBook, endpoint: UsageEndpoint, drawing: Drawing, day: int) -> Drawn:
    return usage.drawn.get(
        (day, *drawing.shape),
        usage.revision(endpoint, day),
        lambda: drawing.draw(usage.day(endpoint, day)),
    )


for _endpoint in usage_endpoints().values():
    operations.get(f"/organization/usage/{_endpoint.name}")(_listing(_endpoint))
