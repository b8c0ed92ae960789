"""How sending one thing can end other than well, and what that asks for."""

from bot.slack_api import TOKEN_REFUSED, Problem

BAD_CHANNEL = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "is_inactive",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "ekm_access_denied",
        "team_access_not_granted",
    }
)
"""Another channel would take the message."""

GONE = frozenset({"message_not_found", "thread_not_found", "cannot_reply_to_message"})
"""The message that was to be changed, or answered, is not there any more."""

MENDABLE = TOKEN_REFUSED | {"access_denied", "message_limit_exceeded", "team_added_to_org"}
"""An operator can mend this, so the message waits for it."""

LONGEST_PAUSE = 300.0
"""Seconds between two attempts."""


class Refused(Exception):
    """Slack answered no, and would answer no again."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class BadChannel(Refused):
    """Slack does not take messages there, or there is no such channel."""


class Gone(Refused):
    """The message is not there any more."""


class Later(Exception):
    """Not now. ``seconds`` is what Slack asked for, or None; ``cut_off``: it may have happened all the same."""

    def __init__(self, problem: str, *, seconds: float | None = None, cut_off: bool = False) -> None:
        super().__init__(problem)
        self.problem = problem
        self.seconds = seconds
        self.cut_off = cut_off


def raise_for(problem: Problem) -> None:
    """Raise what *problem* means: ``Later`` or one of ``Refused``."""
    if problem.retry_after is not None:
        raise Later(str(problem), seconds=problem.retry_after)
    if problem.cut_off or not problem.code or problem.code in MENDABLE:
        raise Later(str(problem), cut_off=problem.cut_off)
    if problem.code in BAD_CHANNEL:
        raise BadChannel(problem.code)
    if problem.code in GONE:
        raise Gone(problem.code)
    raise Refused(problem.code)


def pause(attempts: int, luck: float) -> float:
    """Return the seconds before the next attempt: doubling, and spread by *luck* (0 to 1) over the upper half."""
    return float(min(LONGEST_PAUSE, 2.0 ** min(attempts, 10)) * (0.5 + luck / 2))
