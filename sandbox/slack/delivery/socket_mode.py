"""Socket Mode: up to ten WebSockets, each envelope to exactly one of them, acknowledged on any."""

import asyncio
import contextlib
import itertools
import json
import secrets
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from sandbox.slack.delivery.envelope import Ack, Envelope, Kind, unreachable
from sandbox.slack.faults import Faults

MOST_CONNECTIONS = 10
CONNECTION_TIME = 18_060
"""Seconds that Slack announces in ``hello``."""


class Sockets:
    """The app's open connections and the envelopes that wait for their acknowledgement."""

    def __init__(self, *, app_id: str, faults: Faults) -> None:
        self._app_id = app_id
        self._faults = faults
        self._tickets: set[str] = set()
        self._connections: list[WebSocket] = []
        self._turn = itertools.count()
        self._waiting: dict[str, asyncio.Future[Ack]] = {}
        self._carriers: dict[str, WebSocket] = {}
        self._connected = asyncio.Event()

    @property
    def count(self) -> int:
        return len(self._connections)

    def ticket(self) -> str:
        """Return a ticket that admits one connection."""
        ticket = secrets.token_urlsafe(24)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket) -> None:
        """Hold one connection for as long as it lasts; a wrong or used ticket is refused."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets or self._faults.strikes("refuse_tickets"):
            self._tickets.discard(ticket)
            await socket.close()
            return
        self._tickets.discard(ticket)
        await socket.accept()
        if self.count >= MOST_CONNECTIONS:
            await self._say_goodbye(socket, "too_many_websockets")
            return
        self._connections.append(socket)
        await socket.send_json(self._hello())
        self._connected.set()
        try:
            await self._listen(socket)
        finally:
            self._forget(socket)

    async def send(self, envelope: Envelope, *, attempt: int = 0, reason: str = "") -> Ack:
        """Send *envelope* to one connection and wait, without limit, for its acknowledgement.

        Raises ``NotAcknowledged`` when no connection is open or the chosen one goes away.
        """
        if not self._connections:
            raise unreachable()
        socket = self._connections[next(self._turn) % self.count]
        future = self._waiting.setdefault(envelope.id, asyncio.get_running_loop().create_future())
        self._carriers[envelope.id] = socket
        try:
            await socket.send_text(json.dumps(_frame(envelope, attempt, reason)))
            return await asyncio.shield(future)
        except (RuntimeError, WebSocketDisconnect):
            raise unreachable() from None
        finally:
            if not future.done():
                future.cancel()
            self._waiting.pop(envelope.id, None)
            self._carriers.pop(envelope.id, None)

    async def repeat(self, envelope: Envelope, reason: str = "http_timeout") -> None:
        """Send *envelope* once more to some connection; nobody waits for its acknowledgement."""
        if self._connections:
            socket = self._connections[next(self._turn) % self.count]
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await socket.send_text(json.dumps(_frame(envelope, 1, reason)))

    async def connected(self) -> None:
        """Wait until a connection is open."""
        await self._connected.wait()

    async def disconnect(self, reason: str = "refresh_requested", *, abrupt: bool = False) -> None:
        """Close every connection, with Slack's ``disconnect`` frame for *reason* first unless *abrupt*."""
        for socket in list(self._connections):
            self._forget(socket)
            await self._say_goodbye(socket, None if abrupt else reason)

    async def warn(self, patience: float) -> None:
        """Announce to every connection that it will be closed, and close it *patience* seconds later."""
        warned = list(self._connections)
        for socket in warned:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await socket.send_json(_goodbye("warning"))
        await asyncio.sleep(patience)
        for socket in [each for each in warned if each in self._connections]:
            self._forget(socket)
            await self._say_goodbye(socket, "refresh_requested")

    async def close(self) -> None:
        await self.disconnect(abrupt=True)

    async def _listen(self, socket: WebSocket) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                self._acknowledge(await socket.receive_text())

    def _acknowledge(self, text: str) -> None:
        with contextlib.suppress(ValueError):
            frame = json.loads(text)
            future = self._waiting.get(str(frame.get("envelope_id"))) if isinstance(frame, dict) else None
            if future is not None and not future.done() and not self._faults.strikes("drop_acks"):
                future.set_result(Ack(payload=frame.get("payload")))

    def _forget(self, socket: WebSocket) -> None:
        if socket in self._connections:
            self._connections.remove(socket)
        if not self._connections:
            self._connected.clear()
        for envelope_id, carrier in list(self._carriers.items()):
            future = self._waiting.get(envelope_id)
            if carrier is socket and future is not None and not future.done():
                future.set_exception(unreachable())

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": self.count,
            "debug_info": {
                "host": "sandbox",
                "build_number": 1,
                "approximate_connection_time": CONNECTION_TIME,
            },
            "connection_info": {"app_id": self._app_id},
        }

    async def _say_goodbye(self, socket: WebSocket, reason: str | None) -> None:
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            if reason:
                await socket.send_json(_goodbye(reason))
            if socket.application_state is not WebSocketState.DISCONNECTED:
                await socket.close()


def _goodbye(reason: str) -> dict[str, Any]:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}


def _frame(envelope: Envelope, attempt: int, reason: str) -> dict[str, Any]:
    frame: dict[str, Any] = {
        "envelope_id": envelope.id,
        "type": str(envelope.kind),
        "payload": envelope.payload,
        "accepts_response_payload": envelope.kind is not Kind.EVENT,
    }
    if envelope.kind is Kind.EVENT:
        frame |= {"retry_attempt": attempt, "retry_reason": reason.removeprefix("http_")}
    return frame
