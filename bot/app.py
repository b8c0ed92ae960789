"""Puts the listeners on Bolt, hands them what they need, and turns every error into words."""

import contextlib
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import handlers
from bot.handlers.telling import tell
from bot.payloads import place
from bot.personal_pace import PersonalPace
from bot.slack_api import Identity

log = structlog.get_logger(__name__)

TOO_FAST = "You are faster than this bot may be for one person: nothing was done. Wait a few seconds, then try again."

SERVED = "served"
"""Under which a payload's context has the workspace that it is from."""

IMPLICIT = ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_VERIFICATION_TOKEN")
"""Variables that Bolt reads behind our back; the client's id and secret would switch it to OAuth silently."""


@contextlib.contextmanager
def _hidden(*names: str) -> Iterator[None]:
    """Take *names* out of the environment for as long as the block lasts."""
    taken = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(taken)


ABSENT = "Countersign is not set up for this workspace. Ask your platform team to add it."


@dataclass(frozen=True, kw_only=True)
class Served:
    """A workspace whose people are served: who we are there, our token, and what listeners ask for by name.

    ``identity`` and ``token`` raise one of ``bot.slack_api.FAILURES``.
    """

    identity: Callable[[], Awaitable[Identity]]
    token: Callable[[], Awaitable[str]]
    provided: Mapping[str, Any]


Next = Callable[[], Awaitable[BoltResponse]]


class _Entry:
    """What every payload passes on its way to a listener: whose it is, with which token, and not too fast."""

    def __init__(
        self,
        served: Callable[[Mapping[str, Any]], Served | None],
        observe: Callable[[str], None],
        pace: PersonalPace,
        too_fast: Callable[[str], None],
    ) -> None:
        self._served = served
        self._observe = observe
        self._pace = pace
        self._too_fast = too_fast

    async def find(self, context: AsyncBoltContext, body: dict[str, Any], next_: Next) -> BoltResponse:
        context[SERVED] = self._served(body)
        return await next_()

    @staticmethod
    async def authorize(context: AsyncBoltContext) -> AuthorizeResult | None:
        here: Served | None = context[SERVED]
        if here is None:
            return None
        # Asked of Slack once and remembered: Bolt's own multi-team way asks auth.test at every request.
        ours = await here.identity()
        if context.client is not None:
            context.client.default_params = {"team_id": ours.team_id}
        return AuthorizeResult(
            enterprise_id=ours.enterprise_id or None,
            team_id=ours.team_id,
            bot_id=ours.bot_id,
            bot_user_id=ours.bot_user_id,
            bot_token=await here.token(),
        )

    async def provide(self, context: AsyncBoltContext, body: dict[str, Any], next_: Next) -> BoltResponse:
        here: Served | None = context[SERVED]
        if here is None:
            return BoltResponse(status=200)  # news of a workspace that is not served here any more
        context.update(here.provided)
        kind = str(body.get("type") or ("command" if "command" in body else "unknown"))
        self._observe(kind)
        if not self._pace.allows(f"{context.team_id} {context.user_id or ''}", kind):
            log.warning("too_fast", user=context.user_id, type=kind)
            self._too_fast(kind)
            return await _too_fast(kind, body, context)
        # Whatever is logged on the way, also in the background and for a worker, can be found by this.
        with structlog.contextvars.bound_contextvars(delivery=_named(body), user=context.user_id):
            return await next_()


def build(
    *,
    client: AsyncWebClient,
    signing_secret: str,
    served: Callable[[Mapping[str, Any]], Served | None],
    observe: Callable[[str], None],
    pace: PersonalPace | None = None,
    too_fast: Callable[[str], None] = lambda _kind: None,
) -> AsyncApp:
    """Return the app with every listener of ``bot.handlers``.

    *client* carries no token of its own; *served* returns the workspace that a payload is from, None for one that is
    not served; *observe* hears the type of each payload, *pace* says whether its person may do so much, *too_fast*
    hears of those that may not.
    """
    entry = _Entry(served, observe, pace or PersonalPace(), too_fast)
    with _hidden(*IMPLICIT):
        app = AsyncApp(
            name="countersign",
            client=client,
            signing_secret=signing_secret,
            before_authorize=entry.find,
            authorize=entry.authorize,  # type: ignore[arg-type] # None is what Bolt wants for a workspace unknown
            user_facing_authorize_error_message=ABSENT,
            # What a listener committed is durable before Slack hears 200, and nobody polls for the answer.
            process_before_response=True,
        )
    app.use(entry.provide)
    app.error(_failed)
    for listener in _listeners():
        listener.register(app)
    return app


def _named(body: Mapping[str, Any]) -> str:
    """Return what Slack calls this delivery; nothing that opens anything for who reads it in a log."""
    return str(body.get("event_id") or (body.get("trigger_id") or "").partition(".")[0])


async def _too_fast(kind: str, body: dict[str, Any], context: AsyncBoltContext) -> BoltResponse:
    """Answer what has no effect because its person does too much at once; a form stays open as it is filled in."""
    if kind == "view_submission":
        inputs = [each for each in body["view"].get("blocks", []) if each.get("type") == "input"]
        if inputs:
            return await context.ack(response_action="errors", errors={inputs[0]["block_id"]: TOO_FAST})
    elif kind == "block_suggestion":
        return await context.ack(options=[])
    context["background"].spawn(tell(context.client, place(body), TOO_FAST), name="too fast")
    return await context.ack()


async def _failed(error: Exception, body: dict[str, Any], context: AsyncBoltContext) -> BoltResponse:
    """Acknowledge what a listener could not even answer with words: Slack would only bring it again.

    What broke before it was known to come from Slack for this workspace is not acknowledged.
    """
    log.error("listener_failed", type=body.get("type"), exc_info=error)
    return BoltResponse(status=200 if context.authorize_result is not None else 500)


def _listeners() -> Iterator[Any]:
    """Yield every module of ``bot.handlers`` that registers something, in the order of their names."""
    for found in sorted(iter_modules(handlers.__path__), key=lambda each: each.name):
        module = import_module(f"{handlers.__name__}.{found.name}")
        if hasattr(module, "register"):
            yield module
