"""An alert: what was spent of what, where it leads, who owns it, and what can be done about it."""

from collections.abc import Iterator
from datetime import date

from bot import blocks
from bot.blocks import Block, actions, button, confirm, context, header, image, inline, section, sections
from bot.cards.estimate import unbooked
from bot.cards.message import Message, message
from bot.cards.words import name, names
from bot.charts.chart import Picture
from workflows.model import Alert, AlertDossier, AlertKind, KeyShare, Scope
from workflows.money import dollars

ENFORCED = (
    "OpenAI refuses the project's calls with HTTP 429 once its limit is reached, a little late. "
    "This message stops nothing."
)

SHORT = 14
"""Characters of a key's id that tell it from others."""

PAUSE = confirm(
    "Pause this project?",
    "For its owners. A form opens next; sent, it brings every model's rate limit down to the least: nearly every call "
    "is refused with HTTP 429, within seconds. What runs already is finished. Any owner ends it with one click.",
    "Open the form",
    "Leave it running",
)


def alert(dossier: AlertDossier, *, buttons: bool = True, picture: Picture | None = None) -> Message:
    """Draw the alert, with the *picture* of its month if there is one; without *buttons* it is a copy elsewhere."""
    told = dossier.alert
    title = _title(told)
    body = [header(title), *sections(_lines(dossier)), *_picture(picture), *_facts(dossier)]
    return message(f"{title}: {_spent(told)}", body, _buttons(told) if buttons else ())


def owner_alert(dossier: AlertDossier, channel: str) -> Message:
    """Draw the alert for an owner alone; it stands in *channel* (an id, empty: nowhere), to be acknowledged there."""
    told = dossier.alert
    title = _title(told)
    where = context(f"You own this project. The alert stands in <#{channel}>.") if channel else None
    body = [header(title), *sections(_lines(dossier)), *_facts(dossier), *filter(None, [where])]
    return message(f"{title}: {_spent(told)}", body, _buttons(told, here=False))


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
    if dossier.estimate is not None:
        yield unbooked(dossier.estimate)
    if told.driver is not None:
        driver = told.driver
        key = f" · {_key(driver.key)}" if driver.key is not None else ""
        yield f"*Driven by:* {inline(driver.what, 100)}, {dollars(driver.cents)} ({driver.percent}%){key}"
    if dossier.prompts:
        shown = ", ".join(f"{inline(each.name, 60)} {dollars(each.cents)}" for each in dossier.prompts)
        yield f"*Costliest prompts:* {shown} (PromptLayer's estimate of what it logged)"
    if dossier.owners:
        yield f"*Owned by:* {names(dossier.owners, mention=True)}"


def _key(key: KeyShare) -> str:
    """Name a key and whose it is; one that OpenAI does not list any more by the beginning of its id."""
    named = f"*{inline(key.name, 60)}*" if key.name.strip() else inline(key.id, SHORT)
    owner = f" of {inline(key.owner, 60)}" if key.owner.strip() else ""
    return f"key {named}{owner}, {dollars(key.cents)} ({key.percent}%)"


def _picture(picture: Picture | None) -> list[Block]:
    return [image(picture.file, picture.alt)] if picture is not None else []


def _facts(dossier: AlertDossier) -> Iterator[Block]:
    told = dossier.alert
    if told.acknowledged_by is not None and told.acknowledged_at is not None:
        yield section(f"👀 *{name(told.acknowledged_by)}* has seen to it · {blocks.date(told.acknowledged_at)}")
    if told.scope is Scope.PROJECT and told.limit:
        yield context(ENFORCED)
    yield context(f"{blocks.date(dossier.as_of, 'Costs as of')}. OpenAI books them late.")
    if dossier.problem:
        yield context(f"⚠️ {inline(dossier.problem, 500)}")


def _buttons(told: Alert, *, here: bool = True) -> list[Block]:
    """Return what can be done about it; who sees to it is said *here*, where everybody reads that."""
    offered = [button("Request a raise", "raise", told.id)] if told.scope is Scope.PROJECT else []
    if here and told.acknowledged_at is None:
        offered.append(button("Acknowledge", "ack_alert", told.id))
    if told.scope is Scope.PROJECT:
        offered.append(button("Pause", "pause", told.id, style="danger", confirm=PAUSE))
    return [actions("alert", offered)] if offered else []
