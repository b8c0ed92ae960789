"""The card: one request as its channel sees it, drawn from what is stored and nothing else."""

from collections.abc import Iterator

from bot.blocks import Block, actions, button, change, confirm, context, date, header, inline, quote, section, sections
from bot.cards.claim import claim_buttons, claim_lines
from bot.cards.facts import fact_blocks
from bot.cards.freeze import frozen_line
from bot.cards.grant import grant_buttons, grant_line
from bot.cards.inquiry import inquiry_lines
from bot.cards.message import Message, message
from bot.cards.offer import offer_lines
from bot.cards.review import review_lines
from bot.cards.steps import done_steps, progress, taking_back
from bot.cards.words import badge, heading, in_place_of, name, result, since, stage_name, title, verdicts, waiting_for
from workflows.lifecycle import FINAL, State
from workflows.model import Decision, Dossier, Reference, Request, Verdict

_REASONS = {"reason": "Reason", "purpose": "Purpose"}
_REASON = 1500
_NOTE = 600
_SHOWS_PROBLEM = frozenset({State.FAILED, State.UNCONFIRMED, State.REVERTING, State.REVERT_FAILED})
_ENDED_EARLY = frozenset({State.DENIED, State.CANCELLED, State.EXPIRED})
_HAS_RESULT = frozenset({State.COMPLETED, State.GRANTED})


def card(dossier: Dossier, *, buttons: bool = True) -> Message:
    """Draw the request; without *buttons* it is a report for whoever asks."""
    request = dossier.request
    body = [header(heading(request)), section(badge(request.state)), *_frozen(dossier), _asked(request)]
    body += sections(change(each.label, each.now, each.proposed) for each in request.changes)
    body += sections(f"⚠️ {inline(each, 500)}" for each in request.risks)
    body += [*_reason(request), *fact_blocks(dossier), *_progress(dossier), *_talk(dossier), *_outcome(dossier)]
    text = f"{title(request)}: {badge(request.state)}, asked by {name(request.requester)}"
    return message(text, body, _buttons(dossier) if buttons else ())


def _asked(request: Request) -> Block:
    who = f"Asked by *{name(request.requester)}* · {date(request.created_at)}"
    return context(who, f"Reference `{inline(request.id, 60)}`")


def _frozen(dossier: Dossier) -> list[Block]:
    return [frozen_line(dossier.frozen)] if dossier.frozen is not None else []


def _reason(request: Request) -> list[Block]:
    return [
        section(f"*{label}*\n{quote(str(request.params[field]), _REASON)}")
        for field, label in _REASONS.items()
        if request.params.get(field)
    ]


def _progress(dossier: Dossier) -> Iterator[Block]:
    """Yield by which rule who decides: stage after stage with its decisions, and who is waited for since when."""
    request = dossier.request
    stages = len(request.ruling.stages)
    numbers = range(min(stages, request.stage + 1) if request.state in _ENDED_EARLY else stages)
    yield from sections([line for number in numbers for line in _stage_lines(dossier, number)], most=5)
    if request.fallback_used:
        yield context("Nobody whom the rule names could decide this, so it went to the fallback approvers.")
    alone = " (approved by itself)" if request.ruling.auto else ""
    when = f", when `{inline(request.ruling.condition, 200)}`" if request.ruling.condition else ""
    rule = f"Rule: {inline(request.ruling.rule, 200)}{when}{alone}" if request.ruling.rule else ""
    expiry = f"{date(request.expires_at, 'Expires')} if nobody decides" if request.state is State.PENDING else ""
    if rule or expiry:
        yield context(*filter(None, (rule, expiry)))


def _stage_lines(dossier: Dossier, number: int) -> list[str]:
    """Return a stage as lines: its name with the first thing there is to say, then the rest."""
    request = dossier.request
    said = [each for each in dossier.decisions if each.stage == number]
    lines = [_decision(each) for each in said]
    if request.state is State.PENDING and number == request.stage:
        who = waiting_for(dossier) or "somebody who may decide"
        lines.append(f"waiting for {who} {date(since(dossier, number), 'since')}")
    head = f"{_sign(dossier, number)} {stage_name(request.ruling.stages[number])}"
    return [f"{head}: {lines[0]}", *lines[1:]] if lines else [head]


def _sign(dossier: Dossier, number: int) -> str:
    request = dossier.request
    if verdicts(dossier, number, Verdict.DENY):
        return "⛔"
    if len(verdicts(dossier, number, Verdict.APPROVE)) >= request.ruling.stages[number].quorum:
        return "✅"
    return "⏳" if request.state is State.PENDING and number == request.stage else "▫️"


def _decision(decision: Decision) -> str:
    verb = "approved" if decision.verdict is Verdict.APPROVE else "denied"
    place = in_place_of([decision.on_behalf]) if decision.on_behalf is not None else ""
    line = f"*{name(decision.approver)}*{place} {verb} · {date(decision.at)}"
    return f"{line}\n{quote(decision.note, _NOTE)}" if decision.note.strip() else line


def _talk(dossier: Dossier) -> list[Block]:
    """Return what was asked back and offered instead."""
    talk = [*sections(inquiry_lines(dossier), most=4), *sections(offer_lines(dossier), most=2)]
    return [*talk, *sections(review_lines(dossier), most=2)]


def _outcome(dossier: Dossier) -> Iterator[Block]:
    """Yield what was done so far, what went wrong, what exists now and until when."""
    request = dossier.request
    yield from progress(dossier)
    if request.state in _SHOWS_PROBLEM and request.problem:
        yield section(f"*What happened*\n{quote(request.problem, _REASON)}")
    if request.state in _HAS_RESULT and result(request):
        yield section(f"*Project:* {result(request)}")
    if line := grant_line(request):
        yield section(line)
    yield from sections(claim_lines(dossier), most=1)


def _buttons(dossier: Dossier) -> list[Block]:
    request = dossier.request
    value = str(Reference.of(request))
    match request.state:
        case State.PENDING | State.APPROVED:
            sure = confirm("Cancel this request?", "Nobody can approve it any more.", "Cancel the request", "Keep it")
            whose = [request.requester.id]
            undecided = request.state is State.PENDING and not dossier.decisions
            change_it = [button("Change", "edit", value, visible_to=whose)] if undecided else []
            urgent = request.state is State.PENDING and request.ruling.emergency is not None
            now = [button("Emergency", "emergency", value, visible_to=whose)] if urgent else []
            cancel = button("Cancel", "cancel", value, confirm=sure, visible_to=whose)
            return [actions("card", [*change_it, *now, cancel])]
        case State.FAILED:
            back = [taking_back(value)] if done_steps(dossier) else []
            return [actions("card", [button("Try again", "retry", value), *back])]
        case State.REVERT_FAILED:
            return [actions("card", [button("Try again", "retry", value)])]
        case State.GRANTED:
            return grant_buttons(request)
        case _:
            return claim_buttons(dossier) if dossier.claim is not None else _again(request, value)


def _again(request: Request, value: str) -> list[Block]:
    if request.state not in FINAL:
        return []
    return [actions("again", [button("Ask again", "again", value, visible_to=[request.requester.id])])]
