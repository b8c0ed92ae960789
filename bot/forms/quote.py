"""The dialog that asks how a model will be used, and the one that says what it costs."""

from collections.abc import Iterator, Mapping

from bot.blocks import Block, actions, button, context, date, escape, inline, input_block, modal, option, section
from bot.forms.elements import ACTION
from workflows.budgets.quotes import DAYS, Quote
from workflows.money import dollars

QUOTE = "quote"
ASK = "ask_quoted"
TITLE = "Quote"
_NUMBERS = {
    "calls_per_day": ("Calls a day", "1,000", ""),
    "input_tokens": ("Tokens in, for one call", "2,000", "Everything that is sent; about four letters are a token."),
    "output_tokens": ("Tokens out, for one call", "500", "What the model writes, its reasoning included."),
}


def quote_form(project: Mapping[str, str] | None = None) -> Block:
    """Ask what is to be quoted; *project* is the id → name of the one to begin with."""
    model: Block = {"type": "external_select", "action_id": ACTION, "min_query_length": 0}
    chosen = [option(escape(name), each) for each, name in (project or {}).items()]
    select = model | ({"initial_option": chosen[0]} if chosen else {})
    numbers = [
        input_block(name, label, _number(example), hint=hint) for name, (label, example, hint) in _NUMBERS.items()
    ]
    blocks = [
        context("What a use of a model costs a month by list price, and whether a project has room for it."),
        input_block("model", "Model", model),
        *numbers,
        input_block("cached_percent", "Cached share of the tokens in (%)", _number("0"), optional=True),
        input_block("project", "Project", select, hint="Its room is compared.", optional=True),
    ]
    return modal(TITLE, blocks, callback_id=QUOTE, submit="Reckon", close="Cancel")


def _number(example: str) -> Block:
    placeholder = {"type": "plain_text", "text": example, "emoji": True}
    return {"type": "plain_text_input", "action_id": ACTION, "max_length": 13, "placeholder": placeholder}


def quoted(told: Quote) -> Block:
    """Draw what it costs, with one click to the form that asks for it."""
    return modal(TITLE, [section("\n".join(_lines(told))), *_asking(told), *_footing(told)], callback_id="quoted")


def _lines(told: Quote) -> Iterator[str]:
    usage = told.usage
    cached = f" ({usage.cached_percent}% cached)" if usage.cached_percent and usage.input_tokens else ""
    yield f"*{inline(usage.model, 80)}* costs about *{dollars(told.monthly)} a month*"
    yield (
        f"{usage.calls_per_day:,} calls a day for {DAYS} days, {usage.input_tokens:,} tokens in{cached} "
        f"and {usage.output_tokens:,} out each"
    )
    if told.project is not None:
        yield from _room(told, inline(told.project.name, 80))


def _room(told: Quote, name: str) -> Iterator[str]:
    busy = f"about {dollars(told.busy)} is foreseen" if told.foreseen else f"{dollars(told.busy)} is spent so far"
    limit = told.project.limit if told.project else None
    if limit is None or told.room is None:
        yield f"*{name}* has no limit; {busy} for this month without it."
    elif told.wanted is None:
        yield f"*Room in {name}:* {dollars(told.room)} of {dollars(limit)} a month, where {busy}. *It fits.*"
    else:
        room = dollars(max(0, told.room))
        yield f"*Room in {name}:* {room} of {dollars(limit)} a month, where {busy}. *It does not fit.*"


def _asking(told: Quote) -> Iterator[Block]:
    if told.wanted is None:
        return
    what = "It would take a limit of" if told.project else "A project of its own would take a limit of"
    yield section(f"{what} *{dollars(told.wanted)}* a month.\n*Who decides*\n{escape(told.deciders)}")
    label = "Ask for this budget" if told.project else "Ask for a project"
    value = f"{told.project.id if told.project else ''} {told.wanted}"
    yield actions(QUOTE, [button(label, ASK, value, style="primary")])


def _footing(told: Quote) -> Iterator[Block]:
    yield context(f"List prices of {told.as_of}, standard tier. Discounts, tools, images and audio are not in it.")
    if told.costs_as_of is not None:
        yield context(date(told.costs_as_of, "Costs as of"))
