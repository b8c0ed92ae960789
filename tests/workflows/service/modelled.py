"""A model of who may decide what: the rules as sentences about people, without a database or a clock of its own.

It knows who is in which group, who has left, who is away with whom in their place, and who was heard in which stage.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows.lifecycle import State
from workflows.model import Verdict


@dataclass(frozen=True, kw_only=True)
class Voice:
    """An approval: who gave it, and for whom (None: for themselves)."""

    who: str
    place: str | None = None

    @property
    def heard(self) -> set[str]:
        return {self.who, *([self.place] if self.place else [])}


@dataclass
class Known:
    """What the model knows of a request: ``approved`` has the voices of each stage.

    ``raced``: it was decided in a race, so that a second run of the same course may find it otherwise.
    """

    id: str
    requester: str
    needs: list[tuple[str, int]]
    expires_at: datetime
    state: State = State.PENDING
    stage: int = 0
    revision: int = 0
    raced: bool = False
    approved: list[list[Voice]] = field(default_factory=list)

    def copy(self) -> "Known":
        return Known(**{**vars(self), "approved": [list(each) for each in self.approved]})

    def heard(self, *stages: int) -> set[str]:
        return set().union(*(voice.heard for stage in stages for voice in self.approved[stage]))


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Who may decide: in their ``own`` right, and (who → whose places) in the place of people who are away."""

    own: set[str]
    places: dict[str, list[str]]
    waited: set[str]

    @property
    def everybody(self) -> list[str]:
        return sorted(self.own | self.places.keys())


@dataclass
class World:
    """The people: ``gone`` are deactivated, ``absent`` are away (who → their stand-in, until when)."""

    now: Callable[[], datetime]
    finance: set[str] = field(default_factory=lambda: {"fay", "finn", "fred"})
    gone: set[str] = field(default_factory=set)
    absences: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    @property
    def absent(self) -> dict[str, str]:
        return {who: delegate for who, (delegate, until) in self.absences.items() if self.now() < until}

    def members(self, stage: str) -> set[str]:
        named = {"owner": {"petra"}, "finance": self.finance, "fallback": {"pat"}}[stage]
        return named - self.gone

    def panel(self, known: Known, number: int, barred: Iterable[str]) -> Panel:
        """Return who may decide that stage when those *barred* were heard before."""
        stage, quorum = known.needs[number]
        never = {known.requester, *barred}
        seated = self._seated(self.members(stage) - never, never)
        if len(seated.waited) >= quorum:
            return seated
        return self._seated((self.members(stage) | self.members("fallback")) - never, never)

    def _seated(self, people: set[str], never: set[str]) -> Panel:
        waited, places = set(), dict[str, list[str]]()
        for who in people:
            delegate = self.absent.get(who)
            unfit = delegate is None or delegate in self.absent or delegate in self.gone or delegate in never
            waited.add(who if unfit else str(delegate))
            if not unfit:
                places.setdefault(str(delegate), []).append(who)
        return Panel(own=people, places=places, waited=waited)

    def voice(self, known: Known, stage: int, who: str) -> Voice | None:
        """Return with which voice somebody would decide, None when they may not."""
        panel, heard = self.panel(known, stage, known.heard(*range(stage))), known.heard(stage)
        if who in panel.own:
            return Voice(who=who) if who not in heard else None
        place = next((each for each in self._in_order(panel.places.get(who, ())) if each not in heard), None)
        return Voice(who=who, place=place) if place is not None and who not in heard else None

    def _in_order(self, people: Iterable[str]) -> list[str]:
        """Return people in the order in which their group has them; the fallback's come last."""
        return sorted(people, key=lambda each: (each == "pat", each))

    def may_decide(self, known: Known, click: "Click") -> Voice | None:
        """Return the voice with which a click counts, None when it must change nothing."""
        drawn_for = (known.stage, known.revision)
        waits = known.state is State.PENDING and (click.stage, click.revision) == drawn_for
        if not waits or self.now() >= known.expires_at or click.who in self.gone or click.who == known.requester:
            return None
        voice = self.voice(known, click.stage, click.who)
        if voice is None or click.verdict is Verdict.DENY:
            return voice
        if known.requester in self.gone:
            return None
        _, quorum = known.needs[click.stage]
        if click.stage + 1 == len(known.needs) or len(known.approved[click.stage]) + 1 < quorum:
            return voice
        barred = known.heard(*range(click.stage + 1)) | voice.heard
        enough = len(self.panel(known, click.stage + 1, barred).waited) >= known.needs[click.stage + 1][1]
        return voice if enough else None


@dataclass(frozen=True, kw_only=True)
class Click:
    who: str
    verdict: Verdict
    stage: int
    revision: int = 0


def decide(known: Known, voice: Voice, verdict: Verdict) -> None:
    """Let the model's request go on after a decision that counts."""
    if verdict is Verdict.DENY:
        known.state = State.DENIED
        return
    known.approved[known.stage].append(voice)
    if len(known.approved[known.stage]) < known.needs[known.stage][1]:
        return
    if known.stage + 1 == len(known.needs):
        known.state = State.APPROVED
    else:
        known.stage += 1


def known_of(request: Any, requester: str) -> Known:
    """Return what the model knows of a request that was just made, or changed before anybody decided."""
    needs = [(each.name, each.quorum) for each in request.ruling.stages]
    return Known(
        id=request.id,
        requester=requester,
        needs=needs,
        expires_at=request.expires_at,
        revision=request.revision,
        approved=[[] for _ in needs],
    )
