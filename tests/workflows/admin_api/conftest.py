"""A local OpenAI organisation behind real HTTP, clients for it, and a wire on which a test says every reply."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from sandbox.openai import Organization, create_app
from sandbox.serving import serving
from tests.workflows.admin_api.rig import KEY, Answer, Answering, Sandbox, Scripted, Stopwatch, Wire
from workflows.admin_api import AdminAPI, Limiter


@pytest.fixture(name="watch")
def _watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture(name="sandbox")
async def _sandbox() -> AsyncIterator[Sandbox]:
    organization = Organization(admin_key=KEY)
    async with serving(create_app(organization)) as address, httpx.AsyncClient(base_url=address) as http:
        yield Sandbox(organization=organization, address=address, http=http)
    organization.close()


@pytest.fixture(name="api")
async def _api(sandbox: Sandbox, watch: Stopwatch) -> AsyncIterator[AdminAPI]:
    limiter = Limiter(monotonic=watch.monotonic, sleep=watch.sleep)
    async with AdminAPI(base_url=f"{sandbox.address}/v1", admin_key=SecretStr(KEY), limiter=limiter) as api:
        yield api


@pytest.fixture(name="answering")
def _answering(watch: Stopwatch) -> Answering:
    def make(*answers: Answer, **options: Any) -> Scripted:
        wire = Wire(list(answers))
        limiter = Limiter(monotonic=watch.monotonic, sleep=watch.sleep)
        api = AdminAPI(
            base_url="http://openai.test/v1",
            admin_key=SecretStr(KEY),
            limiter=limiter,
            transport=httpx.MockTransport(wire),
            **options,
        )
        return Scripted(api=api, wire=wire)

    return make
