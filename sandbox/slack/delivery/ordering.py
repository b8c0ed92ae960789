"""Carries out what ``/_sandbox/faults`` asks for: counts it down later, or does it now."""

from sandbox.slack.faults import Orders
from sandbox.slack.model import Json
from sandbox.slack.team import Team


async def order_faults(team: Team, orders: Orders) -> Json:
    """Set the faults of the whole server, and those of *team*'s events."""
    team.faults.order(orders)
    _limit_events(team, orders)
    match orders.disconnect:
        case False:
            pass
        case "warning":
            team.start(team.sockets.warn(team.timing.warning))
        case "abrupt":
            await team.sockets.disconnect(abrupt=True)
        case True:
            await team.sockets.disconnect()
        case reason:
            await team.sockets.disconnect(reason)
    return {"ok": True, "connections": team.sockets.count}


def _limit_events(team: Team, orders: Orders) -> None:
    if orders.clear:
        team.volume.reset()
    if orders.events_an_hour is not None:
        team.volume.most = orders.events_an_hour
    if orders.disable_events is not None:
        team.volume.enable()
        team.volume.is_disabled = orders.disable_events
