"""PromptLayer beside everything else, if the environment has a key for it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from bot.settings import Settings
from workflows.promptlayer import PromptLayer
from workflows.prompts import Prompts
from workflows.store import Database

EVERY = 60.0
"""Seconds between two looks at what there is to ask; news is looked at at once."""

Jobs = dict[str, tuple[Callable[[], Awaitable[object]], float]]


@asynccontextmanager
async def prompted(settings: Settings, database: Database, now: Callable[[], datetime]) -> AsyncIterator[Jobs]:
    """Yield the worker's job that asks PromptLayer, by its name: none without a key."""
    if settings.promptlayer_api_key is None:
        yield {}
        return
    async with PromptLayer(base_url=settings.promptlayer_base_url, key=settings.promptlayer_api_key) as client:
        asking = Prompts(promptlayer=client, database=database, now=now)
        yield {"promptlayer": (asking.run_due, EVERY)}


async def looked_at(settings: Settings) -> str:
    """Return that PromptLayer takes the key, for the doctor. Raises ``PromptLayerError``."""
    if settings.promptlayer_api_key is None:
        return "off"
    async with PromptLayer(base_url=settings.promptlayer_base_url, key=settings.promptlayer_api_key) as client:
        await client.folder_of("none")
    return "its key opens a workspace"
