"""Steps about OpenAI's hosted tools in a project.

The organisation decides for each tool whether projects may choose at all; where they may not, OpenAI answers 409, and
no operation tells beforehand. So only those tools are written that are not as they should be.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from workflows.errors import AdminAPIRefused, AdminAPIThrottled
from workflows.kind import Receipt, Step, Work
from workflows.ledger import Ending, Mark
from workflows.steps.words import ending_of, listed

SUBJECT = "tool:"
TOOLS: Mapping[str, str] = {
    "file_search": "file search",
    "web_search": "web search",
    "image_generation": "image generation",
    "mcp": "MCP servers",
    "code_interpreter": "code interpreter",
}
"""OpenAI's name → what people call it."""


def enable_tools(tools: Sequence[str]) -> Step:
    """Let the project use these tools: all of them, or none when OpenAI refuses one."""

    async def act(work: Work) -> None:
        await work.api.set_hosted_tools(work.project_id, dict.fromkeys(await _other(work, tools, enabled=True), True))

    def marks(before: Receipt, receipt: Receipt) -> list[Mark]:
        had = before["enabled"]
        return [Mark(subject=f"{SUBJECT}{each}", value=True, before=each in had) for each in receipt["tools"]]

    return Step(
        name="enable_tools",
        says=f"Enable {_named(tools)}",
        look=_all(tools, "tools", enabled=True),
        act=act,
        note=_enabled(tools),
        marks=marks,
    )


def disable_tools(endings: Sequence[Ending]) -> Sequence[Step]:
    """Disable those tools that nothing else gives any more.

    One by one, and every one that can be: one that the organisation forces on meanwhile must not keep the others on.
    """
    gone = [each.subject.removeprefix(SUBJECT) for each in ending_of(endings, SUBJECT) if not each.target]

    async def act(work: Work) -> None:
        refused: AdminAPIRefused | None = None
        for each in await _other(work, gone, enabled=False):
            try:
                await work.api.set_hosted_tools(work.project_id, {each: False})
            except AdminAPIThrottled:
                raise
            except AdminAPIRefused as problem:
                refused = problem
        if refused is not None:
            raise refused

    step = Step(
        name="disable_tools",
        says=f"Disable {_named(gone)}",
        look=_all(gone, "tools_taken_back", enabled=False),
        act=act,
        note=_enabled(gone),
    )
    return (step,) if gone else ()


async def _other(work: Work, tools: Sequence[str], *, enabled: bool) -> list[str]:
    """Return those of *tools* that are not as they should be."""
    now = await work.api.hosted_tools(work.project_id)
    return [each for each in tools if now.get(each, False) is not enabled]


def _enabled(tools: Sequence[str]) -> Callable[[Work], Awaitable[Receipt]]:
    """Return the note of which of these tools are on before the act."""

    async def note(work: Work) -> Receipt:
        return {"enabled": await _other(work, tools, enabled=False)}

    return note


def _all(tools: Sequence[str], what: str, *, enabled: bool) -> Callable[[Work], Awaitable[Receipt | None]]:
    async def look(work: Work) -> Receipt | None:
        return None if await _other(work, tools, enabled=enabled) else {what: list(tools)}

    return look


def _named(tools: Sequence[str]) -> str:
    return listed([TOOLS.get(each, each) for each in tools], "tools")
