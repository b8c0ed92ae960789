"""An alert: what was spent of what, where it leads, who owns it, and what can be done about it."""

from collections.abc import Iterator
from datetime import date

from bot import blocks
from bot.blocks import Block, actions, button, context, header, inline, section, sections
from bot.cards.message import Message, message
from bot.cards.words import name, names
from workflows.model import Alert, AlertDossier, AlertKind, Scope
from workflows.money import dollars

ENFORCED = (
    "OpenAI refuses the project's calls with HTTP 429 once its limit is reached, a little late. "
    "This message stops nothing."
)


def alert(dossier: AlertDossier, *, buttons: bool = True) -> Message:
    """Draw the alert; without *buttons* it is a copy for another channel."""
    told = dossier.alert
    title = _title(told)
    body = [header(title), *sections(_lines(dossier)), *_facts(dossier)]
    return message(f"{title}: {_spent(told)}", body, _buttons(told) if buttons else ())


def _title(told: Alert) -> str:
    subject = inline(told.name, 80)
    match told.kind:
        case AlertKind.FORECAST:
            return f"📈 {subject} will reach its limit"
        case AlertKind.ANOMALY:
            return f"⚡ {subject} costs more than it does"
        case AlertKind.THRESHOLD:
            sign = "🔴" if (told.percent or 0) >= 100 else "🟠"  # noqa: PLR2004 - per cent: the limit itself
            return f"{sign} {subject} has reached {inline(told.mark, 20)} of its budget"


def _spent(told: Alert) -> str:
    share = f" ({told.share:.0%})" if told.share is not None else ""
    of = f" of {dollars(told.limit)}" if told.limit else ""
    return f"{dollars(told.spent)}{of}{share} in {date.fromisoformat(f'{told.period}-01'):%B %Y}"


def _lines(dossier: AlertDossier) -> Iterator[str]:
    told = dossier.alert
    yield f"*Spent:* {_spent(told)}"
    if told.spike is not None:
        yield f"*Unusual:* {dollars(told.spike.spent)} on {told.spike.day}, where {dollars(told.spike.usual)} is usual"
    if told.forecast is not None:
        span = f"{dollars(told.forecast.low)} to {dollars(told.forecast.high)}"
        hits = f"; the limit is reached on {told.forecast.hits_on}" if told.forecast.hits_on else ""
        yield f"*By the month's end:* about {dollars(told.forecast.end)} ({span}){hits}"
    if told.driver is not None:
        driver = told.driver
        yield f"*Driven by:* {inline(driver.what, 100)}, {dollars(driver.cents)} ({driver.percent}%)"
    if dossier.owners:
        yield f"*Owned by:* {names(dossier.owners, mention=True)}"


def _facts(dossier: AlertDossier) -> Iterator[Block]:
    told = dossier.alert
    if told.acknowledged_by is not None and told.acknowledged_at is not None:
        yield section(f"👀 *{name(told.acknowledged_by)}* has seen to it · {blocks.date(told.acknowledged_at)}")
    if told.scope is Scope.PROJECT and told.limit:
        yield context(ENFORCED)
    yield context(f"{blocks.date(dossier.as_of, 'Costs as of')}. OpenAI books them late.")
    if dossier.problem:
        yield context(f"⚠️ {inline(dossier.problem, 500)}")


def _buttons(told: Alert) -> list[Block]:
    offered = [button("Request a raise", "raise", told.id)] if told.scope is Scope.PROJECT else []
    if told.acknowledged_at is None:
        offered.append(button("Acknowledge", "ack_alert", told.id))
    return [actions("alert", offered)] if offered else []
