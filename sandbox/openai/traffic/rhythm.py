"""When a company calls models, and what it asks: heavy on weekdays by day, light at night."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

HOUR = 3_600
# Share of an ordinary weekday's calls by hour (UTC), and how much of a weekday each day is, from Monday on.
HOURS = (1, 1, 1, 1, 1, 2, 4, 8, 12, 14, 14, 11, 9, 13, 14, 13, 10, 6, 4, 3, 3, 2, 2, 1)
WEEK = (1.0, 1.1, 1.1, 1.0, 0.8, 0.15, 0.1)
# Model, path, how often among the calls.
MIX = (
    ("gpt-5-mini", "/chat/completions", 30),
    ("gpt-5.1", "/responses", 20),
    ("gpt-5-mini", "/responses", 12),
    ("gpt-4.1-mini", "/chat/completions", 10),
    ("gpt-4o", "/chat/completions", 6),
    ("o4-mini", "/responses", 4),
    ("gpt-5-nano", "/chat/completions", 6),
    ("text-embedding-3-small", "/embeddings", 12),
)
STREAMED = 0.25
HANDBOOK = "The house rules of this assistant: answer briefly, name sources, ask when unsure. " * 120
QUESTIONS = (
    "How do I send a parcel back?",
    "Summarise this ticket for the shift that takes over.",
    "Which clause of the contract speaks of notice?",
    "Write a friendly reminder about the open invoice.",
    "Sort these comments by what they complain about.",
    "Turn the meeting's notes into a list of tasks.",
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """One call to make: its path below ``/v1``, and its body."""

    model: str
    path: str
    body: dict[str, Any]


class Rhythm:
    """The same questions at the same times for the same *seed*; *weekday_calls* is what one key makes on a weekday."""

    def __init__(self, seed: int, weekday_calls: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - a made-up company's traffic, the same at every run
        self._weekday_calls = weekday_calls

    def calls(self, moment: dt.datetime, share: float = 1.0) -> int:
        """Return how many calls a key makes in the hour of *moment*, or in a *share* of that hour."""
        expected = self._weekday_calls * WEEK[moment.weekday()] * HOURS[moment.hour] / sum(HOURS) * share
        spread = expected * self._dice.uniform(0.7, 1.3)
        return int(spread) + (self._dice.random() < spread % 1)

    def question(self, usable: Sequence[str]) -> Question | None:
        """Think of something to ask one of the *usable* models; None when none of them is of use here."""
        mix = [(model, path, weight) for model, path, weight in MIX if model in usable]
        if not mix:
            return None
        ((model, path, _),) = self._dice.choices(mix, weights=[weight for _, _, weight in mix])
        text = f"{self._dice.choice(QUESTIONS)} ({self._dice.randint(1, 9_999)})"
        return Question(model=model, path=path, body={"model": model, **self._asked(path, text)})

    def _asked(self, path: str, text: str) -> dict[str, Any]:
        if path == "/embeddings":
            return {"input": [text] * self._dice.randint(1, 20), "dimensions": 256}
        streamed = {"stream": True} if self._dice.random() < STREAMED else {}
        if path == "/responses":
            return {"instructions": HANDBOOK, "input": text, **streamed}
        options = {"stream_options": {"include_usage": True}} if streamed else {}
        messages = [{"role": "system", "content": HANDBOOK}, {"role": "user", "content": text}]
        return {"messages": messages, **streamed, **options}
