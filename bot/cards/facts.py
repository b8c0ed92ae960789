"""What helps to decide, besides the request itself: where the month leads, who else asked, what was decided before."""

from collections.abc import Iterator

from bot.blocks import Block, context, date, inline
from bot.cards.words import name
from workflows.model import Dossier, Past, Verdict
from workflows.money import dollars

_TITLE = 100


def fact_blocks(dossier: Dossier) -> Iterator[Block]:
    """Yield the facts in small print; nothing once it is decided."""
    if dossier.forecast is not None:
        span = f"{dollars(dossier.forecast.low)} to {dollars(dossier.forecast.high)}"
        yield context(f"📈 The month of this project will probably end at {span}")
    if dossier.also:
        asked = [f"{inline(each.title, _TITLE)} ({name(each.requester)}, `{each.id}`)" for each in dossier.also]
        yield context(f"👥 Also asked for: {'; '.join(asked)}")
    if dossier.past:
        yield context("🕘 Decided here before:\n" + "\n".join(map(_line, dossier.past)))


def _line(past: Past) -> str:
    sign = "✅" if past.verdict is Verdict.APPROVE else "⛔"
    return f"{sign} {inline(past.title, _TITLE)} · {name(past.approver)} · {date(past.at)}"
