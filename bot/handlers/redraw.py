"""A field that changes what a request would do was changed: the form says anew what is now and who decides."""

from collections import OrderedDict
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.blocks import Block, checked_view
from bot.forms import SUBMIT, form, labels, values
from bot.forms.elements import ACTION
from bot.handlers.guard import Failure, answering, outcome_of, promptly, sentence
from bot.handlers.opening import replace
from bot.payloads import Click, View
from workflows.kind import Kind
from workflows.service import Service

REMEMBERED = 500


def register(app: AsyncApp) -> None:
    app.action(ACTION)(Redraws().redraw)


class Redraws:
    """Knows the newest change of each open form, so that what is shown follows from it and not from an older one.

    Slack's ``hash`` alone would let the first of two redraws win, which is the older one.
    """

    def __init__(self) -> None:
        self._newest: OrderedDict[str, str] = OrderedDict()

    async def redraw(self, context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
        async with answering(context, body):
            click = Click.model_validate(body)
            view = click.view
            kind = service.kinds.get(view.callback_id.removeprefix(SUBMIT)) if view else None
            if view is not None and kind is not None:
                await promptly(context, self._draw(context, service, kind, view, click))

    async def _draw(
        self, context: AsyncBoltContext, service: Service, kind: type[Kind], view: View, click: Click
    ) -> None:
        self._note(view.id, click.action_ts)
        drawn = await _form(service, kind, view, click.user_id)
        if not self._is_newest(view.id, click.action_ts):
            return
        updated = await replace(context, view.id, drawn, view.hash or None)
        if not updated and self._is_newest(view.id, click.action_ts):
            await replace(context, view.id, drawn)  # an older redraw came in between

    def _note(self, view_id: str, action_ts: str) -> None:
        self._newest[view_id] = max(action_ts, self._newest.pop(view_id, ""))
        while len(self._newest) > REMEMBERED:
            self._newest.popitem(last=False)

    def _is_newest(self, view_id: str, action_ts: str) -> bool:
        return self._newest.get(view_id, action_ts) == action_ts


async def _form(service: Service, kind: type[Kind], view: View, user: str) -> Block:
    """Return the form with what is now, or with the sentence that says why this cannot be known."""
    given, named, about = values(view.state), labels(view.state), view.private_metadata
    preview = await outcome_of(service.preview(kind.kind, given, user))
    if isinstance(preview, Failure):
        return form(kind, given=given, labels=named, notices=[sentence(preview.error)], metadata=about)
    return checked_view(form(kind, preview, given=given, labels=named, metadata=about))
