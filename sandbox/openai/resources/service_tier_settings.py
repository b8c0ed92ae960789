"""Which service tiers a project may ask for, and which one a request gets that names none.

Source: the official SDK 3.54, Service tier settings (newer than the published description). The two are changed
together or not at all. The audit log has no event for it.
"""

from dataclasses import dataclass
from typing import Literal

from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.errors import invalid
from sandbox.openai.organization import Organization
from sandbox.openai.routing import Operations
from sandbox.openai.store import Shelf

operations = Operations()

Tier = Literal["flex", "fast", "ultrafast"]
ALL: Literal["all"] = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class TierSettings:
    """*enabled* beside Standard; ``all`` includes tiers to come."""

    default: str = "standard"
    enabled: Literal["all"] | tuple[Tier, ...] = ALL


TIER_SETTINGS = Shelf(name="service_tiers", holds=TierSettings)
KEY = "tiers"


class TierUpdate(Body):
    """Absent leaves as it is; null is not taken."""

    default: Literal["standard", "fast", "scale"] = "standard"
    enabled_tiers: Literal["all"] | tuple[Tier, ...] = ALL


@operations.get("/organization/projects/{project_id}/service_tier_settings")
def get_settings(organization: Organization, call: Call) -> JSON:
    return draw(tiers_of(organization, organization.active_project(call.path["project_id"]).id))


@operations.post("/organization/projects/{project_id}/service_tier_settings")
def update_settings(organization: Organization, call: Call) -> JSON:
    project = organization.active_project(call.path["project_id"])
    asked, known = call.body(TierUpdate), tiers_of(organization, project.id)
    changed = TierSettings(
        default=asked.default if "default" in asked.model_fields_set else known.default,
        enabled=_once(asked.enabled_tiers) if "enabled_tiers" in asked.model_fields_set else known.enabled,
    )
    if changed.default == "fast" and changed.enabled != ALL and "fast" not in changed.enabled:
        raise invalid("The default tier has to be one of the enabled ones.", "default")
    return draw(organization.store[TIER_SETTINGS].put(KEY, changed, project.id))


def tiers_of(organization: Organization, project_id: str) -> TierSettings:
    return organization.store[TIER_SETTINGS].get(KEY, project_id) or TierSettings()


def draw(settings: TierSettings) -> JSON:
    enabled = settings.enabled if settings.enabled == ALL else list(settings.enabled)
    return {"object": "project.service_tier_settings", "default": settings.default, "enabled_tiers": enabled}


def _once(tiers: Literal["all"] | tuple[Tier, ...]) -> Literal["all"] | tuple[Tier, ...]:
    return tiers if tiers == "all" else tuple(dict.fromkeys(tiers))
