"""What a project may use: models, hosted tools, and how much of a model in a minute."""

from collections.abc import Mapping, Sequence

from workflows.admin_api.client.operations import PROJECT, Operations, delete, get, given, post
from workflows.admin_api.wire import read
from workflows.admin_api.wire.values import ModelPermissions, RateLimit

_MODEL_PERMISSIONS = f"{PROJECT}/model_permissions"
_HOSTED_TOOLS = f"{PROJECT}/hosted_tool_permissions"
_RATE_LIMITS = f"{PROJECT}/rate_limits"


class Limits(Operations):
    async def model_permissions(self, project_id: str) -> ModelPermissions | None:
        """Return a project's model policy, None when it has none (API page: Retrieve model permissions).

        Raises ``AdminAPINotFound`` when OpenAI says that the project itself is missing.
        """
        return await self._one_or_none(read.model_permissions, get(_MODEL_PERMISSIONS, project_id=project_id))

    async def set_model_permissions(
        self, project_id: str, model_ids: Sequence[str], *, mode: str = "allow_list"
    ) -> ModelPermissions:
        """Allow exactly these models, in place of whatever was allowed (API page: Modify model permissions).

        With *mode* ``deny_list`` all but these.
        """
        body = {"mode": mode, "model_ids": list(model_ids)}
        call = post(_MODEL_PERMISSIONS, body, project_id=project_id)
        return await self._caller.value(read.model_permissions, call)

    async def delete_model_permissions(self, project_id: str) -> None:
        """Remove a project's model policy, so that it may use every model; that there was none is no error."""
        await self._remove(delete(_MODEL_PERMISSIONS, project_id=project_id))

    async def hosted_tools(self, project_id: str) -> Mapping[str, bool]:
        """Return for each hosted tool whether it is on (API page: Retrieve hosted tool permissions)."""
        return await self._caller.value(read.hosted_tools, get(_HOSTED_TOOLS, project_id=project_id))

    async def set_hosted_tools(self, project_id: str, tools: Mapping[str, bool]) -> Mapping[str, bool]:
        """Switch these tools on or off, others stay; returns them all (API page: Modify hosted tool permissions).

        A tool that the organisation switched for all projects refuses, mostly with 409: no call can change that.
        """
        body = {tool: {"enabled": enabled} for tool, enabled in tools.items()}
        return await self._caller.value(read.hosted_tools, post(_HOSTED_TOOLS, body, project_id=project_id))

    async def rate_limits(self, project_id: str) -> list[RateLimit]:
        """Return a project's rate limits, one for each model it may use (API page: List project rate limits)."""
        return await self._caller.everything(read.rate_limit, get(_RATE_LIMITS, project_id=project_id))

    async def set_rate_limit(
        self,
        project_id: str,
        rate_limit_id: str,
        *,
        requests_per_minute: int | None = None,
        tokens_per_minute: int | None = None,
        images_per_minute: int | None = None,
        audio_megabytes_per_minute: int | None = None,
        requests_per_day: int | None = None,
        batch_input_tokens_per_day: int | None = None,
    ) -> RateLimit:
        """Change the limits given, others stay (API page: Modify project rate limit).

        A limit the model does not have, or above the organisation's own, refuses. There is no reset: remember the old.
        """
        body = given(
            max_requests_per_1_minute=requests_per_minute,
            max_tokens_per_1_minute=tokens_per_minute,
            max_images_per_1_minute=images_per_minute,
            max_audio_megabytes_per_1_minute=audio_megabytes_per_minute,
            max_requests_per_1_day=requests_per_day,
            batch_1_day_max_input_tokens=batch_input_tokens_per_day,
        )
        call = post(f"{_RATE_LIMITS}/{{rate_limit_id}}", body, project_id=project_id, rate_limit_id=rate_limit_id)
        return await self._caller.value(read.rate_limit, call)
