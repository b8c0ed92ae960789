"""Living a company's days through its keys: hour by hour on the server's own clock, as fast as it answers."""

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence

import httpx

from sandbox.openai.traffic.caller import KeyCaller
from sandbox.openai.traffic.rhythm import HOUR, Question, Rhythm
from sandbox.openai.traffic.tally import Outcome

AT_ONCE = 8
DAY = 86_400


async def live(
    base_url: str,
    keys: Sequence[str],
    *,
    say: Callable[[str], None],
    days: float = 30,
    seed: int = 1,
    weekday_calls: int = 60,
) -> Outcome:
    """Make the calls of *days* through *keys* at *base_url* (ends in ``/v1``), moving its clock along.

    Says one line a day and a summary. A part of a day is lived from now on. Raises ``httpx.HTTPError`` when the
    server cannot be reached or has no clock to move, which OpenAI itself has not, and ``ValueError`` for a key that
    cannot be one.
    """
    _refuse_odd(keys)
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as http:
        clock = ServerClock(http, base_url)
        callers = [KeyCaller(http, value, clock.wait) for value in keys]
        company = Company(callers, clock, Rhythm(seed, weekday_calls), say)
        total = await company.live(days * DAY)
    say(total.summary(days, len(keys)))
    return total


class ServerClock:
    """The sandbox's clock, which only ever moves on; seconds are Unix seconds."""

    def __init__(self, http: httpx.AsyncClient, base_url: str) -> None:
        self._http = http
        self._url = base_url.rstrip("/").removesuffix("/v1") + "/_sandbox/clock"

    async def now(self) -> float:
        answer = await self._http.get(self._url)
        return float(answer.raise_for_status().json()["now"])

    async def move_to(self, moment: float) -> None:
        if moment > await self.now():
            (await self._http.post(self._url, json={"set": moment})).raise_for_status()

    async def wait(self, seconds: float) -> None:
        (await self._http.post(self._url, json={"advance_seconds": seconds})).raise_for_status()


class Company:
    def __init__(
        self, callers: Sequence[KeyCaller], clock: ServerClock, rhythm: Rhythm, say: Callable[[str], None]
    ) -> None:
        self._callers = callers
        self._clock = clock
        self._rhythm = rhythm
        self._say = say
        self._complained: dict[int, str] = {}

    async def live(self, seconds: float) -> Outcome:
        total, today = Outcome(), Outcome()
        now = await self._clock.now()
        end, day = now + seconds, _utc(now).date()
        while now < end:
            if _utc(now).date() != day:
                self._say(today.line(day))
                total.add(today)
                today, day = Outcome(), _utc(now).date()
            following = min((now // HOUR + 1) * HOUR, end)
            await self._hour(now, following, today)
            await self._clock.move_to(following)
            now = max(following, await self._clock.now())
        self._say(today.line(day))
        total.add(today)
        return total

    async def _hour(self, start: float, end: float, today: Outcome) -> None:
        asked = []
        for number, caller in enumerate(self._callers):
            await caller.look()  # permissions may have changed since
            self._complain(number, caller.problem)
            count = self._rhythm.calls(_utc(start), (end - start) / HOUR)
            questions = (self._rhythm.question(caller.usable) for _ in range(count))
            asked += [(caller, question) for question in questions if question]
        gate = asyncio.Semaphore(AT_ONCE)

        async def ask(caller: KeyCaller, question: Question) -> Outcome:
            async with gate:
                return await caller.ask(question)

        for outcome in await asyncio.gather(*(ask(*each) for each in asked)):
            today.add(outcome)

    def _complain(self, number: int, problem: str | None) -> None:
        """Say once why a key is of no use."""
        if problem and self._complained.get(number) != problem:
            self._say(f"Key {number + 1} rests: {problem}")
        self._complained[number] = problem or ""


def _refuse_odd(keys: Sequence[str]) -> None:
    # A client's complaint about a header it cannot send would repeat the key.
    for number, key in enumerate(keys, start=1):
        if not (key.isascii() and key.isprintable() and key and " " not in key):
            raise ValueError(f"Key {number} holds characters that no key has.")


def _utc(moment: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(moment, dt.UTC)
