"""Names in a sentence, and the endings that are about one thing."""

from collections.abc import Sequence

from workflows.ledger import Ending

_FEW = 4


def listed(names: Sequence[str], what: str) -> str:
    """Return names for a sentence: those beyond a few are counted as *what*."""
    if len(names) <= _FEW:
        return ", ".join(names)
    return f"{', '.join(names[: _FEW - 1])} and {len(names) - _FEW + 1} more {what}"


def ending_of(endings: Sequence[Ending], prefix: str) -> list[Ending]:
    """Return the endings whose subject begins with *prefix*."""
    return [each for each in endings if each.subject.startswith(prefix)]
