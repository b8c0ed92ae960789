"""The words of the cards: states, people, stages and results as sentences, escaped."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.blocks import change, escape, inline, truncate
from bot.blocks.limits import HEADER
from workflows.lifecycle import State
from workflows.model import Decision, Dossier, Person, Request, Stage, Verdict

MOST_NAMES = 12
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{5,}")

BADGES: Mapping[State, tuple[str, str]] = {
    State.PENDING: ("🟡", "Waiting for a decision"),
    State.APPROVED: ("🟢", "Approved, about to be carried out"),
    State.EXECUTING: ("🔵", "Being carried out"),
    State.UNCONFIRMED: ("🟠", "Unconfirmed: OpenAI did not answer; we look before we try again"),
    State.FAILED: ("🔴", "Failed: OpenAI refused"),
    State.COMPLETED: ("✅", "Done"),
    State.GRANTED: ("✅", "Done, for a limited time"),
    State.REVERTING: ("🔵", "Being taken back"),
    State.REVERT_FAILED: ("🔴", "Could not be taken back; it is tried again by itself"),
    State.REVERTED: ("⚪", "Over: taken back"),
    State.DENIED: ("⛔", "Denied"),
    State.CANCELLED: ("⚪", "Cancelled"),
    State.EXPIRED: ("⚪", "Expired: nobody decided in time"),
}


def badge(state: State) -> str:
    emoji, words = BADGES[state]
    return f"{emoji} *{words}*"


def name(person: Person) -> str:
    return inline(person.name or person.email or person.id, 80)


def names(
    people: Sequence[Person], *, mention: bool = False, places: Mapping[str, Sequence[Person]] | None = None
) -> str:
    """Return the people's names, or mentions that reach them; a crowd is counted, not called.

    *places* has id → who is away, in whose place they are there.
    """
    shown = [
        (f"<@{each.id}>" if mention else name(each)) + in_place_of((places or {}).get(each.id, ()))
        for each in people[:MOST_NAMES]
    ]
    beyond = len(people) - len(shown)
    return ", ".join(shown) + (f" and {beyond} more" if beyond else "")


def in_place_of(absent: Sequence[Person]) -> str:
    """Return for whom somebody decides, as it follows their name; empty when it is for nobody else."""
    return f" (for {names(absent)}, who {'is' if len(absent) == 1 else 'are'} away)" if absent else ""


def heading(request: Request) -> str:
    """Return the request in one line of plain text."""
    project = request.project_name
    title = request.title if not project or project in request.title else f"{request.title}: {project}"
    return truncate(escape(" ".join(title.split())), HEADER)


def title(request: Request) -> str:
    """Return the request in one line, to stand inside a sentence."""
    return inline(request.title, 150)


def verdicts(dossier: Dossier, number: int, verdict: Verdict) -> list[Decision]:
    """Return who said *verdict* in stage *number*."""
    return [each for each in dossier.decisions if each.stage == number and each.verdict is verdict]


def awaited(dossier: Dossier) -> list[Person]:
    """Return who may still decide: not those who have in this stage."""
    decided = {each.approver.id for each in dossier.decisions if each.stage == dossier.request.stage}
    return [each for each in dossier.awaited if each.id not in decided]


def waiting_for(dossier: Dossier, *, mention: bool = False) -> str:
    """Return who may still decide, each with whose place they take; empty for nobody."""
    return names(awaited(dossier), mention=mention, places=dossier.stand_ins)


def since(dossier: Dossier, number: int) -> datetime:
    """Return since when stage *number* waits: the last approval of the stage before it, or the request itself."""
    before = verdicts(dossier, number - 1, Verdict.APPROVE)
    return max((each.at for each in before), default=dossier.request.created_at)


def stage_name(stage: Stage) -> str:
    """Return the stage's name, and in words who decides in it unless the name says so already."""
    label = f"*{inline(stage.name[:1].upper() + stage.name[1:], 60)}*"
    who = " or ".join(map(str, stage.approvers))
    if stage.quorum == 1 and _bare(stage.name) == _bare(who):
        return label
    return f"{label} ({f'{stage.quorum} of ' if stage.quorum > 1 else ''}{inline(who, 300)})"


def _bare(text: str) -> str:
    return text.lower().removeprefix("the ").replace("'s ", " ").strip("@ ")


def place(request: Request, lead: str) -> str:
    """Return *lead* and a link to the channel that the request names by its id; else an empty text."""
    return f"{lead} <#{request.channel}>" if _CHANNEL_ID.fullmatch(request.channel) else ""


def outcome(request: Request) -> str:
    """Return what is true now in a few words: the first value that was changed, or the new project."""
    made = f"Project: {result(request)}" if result(request) else ""
    return next((change(each.label, each.now, each.proposed) for each in request.changes if each.now), made)


def result(request: Request) -> str:
    """Return the project's id, to be copied, or an empty text."""
    found = request.project_id or str(request.receipt.get("project_id", ""))
    return f"`{inline(found, 100)}`" if found else ""


def last_used(used: datetime | None, now: datetime) -> str:
    """Return when a key was used last, by days of UTC as OpenAI counts them."""
    if used is None:
        return "never used"
    days = max(0, (now.astimezone(UTC).date() - used.astimezone(UTC).date()).days)
    return "last used " + {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def day(when: datetime) -> str:
    """Return the day of *when*, as grants count them."""
    return f"{when.astimezone(UTC):%Y-%m-%d}"


def last_day(request: Request) -> str:
    """Return the last day (UTC) of what is given for a time, or an empty text."""
    return day(request.ends_at - timedelta(days=1)) if request.ends_at else ""
