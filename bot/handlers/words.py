"""What a word after `/openai` leads to: a modal for what is asked for, a message for what is looked up."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial

from slack_bolt.context.async_context import AsyncBoltContext

from bot import cards
from bot.blocks import Block, context, escape, inline, section, sections
from bot.cards import Message, card, ledger, listing
from bot.forms import audit, form
from bot.forms.away import TITLE
from bot.handlers import away, quoting, reporting, spending
from bot.handlers.freezing import breaker, freeze, unfreeze
from bot.handlers.guard import sentence
from bot.handlers.projects import Prefill, matching, prefill, which
from bot.replies import help_lines, unknown_word
from workflows.errors import AdminAPIError, NotAllowed
from workflows.kind import Kind
from workflows.service import Preview, Service

Answer = Callable[[Service, str, str], Awaitable[Message]]
Modal = Callable[[Service, str, str], Awaitable[Block]]
"""Both are given the service, the person's id, and what stands after the word."""


async def mine(service: Service, user: str, rest: str) -> Message:
    del rest
    return listing("My requests", await service.mine(user), empty="You have not asked for anything yet.")


async def approvals(service: Service, user: str, rest: str) -> Message:
    del rest
    return listing("Waiting for me", await service.waiting_for(user), empty="Nothing waits for your decision.")


async def status(service: Service, user: str, rest: str) -> Message:
    """Report one request by its reference, or the person's latest; raises ``UnknownRequest``."""
    await service.directory.person(user)
    if rest:
        return card(await service.dossier(rest.split(maxsplit=1)[0].strip("`")), buttons=False)
    latest = await service.mine(user)
    if not latest:
        return listing("", [], empty="You have not asked for anything yet. Give a reference to see another's request.")
    return card(await service.dossier(latest[0].id), buttons=False)


async def grants(service: Service, user: str, rest: str) -> Message:
    del rest
    return ledger(await service.grants(user))


async def who(service: Service, user: str, rest: str) -> Message:
    """Say who can do what in the project that is named, by name or id, or ask which one is meant."""
    if not rest:
        return cards.asking()
    found = await matching(service, rest)
    if len(found) == 1:
        return cards.who(await service.who(found[0].id, user))
    said = inline(await which(service, rest, found), 500)
    return Message(text=said, blocks=[section(said), *cards.asking().blocks])


async def usage(service: Service, user: str = "", rest: str = "") -> Message:
    del user, rest
    lines = help_lines({f"{each.word} …": escape(each.about) for each in service.kinds.values()})
    return Message(text="What /openai can do", blocks=sections(lines))


ANSWERS: Mapping[str, Answer] = {
    "mine": mine,
    "approvals": approvals,
    "status": status,
    "grants": grants,
    "who": who,
    "freeze": freeze,
    "unfreeze": unfreeze,
    "breaker": breaker,
    "back": away.back,
    "help": usage,
}


def answers(context: AsyncBoltContext) -> Mapping[str, Answer]:
    """Return word → how it is answered, those included that need more than the service."""
    return {**ANSWERS, spending.WORD: partial(spending.spend, context), **reporting.answers(context)}


async def unknown(service: Service, word: str) -> Message:
    """Say which word was probably meant, and list them all."""
    words = [
        *ANSWERS,
        spending.WORD,
        *reporting.WORDS,
        quoting.WORD,
        "audit",
        away.WORD,
        *(each.word for each in service.kinds.values()),
    ]
    said = unknown_word(inline(word, 40), words)
    return Message(text=said, blocks=[section(said), *(await usage(service)).blocks])


async def audit_dialog(service: Service, user: str, rest: str = "") -> Block:
    """Return the export's form. Raises ``NotAllowed`` at once for whom the submission would be refused anyway."""
    del rest
    if not await service.is_auditor(user):
        raise NotAllowed("The audit log is for the auditors that the policy names.")
    return audit(datetime.now(UTC).date())


def form_of(kind: type[Kind]) -> Modal:
    async def filled(service: Service, user: str, rest: str) -> Block:
        given = await prefill(service, kind, rest)
        preview, notices = await _previewed(service, kind, given, user)
        return form(kind, preview, given=given.values, labels=given.labels, notices=notices)

    return filled


async def _previewed(
    service: Service, kind: type[Kind], given: Prefill, user: str
) -> tuple[Preview | None, tuple[str, ...]]:
    """Return what the form shows besides its fields; while OpenAI is away that is a sentence which says so."""
    try:
        return await service.preview(kind.kind, given.values, user), given.notices
    except AdminAPIError as problem:
        return None, (*given.notices, sentence(problem))


def modals(service: Service) -> dict[str, tuple[str, Modal]]:
    """Return word → the modal's title, and how it is made."""
    kinds = {each.word: (each.label, form_of(each)) for each in service.kinds.values()}
    return {
        **kinds,
        quoting.WORD: ("Quote", quoting.dialog),
        "audit": ("Audit log", audit_dialog),
        away.WORD: (TITLE, away.dialog),
    }


def as_blocks(message: Message) -> list[Block]:
    """Return *message* for a modal, with the way out."""
    return [*message.blocks, context("`/openai` opens the launcher again.")]
