"""A stand-in for PromptLayer over HTTP: request analytics and folders, as its OpenAPI description has them."""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.serving import serving

KEY = "pl_0123456789abcdef"


@dataclass(frozen=True, kw_only=True)
class Logged:
    """A request that somebody logged; ``cost`` is PromptLayer's own estimate in dollars."""

    prompt_id: str | None
    cost: float
    at: datetime
    metadata: dict[str, str]


@dataclass(kw_only=True)
class PromptLayerStandIn:
    """``status``: what every call is answered with while it is set. ``heard`` lists the calls."""

    url: str = ""
    status: int | None = None
    lost: bool = False
    names: dict[str, str] = field(default_factory=dict)
    logged: list[Logged] = field(default_factory=list)
    folders: list[dict[str, Any]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def log(self, project_id: str, prompt_id: str | None, cost: float, at: datetime) -> None:
        self.logged.append(
            Logged(prompt_id=prompt_id, cost=cost, at=at, metadata={"openai_project_id": project_id, "user": "u1"})
        )

    async def answer(self, request: Request) -> Response:
        self.heard.append(f"{request.method} {request.url.path}")
        if request.headers.get("x-api-key") != KEY:
            return JSONResponse({"error": "Unauthorized", "message": "Invalid API key"}, 401)
        if self.status is not None:
            return JSONResponse({"success": False, "message": "No"}, self.status)
        if request.method == "GET":
            return self._found(request)
        body = await request.json()
        answer = self._made(body) if request.url.path.endswith("/folders") else self._analysed(body)
        if self.lost:  # it happened, and nobody hears of it
            self.lost = False
            return JSONResponse({"error": "Bad Gateway"}, 502)
        return answer

    def _found(self, request: Request) -> Response:
        wanted = {
            "source": request.query_params["external_source"],
            "external_id": request.query_params["external_id"],
        }
        return JSONResponse(
            {"success": True, "folders": [each for each in self.folders if wanted in each["external_ids"]]}
        )

    def _made(self, body: dict[str, Any]) -> Response:
        taken = [each for known in self.folders for each in known["external_ids"]]
        if any(each["name"] == body["name"] for each in self.folders):
            return JSONResponse({"success": False, "message": "Folder with this name already exists"}, 400)
        if any(each in taken for each in body["external_ids"]):
            return JSONResponse({"success": False, "message": "External ID is attached to another entity"}, 409)
        made = {"id": len(self.folders) + 1, "name": body["name"], "parent_id": None, "workspace_id": 42}
        self.folders.append(made | {"external_ids": body["external_ids"]})
        return JSONResponse({"success": True, "folder": self.folders[-1]}, 201)

    def _analysed(self, body: dict[str, Any]) -> Response:
        assert body["filter_group"]["logic"] == "AND"
        found = [each for each in self.logged if all(_fits(each, one) for one in body["filter_group"]["filters"])]
        costs: defaultdict[str | None, float] = defaultdict(float)
        for each in found:
            costs[each.prompt_id] += each.cost
        used = {each.prompt_id for each in found if each.prompt_id is not None}
        return JSONResponse(
            {
                "success": True,
                "totalCost": sum(costs.values()),
                "totalRequests": len(found),
                "promptBreakdown": [{"promptId": key, "cost": cost, "requests": 1} for key, cost in costs.items()],
                "mostUsedPromptTemplates": [
                    {"promptId": each, "requests": 1, "promptName": self.names.get(each)} for each in sorted(used)
                ],
            }
        )


def _fits(logged: Logged, condition: dict[str, Any]) -> bool:
    match condition["field"], condition["operator"]:
        case "metadata", "key_equals":
            return bool(logged.metadata.get(condition["nested_key"]) == condition["value"])
        case "request_start_time", "between":
            start, end = (datetime.fromisoformat(each) for each in condition["value"])
            return start <= logged.at <= end
    raise AssertionError(f"PromptLayer has no such filter: {condition}")


@asynccontextmanager
async def promptlayer() -> AsyncIterator[PromptLayerStandIn]:
    """Serve the stand-in for the block."""
    stands = PromptLayerStandIn()
    routes = [
        Route("/api/public/v2/requests/analytics", stands.answer, methods=["POST"]),
        Route("/api/public/v2/folders", stands.answer, methods=["GET", "POST"]),
    ]
    async with serving(Starlette(routes=routes)) as url:
        stands.url = url
        yield stands
