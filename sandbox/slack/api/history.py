"""``conversations.history`` and ``conversations.replies``: what was written."""

from collections.abc import Sequence

from sandbox.slack import channels, messages
from sandbox.slack.api.method import Answer, Methods, need_scope
from sandbox.slack.api.paging import Paged, next_cursor, page
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Channel, Message
from sandbox.slack.team import Team

methods = Methods()

HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


class History(Paged):
    channel: str
    oldest: str = ""
    latest: str = ""
    inclusive: bool = False
    include_all_metadata: bool = False


class Replies(History):
    ts: str


@methods.method("conversations.history", History, scopes=HISTORY)
def history(team: Team, asked: History) -> Answer:
    """https://docs.slack.dev/reference/methods/conversations.history ; newest first."""
    channel = _read_by_bot(team, asked.channel)
    top = [each for each in channel.messages if each.in_channel]
    shown, cursor = page(_between(top, asked)[::-1], asked)
    found = [messages.render(team, channel, each, metadata=asked.include_all_metadata) for each in shown]
    return {
        "messages": found,
        "has_more": bool(cursor),
        "pin_count": len(channel.pins),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
        **(next_cursor(cursor) if cursor else {}),
    }


@methods.method("conversations.replies", Replies, scopes=HISTORY)
def replies(team: Team, asked: Replies) -> Answer:
    """https://docs.slack.dev/reference/methods/conversations.replies ; the parent first, then oldest first."""
    channel = _read_by_bot(team, asked.channel)
    message = channel.message(asked.ts)
    if message is None:
        raise SlackError("thread_not_found")
    thread = channel.thread(message.thread_ts or message.ts)
    shown, cursor = page(_between(thread, asked), asked)
    found = [messages.render(team, channel, each, metadata=asked.include_all_metadata) for each in shown]
    return {"messages": found, "has_more": bool(cursor), **(next_cursor(cursor) if cursor else {})}


def _read_by_bot(team: Team, reference: str) -> Channel:
    channel = channels.for_app(team, reference)
    need_scope(team, channels.scope(channel, "history"))
    if team.bot.user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _between(found: Sequence[Message], asked: History) -> list[Message]:
    oldest = _moment(asked.oldest, "invalid_ts_oldest", 0.0)
    latest = _moment(asked.latest, "invalid_ts_latest", float("inf"))
    edges = (oldest, latest) if asked.inclusive else ()
    return [each for each in found if oldest < float(each.ts) < latest or float(each.ts) in edges]


def _moment(ts: str, error: str, otherwise: float) -> float:
    try:
        return float(ts) if ts else otherwise
    except ValueError:
        raise SlackError(error) from None
