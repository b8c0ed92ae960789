"""A policy file that changes while the bot runs: taken once it stands still, or kept out with its line."""

import asyncio
import getpass
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cards import policy_notice
from bot.cli.authorship import authorship
from bot.cli.reloading import Reloader
from tests.bot.paper import words
from tests.support.clock import Clock
from tests.support.company import POLICY, Company, company
from tests.support.databases import tried_on
from workflows.policy import load_policy
from workflows.store import Database

_database_url = tried_on("sqlite")
CLOSED = POLICY.replace("rules:\n", "rules:\n  - {name: stop, kinds: [budget], deny: Closed.}\n")


@pytest.fixture(name="acme")
async def _acme(database: Database) -> AsyncIterator[Company]:
    async with company(database, Clock()) as founded:
        yield founded


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    file = tmp_path / "policy.yml"
    write(file, POLICY)
    return file


def write(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")


def rules(acme: Company) -> int:
    return len(acme.service.policy.rules)


async def watching(acme: Company, file: Path) -> Reloader:
    """Return a reloader that has taken the file as it is."""
    reloader = Reloader(acme.service, file)
    assert not await reloader.look()
    assert await reloader.look()
    assert not await reloader.look()
    return reloader


async def test_a_changed_file_is_taken_once_it_stands_still(acme: Company, file: Path) -> None:
    reloader, before = await watching(acme, file), rules(acme)

    write(file, CLOSED)
    assert not await reloader.look()  # it may be half written
    assert rules(acme) == before
    assert await reloader.look()

    assert rules(acme) == before + 1
    assert not await reloader.look()


async def test_a_change_between_the_start_and_the_first_look_is_taken(acme: Company, file: Path) -> None:
    await acme.service.adopt(load_policy(file))
    before = rules(acme)
    write(file, CLOSED)
    reloader = Reloader(acme.service, file)

    await reloader.look()
    await reloader.look()

    assert rules(acme) == before + 1


async def test_a_change_that_keeps_size_and_time_is_seen(acme: Company, file: Path) -> None:
    reloader, before = await watching(acme, file), await asyncio.to_thread(file.stat)

    write(file, POLICY.replace("version: 1\n", "version: 9\n"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert not await reloader.look()
    assert await reloader.look()


async def test_a_broken_or_missing_file_keeps_the_old_policy_until_it_is_mended(acme: Company, file: Path) -> None:
    reloader = await watching(acme, file)
    before = acme.service.policy

    for spoilt in (POLICY.replace("stages", "stagse", 1), ""):
        write(file, spoilt)
        if not spoilt:
            await asyncio.to_thread(file.unlink)
        await reloader.look()
        assert await reloader.look()
        assert acme.service.policy is before
        assert not await reloader.look()

    write(file, CLOSED)
    await reloader.look()
    assert await reloader.look()
    assert rules(acme) == len(before.rules) + 1


async def test_a_kind_or_a_field_that_there_is_not_is_a_broken_file_too(acme: Company, file: Path) -> None:
    reloader, before = Reloader(acme.service, file), acme.service.policy
    write(file, CLOSED.replace("[budget], deny", "[bugdet], deny"))

    await reloader.look()
    await reloader.look()

    assert acme.service.policy is before


def test_what_happened_is_said_with_what_mends_it() -> None:
    changed = {"action": "policy_changed", "digest": "a" * 64, "before": "b" * 64, "name": "policy.yml", "rules": 1}
    declined = {"action": "policy_declined", "digest": "", "holds": "b" * 64, "problem": "policy.yml, line 3: <!here>"}

    assert "policy.yml, 1 rule" in words(policy_notice(changed))
    assert f"SHA-256 `{'a' * 12}`" in words(policy_notice(changed))
    said = words(policy_notice(declined))
    assert "still holds" in said
    assert "line 3: &lt;!here&gt;" in said
    assert "policy check FILE" in said


async def changes(acme: Company) -> list[dict[str, str]]:
    async with acme.database.read() as work:
        entries = [each async for each in work.audit_entries() if each.action == "policy_changed"]
    return [json.loads(each.data)["changed"] for each in entries]


async def test_the_owner_of_a_changed_file_stands_in_the_log(acme: Company, file: Path) -> None:
    await acme.service.adopt(load_policy(file))
    reloader = await watching(acme, file)

    write(file, CLOSED)
    await reloader.look()
    await reloader.look()

    (changed,) = await changes(acme)
    assert (changed["file"], changed["owner"]) == ("policy.yml", getpass.getuser())
    assert changed["written_at"].endswith("+00:00")


def test_of_a_file_that_is_gone_nothing_is_known(tmp_path: Path) -> None:
    assert authorship(tmp_path / "none.yml") == {}
