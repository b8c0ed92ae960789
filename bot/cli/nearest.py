"""What was probably meant by a word that nobody knows."""

from collections.abc import Iterable
from difflib import get_close_matches


def or_nearest(word: str, known: Iterable[str]) -> str:
    """Return the end of the sentence: the closest known word, else all of them."""
    words = sorted(known)
    close = get_close_matches(word, words, n=1)
    return f"; did you mean {close[0]}?" if close else f"; there is {', '.join(words)}"
