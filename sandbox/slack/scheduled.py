"""Messages that ``chat.scheduleMessage`` has set for later, and their posting when the time has come."""

import asyncio

from sandbox.slack import messages
from sandbox.slack.model import Scheduled
from sandbox.slack.team import Team

LOOK = 0.05
"""Seconds between two looks at the clock, which may be moved, while something is scheduled."""


async def keep_posting(team: Team) -> None:
    """Post what is due, until cancelled."""
    while True:
        post_due(team)
        if team.state.scheduled:
            await asyncio.sleep(LOOK)
        else:
            team.scheduled.clear()
            await team.scheduled.wait()


def post_due(team: Team) -> None:
    """Post what is due now; what cannot be posted any more, or carries metadata, is dropped as Slack drops it."""
    due = [each for each in team.state.scheduled if each.post_at <= team.clock()]
    for each in sorted(due, key=lambda found: found.post_at):
        team.state.scheduled.remove(each)
        team.touch()
        _post(team, each)


def _post(team: Team, message: Scheduled) -> None:
    channel = team.state.channels.get(message.channel)
    if channel is None or channel.is_archived or message.has_metadata or team.grant is None:
        return
    if message.thread_ts is not None and channel.message(message.thread_ts) is None:
        return
    messages.post(
        team,
        channel,
        user=team.bot.user_id,
        text=message.text,
        blocks=message.blocks,
        attachments=message.attachments,
        thread_ts=message.thread_ts,
        subtype=message.subtype,
    )
