"""The facts beside a request: in words, escaped, and gone once it is decided."""

from dataclasses import replace

from bot import cards
from bot.blocks import problems
from tests.bot.paper import NOW, OLIVIA, OMAR, REQUEST, dossier, words
from workflows.model import Forecast, Past, Verdict


def test_the_facts_stand_on_a_waiting_card() -> None:
    past = [
        Past(title="Raise the budget <!here>", approver=OLIVIA, verdict=Verdict.APPROVE, at=NOW),
        Past(title="Allow gpt-5", approver=OMAR, verdict=Verdict.DENY, at=NOW),
    ]
    told = replace(
        dossier(),
        past=tuple(past),
        also=(replace(REQUEST, id="R9", title="Raise the budget to $900", requester=OMAR),),
        forecast=Forecast(end=700_00, low=650_00, high=760_00),
    )

    card = cards.card(told)

    assert not problems(card.blocks)
    shown = words(card)
    for fact in (
        "will probably end at $650 to $760",
        "Also asked for: Raise the budget to $900 (Omar Owner, `R9`)",
        "✅ Raise the budget &lt;!here&gt; · Olivia Owner",
        "⛔ Allow gpt-5 · Omar Owner",
    ):
        assert fact in shown


def test_without_facts_nothing_is_said() -> None:
    assert not any(sign in words(cards.card(dossier())) for sign in "📈👥🕘")
