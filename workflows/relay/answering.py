"""The side with the admin key: does what may be asked, and nothing else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import structlog
from nacl.exceptions import CryptoError
from pydantic import ValidationError

from workflows.admin_api import AdminAPI
from workflows.alongside import alongside
from workflows.errors import AdminAPIError, AdminAPIRefused
from workflows.keyring import KeyRing
from workflows.model import ClaimState
from workflows.relay.messages import ASKED, Answer, Body, Failed, Mint, Minted, Read, sealed
from workflows.store import Database, Question

AT_ONCE = 32
"""Questions that one worker sees to at the same time; what waits longer than the asker does is not seen to at all."""

LOOK = 1.0
"""Seconds between two looks for questions that nobody announced."""

KEPT = timedelta(minutes=2)
"""How long a question may live that nobody came back for."""

ONCE = timedelta(hours=1)
"""How long no second key is made for the same attempt; an attempt ends within minutes."""

FORBIDDEN = 403
log = structlog.get_logger(__name__)


class Answering:
    """Sees to the questions of processes that have no key. ``now`` is the clock (UTC)."""

    def __init__(self, *, api: AdminAPI, keyring: KeyRing, database: Database, now: Callable[[], datetime]) -> None:
        self._api = api
        self._keyring = keyring
        self._database = database
        self._now = now
        self._news = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        database.on_commit(self._news.set, "relay")

    @contextlib.asynccontextmanager
    async def running(self, patience: float) -> AsyncIterator[None]:
        """Answer for the block; at its end give what is under way *patience* seconds."""
        try:
            async with alongside(self._run(), "answer questions"):
                yield
        finally:
            if self._under_way:
                _, late = await asyncio.wait(self._under_way, timeout=patience)
                for each in late:
                    each.cancel()
                await asyncio.gather(*late, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._news.clear()
            try:
                await self._take()
            except Exception:
                log.exception("questions_not_taken")
                await asyncio.sleep(LOOK)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK):  # wait_for may swallow the end of this task, before Python 3.12
                    await self._news.wait()

    async def _take(self) -> None:
        async with self._database.read() as work:
            if not await work.is_anything_asked():
                return
        now = self._now()
        async with self._database.begin() as work:
            await work.forget_questions(now - KEPT)
            questions = await work.take_questions(now, AT_ONCE - len(self._under_way))
        for each in questions:
            task = asyncio.create_task(self._see_to(each), name="answer")
            self._under_way.add(task)
            task.add_done_callback(self._seen_to)

    def _seen_to(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._news.set()  # there is a place again

    async def _see_to(self, question: Question) -> None:
        try:
            answer = sealed(await self._answer(question), question.answer_to)
        except (ValueError, CryptoError) as problem:
            log.warning("question_with_a_false_address", error=type(problem).__name__)
            return
        try:
            async with self._database.begin() as work:
                await work.put_answer(question.id, answer)
        except Exception as problem:  # noqa: BLE001 - who asked gives up by themselves; the error may quote the answer
            log.warning("answer_not_written", error=type(problem).__name__)

    async def _answer(self, question: Question) -> Answer:
        try:
            asked = ASKED.validate_python(question.asked)
        except ValidationError:
            log.warning("question_that_may_not_be_asked")
            return Failed(error="refused", sentence="This may not be asked.", status=FORBIDDEN)
        structlog.contextvars.bind_contextvars(delivery=asked.trace)  # of this task alone
        try:
            return await (self._mint(asked, question.id) if isinstance(asked, Mint) else self._read(asked))
        except AdminAPIError as error:
            return Failed.of(error)
        except Exception as error:  # noqa: BLE001 - somebody waits; the error may quote what must not be logged
            log.warning("question_not_answered", error=type(error).__name__)
            return Failed(error="unclear", sentence="The worker could not do what it was asked for.")

    async def _read(self, asked: Read) -> Answer:
        body = await self._api.read(asked.call(), patience=asked.patience, urgent=asked.urgent)
        return Body(body=body.decode())

    async def _mint(self, asked: Mint, question_id: str) -> Answer:
        """Make the key of a claim that is being taken now, once; what key that is, the claim says."""
        now, name = self._now(), f"mint:{asked.request_id}:{asked.attempt}"
        async with self._database.begin() as work:
            claim = await work.claim_of(asked.request_id)
            first = await work.lease(name, question_id, now, now + ONCE)
        waits = claim is not None and claim.state is ClaimState.MINTING and claim.attempt == asked.attempt
        if claim is None or not (waits and first) or claim.lease_until is None or claim.lease_until <= now:
            log.warning("key_that_nobody_is_taking", request=asked.request_id)
            raise AdminAPIRefused("Nobody is taking this key at the moment.", status=FORBIDDEN)
        return Minted.of(await self._keyring.mint(claim))
