"""OpenAI's hosted tools for a project, for good or for a time."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from workflows.errors import InvalidFields
from workflows.kind import Ask, Context, Element, Grant, OneOrMany, Outlook, ProjectField, Receipt, Step, end_of, plain
from workflows.ledger import Ending
from workflows.model import Change
from workflows.steps import TOOLS, disable_tools, enable_tools
from workflows.steps.having import Having, already, having
from workflows.steps.tools import SUBJECT
from workflows.steps.words import listed

FORCED = (
    "What the organisation switches on or off for all projects cannot be changed here; OpenAI answers 409 then. "
    "Nor does an end take a tool away that the organisation has switched on for all meanwhile."
)


class HostedTool(StrEnum):
    FILE_SEARCH = "file_search"
    WEB_SEARCH = "web_search"
    IMAGE_GENERATION = "image_generation"
    MCP = "mcp"
    CODE_INTERPRETER = "code_interpreter"


RISKS: Mapping[str, str] = {
    HostedTool.WEB_SEARCH: "Web search sends words of prompts to the open web, and reads what stands there.",
    HostedTool.MCP: "MCP connects the project to servers of others: what it sends there leaves OpenAI.",
}


class Tool(Grant):
    kind: ClassVar[str] = "tool"
    word: ClassVar[str] = "tool"
    label: ClassVar[str] = "Enable tools"
    about: ClassVar[str] = "Let a project use OpenAI's hosted tools, for good or for a time."
    place: ClassVar[int] = 32
    derived: ClassVar[Mapping[str, Any]] = {"new_tools": ["web_search"]}
    narrows: ClassVar[tuple[str, ...]] = ("tools", "until")

    project: ProjectField = Field(title="Project")
    tools: Annotated[tuple[HostedTool, ...], OneOrMany, Ask(element=Element.CHOICES, affects=True)] = Field(
        title="Tools", description="They are enabled besides those that are.", min_length=1
    )

    @classmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        asked: tuple[HostedTool, ...] = known.get("tools", ())
        if "project" not in known:
            return Outlook(title=cls.label, hints=(FORCED,), request=_facts(known, asked))
        project = await context.organization.project(known["project"])
        has = await _having(project.id, asked, context)
        new = [each for each, one in has.items() if not one.for_good]
        return Outlook(
            title=f"Enable {_named(asked) or 'tools'} in {project.name}",
            changes=tuple(
                Change(
                    label=_title(each),
                    now=one.words("enabled"),
                    proposed=one.extended(end_of(known.get("until"))).words("enabled"),
                )
                for each, one in has.items()
            ),
            risks=tuple(RISKS[each] for each in new if each in RISKS),
            hints=(await _now(project.id, context), FORCED),
            project=project,
            channel=project.channel,
            request=_facts(known, new),
        )

    async def complete(self, context: Context) -> Self:
        await context.organization.project(self.project, anew=True)
        errors = self.until_errors(context.today)
        if not context.extends:  # what is prolonged is there, of course
            has = await _having(self.project, self.tools, context)
            errors |= already(list(has.values()), self.ends_at, field="tools", there="enabled")
        if errors:
            raise InvalidFields(errors)
        return self

    def steps(self) -> Sequence[Step]:
        return (enable_tools([each.value for each in self.tools]),)

    def undo(self, receipts: Mapping[str, Receipt], endings: Sequence[Ending]) -> Sequence[Step]:
        del receipts
        return disable_tools(endings)


async def _having(project_id: str, tools: Sequence[HostedTool], context: Context) -> dict[HostedTool, Having]:
    """Return for each of these tools whether and how long the project may use it."""
    enabled = await context.organization.tools(project_id)
    standing = await context.organization.standing(project_id)
    return {each: having(standing.get(f"{SUBJECT}{each}", ()), now=enabled.get(each, False)) for each in tools}


async def _now(project_id: str, context: Context) -> str:
    """Say what the project may use now, for the form."""
    named = _named([each for each, enabled in (await context.organization.tools(project_id)).items() if enabled])
    return f"It may use these tools now: {named}." if named else "It may use no tool now."


def _named(tools: Sequence[str]) -> str:
    return listed([TOOLS.get(each, each) for each in tools], "tools")


def _title(tool: str) -> str:
    name = TOOLS.get(tool, tool)
    return name[:1].upper() + name[1:]


def _facts(known: Mapping[str, Any], new: Sequence[HostedTool]) -> dict[str, Any]:
    """Return what a policy's condition can compare; ``new_tools`` are those not enabled for good yet."""
    return {"tools": []} | plain({**known, "new_tools": tuple(new)})
