"""What was carried out before it was decided: the reply for those who were skipped, and what the card tells of it."""

from bot.blocks import Block, actions, button, context, date, quote, section
from bot.cards.message import Message, message
from bot.cards.words import name, names, title
from workflows.model import Dossier, Finding, Person, Reference, Review

_LONG = 1500
_SHORT = 300


def review(dossier: Dossier) -> Message:
    """Draw the review for the thread: with buttons while it is open, afterwards with what was said."""
    request, opened = dossier.request, dossier.review
    if opened is None:
        return message("There is nothing to review.", [section("There is nothing to review.")])
    who, waits = name(request.requester), opened.closed_at is None
    called = names(_unheard(opened), mention=True) if waits else ""
    lead = f"{called}: " if called else ""
    text = f"🚨 {lead}*{who}* had *{title(request)}* carried out without you. Was that right?"
    body = [section(text), section(quote(opened.why, _LONG)), *(section(_finding(each)) for each in opened.findings)]
    body.append(context(_progress(opened)))
    return message(text, body, [_buttons(dossier)] if waits else ())


def review_lines(dossier: Dossier) -> list[str]:
    """Return what the card tells of an emergency; nothing when there was none."""
    opened = dossier.review
    if opened is None:
        return []
    lines = [
        f"🚨 *Emergency:* carried out without those who decide · {date(opened.opened_at)}\n{quote(opened.why, _SHORT)}"
    ]
    return [*lines, *map(_finding, opened.findings), _progress(opened)]


def _progress(opened: Review) -> str:
    heard = f"{len(opened.findings)} of {opened.needed} have said whether it was right"
    if opened.closed_at is not None:
        return f"Reviewed: {'it was right' if opened.right else 'it was not right'} · {date(opened.closed_at)}"
    return f"{heard}; waiting for {names(_unheard(opened))}"


def _finding(each: Finding) -> str:
    line = f"{'✅' if each.right else '⛔'} *{name(each.person)}*: it was {'right' if each.right else 'not right'}"
    return f"{line} · {date(each.at)}" + (f"\n{quote(each.note, _SHORT)}" if each.note.strip() else "")


def _unheard(opened: Review) -> list[Person]:
    heard = {each.person.id for each in opened.findings}
    return [each for each in opened.skipped if each.id not in heard]


def _buttons(dossier: Dossier) -> Block:
    value = str(Reference.of(dossier.request))
    return actions(
        "review",
        [
            button("It was right", "review_right", value, style="primary"),
            button("It was not", "review_wrong", value, style="danger"),
        ],
    )
