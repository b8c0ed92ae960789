"""The guard around every listener: an answer to Slack in time, and a sentence to the person for every error.

Bolt forgets an acknowledgement when the listener raises after it, and the person would see a time-out. So no
listener raises: the guard acknowledges, explains and logs.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from slack_bolt.context.async_context import AsyncBoltContext

from bot.handlers.telling import tell
from bot.payloads import place
from bot.replies import is_known, reply_to
from bot.slack_api import FAILURES, problem_of
from workflows.errors import Redelivered

ANSWER_WITHIN = 2.5
"""Seconds until we answer Slack, which waits 3."""

T = TypeVar("T")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What a piece of work ended in instead of its result."""

    error: Exception


async def outcome_of(work: Awaitable[T]) -> T | Failure:
    """Return what *work* returns, or its failure: for work whose errors are to be said, not raised."""
    try:
        return await work
    except Exception as error:  # noqa: BLE001 - handed to the caller, who explains and logs it
        return Failure(error=error)


class Late(Exception):
    """The work goes on after Slack was answered: ``task`` ends in its outcome, ``then`` takes its result."""

    def __init__(self, task: asyncio.Task[Any], then: Callable[[Any], Awaitable[object]] | None) -> None:
        self.task = task
        self.then = then
        super().__init__("still at work")


async def promptly(
    context: AsyncBoltContext, work: Coroutine[Any, Any, T], then: Callable[[T], Awaitable[object]] | None = None
) -> T:
    """Return what *work* returns, or raise ``Late`` when Slack cannot wait for it.

    The work is never cut off: late, it goes on in the background, *then* is given its result, and an error is
    told to the person. So nothing is lost, and nobody is led to do it twice.
    """
    task: asyncio.Task[T | Failure] = context["background"].spawn(outcome_of(work))
    done, _ = await asyncio.wait({task}, timeout=ANSWER_WITHIN)
    if not done:
        raise Late(task, then)
    outcome = task.result()
    if isinstance(outcome, Failure):
        raise outcome.error
    return outcome


@contextlib.asynccontextmanager
async def answering(context: AsyncBoltContext, body: Mapping[str, Any]) -> AsyncIterator[None]:
    """Run a listener so that Slack is always answered and the person hears of whatever went wrong."""
    try:
        yield
    except Late as late:
        context["background"].spawn(_afterwards(late, context, body))
    except Exception as error:  # noqa: BLE001 - explained to the person and logged
        context["background"].spawn(explain(error, context, body))
    if context.ack.response is None:
        await context.ack()


async def _afterwards(late: Late, context: AsyncBoltContext, body: Mapping[str, Any]) -> None:
    outcome = await late.task
    if isinstance(outcome, Failure):
        await explain(outcome.error, context, body)
    elif late.then is not None:
        await late.then(outcome)


def sentence(error: Exception) -> str:
    """Return what to say about *error*; an unexpected one is logged under the reference that is said."""
    if is_known(error):
        log.info("refused", error=type(error).__name__, sentence=str(error))
        return reply_to(error)
    reference = secrets.token_hex(4)
    log.error("listener_failed", reference=reference, exc_info=error)
    return reply_to(error, reference)


async def explain(error: Exception, context: AsyncBoltContext, body: Mapping[str, Any]) -> None:
    """Tell the person what went wrong; a delivery that came twice is nobody's business."""
    if not _came_before(error):
        await tell(context.client, place(body), sentence(error))


def _came_before(error: Exception) -> bool:
    """Say whether this delivery had its effect already: it is stored, or its trigger id has opened the modal."""
    if isinstance(error, FAILURES):
        return problem_of(error).code == "exchanged_trigger_id"
    return isinstance(error, Redelivered)
