"""The side without the admin key."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import datetime

import structlog
from nacl.exceptions import CryptoError

from workflows.admin_api import AdminAPI, Call, IssuedKey
from workflows.alongside import alongside
from workflows.errors import AdminAPIUnclear
from workflows.keyring import PATIENCE, KeyRing
from workflows.model import Claim
from workflows.relay.messages import Answer, Asked, Body, Failed, Mint, Minted, Read, Seal, as_json
from workflows.store import Database, Question

TAKEN = 5.0
"""Seconds in which a worker takes a question, or there is none; one that is busy needs a moment."""

BEYOND = 40.0
"""Seconds beyond the wait for turns that one call may take: OpenAI's longest answer, and its way back."""

LOOK = 0.25
"""Seconds between two looks for answers that nobody announced."""

NOBODY = "OpenAI could not be asked: no worker is running that has the admin key."
LATE = "The worker that was asked did not answer in time."
log = structlog.get_logger(__name__)


class Asking:
    """Brings calls to a worker; stands in the place of the connection to the API. ``now`` is the clock (UTC)."""

    def __init__(self, *, database: Database, now: Callable[[], datetime], taken: float = TAKEN) -> None:
        self._database = database
        self._now = now
        self._taken = taken
        self._seal = Seal()
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._news = asyncio.Event()
        database.on_commit(self._news.set, "relay")

    async def send(self, call: Call, *, patience: float, urgent: bool) -> bytes:
        """Return the body of the reply to a read. Raises ``AdminAPIError``, and ``ValueError`` for a write."""
        call.path()  # what cannot be an id is not asked about
        answer = await self._ask(Read.of(call, patience=patience, urgent=urgent), patience + BEYOND)
        if not isinstance(answer, Body):
            raise AdminAPIUnclear(LATE)
        return answer.body.encode()

    async def mint(self, claim: Claim) -> IssuedKey:
        """Return the key that the claim's attempt waits for. Raises ``AdminAPIError``."""
        answer = await self._ask(Mint(request_id=claim.request_id, attempt=claim.attempt), PATIENCE + BEYOND)
        if not isinstance(answer, Minted):
            raise AdminAPIUnclear(LATE)
        return answer.key()

    async def aclose(self) -> None:
        """Nothing is kept open."""

    @contextlib.asynccontextmanager
    async def collecting(self) -> AsyncIterator[None]:
        """Bring the answers to those who wait, for the block."""
        async with alongside(self._collect(), "collect answers"):
            yield

    async def _ask(self, asked: Asked, within: float) -> Answer:
        trace = str(structlog.contextvars.get_contextvars().get("delivery") or "")[:100]
        asked = asked.model_copy(update={"trace": trace})
        question = Question(id=uuid.uuid4().hex, asked=as_json(asked), answer_to=self._seal.address)
        waiting = self._waiting[question.id] = asyncio.get_running_loop().create_future()
        try:
            async with self._database.begin() as work:
                await work.ask(question, self._now())
            self._news.set()
            answer = await self._answer(question, waiting, within)
        finally:
            del self._waiting[question.id]
        if isinstance(answer, Failed):
            raise answer.raised()
        return answer

    async def _answer(self, question: Question, waiting: asyncio.Future[Answer], within: float) -> Answer:
        await asyncio.wait([waiting], timeout=self._taken)
        if waiting.done():
            return waiting.result()
        if await self._withdrawn(question, untaken=True):
            raise AdminAPIUnclear(NOBODY)
        await asyncio.wait([waiting], timeout=within - self._taken)
        if waiting.done():
            return waiting.result()
        await self._withdrawn(question, untaken=False)
        raise AdminAPIUnclear(LATE)

    async def _withdrawn(self, question: Question, *, untaken: bool) -> bool:
        async with self._database.begin() as work:
            return await work.withdraw(question.id, untaken=untaken)

    async def _collect(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK if self._waiting else None):
                    await self._news.wait()
            self._news.clear()
            try:
                await self._look()
            except Exception:
                # The database is away: whoever waits goes on waiting, until their time is over.
                log.exception("answers_not_collected")
                await asyncio.sleep(LOOK)

    async def _look(self) -> None:
        if not self._waiting:
            return
        async with self._database.read() as work:
            if not await work.has_answers(list(self._waiting)):
                return
        async with self._database.begin() as work:
            found = await work.collect_answers(list(self._waiting))
        for question_id, sealed in found.items():
            waiting = self._waiting.get(question_id)
            if waiting is not None and not waiting.done():
                waiting.set_result(self._opened(sealed))

    def _opened(self, sealed: str) -> Answer:
        try:
            return self._seal.open(sealed)
        except (ValueError, CryptoError) as problem:
            log.warning("answer_not_for_us", error=type(problem).__name__)
            return Failed(error="unclear", sentence=LATE)


class DistantKeyRing(KeyRing):
    """Has a worker make the keys."""

    def __init__(self, asking: Asking) -> None:
        super().__init__(AdminAPI.through(asking))
        self._asking = asking

    async def mint(self, claim: Claim) -> IssuedKey:
        """Have the key made that *claim* offers. Raises ``AdminAPIError``, as if it were made here."""
        return await self._asking.mint(claim)
