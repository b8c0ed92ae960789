"""PromptLayer is off without its key; with it, the worker asks and the doctor looks."""

from pydantic import SecretStr

from bot.cli.promptlayer import looked_at, prompted
from bot.settings import Settings
from tests.support.clock import Clock
from tests.support.promptlayer import KEY, promptlayer
from workflows.store import Database


async def test_without_a_key_nothing_is_asked(database: Database, clock: Clock) -> None:
    async with prompted(Settings.load(), database, clock) as jobs:
        assert jobs == {}
    assert await looked_at(Settings.load()) == "off"


async def test_with_a_key_the_worker_has_the_job_and_the_doctor_a_line(database: Database, clock: Clock) -> None:
    async with promptlayer() as stands:
        settings = Settings.load(promptlayer_api_key=SecretStr(KEY), promptlayer_base_url=stands.url)

        async with prompted(settings, database, clock) as jobs:
            (run, _seconds) = jobs["promptlayer"]
            await run()

        assert stands.heard == [], "Nothing is due in an empty database."
        assert await looked_at(settings) == "its key opens a workspace"
