"""Submitted modals: a request, what an approver or a requester wrote, an order for the audit log.

Here validation comes before the acknowledgement, because its errors are the acknowledgement.
"""

import re
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.blocks import Block, escape
from bot.forms import ANSWER, APPROVE, ASK, AUDIT, DENY, SUBMIT, form, labels, saying, values
from bot.forms.away import AWAY
from bot.forms.emergency import EMERGENCY, WRONG
from bot.forms.narrow import NARROW
from bot.handlers.audit import order
from bot.handlers.away import a_day, hand_over
from bot.handlers.guard import Failure, Late, answering, outcome_of, promptly, sentence
from bot.handlers.opening import replace
from bot.handlers.telling import tell
from bot.payloads import Submission, View, place
from workflows.errors import InvalidFields, Redelivered
from workflows.model import Reference, Verdict
from workflows.service import Service

_WAITING = "This takes longer than usual. It goes on by itself; you may close this window."
_DONE = "Done."


def register(app: AsyncApp) -> None:
    dialogs = "|".join(map(re.escape, (DENY, APPROVE, ASK, ANSWER, NARROW, EMERGENCY, WRONG)))
    app.view(re.compile(f"^({re.escape(SUBMIT)}|({dialogs})$)"))(submit)


async def submit(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    async with answering(context, body):
        submission = Submission.model_validate(body)
        work = _WORK.get(submission.view.callback_id, _open)
        match await outcome_of(promptly(context, work(service, submission))):
            case Failure(error=Late() as late):
                await context.ack(response_action="update", view=saying("One moment…", [_WAITING]))
                context["background"].spawn(_finish(late, context, body, submission, service))
            case Failure(error=error) if not isinstance(error, Redelivered):
                await context.ack(response_action="errors", errors=field_errors(error, submission.view))
            case dict() as shown:
                await context.ack(response_action="update", view=shown)


async def _open(service: Service, submission: Submission) -> None:
    """Make the request, or change the one that the form names.

    The view's id makes a second delivery find the first one's request.
    """
    view = submission.view
    kind = view.callback_id.removeprefix(SUBMIT)
    if view.private_metadata:
        _, _, delivery = _written(submission)
        changed = Reference.parse(view.private_metadata)
        await service.edit(
            changed.request_id,
            values(view.state),
            submission.user_id,
            revision=changed.revision,
            delivery=delivery,
        )
        return
    await service.open(kind, values(view.state), submission.user_id, origin=f"view:{view.id}")


async def _deny(service: Service, submission: Submission) -> None:
    reference, said, delivery = _written(submission)
    await service.decide(reference, submission.user_id, Verdict.DENY, said, delivery=delivery)


async def _approve(service: Service, submission: Submission) -> None:
    reference, said, delivery = _written(submission)
    await service.decide(reference, submission.user_id, Verdict.APPROVE, said, delivery=delivery)


async def _ask(service: Service, submission: Submission) -> None:
    reference, said, delivery = _written(submission)
    await service.ask_back(reference, submission.user_id, said, delivery=delivery)


async def _answer(service: Service, submission: Submission) -> None:
    question, said, delivery = _written(submission)
    await service.answer(question.request_id, question.stage, submission.user_id, said, delivery=delivery)


async def _offer(service: Service, submission: Submission) -> None:
    reference, said, delivery = _written(submission)
    await service.offer(reference, submission.user_id, values(submission.view.state), said, delivery=delivery)


async def _emergency(service: Service, submission: Submission) -> None:
    reference, said, delivery = _written(submission)
    until = a_day(values(submission.view.state), "until")
    await service.break_glass(reference, submission.user_id, said, until, delivery=delivery)


async def _wrong(service: Service, submission: Submission) -> None:
    reference, said, delivery = _written(submission)
    await service.find(reference.request_id, submission.user_id, said, right=False, delivery=delivery)


def _written(submission: Submission) -> tuple[Reference, str, str]:
    """Return what a dialog is about, what was written in it, and its delivery."""
    view = submission.view
    said = str(values(view.state).get("reason") or "")
    # A trigger id belongs to one submission; the view's would silence a second try after a refusal.
    delivery = f"{submission.user_id}:{view.id}:{submission.trigger_id}"
    return Reference.parse(view.private_metadata), said, delivery


_WORK: Mapping[str, Callable[[Service, Submission], Coroutine[Any, Any, Block | None]]] = {
    DENY: _deny,
    APPROVE: _approve,
    ASK: _ask,
    ANSWER: _answer,
    AUDIT: order,
    AWAY: hand_over,
    NARROW: _offer,
    EMERGENCY: _emergency,
    WRONG: _wrong,
}


def field_errors(error: Exception, view: View) -> dict[str, str]:
    """Return field → sentence; what is about no field of this view stands at the first one."""
    said = error.errors if isinstance(error, InvalidFields) else {}
    placed = {name: said[name] for name in view.fields if name in said}
    elsewhere = [each for name, each in said.items() if name not in placed]
    if not said:
        elsewhere = [sentence(error)]
    if elsewhere:
        first = view.fields[0]
        placed[first] = " ".join([*filter(None, [placed.get(first)]), *elsewhere])
    return placed


async def _finish(
    late: Late, context: AsyncBoltContext, body: dict[str, Any], submission: Submission, service: Service
) -> None:
    """Say how it ended, in the modal while it is open; a refused form comes back as it was filled in."""
    outcome = await late.task
    if not isinstance(outcome, Failure) or isinstance(outcome.error, Redelivered):
        shown = outcome if isinstance(outcome, dict) else saying("Done", [_DONE])
        await replace(context, submission.view.id, shown)
        return
    said = sentence(outcome.error)
    if not await replace(context, submission.view.id, _again(submission.view, said, service)):
        await tell(context.client, place(body), said)


def _again(view: View, said: str, service: Service) -> Block:
    kind = service.kinds.get(view.callback_id.removeprefix(SUBMIT))
    if kind is None:
        return saying("Not done", [escape(said)])
    given, named = values(view.state), labels(view.state)
    return form(kind, given=given, labels=named, notices=[said], metadata=view.private_metadata)
