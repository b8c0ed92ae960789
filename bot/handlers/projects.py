"""The project that somebody named after a word, found among those we know."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.replies import nearest
from workflows.kind import Element, Kind
from workflows.model import Project
from workflows.service import Service

_SEARCHED = 50
_COMPARED = 1000


@dataclass(frozen=True, kw_only=True)
class Prefill:
    """First values of a form, the words for them, and sentences about what could not be filled in."""

    values: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


async def prefill(service: Service, kind: type[Kind], text: str) -> Prefill:
    """Read what stands after the word: an existing project's name or id, or the name for something new."""
    asks = kind.asks()
    asked = next((name for name, ask in asks.items() if ask.element is Element.PROJECT), None)
    if not text:
        return Prefill()
    if asked is None:
        return Prefill(values={"name": text}) if "name" in asks else Prefill()
    found = await matching(service, text)
    if len(found) == 1:
        return Prefill(values={asked: found[0].id}, labels={found[0].id: found[0].name})
    return Prefill(notices=(await which(service, text, found),))


async def matching(service: Service, text: str) -> list[Project]:
    """Return the projects that *text* may mean: the one it names exactly, else all whose name holds it."""
    found = [each for each in await service.organization.search_projects(text, _SEARCHED) if not each.archived]
    exact = [each for each in found if text == each.id or text.casefold() == each.name.casefold()]
    return exact or found


async def which(service: Service, text: str, found: list[Project]) -> str:
    """Say why *text* names no one project."""
    if found:
        return f"{len(found)} projects match {text}. Choose one."
    names = [each.name for each in await service.organization.search_projects("", _COMPARED)]
    meant = nearest(text, names)
    return f"There is no project {text}." + (f" Did you mean {meant}?" if meant else " Choose one.")
