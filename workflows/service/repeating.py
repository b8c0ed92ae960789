"""Asking again: what was asked for before, as its form was filled in."""

from collections.abc import Mapping
from typing import Any

from workflows.errors import NotAllowed
from workflows.kind import Element
from workflows.model import Request
from workflows.service.desk import Desk, known_kind


class Repeating(Desk):
    async def again(self, request_id: str, person_id: str) -> tuple[Request, Mapping[str, Any]]:
        """Return a request, and what its form held; a day that is over is left open.

        Nothing is asked for by this: the form is sent like any other. Raises ``NotAllowed`` for anybody but its
        requester, ``UnknownRequest``.
        """
        request = await self.look_up(request_id)
        kind = known_kind(self.kinds, request.kind)
        if person_id != request.requester.id:
            raise NotAllowed(f"Only {request.requester.name} can ask for this again. Use /openai {kind.word} yourself.")
        values = kind.filled_in(request.params)
        today = self.now().date().isoformat()
        over = [
            name for name, ask in kind.asks().items() if ask.element is Element.DATE and str(values.get(name)) < today
        ]
        return request, {name: each for name, each in values.items() if name not in over}
