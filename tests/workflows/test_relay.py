"""A process without the admin key: it reads OpenAI through a worker, has due keys made there, and can do no more."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from nacl.public import PrivateKey, SealedBox

from tests.support.company import Company
from tests.support.keys import begin, claim_of, keys, offered_key
from workflows.admin_api import AdminAPI, Call
from workflows.errors import (
    AdminAPINotFound,
    AdminAPIRefused,
    AdminAPIThrottled,
    AdminAPIUnclear,
)
from workflows.keyring import KeyRing
from workflows.model import ClaimState
from workflows.relay import Answering, Asking, DistantKeyRing
from workflows.relay.messages import ANSWER, Failed
from workflows.store import Database, Question, tables


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Somebody without the key, with a database of their own, and the worker that has it."""

    database: Database
    asking: Asking
    api: AdminAPI
    keyring: DistantKeyRing


@asynccontextmanager
async def pair(acme: Company, *, works: bool = True, taken: float = 60.0) -> AsyncIterator[Pair]:
    async with AsyncExitStack() as stack:
        if acme.database.single:
            database = acme.database
        else:
            database = Database(acme.database.engine.url.render_as_string(hide_password=False))
            stack.push_async_callback(database.close)
            await stack.enter_async_context(database.listening())
            await stack.enter_async_context(acme.database.listening())
            await asyncio.gather(database.heard(), acme.database.heard())
        answering = Answering(api=acme.api, keyring=KeyRing(acme.api), database=acme.database, now=acme.clock)
        if works:
            await stack.enter_async_context(answering.running(5))
        asking = Asking(database=database, now=acme.clock, taken=taken)
        await stack.enter_async_context(asking.collecting())
        keyring = DistantKeyRing(asking)
        yield Pair(database=database, asking=asking, api=AdminAPI.through(asking), keyring=keyring)


async def stored(acme: Company) -> list[dict[str, Any]]:
    async with acme.database.read() as work:
        return [dict(each._mapping) for each in await work.connection.execute(sa.select(tables.questions))]


async def test_reads_are_the_same_as_with_the_key(acme: Company) -> None:
    async with pair(acme) as web:
        assert await web.api.users() == await acme.api.users()
        assert await web.api.projects() == await acme.api.projects()
        assert await web.api.spend_limit(acme.project_id) == await acme.api.spend_limit(acme.project_id)

    assert await stored(acme) == []


async def test_many_ask_at_once(acme: Company) -> None:
    async with pair(acme) as web:
        found = await asyncio.gather(*(web.api.project(acme.project_id) for _ in range(40)))

    assert {each.id for each in found} == {acme.project_id}


async def test_a_refusal_is_raised_as_it_was(acme: Company) -> None:
    async with pair(acme) as web:
        with pytest.raises(AdminAPINotFound) as here:
            await acme.api.project("proj_none")
        with pytest.raises(AdminAPINotFound) as there:
            await web.api.project("proj_none")
        assert (str(there.value), there.value.status, there.value.code) == (
            str(here.value),
            here.value.status,
            here.value.code,
        )


@pytest.mark.parametrize(
    "error",
    [
        AdminAPIThrottled("Too many.", retry_after=7.5),
        AdminAPINotFound("None.", status=404, code="missing"),
        AdminAPIRefused("No.", status=400, code="unknown_parameter", param="scopes"),
        AdminAPIUnclear("Cut off."),
    ],
)
def test_every_error_comes_back_as_itself(error: AdminAPIUnclear | AdminAPIRefused) -> None:
    again = ANSWER.validate_json(ANSWER.dump_json(Failed.of(error)))

    assert isinstance(again, Failed)
    assert (type(again.raised()), str(again.raised())) == (type(error), str(error))
    assert vars(again.raised()) == vars(error)


async def test_nothing_can_be_written_through_it(acme: Company) -> None:
    async with pair(acme) as web:
        with pytest.raises(ValueError, match="Only reads"):
            await web.api.set_spend_limit(acme.project_id, 1)
        with pytest.raises(ValueError, match="Only reads"):
            await web.api.create_service_account(acme.project_id, "mine")

    assert (await acme.api.spend_limit(acme.project_id)) is not None


async def test_without_a_worker_one_hears_so_soon(acme: Company) -> None:
    async with pair(acme, works=False, taken=0.2) as web:
        with pytest.raises(AdminAPIUnclear, match="no worker is running"):
            await web.api.users()

    assert await stored(acme) == []


async def test_a_key_that_is_being_taken_is_made_by_the_worker(acme: Company) -> None:
    request = await offered_key(acme)
    attempt = await begin(acme, request)
    async with pair(acme) as web:
        key = await web.keyring.mint(attempt.claim)
        assert [each[:4] for each in key.request_ids] == ["req_"]

    made = [each for each in (await keys(acme)).values() if each.name == attempt.claim.key_name]
    assert [each.id for each in made] == [key.id]
    assert key.value.get_secret_value().startswith("sk-svcacct-")
    assert await stored(acme) == []


async def test_a_key_crosses_the_database_sealed(acme: Company) -> None:
    """What stands in the database while an answer waits to be read tells nothing to who reads the database."""
    request = await offered_key(acme)
    attempt = await begin(acme, request)
    eve = PrivateKey.generate()
    asked = {"wants": "mint", "request_id": request.id, "attempt": attempt.claim.attempt}
    async with pair(acme):
        address = base64.b64encode(bytes(eve.public_key)).decode()
        row = await answered(acme, Question(id="q1", asked=asked, answer_to=address))

    assert "sk-" not in repr(row)
    sealed = base64.b64decode(row["answer"])
    assert b"sk-" not in sealed
    assert b"sk-svcacct-" in SealedBox(eve).decrypt(sealed)


