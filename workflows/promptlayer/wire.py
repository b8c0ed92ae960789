"""What is sent to PromptLayer and what its replies mean: pure.

Source: its OpenAPI description, ``POST /api/public/v2/requests/analytics`` (RequestAnalyticsResponse) and
``/api/public/v2/folders``, as published in August 2026.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from workflows.model import PromptCost
from workflows.money import from_decimal

METADATA_KEY = "openai_project_id"
"""The key under which a logged request says to which OpenAI project it belongs."""

SOURCE = "openai"
"""The source of a folder's external id, which is the project's."""

LONGEST_NAME = 255


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class _Prompt(_Reply):
    promptId: str | None = None  # noqa: N815 - PromptLayer's name
    promptName: str | None = None  # noqa: N815 - PromptLayer's name
    cost: Decimal | None = None


class Analytics(_Reply):
    """``promptBreakdown`` says what each prompt cost, ``mostUsedPromptTemplates`` what each is called."""

    promptBreakdown: list[_Prompt] | None = None  # noqa: N815 - PromptLayer's name
    mostUsedPromptTemplates: list[_Prompt] | None = None  # noqa: N815 - PromptLayer's name


class _Folder(_Reply):
    id: str


class Folders(_Reply):
    folders: list[_Folder]


class MadeFolder(_Reply):
    folder: _Folder


def question(project_id: str, start: datetime, end: datetime) -> Mapping[str, Any]:
    """Return the body that asks for the requests of a project between two moments (UTC)."""
    filters = [
        {"field": "metadata", "operator": "key_equals", "value": project_id, "nested_key": METADATA_KEY},
        {"field": "request_start_time", "operator": "between", "value": [_iso(start), _iso(end)]},
    ]
    return {"filter_group": {"logic": "AND", "filters": filters}}


def costliest(said: Analytics, most: int) -> Sequence[PromptCost]:
    """Return the prompts that cost most, those first; calls without a prompt of the registry are none."""
    names = {each.promptId: each.promptName for each in said.mostUsedPromptTemplates or ()}
    costs = [
        PromptCost(name=names.get(each.promptId) or f"prompt {each.promptId}", cents=from_decimal(each.cost))
        for each in said.promptBreakdown or ()
        if each.promptId and each.cost is not None and each.cost.is_finite()
    ]
    dear = [each for each in costs if each.cents > 0]
    return sorted(dear, key=lambda each: (-each.cents, each.name))[:most]


def folder(name: str, project_id: str) -> Mapping[str, Any]:
    """Return the body that makes a folder which can be found by the project's id."""
    return {"name": name[:LONGEST_NAME], "external_ids": [{"source": SOURCE, "external_id": project_id}]}


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
