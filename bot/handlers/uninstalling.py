"""A workspace has taken the app out: its token is forgotten.

docs.slack.dev/reference/events/app_uninstalled and docs.slack.dev/reference/events/tokens_revoked.
"""

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext


def register(app: AsyncApp) -> None:
    app.event("app_uninstalled")(look_again)
    app.event("tokens_revoked")(look_again)


async def look_again(context: AsyncBoltContext) -> None:
    """See whether our token is still one; with a token from the environment there is nothing to forget."""
    forget = context.get("uninstalled")
    if forget is not None:
        await forget()
