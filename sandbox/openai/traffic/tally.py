"""What came of the calls, by day and in the end."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Outcome:
    """*refused* counts final refusals by their code; *retried* how often a call had to wait for its turn."""

    answered: int = 0
    retried: int = 0
    tokens: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Outcome") -> None:
        self.answered += other.answered
        self.retried += other.retried
        self.tokens += other.tokens
        self.refused += other.refused
        self.models += other.models

    def line(self, day: dt.date) -> str:
        return f"{day:%Y-%m-%d %a}  {self._told()}"

    def summary(self, days: float, keys: int) -> str:
        models = ", ".join(f"{model} {count:,}" for model, count in self.models.most_common())
        told = f"{days:g} days through {keys} {'key' if keys == 1 else 'keys'}: {self._told().lstrip()}"
        return f"{told}\nBy model: {models or 'none answered'}"

    def _told(self) -> str:
        refused = ", ".join(f"{count:,} {code}" for code, count in self.refused.most_common())
        told = f"{self.answered:>7,} answered  {self.tokens:>12,} tokens  {self.retried:>5,} retried"
        return f"{told}  refused: {refused or 'none'}"
