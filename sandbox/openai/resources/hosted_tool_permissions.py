"""Which of OpenAI's hosted tools a project may use, as far as the organisation leaves that to its projects.

Source: Administration API reference, Hosted tool permissions, and the guide's three policies for each tool: all
projects, none, or selected ones. What contradicts a policy of all or none is answered 409. A project that nobody
selected has no tool.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.errors import conflict
from sandbox.openai.organization import Organization
from sandbox.openai.routing import Operations
from sandbox.openai.settings import TOOLS
from sandbox.openai.store import Shelf

operations = Operations()


@dataclass(frozen=True, kw_only=True, slots=True)
class SelectedTools:
    """What was said of the project, by tool; a policy of all or none stands above it."""

    enabled: Mapping[str, bool] = field(default_factory=dict)


SELECTED_TOOLS = Shelf(name="hosted_tools", holds=SelectedTools)
KEY = "tools"


class ToolUpdate(Body):
    enabled: bool


class ToolsUpdate(Body):
    """Absent and null both leave a tool as it is."""

    file_search: ToolUpdate | None = None
    web_search: ToolUpdate | None = None
    image_generation: ToolUpdate | None = None
    mcp: ToolUpdate | None = None
    code_interpreter: ToolUpdate | None = None


@operations.get("/organization/projects/{project_id}/hosted_tool_permissions")
def get_tools(organization: Organization, call: Call) -> JSON:
    return draw(usable_tools(organization, organization.active_project(call.path["project_id"]).id))


@operations.post("/organization/projects/{project_id}/hosted_tool_permissions")
def update_tools(organization: Organization, call: Call) -> JSON:
    project = organization.active_project(call.path["project_id"])
    asked = {tool: update["enabled"] for tool, update in call.body(ToolsUpdate).model_dump(exclude_none=True).items()}
    for tool, enabled in asked.items():
        _refuse_forced(organization, tool, enabled=enabled)
    known = organization.store[SELECTED_TOOLS].get(KEY, project.id) or SelectedTools()
    organization.store[SELECTED_TOOLS].put(KEY, SelectedTools(enabled={**known.enabled, **asked}), project.id)
    return draw(usable_tools(organization, project.id))


def usable_tools(organization: Organization, project_id: str) -> dict[str, bool]:
    """Return for each hosted tool whether the project may use it now."""
    chosen = organization.store[SELECTED_TOOLS].get(KEY, project_id) or SelectedTools()
    policies = organization.settings.now.hosted_tools
    forced = {"all": True, "none": False}
    return {tool: forced.get(policies[tool], chosen.enabled.get(tool, False)) for tool in TOOLS}


def draw(tools: Mapping[str, bool]) -> JSON:
    return {tool: {"enabled": enabled} for tool, enabled in tools.items()}


def _refuse_forced(organization: Organization, tool: str, *, enabled: bool) -> None:
    policies = {str(each): policy for each, policy in organization.settings.now.hosted_tools.items()}
    if policies[tool] == ("none" if enabled else "all"):
        projects = "no project" if enabled else "all projects"
        message = f"The organization enables {tool} for {projects}; a project cannot change that."
        raise conflict(message, "hosted_tool_forced")