async def answered(acme: Company, question: Question) -> dict[str, Any]:
    """Put a question as no asker of ours would, and return its row once it is answered."""
    async with acme.database.begin() as work:
        await work.ask(question, acme.clock())
    async with asyncio.timeout(60):
        while True:
            (row,) = [each for each in await stored(acme) if each["id"] == question.id]
            if row["answer"] is not None:
                return row
            await asyncio.sleep(0.02)


async def refused(acme: Company, asked: dict[str, Any]) -> str:
    """Ask, and return the sentence of the refusal."""
    own = PrivateKey.generate()
    question = Question(id="q", asked=asked, answer_to=base64.b64encode(bytes(own.public_key)).decode())
    row = await answered(acme, question)
    async with acme.database.begin() as work:
        await work.withdraw("q", untaken=False)
    found = ANSWER.validate_json(SealedBox(own).decrypt(base64.b64decode(row["answer"])))
    assert isinstance(found, Failed)
    assert (found.error, found.status) == ("refused", 403)
    return found.sentence


async def test_the_same_attempt_gets_one_key(acme: Company) -> None:
    request = await offered_key(acme)
    attempt = await begin(acme, request)
    async with pair(acme) as web:
        await web.keyring.mint(attempt.claim)
        with pytest.raises(AdminAPIRefused, match="Nobody is taking this key"):
            await web.keyring.mint(attempt.claim)

    assert len([each for each in (await keys(acme)).values() if each.name == attempt.claim.key_name]) == 1


@pytest.mark.parametrize("state", [ClaimState.OPEN, ClaimState.CLAIMED, ClaimState.LAPSED])
async def test_a_key_that_nobody_is_taking_is_not_made(acme: Company, state: ClaimState) -> None:
    request = await offered_key(acme)
    attempt = await begin(acme, request)
    claim = await claim_of(acme, request)
    async with acme.database.begin() as work:
        await work.save_claim(claim, replace(claim, state=state))
    before = set(await keys(acme))
    async with pair(acme):
        asked = {"wants": "mint", "request_id": request.id, "attempt": attempt.claim.attempt}
        assert "Nobody is taking" in await refused(acme, asked)

    assert set(await keys(acme)) == before


async def test_an_attempt_whose_time_is_over_gets_no_key(acme: Company) -> None:
    request = await offered_key(acme)
    attempt = await begin(acme, request)
    acme.clock.advance(minutes=5)
    async with pair(acme) as web:
        with pytest.raises(AdminAPIRefused, match="Nobody is taking"):
            await web.keyring.mint(attempt.claim)


@pytest.mark.parametrize(
    "asked",
    [
        {"wants": "delete", "template": "/organization/projects"},
        {"wants": "mint", "request_id": "r", "attempt": 1, "project_id": "proj_other"},
        {"wants": "read", "template": "/organization/users", "method": "POST"},
        {
            "wants": "read",
            "template": "/organization/{x.__class__}",
            "ids": {"x": "y"},
            "params": [],
            "patience": 1,
            "urgent": False,
        },
        {
            "wants": "read",
            "template": "/organization/../../x",
            "ids": {},
            "params": [],
            "patience": 1,
            "urgent": False,
        },
        {"wants": "read", "template": "/models", "ids": {}, "params": [], "patience": 1, "urgent": False},
        {"wants": "read", "template": "/organization", "ids": {}, "params": [], "patience": 1, "urgent": False},
        {},
        {"wants": None},
    ],
)
async def test_what_may_not_be_asked_is_refused(acme: Company, asked: dict[str, Any]) -> None:
    async with pair(acme):
        assert "may not be asked" in await refused(acme, asked)


async def test_an_address_that_is_none_stops_nothing(acme: Company) -> None:
    async with pair(acme) as web:
        async with acme.database.begin() as work:
            await work.ask(Question(id="q", asked={}, answer_to="nonsense"), acme.clock())

        assert await web.api.users()


async def test_an_answer_that_was_not_sealed_to_us_is_none(acme: Company) -> None:
    async with pair(acme, works=False) as web:
        reading = asyncio.create_task(web.api.users())
        async with asyncio.timeout(30):
            while not (rows := await stored(acme)):  # noqa: ASYNC110 - it is written by the code under test
                await asyncio.sleep(0.01)
        async with acme.database.begin() as work:
            await work.take_questions(acme.clock(), 1)
            await work.put_answer(rows[0]["id"], "bm90IHNlYWxlZA==")
        with pytest.raises(AdminAPIUnclear):
            await reading


async def test_questions_that_nobody_came_back_for_are_dropped(acme: Company) -> None:
    async with acme.database.begin() as work:
        await work.ask(Question(id="old", asked={}, answer_to="x"), acme.clock() - timedelta(minutes=10))
    async with pair(acme) as web:
        await web.api.users()

    assert await stored(acme) == []


async def test_a_call_with_what_cannot_be_an_id_is_not_even_asked(acme: Company) -> None:
    async with pair(acme, works=False) as web:
        with pytest.raises(AdminAPINotFound):
            await web.asking.send(
                Call(method="GET", template="/organization/projects/{project_id}", ids={"project_id": "../x"}),
                patience=1,
                urgent=False,
            )
