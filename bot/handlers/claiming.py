"""Taking a key: a dialog at once, the key made while it waits, shown there once, and revoked when it was not seen.

The key's value is in this file's hands from ``mint`` to ``views.update``, and nowhere else: it is in no message, no
metadata, no log line and no error.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.blocks import checked_view, escape
from bot.forms import TITLE, key_shown, making, saying
from bot.handlers.guard import Failure, answering, outcome_of, promptly, sentence
from bot.handlers.opening import replace
from bot.handlers.telling import tell
from bot.payloads import Click, place
from bot.slack_api import FAILURES, problem_of
from workflows.admin_api import IssuedKey
from workflows.errors import AdminAPIRefused, Conflict, Refusal
from workflows.model import Reference
from workflows.service import Service
from workflows.service.claiming import Attempt
from workflows.service.knowing import USUAL_MODEL

_NOT_OPENED = "The window for the key could not be opened, so no key was made."
_NOT_SHOWN = "The key could not be shown in its window, so it does not work: it is revoked."
_NOT_WRITTEN = "That you have this key could not be written down, so it does not work: it is revoked."
_TOO_LATE = "This took too long, so the key that stood here does not work: it is revoked."
_FREE = "No key was made, and the button works again."
_AGAIN = "You get a message as soon as you can take it again."
PATIENCE = 3.0
"""Seconds that a made key may wait for the name of a model that can be called with it."""

log = structlog.get_logger(__name__)


def register(app: AsyncApp) -> None:
    app.action("claim")(claim)
    app.action("offer")(offer_again)


async def claim(context: AsyncBoltContext, body: dict[str, Any], service: Service, openai_base_url: str) -> None:
    async with answering(context, body):
        taking = Taking(context=context, body=body, service=service, base_url=openai_base_url)
        await promptly(context, taking.begin(Click.model_validate(body)))


async def offer_again(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    async with answering(context, body):
        click = Click.model_validate(body)
        request_id = Reference.parse(click.value).request_id
        await promptly(context, service.offer_again(request_id, click.user_id, delivery=click.delivery))


class Taking:
    """One press of the button. ``base_url`` is where OpenAI's library finds the API."""

    def __init__(self, *, context: AsyncBoltContext, body: Mapping[str, Any], service: Service, base_url: str) -> None:
        self._context = context
        self._body = body
        self._service = service
        self._base_url = base_url

    async def begin(self, click: Click) -> None:
        """Open the dialog, while the click's trigger lives, and go on behind it."""
        request_id = Reference.parse(click.value).request_id
        attempt = await self._service.begin_claim(request_id, click.user_id, delivery=click.delivery)
        try:
            opened = await self._context.client.views_open(trigger_id=click.trigger_id, view=making())
        except FAILURES as failure:
            log.info("key_dialog_not_opened", request=request_id, problem=str(problem_of(failure)))
            await self._service.unshown(attempt, _NOT_OPENED, doubtful=False)
            raise Refusal(f"{_NOT_OPENED} {_AGAIN}") from None
        self._context["background"].spawn(self._fill(str(opened["view"]["id"]), attempt), name="claim")

    async def _fill(self, view_id: str, attempt: Attempt) -> None:
        """Make the key and show it; every way this can go wrong ends with a sentence and without a key."""
        minted, model = await asyncio.gather(
            outcome_of(self._service.mint(attempt)), self._model(attempt.request.project_id)
        )
        if isinstance(minted, Failure):
            await self._unmade(view_id, attempt, minted.error)
            return
        shown = await outcome_of(self._show(view_id, attempt, minted, model))
        if isinstance(shown, Failure):
            # Only its name: what else the error holds may quote the view.
            log.warning("key_not_shown", request=attempt.request.id, error=type(shown.error).__name__)
            await self._lost(view_id, attempt, _NOT_SHOWN, doubtful=False)
            return
        match await outcome_of(self._service.shown(attempt, minted)):
            case Failure(error=Conflict()):
                await self._say(view_id, f"{_TOO_LATE} {_AGAIN}")
            case Failure(error=error):
                log.error("key_not_written_down", request=attempt.request.id, error=type(error).__name__)
                await self._lost(view_id, attempt, _NOT_WRITTEN, doubtful=False)

    async def _unmade(self, view_id: str, attempt: Attempt, error: Exception) -> None:
        """Say why there is no key; after anything but a clear no there may be one, to be found and revoked."""
        if isinstance(error, AdminAPIRefused):
            await self._say(view_id, f"{sentence(error)} {_FREE}")
            return
        await self._lost(view_id, attempt, sentence(error), doubtful=True)

    async def _model(self, project_id: str) -> str:
        found = await outcome_of(asyncio.wait_for(self._service.a_model(project_id), PATIENCE))
        return USUAL_MODEL if isinstance(found, Failure) else found

    async def _show(self, view_id: str, attempt: Attempt, key: IssuedKey, model: str) -> None:
        """Show the key; raises when it did not arrive, or when nobody knows whether it did."""
        view = checked_view(key_shown(key, attempt.request.title, base_url=self._base_url, model=model))
        await self._context.client.views_update(view_id=view_id, view=view)

    async def _lost(self, view_id: str, attempt: Attempt, problem: str, *, doubtful: bool) -> None:
        """Have whatever was made revoked, and say so where the person looks."""
        written = await outcome_of(self._service.unshown(attempt, problem, doubtful=doubtful))
        if isinstance(written, Failure):  # the attempt's time runs out by itself, and its key is revoked then
            log.error("claim_not_ended", request=attempt.request.id, error=type(written.error).__name__)
        await self._say(view_id, f"{problem} {_AGAIN}")

    async def _say(self, view_id: str, said: str) -> None:
        if not await replace(self._context, view_id, saying(TITLE, [escape(said)])):
            await tell(self._context.client, place(self._body), said)
