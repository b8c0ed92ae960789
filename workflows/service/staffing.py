"""Whether the people that a policy names are there: found out beforehand, as far as no project has a say in it."""

from collections.abc import AsyncIterator, Iterable

from workflows.errors import AmbiguousPerson, ForeignWorkspace, UnknownPerson
from workflows.model import Approvers, ApproverSource, Directory, Stage
from workflows.policy import Policy

_LOOKED_UP = (ApproverSource.GROUP, ApproverSource.EMAIL)


async def shortages(policy: Policy, directory: Directory) -> AsyncIterator[str]:
    """Yield a sentence for each group and address that has nobody, and for each stage that has too few people.

    Owners are not counted: who they are depends on the project.
    """
    lists = {"auditors": policy.auditors, "administrators": policy.administrators, "fallback": policy.fallback}
    for name, sources in lists.items():
        async for each in _missing(sources, directory):
            yield f"{name}: {each}"
    for rule in policy.rules:
        async for each in _missing(rule.requesters, directory):
            yield f'rule "{rule.name}", requesters: {each}'
        for stage in rule.stages:
            async for each in _short(stage, directory):
                yield f'rule "{rule.name}", stage "{stage.name}": {each}'


async def _short(stage: Stage, directory: Directory) -> AsyncIterator[str]:
    async for each in _missing((*stage.approvers, *stage.backup), directory):
        yield each
    if all(each.source in _LOOKED_UP for each in stage.approvers):
        found = {person for each in stage.approvers for person in await _people(each, directory)}
        if len(found) < stage.quorum:
            yield f"{stage.quorum} must approve, and there {_are(len(found))}; so it goes to the fallback"


async def _missing(sources: Iterable[Approvers], directory: Directory) -> AsyncIterator[str]:
    for each in sources:
        if each.source in _LOOKED_UP and not await _people(each, directory):
            what = "has no active member here" if each.source is ApproverSource.GROUP else "is nobody active here"
            yield f"{each} {what}"


async def _people(source: Approvers, directory: Directory) -> frozenset[str]:
    """Return the ids of the active people that a group or an address stands for."""
    try:
        if source.source is ApproverSource.GROUP:
            return frozenset(each.id for each in await directory.group(source.value))
        return frozenset({(await directory.by_email(source.value)).id})
    except (UnknownPerson, AmbiguousPerson, ForeignWorkspace):
        return frozenset()


def _are(count: int) -> str:
    return "is nobody" if count == 0 else "is only 1" if count == 1 else f"are only {count}"
