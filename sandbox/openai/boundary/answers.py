"""What the made-up models say: always the same to the same question, and plainly made up."""

import hashlib
import json
import random
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from sandbox.openai.boundary.tokens import pieces

OPENING = "This answer was made up by the local organisation; no model was asked."
SENTENCES = (
    "The request went through every check that a project puts in its way.",
    "Its tokens were counted and its cost was booked on the day's bill.",
    "Ask the same again and the same words come back.",
    "A longer question would have cost a little more.",
    "The limits of the project decide how often one may ask.",
    "Whoever holds the key acts for the project it belongs to.",
    "Spend shows up under the project, the key and the model.",
    "Nothing left this machine.",
    "The rest of this text only makes the answer longer.",
    "Another paragraph would say much the same in other words.",
)
REASONING = ("o1", "o3", "o4", "gpt-5")
MOST_SENTENCES = 8
THOUGHT = 64


@dataclass(frozen=True, kw_only=True)
class Answer:
    """*tokens* is what was said, token by token; *reasoning* counts those thought in silence, billed as output too."""

    tokens: tuple[str, ...]
    reasoning: int
    cut: bool

    @property
    def text(self) -> str:
        return "".join(self.tokens)

    @property
    def output_tokens(self) -> int:
        return len(self.tokens) + self.reasoning


def made_up(model: str, prompt: str, *, number: int = 0, at_most: int | None = None, as_json: bool = False) -> Answer:
    """Answer *prompt*; *number* tells alternatives apart, *at_most* limits the output's tokens, thinking included."""
    dice = _dice(f"{model}/{number}/{prompt}")
    said = " ".join((OPENING, *dice.sample(SENTENCES, dice.randint(1, MOST_SENTENCES))))
    tokens = tuple(pieces(json.dumps({"answer": said}) if as_json else said))
    reasoning = THOUGHT * dice.randint(1, 8) if model.startswith(REASONING) else 0
    if at_most is None or len(tokens) + reasoning <= at_most:
        return Answer(tokens=tokens, reasoning=reasoning, cut=False)
    reasoning = min(reasoning, at_most)
    return Answer(tokens=tokens[: at_most - reasoning], reasoning=reasoning, cut=True)


def vector(model: str, text: str, dimensions: int) -> Sequence[float]:
    """Return a direction that belongs to *text*, of length one."""
    noise = hashlib.shake_256(f"{model}/{text}".encode("utf-8", "surrogatepass")).digest(2 * dimensions)
    raw = array("h", noise)
    if sys.byteorder == "big":
        raw.byteswap()
    length = sqrt(sum(each * each for each in raw)) or 1.0
    return array("f", [each / length for each in raw])


def _dice(seed: str) -> random.Random:
    return random.Random(hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest())  # noqa: S311 - nothing secret
