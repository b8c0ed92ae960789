"""A worker killed at any point, and another one after it: the world ends as if nobody had died."""

from collections.abc import Coroutine, Iterator, Mapping
from typing import Any

from tests.faults.moments import LATER, ONE_STORY_EACH, Moment, World, world
from tests.faults.together import together
from tests.support.doomed.nursery import KILLED, Nursery
from tests.support.doomed.order import Job
from tests.support.installation import Installation

SAMPLE = 6
"""Every sixth point is tried; all of them with ``--whole``."""

JOBS: Mapping[str, Job] = {"opened": "notify", "approved": "execute", "executed": "notify"}
"""What the worker does at each moment when it dies: tell of the request, carry it out, tell what became of it."""


@ONE_STORY_EACH
async def test_a_worker_killed_at_any_point_is_followed_by_one_that_ends_in_the_same_world(
    told: Mapping[str, Moment], nursery: Nursery, *, whole: bool
) -> None:
    every = 1 if whole else SAMPLE
    trials = [Trial(moment=told[each], nursery=nursery, job=job) for each, job in JOBS.items()]
    await together(each.survive() for each in trials)
    problems = await together(death for each in trials for death in each.deaths(every))

    assert not any(problems), "\n".join(filter(None, problems))


class Trial:
    """One moment, and the job whose every point is to be a last one."""

    def __init__(self, *, moment: Moment, nursery: Nursery, job: Job) -> None:
        self._moment = moment
        self._nursery = nursery
        self._job: Job = job
        self._points: list[str] = []
        self._world: World = {}

    async def survive(self) -> None:
        """Live the moment without harm; remembers its points, and how the world ends."""
        name = f"{self._moment.name} unharmed"
        async with self._moment.again(name) as acme:
            code, self._points = await self._nursery.run(self._moment.order(acme, name, self._job))
            assert code == 0
            self._world = await self._ending(acme, name)
        assert [len(self._world[each]) for each in ("cards", "projects")] == [1, 1]
        assert "Done" in self._world["cards"][0]
        assert len(self._points) >= 20

    def deaths(self, every: int) -> Iterator[Coroutine[Any, Any, str]]:
        """Yield a life that dies, for every so many points; each returns what then was different."""
        return map(self._die, range(1, len(self._points) + 1, every))

    async def _die(self, point: int) -> str:
        name = f"{self._moment.name} {point}"
        where = f"{name}, killed {self._points[point - 1]}"
        async with self._moment.again(name) as acme:
            order = self._moment.order(acme, name, self._job, kill_at=point)
            code, points = await self._nursery.run(order)
            if (code, points) != (KILLED, self._points[:point]):
                return f"{where}: it ended with {code} at {points[-1:]} instead"
            ended = await self._ending(acme, name)
        differences = [f"{each} are {str(ended[each])[:500]}" for each in ended if ended[each] != self._world[each]]
        return f"{where}: {'; '.join(differences)}" if differences else ""

    async def _ending(self, acme: Installation, name: str) -> World:
        """Have a healthy worker do the rest, and look around."""
        story = self._moment.story
        approver = acme.hands.users[story.approver] if self._moment.name == "opened" else ""
        order = self._moment.order(acme, f"after {name}", later=LATER, approver=approver)
        code, _ = await self._nursery.run(order)
        assert code == 0, f"The worker after {name} failed."
        return await world(acme, story)
