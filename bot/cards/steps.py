"""The steps of a request: what is done, what is under way, and what of it stays or is taken back."""

from collections.abc import Sequence
from datetime import datetime

from bot.blocks import Block, button, confirm, context, inline, sections
from workflows.lifecycle import State
from workflows.model import Dossier, StepRecord, StepState

_SIGNS = {StepState.PLANNED: "·", StepState.DONE: "✓", StepState.INTENDED: "…", StepState.REFUSED: "✗"}
_FORWARD = frozenset({State.EXECUTING, State.UNCONFIRMED, State.FAILED, State.COMPLETED, State.GRANTED})
_BACK = frozenset({State.REVERTING, State.REVERT_FAILED, State.REVERTED})


def progress(dossier: Dossier) -> list[Block]:
    """Return each step with its sign: those of the change or, while it is taken back, those of the way back."""
    state = dossier.request.state
    if state in _FORWARD:
        return [*_listed(dossier.steps), *_stays(dossier)]
    return _listed(_way_back(dossier)) if state in _BACK else []


def _listed(steps: Sequence[StepRecord]) -> list[Block]:
    return sections([f"{_SIGNS[each.state]} {inline(each.says, 300)}" for each in steps], most=3)


def _stays(dossier: Dossier) -> list[Block]:
    """Say of a failure in the middle what stays as it is, and where *Try again* goes on."""
    done = done_steps(dossier)
    if dossier.request.state is not State.FAILED or not done:
        return []
    following = next((each for each in dossier.steps if each.state is not StepState.DONE), None)
    on = f" *Try again* goes on from: {inline(following.says, 300)}." if following else ""
    what = "The step marked ✓ is done and stays" if len(done) == 1 else f"{len(done)} steps marked ✓ are done and stay"
    return [context(f"{what} that way.{on}")]


def done_steps(dossier: Dossier) -> list[StepRecord]:
    return [each for each in dossier.steps if each.state is StepState.DONE]


def _way_back(dossier: Dossier) -> list[StepRecord]:
    """Return the steps that take it back: they were planned after the change was done, or had failed."""
    turned = dossier.request.granted_at or _failed_at(dossier)
    return [each for each in dossier.steps if turned is None or each.intended_at > turned]


def _failed_at(dossier: Dossier) -> datetime | None:
    return next((each.intended_at for each in dossier.steps if each.state is StepState.REFUSED), None)


def taking_back(value: str) -> Block:
    """Return the button that has what was done taken back."""
    sure = confirm(
        "Take back what is done?",
        "Each step that is done is undone as far as OpenAI allows it. It cannot be tried again afterwards.",
        "Take it back",
        "Leave it",
    )
    return button("Take back", "abandon", value, style="danger", confirm=sure)
