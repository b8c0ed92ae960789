"""Delivers an act or an event by the way that is set up, with its time limit, retries and ordered faults."""

import asyncio
import contextlib

from sandbox.slack.delivery.envelope import Ack, Envelope, Kind, NotAcknowledged, timed_out
from sandbox.slack.model import Json
from sandbox.slack.team import Team


async def ask(team: Team, kind: Kind, payload: Json) -> Ack:
    """Deliver what a person did and return the app's answer.

    Raises ``NotAcknowledged`` when the app does not answer in time, cannot be reached, refuses or is not installed.
    """
    if team.grant is None:
        raise NotAcknowledged("app_not_installed", "unknown_error")
    return await _attempt(team, Envelope(kind=kind, payload=payload))


def tell(team: Team, payload: Json) -> None:
    """Deliver an event in the background, with up to three retries, as far as Slack still sends this app events."""
    if team.volume.is_disabled:
        return
    if not team.volume.admit():
        minute = team.volume.limited_minute()
        if minute is None:
            return
        payload = _rate_limited(team, minute)
    team.start(_deliver_event(team, Envelope(kind=Kind.EVENT, payload=payload)))


async def _deliver_event(team: Team, envelope: Envelope) -> None:
    reason = ""
    for attempt, pause in enumerate((0.0, *team.timing.retries)):
        await asyncio.sleep(pause)
        try:
            await _attempt(team, envelope, attempt=attempt, reason=reason)
        except NotAcknowledged as failure:
            team.volume.note(taken=False)
            if failure.no_retry:
                return
            reason = failure.reason
        else:
            team.volume.note(taken=True)
            return


async def _attempt(team: Team, envelope: Envelope, *, attempt: int = 0, reason: str = "") -> Ack:
    try:
        async with asyncio.timeout(team.timing.ack):
            return await _carry(team, envelope, attempt=attempt, reason=reason)
    except TimeoutError:
        raise timed_out() from None


async def _carry(team: Team, envelope: Envelope, *, attempt: int, reason: str) -> Ack:
    if team.faults.strikes("delay_deliveries"):
        await asyncio.sleep(team.faults.delay)
    if team.faults.strikes("drop_deliveries"):
        await asyncio.Event().wait()
    again = team.faults.strikes("redeliver")
    if team.request_urls.url is not None:
        return await _over_http(team, envelope, attempt=attempt, reason=reason, again=again)
    if envelope.kind is Kind.EVENT:
        await team.sockets.connected()
    ack = await team.sockets.send(envelope, attempt=attempt, reason=reason)
    if again:
        await team.sockets.repeat(envelope, team.faults.retry_reason)
    return ack


async def _over_http(team: Team, envelope: Envelope, *, attempt: int, reason: str, again: bool) -> Ack:
    await team.request_urls.verify(team.tokens.verification)
    ack = await team.request_urls.send(envelope, attempt=attempt, reason=reason)
    if again:
        with contextlib.suppress(NotAcknowledged):
            await team.request_urls.send(envelope, attempt=attempt + 1, reason=team.faults.retry_reason)
    if team.faults.strikes("drop_acks"):
        await asyncio.Event().wait()
    return ack


def _rate_limited(team: Team, minute: int) -> Json:
    """Return what the app hears instead of its events (docs.slack.dev/reference/events/app_rate_limited)."""
    return {
        "token": team.tokens.verification,
        "type": "app_rate_limited",
        "team_id": team.id,
        "minute_rate_limited": minute,
        "api_app_id": team.state.app_id,
    }
