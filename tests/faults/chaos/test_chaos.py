"""Two webs, two workers and PostgreSQL, while everything goes wrong: each request has its one effect, and ends.

A quick run has a few dozen requests; ``python -m pytest --whole -n 0 -s tests/faults/chaos`` has a thousand, which
takes more than an hour: OpenAI lets some ten projects be made a minute.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import traces
from tests.faults.chaos.company import People, Wish
from tests.faults.chaos.postgres import Server, own_server
from tests.faults.chaos.storm import Storm
from tests.support.installation import Installation, installed
from workflows.lifecycle import FINAL
from workflows.store import tables

QUICK, WHOLE = 16, 1_000
RAGES = 30.0
"""Seconds that the storm lasts at the least: few requests are decided sooner."""

ENDS, EACH = 420.0, 8.0
"""Seconds until everything must have ended, once nothing goes wrong any more: claims of the dead run out first.

And for each request: a channel takes one message a second, and each request has about five.
"""

SEED = 7


@pytest.fixture(name="server")
def _server(tmp_path: Path) -> Iterator[Server]:
    with own_server(tmp_path) as server:
        yield server


@pytest.fixture(name="count")
def _count(request: pytest.FixtureRequest) -> int:
    return WHOLE if request.getfixturevalue("whole") else QUICK


async def test_everything_ends_as_it_was_decided_whatever_goes_wrong(
    server: Server, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACTS_PER_MINUTE", "100000")
    dice = random.Random(SEED)
    async with installed(server.url, "socket") as acme:
        storm, people = Storm(acme, server, dice), People(acme, dice)
        wishes = people.wishes(count)
        async with storm.among(["web", "web", "worker", "worker"]):
            began = time.monotonic()
            async with storm.raging():
                await people.live(wishes)
                await asyncio.sleep(max(0.0, RAGES - (time.monotonic() - began)))
            lived = time.monotonic() - began

            await settled(acme, len(wishes))
            ended = time.monotonic() - began

            await effects_are_what_was_decided(acme, wishes)
            await each_request_has_one_card(acme, wishes)
            actions = Counter(await acme.trail())
            assert actions["opened"] == len(wishes)
            assert await storm.stop() == [0, 0, 0, 0]
        await nothing_is_left_of_secrets(acme, storm)
        report(storm, people, wishes, actions, lived, ended)


async def settled(acme: Installation, count: int) -> None:
    """Wait until every request is over and everything is told."""
    requests, outbox = tables.requests, tables.outbox
    final = {each.value for each in FINAL} | {"granted"}
    deadline = time.monotonic() + ENDS + EACH * count
    while True:
        async with acme.database() as database, database.read() as work:
            rows = (await work.connection.execute(requests.select())).mappings().all()
            states = Counter(row["state"] for row in rows)
            waiting = (await work.connection.execute(outbox.select().where(outbox.c.settled_at.is_(None)))).all()
        if set(states) <= final and sum(states.values()) == count and not waiting:
            return
        assert time.monotonic() < deadline, f"{dict(states)}, and {len(waiting)} messages wait: {waiting[:2]}"
        await asyncio.sleep(1)


async def effects_are_what_was_decided(acme: Installation, wishes: list[Wish]) -> None:
    """Look at OpenAI itself: each approved project once, with its limit and its owner; no denied one."""
    body = (await acme.http.get(f"{acme.openai_url}/_sandbox/organization")).json()
    made = Counter(each["name"] for each in body["projects"])
    assert {name: count for name, count in made.items() if count > 1} == {}
    names = {each["name"]: each["id"] for each in body["projects"]}
    assert {each.name for each in wishes if not each.denied} == {each for each in names if each.startswith("chaos-")}
    ours = [each for each in names if each not in {"support-assistant", "internal-search", "prompt-lab"}]
    for wish in wishes:
        if not wish.denied:
            assert await acme.limit(names[wish.name]) == wish.limit * 100, wish
    left = [each for each in ours if not each.startswith("chaos-")]
    assert all("chaos" not in each for each in left), f"half-made projects: {left}"


async def each_request_has_one_card(acme: Installation, wishes: list[Wish]) -> None:
    cards = await acme.hands.messages("omar", "requests")
    for wish in wishes:
        mine = [each for each in cards if wish.name in str(each["text"])]
        assert len(mine) == 1, f"{len(mine)} cards of {wish.name}"
        assert ("Denied" if wish.denied else "Done") in str(mine[0]), mine[0]["text"]


async def nothing_is_left_of_secrets(acme: Installation, storm: Storm) -> None:
    tokens = acme.workspace.tokens
    secrets = [acme.organization.admin_key, tokens.bot, tokens.app, tokens.signing_secret]
    found = "\n".join([await traces.rows(acme), *storm.outputs])
    assert [each for each in secrets if each in found] == []


def report(storm: Storm, people: People, wishes: list[Wish], actions: Counter[str], lived: float, ended: float) -> None:
    lines = [f"{len(wishes)} requests, {sum(each.denied for each in wishes)} denied, {people.again} acts done again"]
    lines += [f"asked and decided in {lived:.0f} s, all over after {ended:.0f} s"]
    lines += [f"{count:>6} {blow}" for blow, count in sorted(storm.blows.items())]
    lines += [f"{count:>6} {action} in the audit log" for action, count in sorted(actions.items())]
    print("\n" + "\n".join(lines))  # noqa: T201 - what this run has to show
