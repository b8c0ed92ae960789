"""The way of one request to a model: every check in OpenAI's order, then metering, then the answer."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.datastructures import Headers

from sandbox.openai.boundary.denials import unfit_model
from sandbox.openai.boundary.door import Caller, Door
from sandbox.openai.boundary.enforcement import Enforcement
from sandbox.openai.boundary.limiter import Limiter
from sandbox.openai.boundary.tokens import PromptCache
from sandbox.openai.catalogue import Model
from sandbox.openai.ids import identifier
from sandbox.openai.metering import Used
from sandbox.openai.organization import Organization
from sandbox.openai.prices import EMBEDDINGS, TOKENS
from sandbox.openai.resources.rate_limits import LOWERED
from sandbox.openai.usage.book import Label
from sandbox.openai.usage.endpoints import usage_endpoints

FIT: Mapping[str, frozenset[str]] = {
    "/chat/completions": frozenset(TOKENS) - {"gpt-realtime"},
    "/responses": frozenset(TOKENS) - {"gpt-realtime"},
    "/embeddings": frozenset(EMBEDDINGS),
}


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a request uses. *tokens* is what counts against the limit per minute, counts are those of the usage."""

    endpoint: str
    tokens: int
    counts: Mapping[str, int]
    service_tier: str | None = None


@dataclass(kw_only=True)
class Visit:
    """One admitted request."""

    caller: Caller
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    began: float = field(default_factory=time.perf_counter)


class Models:
    """What model traffic meets in one organisation."""

    def __init__(self, organization: Organization, enforcement: Enforcement) -> None:
        self.organization = organization
        self.door = Door(organization)
        self.cache = PromptCache(organization.clock)
        self._limiter = Limiter(organization.clock, organization.id)
        self._enforcement = enforcement
        self._endpoints = usage_endpoints()

    def enter(self, headers: Headers, path: str, scopes: Sequence[str]) -> Visit:
        """Let in the bearer of a project's key. Raises ``Refusal`` (401)."""
        return Visit(caller=self.door.admit(headers, tuple(scopes)), path=path)

    def model(self, visit: Visit, model_id: str) -> Model:
        """Find the model. Raises ``Refusal``: 404 unknown or unfit for this path, 403 not permitted."""
        model = self.door.model(visit.caller, model_id)
        if model.id not in FIT[visit.path]:
            raise unfit_model(model.id, visit.path)
        return model

    def use(self, visit: Visit, model: Model, work: Work) -> None:
        """Hold *work* against rate limits and spend limits, then count and charge it. Raises ``Refusal`` (429)."""
        project, store = visit.caller.project, self.organization.store
        lowered = store[LOWERED].get(model.id, project.id)
        limits = {**model.ceiling, **(lowered.values if lowered else {})}
        visit.headers |= self._limiter.take(project, model, limits, work.tokens)
        self._enforcement.check(project)
        with store.transaction():
            self.door.note_use(visit.caller)
            self.organization.meter.record(self._used(visit.caller, model, work))
        self._enforcement.notice(project.id)

    def told(self, visit: Visit) -> dict[str, str]:
        """Return the headers of the answer."""
        return {
            **visit.headers,
            "openai-organization": self.organization.id,
            "openai-project": visit.caller.project.id,
            "openai-version": "2020-10-01",
            "openai-processing-ms": str(max(1, round((time.perf_counter() - visit.began) * 1000))),
            "x-request-id": request_id(),
        }

    def _used(self, caller: Caller, model: Model, work: Work) -> Used:
        labels: dict[str, Label] = {
            "project_id": caller.project.id,
            "user_id": caller.key.owner_id,
            "api_key_id": caller.key.id,
            "model": model.id,
            "batch": False,
            "service_tier": work.service_tier,
        }
        counts = {**work.counts, "num_model_requests": 1}
        now = self.organization.clock.now()
        return Used(endpoint=self._endpoints[work.endpoint], at=now, labels=labels, counts=counts)


def request_id() -> str:
    return identifier("req_", 32)
