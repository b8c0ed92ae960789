"""Splitting text into tokens: not OpenAI's tokens, but counted honestly and alike wherever they are counted."""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence

from sandbox.openai.clock import Clock

PIECE = re.compile(r"\s*[^\W\d_]{1,8}|\s*\d{1,3}|\s*[^\s\d]|\s+")
CHUNK = 128
SHORTEST_CACHED = 1_024
KEPT_SECONDS = 600
MOST_KEPT = 20_000


def pieces(text: str) -> list[str]:
    """Split *text* into its tokens; joined they are the text again."""
    return PIECE.findall(text)


def count(text: str) -> int:
    return len(pieces(text))


class PromptCache:
    """Which beginnings of prompts a project sent lately.

    Source: OpenAI's prompt caching guide: from 1,024 tokens on, in steps of 128, for some minutes.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: OrderedDict[bytes, float] = OrderedDict()

    def cached(self, project_id: str, model: str, tokens: Sequence[str]) -> int:
        """Return how many tokens from the start were seen lately."""
        now, cached = self._clock.time(), 0
        for end, mark in _beginnings(project_id, model, tokens):
            if not 0 <= now - self._seen.get(mark, -KEPT_SECONDS) < KEPT_SECONDS:
                break
            cached = end
        return cached

    def remember(self, project_id: str, model: str, tokens: Sequence[str]) -> None:
        for _, mark in _beginnings(project_id, model, tokens):
            self._seen[mark] = self._clock.time()
            self._seen.move_to_end(mark)
        while len(self._seen) > MOST_KEPT:
            self._seen.popitem(last=False)


def _beginnings(project_id: str, model: str, tokens: Sequence[str]) -> Iterator[tuple[int, bytes]]:
    """Yield the lengths at which a prompt can be cached, each with a digest of the prompt up to there."""
    running = hashlib.sha256(f"{project_id}/{model}".encode())
    for end in range(CHUNK, len(tokens) + 1, CHUNK):
        running.update("\0".join(tokens[end - CHUNK : end]).encode("utf-8", "surrogatepass"))
        if end >= SHORTEST_CACHED:
            yield end, running.digest()
