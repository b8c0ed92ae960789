"""What is asked for in the chaos, and what is to become of it: the oracle's side of each request."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sandbox.scenario.company import NOT_YET_IN_OPENAI, address

ASKING = ("dana", "priya", "quinn", "lena", "sam", "audra")
OWNERS = ("olivia", "omar")
DENIED = 0.2
"""The part of the requests that is denied."""

CHANNELS = tuple(f"chaos-{number:02}" for number in range(12))
"""Where projects' own requests stand: one channel takes a message a second."""

RAISES = (1.1, 1.2, 1.3)
FOR_A_TIME = 1.4
"""Raises of a project's first limit, none of which is large enough for a second stage."""


@dataclass
class Wish:
    """One request: a new project's (``new_project``) or one for another limit of it (``budget``)."""

    kind: str
    name: str
    who: str
    deciders: tuple[str, str]
    """Who decides, and who clicks in the same instant: may too for a new project, and may not for a limit."""

    denied: bool
    limit: int
    channel: str
    until: str = ""
    request_id: str = ""
    """As soon as it is known to be open."""

    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_project(self) -> bool:
        return self.kind == "new_project"

    @property
    def title(self) -> str:
        """Return what only this request's title says."""
        return self.name if self.is_project else f"of {self.name} to ${self.limit}"

    @property
    def end(self) -> str:
        """Return the state that it ends in."""
        return "denied" if self.denied else "granted" if self.until else "completed"

    @property
    def badge(self) -> str:
        return {"denied": "Denied", "granted": "Done, for a limited time", "completed": "Done"}[self.end]


@dataclass
class Story:
    """One project, from its making through everything that is asked for in it, one after the other."""

    wishes: list[Wish]

    @property
    def project(self) -> Wish:
        return self.wishes[0]

    @property
    def limit(self) -> int:
        """Return the limit in dollars that the project has at the end."""
        return [each.limit for each in self.wishes if not each.denied][-1]


def stories(count: int, dice: random.Random) -> list[Story]:
    """Draw stories of *count* requests in all."""
    told: list[Story] = []
    left = count
    while left:
        story = _story(len(told), dice)
        story.wishes = story.wishes[:left]
        told.append(story)
        left -= len(story.wishes)
    return told


def _story(number: int, dice: random.Random) -> Story:
    """Draw a project, and if it is to be made: raises of its limit for good, and a last one for some days."""
    name, channel, base = f"chaos-{number:04}", CHANNELS[number % len(CHANNELS)], 10 * dice.randrange(1, 40)
    who, others = ASKING[number % len(ASKING)], [each for each in ASKING if each not in NOT_YET_IN_OPENAI]
    other = next(each for each in others[number % len(others) :] + others if each != who)
    values: dict[str, object] = {
        "name": name,
        "environment": "sandbox",
        "purpose": "Chaos.",
        "owners": [address(who), address(other)],
        "monthly_limit": str(base),
    }
    made = Wish(
        kind="new_project",
        name=name,
        who=who,
        deciders=(OWNERS[number % 2], OWNERS[(number + 1) % 2]),
        denied=dice.random() < DENIED,
        limit=base,
        channel="requests",
        values=values,
    )
    made.values = values | {"channel": channel}
    if made.denied:
        return Story([made])
    soon = f"{datetime.now(UTC) + timedelta(days=5):%Y-%m-%d}"
    raises = [(int(base * factor), "") for factor in RAISES] + [(int(base * FOR_A_TIME), soon)]
    return Story([made, *(_raise(made, other, limit, until, dice) for limit, until in raises)])


def _raise(made: Wish, other: str, limit: int, until: str, dice: random.Random) -> Wish:
    stranger = next(each for each in ASKING if each not in (made.who, other))
    return Wish(
        kind="budget",
        name=made.name,
        who=made.who,
        deciders=(other, stranger),
        denied=dice.random() < DENIED,
        limit=limit,
        channel=str(made.values["channel"]),
        until=until,
        values={"monthly_limit": str(limit), "reason": "Chaos."} | ({"until": until} if until else {}),
    )
