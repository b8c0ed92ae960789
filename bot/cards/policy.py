"""That another policy holds, or that a file was not taken for one: for the channels that must know."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.blocks import context, date, escape, inline, quote, section
from bot.cards.message import Message, message

SHORT = 12
"""Characters of a digest that tell one policy from another."""


def policy_notice(content: Mapping[str, Any]) -> Message:
    """Draw what became of a policy file that was changed."""
    if content["action"] == "policy_changed":
        count = int(content["rules"])
        rules = "1 rule" if count == 1 else f"{count} rules"
        said = f"📜 *Another policy holds now*: {inline(str(content['name']), 200)}, {rules}"
        kept = "Requests that are open keep who decides them; whether they may be approved is asked of the new one."
        digests = f"SHA-256 {_short(content['digest'])}, before {_short(content['before'])}"
        return message(said, [section(said), context(kept), context(digests)])
    said = "🔴 *The policy file was changed, and cannot be used.* The policy that held before still holds"
    mend = f"`python -m bot policy check FILE` says the same. It holds: {_short(content['holds'])}"
    return message(said, [section(said), section(quote(str(content["problem"]), 1000)), context(mend)])


def breaker_notice(content: Mapping[str, Any]) -> Message:
    """Draw that rules approved too much by themselves lately, or that they go on."""
    if "closed_by" in content:
        said = f"🟢 *Rules approve by themselves again*: {inline(str(content['closed_by']), 80)} closed the breaker."
        return message(said, [section(said)])
    until = date(datetime.fromisoformat(content["until"]), "until")
    said = f"🛑 *Rules approve nothing by themselves now*, {until}: people decide instead"
    count, minutes = int(content["approvals"]), int(content["minutes"])
    why = (
        f"{count} requests were approved by rules within {minutes} minutes. Is that somebody, or some program, at work?"
    )
    how = "Rules with `breaker: false` go on. `/openai breaker` ends this, `/openai freeze` stops everything."
    return message(said, [section(said), section(why), context(how)])


def _short(digest: Any) -> str:
    return f"`{escape(str(digest)[:SHORT])}`"
