"""A project's rate limits: one record per model it may use, made by OpenAI, lowered by the customer.

Source: Administration API reference, Project rate limits. A value above the organisation's own is refused; the
values a fresh project lists are the organisation's own. There is no reset.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.errors import invalid, not_found
from sandbox.openai.organization import Organization
from sandbox.openai.paging import TwoWayCursor, id_page
from sandbox.openai.records import Project
from sandbox.openai.resources.model_permissions import usable_models
from sandbox.openai.routing import Operations
from sandbox.openai.store import Shelf

operations = Operations()


@dataclass(frozen=True, kw_only=True, slots=True)
class Lowered:
    """What a project changed of a model's limits; the rest is the ceiling."""

    values: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class RateLimit:
    id: str
    model: str
    values: Mapping[str, int]


LOWERED = Shelf(name="rate_limits", holds=Lowered)
Value = Annotated[int, Field(ge=0)] | None


class RateLimitCursor(TwoWayCursor):
    limit: int = Field(default=100, ge=1, le=100)


class RateLimitUpdate(Body):
    max_requests_per_1_minute: Value = None
    max_tokens_per_1_minute: Value = None
    max_images_per_1_minute: Value = None
    max_audio_megabytes_per_1_minute: Value = None
    max_requests_per_1_day: Value = None
    batch_1_day_max_input_tokens: Value = None


@operations.get("/organization/projects/{project_id}/rate_limits")
def list_rate_limits(organization: Organization, call: Call) -> JSON:
    project = organization.active_project(call.path["project_id"])
    return id_page(_rate_limits(organization, project).values(), call.question(RateLimitCursor), draw)


@operations.post("/organization/projects/{project_id}/rate_limits/{rate_limit_id}")
def update_rate_limit(organization: Organization, call: Call) -> JSON:
    project = organization.active_project(call.path["project_id"])
    limit = _rate_limits(organization, project).get(call.path["rate_limit_id"])
    if limit is None:
        raise not_found("rate limit", call.path["rate_limit_id"])
    asked = call.body(RateLimitUpdate).model_dump(exclude_none=True)
    _refuse_beyond(organization.models[limit.model].ceiling, limit, asked)
    values = {**limit.values, **asked}
    organization.store[LOWERED].put(limit.model, Lowered(values=values), project.id)
    organization.audit.record("rate_limit.updated", {"id": limit.id, "changes_requested": asked})
    return draw(RateLimit(id=limit.id, model=limit.model, values=values))


def draw(limit: RateLimit) -> JSON:
    return {"object": "project.rate_limit", "id": limit.id, "model": limit.model, **limit.values}


def _rate_limits(organization: Organization, project: Project) -> dict[str, RateLimit]:
    lowered = organization.store[LOWERED].of(project.id)
    limits: dict[str, RateLimit] = {}
    for model in usable_models(organization, project):
        own = lowered[model.id].values if model.id in lowered else {}
        limits[f"rl-{model.id}"] = RateLimit(id=f"rl-{model.id}", model=model.id, values={**model.ceiling, **own})
    return limits


def _refuse_beyond(ceiling: Mapping[str, int], limit: RateLimit, asked: Mapping[str, int]) -> None:
    for name, value in asked.items():
        if name not in ceiling:
            raise invalid(f"The model {limit.model} has no {name}.", name)
        if value > ceiling[name]:
            raise invalid(f"{name} of {limit.model} can be at most the organization's {ceiling[name]}.", name)
