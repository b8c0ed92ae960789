"""A client for one workspace, with whichever token the app has there at the moment of the call."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.installations.installations import Installed


class InstalledClient(AsyncWebClient):
    """``installed`` returns the app there or raises ``NotInstalled``, which is one of ``bot.slack_api.FAILURES``."""

    def __init__(self, installed: Callable[[], Awaitable[Installed]], **options: Any) -> None:
        super().__init__(**options)
        self._installed = installed

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:
        found = await self._installed()
        self.token = found.token
        # A token of the whole organisation does not say by itself which workspace is meant.
        self.default_params = {"team_id": found.team} if found.org_wide else {}
        return await super().api_call(api_method, **options)
