"""Steps about the models that a project may use.

OpenAI replaces a project's whole list at once, so each of these reads it first; two requests about one project never
run at the same time.
"""

from collections.abc import Awaitable, Callable, Sequence

from workflows.admin_api import ModelPermissions
from workflows.kind import Receipt, Step, Work
from workflows.ledger import Ending, Mark
from workflows.steps.words import ending_of, listed

ALLOW, DENY = "allow_list", "deny_list"
SUBJECT = "model:"


def allows(permissions: ModelPermissions | None, model: str) -> bool:
    """Say whether a project with these permissions (None: no policy) may use *model*."""
    if permissions is None:
        return True
    return (model in permissions.model_ids) is (permissions.mode != DENY)


def only_models(model_ids: Sequence[str]) -> Step:
    """Allow these models and no others."""

    async def note(work: Work) -> Receipt:
        permissions = await work.api.model_permissions(work.project_id)
        return {permissions.mode: sorted(permissions.model_ids)} if permissions is not None else {}

    async def look(work: Work) -> Receipt | None:
        permissions = await work.api.model_permissions(work.project_id)
        if permissions is None or permissions.mode != ALLOW or permissions.model_ids != frozenset(model_ids):
            return None
        return {"models": sorted(permissions.model_ids)}

    async def act(work: Work) -> None:
        await work.api.set_model_permissions(work.project_id, model_ids)

    def marks(before: Receipt, receipt: Receipt) -> list[Mark]:
        del before
        return [Mark(subject=f"{SUBJECT}{each}", value=True, before=False) for each in receipt["models"]]

    says = f"Allow {listed(model_ids, 'models')}"
    return Step(name="allow_models", says=says, look=look, act=act, note=note, marks=marks)


def add_models(model_ids: Sequence[str]) -> Step:
    """Allow these models besides those that are allowed."""

    async def look(work: Work) -> Receipt | None:
        permissions = await work.api.model_permissions(work.project_id)
        return {"models": list(model_ids)} if all(allows(permissions, each) for each in model_ids) else None

    def marks(before: Receipt, receipt: Receipt) -> list[Mark]:
        had = before["allowed"]
        return [Mark(subject=f"{SUBJECT}{each}", value=True, before=each in had) for each in receipt["models"]]

    says = f"Allow {listed(model_ids, 'models')}"
    return Step(
        name="add_models",
        says=says,
        look=look,
        act=_changing(model_ids, allowed=True),
        note=_allowed(model_ids),
        marks=marks,
    )


def take_models_back(endings: Sequence[Ending]) -> Sequence[Step]:
    """Take those models back that nothing else gives any more; a project without a policy keeps having every model."""
    gone = [each.subject.removeprefix(SUBJECT) for each in ending_of(endings, SUBJECT) if not each.target]

    async def look(work: Work) -> Receipt | None:
        permissions = await work.api.model_permissions(work.project_id)
        if permissions is None:
            return {"kept": gone}
        return None if any(allows(permissions, each) for each in gone) else {"models_taken_back": gone}

    step = Step(
        name="take_models_back",
        says=f"Take {listed(gone, 'models')} back",
        look=look,
        act=_changing(gone, allowed=False),
        note=_allowed(gone),
    )
    return (step,) if gone else ()


def _allowed(model_ids: Sequence[str]) -> Callable[[Work], Awaitable[Receipt]]:
    """Return the note of which of these models are allowed before the act."""

    async def note(work: Work) -> Receipt:
        permissions = await work.api.model_permissions(work.project_id)
        return {"allowed": [each for each in model_ids if allows(permissions, each)]}

    return note


def _changing(model_ids: Sequence[str], *, allowed: bool) -> Callable[[Work], Awaitable[None]]:
    """Return the act that writes the list anew with these models allowed, or not."""

    async def act(work: Work) -> None:
        permissions = await work.api.model_permissions(work.project_id)
        if permissions is None:
            return
        listing = allowed is (permissions.mode != DENY)
        ids = permissions.model_ids | set(model_ids) if listing else permissions.model_ids - set(model_ids)
        await work.api.set_model_permissions(work.project_id, sorted(ids), mode=permissions.mode)

    return act
