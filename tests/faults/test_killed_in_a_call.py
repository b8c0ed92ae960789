"""A worker killed while it waits for an answer that never comes: the next one looks, and nothing happens twice."""

from collections.abc import Mapping
from typing import Literal

from sandbox.scenario.hands import eventually
from tests.faults.moments import LATER, ONE_STORY_EACH, Moment, World, world
from tests.faults.together import together
from tests.support.doomed.nursery import KILLED, Nursery
from tests.support.installation import Installation

When = Literal["before_commit", "after_commit"]


@ONE_STORY_EACH
async def test_a_call_that_nobody_answered_before_the_kill_has_its_effect_once(
    told: Mapping[str, Moment], nursery: Nursery
) -> None:
    approved = told["approved"]
    async with approved.again("unharmed") as acme:
        code, points = await nursery.run(approved.order(acme, "unharmed"))
        assert code == 0
        unharmed = await world(acme, approved.story)
    writes = sum(each.startswith("before POST /v1/") for each in points)
    assert writes

    sides: tuple[When, ...] = ("before_commit", "after_commit")
    lives = [_killed_at(approved, nursery, write, when) for when in sides for write in range(writes)]
    worlds = await together(lives)

    assert worlds == [unharmed] * 2 * writes


async def _killed_at(moment: Moment, nursery: Nursery, write: int, when: When) -> World:
    """Kill the worker in the middle of its call that changes something (the first is 0); returns how it all ends."""
    name = f"{when} {write}"
    async with moment.again(name) as acme:
        await acme.fault("openai", fault="no_answer", when=when, method="POST", skip=write)
        life = nursery.start(moment.order(acme, name))
        await eventually(lambda: _unanswered(acme), "No call was left without an answer.")
        await life.kill()
        assert await life.ended == KILLED
        code, _ = await nursery.run(moment.order(acme, f"after {name}", later=LATER))
        assert code == 0
        return await world(acme, moment.story)


async def _unanswered(acme: Installation) -> bool | None:
    calls = (await acme.http.get(f"{acme.openai_url}/_sandbox/calls")).json()["calls"]
    return any(each["method"] == "POST" and each["status"] is None for each in calls) or None
