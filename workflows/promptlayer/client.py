"""The few calls that are made to PromptLayer (https://docs.promptlayer.com/reference/introduction)."""

import asyncio
from collections.abc import Generator, Mapping, Sequence
from datetime import datetime
from typing import Any, Self, TypeVar

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from workflows.errors import PromptLayerError, PromptLayerRefused, PromptLayerUnclear
from workflows.model import PromptCost
from workflows.promptlayer.wire import SOURCE, Analytics, Folders, MadeFolder, costliest, folder, question

TIMEOUT = 10.0
"""Seconds for one call as a whole."""

_FOLDERS = "/api/public/v2/folders"
_ANALYTICS = "/api/public/v2/requests/analytics"
_HERE = ("all://127.0.0.1", "all://localhost", "all://[::1]")
_TAKEN = frozenset({httpx.codes.BAD_REQUEST, httpx.codes.CONFLICT})
R = TypeVar("R", bound=BaseModel)


class _Key(httpx.Auth):
    """Puts the key into a request at the last moment, so that it stands nowhere else."""

    def __init__(self, key: SecretStr) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["X-API-KEY"] = self._key.get_secret_value()
        yield request


class PromptLayer:
    """Every method raises ``PromptLayerRefused`` or ``PromptLayerUnclear``; *key* opens one workspace."""

    def __init__(self, *, base_url: str, key: SecretStr, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout
        self._http = httpx.AsyncClient(
            base_url=base_url,
            auth=_Key(key),
            headers={"User-Agent": "countersign"},
            timeout=timeout,
            mounts=dict.fromkeys(_HERE),  # a proxy of the environment is not for this machine
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def costliest_prompts(
        self, project_id: str, start: datetime, end: datetime, most: int
    ) -> Sequence[PromptCost]:
        """Return what the project's logged requests spent on prompts (page: Request Analytics)."""
        body = question(project_id, start, end)
        return costliest(await self._call(Analytics, "POST", _ANALYTICS, body=body), most)

    async def folder_of(self, project_id: str) -> str | None:
        """Return the id of the folder with the project's id, None when there is none (page: List Folders)."""
        params = {"external_source": SOURCE, "external_id": project_id}
        found = await self._call(Folders, "GET", _FOLDERS, params=params)
        return found.folders[0].id if found.folders else None

    async def make_folder(self, name: str, project_id: str) -> str:
        """Make a folder that has the project's id, and return its own (page: Create Folder).

        Names are unique in a workspace: where another thing has this one, the project's id follows it.
        """
        try:
            return await self._make(name, project_id)
        except PromptLayerRefused as refused:
            if refused.status not in _TAKEN:
                raise
        return await self._make(f"{name[:150]} ({project_id})", project_id)

    async def _make(self, name: str, project_id: str) -> str:
        return (await self._call(MadeFolder, "POST", _FOLDERS, body=folder(name, project_id))).folder.id

    async def _call(
        self,
        reads: type[R],
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> R:
        """Call once; what httpx raised is left behind, as it holds the request with its key."""
        outcome = _read(reads, await self._exchange(method, path, body, params))
        if isinstance(outcome, PromptLayerError):
            raise outcome
        return outcome

    async def _exchange(
        self, method: str, path: str, body: Mapping[str, Any] | None, params: Mapping[str, str] | None
    ) -> httpx.Response | None:
        try:
            # httpx's own limit is for each read: a trickle could go on for ever.
            async with asyncio.timeout(self._timeout):
                return await self._http.request(method, path, json=body, params=params)
        except (httpx.HTTPError, TimeoutError):
            return None


def _read(reads: type[R], reply: httpx.Response | None) -> R | PromptLayerError:
    if reply is None:
        return PromptLayerUnclear("PromptLayer does not answer.")
    if reply.status_code == httpx.codes.TOO_MANY_REQUESTS or reply.is_server_error:
        return PromptLayerUnclear(f"PromptLayer answers HTTP {reply.status_code}.")
    if reply.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        sentence = f"PromptLayer refuses PROMPTLAYER_API_KEY (HTTP {reply.status_code})."
        return PromptLayerRefused(sentence, status=reply.status_code)
    if not reply.is_success:
        return PromptLayerRefused(f"PromptLayer answers HTTP {reply.status_code}.", status=reply.status_code)
    try:
        return reads.model_validate_json(reply.content)
    except ValidationError:
        return PromptLayerUnclear("PromptLayer's reply cannot be read.")
