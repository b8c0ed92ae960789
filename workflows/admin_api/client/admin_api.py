"""The Administration API as the rest of the program calls it: one method per operation, values in, values out."""

import copy
from dataclasses import replace
from typing import Self

import httpx
from pydantic import SecretStr

from workflows.admin_api.calling import Caller, Sends
from workflows.admin_api.client.access import Access
from workflows.admin_api.client.accounts import Accounts
from workflows.admin_api.client.limits import Limits
from workflows.admin_api.client.money import Money
from workflows.admin_api.client.people import People
from workflows.admin_api.client.projects import Projects
from workflows.admin_api.client.usage import Usage
from workflows.admin_api.limiter import Limiter
from workflows.admin_api.sending import Call, OnCall, Sender

BACKGROUND = 120.0
"""Seconds that a call may wait for its turn when nobody looks at a screen for it."""


class AdminAPI(Projects, People, Accounts, Access, Limits, Money, Usage):
    """OpenAI's Administration API (https://platform.openai.com/docs/api-reference/administration).

    Every method raises ``AdminAPIRefused`` (nothing happened; ``AdminAPINotFound`` and ``AdminAPIThrottled`` are
    special cases) or ``AdminAPIUnclear`` (cut off: look before trying again). A write is sent at most once; a read may
    be sent again twice. *base_url* ends in ``/v1``; *timeout* is seconds for one call as a whole; *patience* is seconds
    to wait for one call's turn, after which it is ``AdminAPIThrottled``.
    """

    def __init__(
        self,
        *,
        base_url: str,
        admin_key: SecretStr,
        limiter: Limiter | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout: float = 30.0,
        patience: float = BACKGROUND,
        on_call: OnCall | None = None,
    ) -> None:
        sender = Sender(
            base_url=base_url,
            admin_key=admin_key,
            limiter=limiter or Limiter(),
            transport=transport,
            timeout=timeout,
            on_call=on_call,
        )
        self._caller = Caller(sender=sender, patience=patience)

    @classmethod
    def through(cls, sender: Sends, *, patience: float = BACKGROUND) -> Self:
        """Return the API as somebody reaches it who has no key: by way of *sender*."""
        made = cls.__new__(cls)
        made._caller = Caller(sender=sender, patience=patience)  # noqa: SLF001 - its own class
        return made

    async def read(self, call: Call, *, patience: float, urgent: bool) -> bytes:
        """Return the body of the reply to a call that changes nothing. Raises ``ValueError`` for any other."""
        if call.is_write:
            raise ValueError("Only reads are made for somebody else.")
        return await self._caller.sender.send(call, patience=patience, urgent=urgent)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections, also for every view of them."""
        await self._caller.sender.aclose()

    def with_patience(self, seconds: float, *, urgent: bool = False) -> Self:
        """Return a view of the same connections and pace for callers in a hurry (a person waits: 2 s).

        *urgent* reads go before other reads, as writes always do: for looking before and after a write.
        """
        view = copy.copy(self)
        view._caller = replace(self._caller, patience=seconds, urgent=urgent)  # noqa: SLF001 - its own class
        return view
