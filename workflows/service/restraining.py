"""Restraint of rules that approve by themselves: a cap for each project, and a breaker for all of them together."""

from datetime import datetime, time, timedelta

from workflows.audit.entry import Draft
from workflows.model import OutboxTopic, Request
from workflows.money import dollars
from workflows.policy import Breaker
from workflows.service.desk import POLICY
from workflows.store import UnitOfWork

NOTICE = "breaker"


class HeldNow(Exception):
    """What a rule was to approve is held after all: another process approved something at the same moment."""


async def held(work: UnitOfWork, request: Request, cents: int, now: datetime) -> str:
    """Return why people decide what a rule would approve by itself, empty when it may."""
    ruling, terms = request.ruling, request.ruling.auto_terms
    if terms.breaker and (until := await work.breaker_until(now)) is not None:
        return f"Rules approved unusually much within a short time, so until {until:%Y-%m-%d %H:%M} UTC people decide."
    if terms.cap is None and terms.count is None:
        return ""
    count, used = await work.auto_used(ruling.rule, request.project_id, begin(terms.per, now))
    approves = f"The rule {ruling.rule} approves by itself only"
    if terms.count is not None and count >= terms.count:
        return f"{approves} {terms.count} times a {terms.per} for each project, which it did. So people decide."
    if terms.cap is not None and used + cents > terms.cap:
        left = dollars(max(0, terms.cap - used))
        return f"{approves} {dollars(terms.cap)} a {terms.per} for each project; {left} is left. So people decide."
    return ""


async def note(work: UnitOfWork, request: Request, cents: int, breaker: Breaker, now: datetime) -> None:
    """Remember what a rule approved by itself; when it was too much lately, open the breaker and tell everybody."""
    ruling = request.ruling
    counts = ruling.auto_terms.breaker
    await work.note_auto(request.id, ruling.rule, request.project_id, cents, now, counts=counts)
    lately = timedelta(minutes=breaker.minutes)
    if not counts or await work.auto_count(now - lately) < breaker.approvals:
        return
    until = now + lately
    await work.open_breaker(now, until)
    said = {"approvals": breaker.approvals, "minutes": breaker.minutes, "until": until.isoformat()}
    for where in ("requests", "security"):
        payload = {"kind": NOTICE, "where": where, "says": said}
        await work.tell(OutboxTopic.REPORT, f"{NOTICE}:{where}", now.isoformat(), now, payload)
    await work.append(Draft(action="breaker_opened", actor=POLICY, at=now, request_id=request.id, data=said))


def begin(per: str, now: datetime) -> datetime:
    """Return when the present day, week (from Monday) or month began, UTC."""
    today = now.date()
    first = {"day": today, "week": today - timedelta(days=today.weekday()), "month": today.replace(day=1)}[per]
    return datetime.combine(first, time(), now.tzinfo)
