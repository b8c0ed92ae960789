"""Calling models with the official SDK, blocking and asynchronous, through keys of projects."""

import asyncio
import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import openai

from sandbox.openai import Organization
from sandbox.openai.keys import Owner
from sandbox.openai.records import SERVICE_ACCOUNTS, ApiKey, Project, ServiceAccount

KINDS = ("blocking", "asynchronous")
HELLO: list[dict[str, str]] = [{"role": "user", "content": "Hello"}]


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A project with a key of its own service account."""

    project: Project
    key: ApiKey
    value: str


def issue(organization: Organization, name: str = "QA", *, role: str = "member", **restrictions: Any) -> Issued:
    project = organization.add_project(name=name)
    account = ServiceAccount(id=f"svc_acct_{name}", name="ci", role=role, created_at=organization.clock.now())
    organization.store[SERVICE_ACCOUNTS].put(account.id, account, project.id)
    owner = Owner(type="service_account", id=account.id)
    key, value = organization.keys.issue(project.id, owner, "ci", **restrictions)
    return Issued(project=project, key=key, value=value)


class Client:
    """One face for both clients: what they return is awaited, streams are read to their end."""

    def __init__(self, client: Any) -> None:
        self.sdk = client

    async def __call__(self, path: str, *args: Any, **kwargs: Any) -> Any:
        """Call the method at *path*, such as ``chat.completions.create``."""
        method = self.sdk
        for step in path.split("."):
            method = getattr(method, step)
        if isinstance(self.sdk, openai.AsyncOpenAI):
            found = method(*args, **kwargs)
            result = await found if inspect.isawaitable(found) else found
            return [each async for each in result] if hasattr(result, "__aiter__") else result
        return await asyncio.to_thread(lambda: _read(method(*args, **kwargs)))

    async def chat(self, model: str = "gpt-4.1", **kwargs: Any) -> Any:
        return await self("chat.completions.create", model=model, messages=kwargs.pop("messages", HELLO), **kwargs)


@asynccontextmanager
async def calling(address: str, value: str, kind: str = "asynchronous", **options: Any) -> AsyncIterator[Client]:
    """Yield a client of the server at *address* with the key *value*; it does not retry."""
    settings = {"api_key": value, "base_url": f"{address}/v1", "max_retries": 0, "timeout": 20, **options}
    if kind == "blocking":
        with openai.OpenAI(**settings) as client:
            yield Client(client)
    else:
        async with openai.AsyncOpenAI(**settings) as client:
            yield Client(client)


def _read(result: Any) -> Any:
    is_list = isinstance(result, openai.Stream) or type(result).__name__.endswith("Page")
    return list(result) if is_list else result
