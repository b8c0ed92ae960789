"""The audit log beyond the database: pushed to a collector in order, fetched by a SIEM, anchored in a channel."""

import base64
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import cards
from bot.audit_feed import AuditFeed
from bot.metrics import Metrics
from bot.notifier.pushing import AT_ONCE, Pushing, signature
from bot.server import build
from sandbox.serving import serving
from tests.support.clock import Clock
from tests.support.company import POLICY, Company, company
from workflows.audit.entry import Draft
from workflows.audit.reading import read_export
from workflows.audit.verify import head_of, verify
from workflows.model import Actor, ActorType
from workflows.policy import policy_from_text
from workflows.store import Database, tables

SECRET = SecretStr("whsec_" + base64.b64encode(b"a secret of thirty-two bytes ...").decode())


@dataclass
class Collector:
    """Takes what is pushed; answers with the next of *answers*, then with 204."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)

    async def __call__(self, request: Request) -> Response:
        body = await request.body()
        self.calls.append((dict(request.headers), body))
        status = self.answers.pop(0) if self.answers else 204
        if status < 300:
            self.taken.append(body)
        return Response(status_code=status)

    @property
    def seqs(self) -> list[int]:
        return [json.loads(line)["seq"] for body in self.taken for line in body.splitlines()]


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    collector = Collector()
    async with serving(Starlette(routes=[Route("/take", collector.__call__, methods=["POST"])])) as url:
        collector.url = f"{url}/take"
        yield collector


async def happen(database: Database, clock: Clock, count: int) -> None:
    async with database.begin() as work:
        for number in range(count):
            actor = Actor(type=ActorType.PERSON, id="U1", email="a@acme.example")
            await work.append(Draft(action="opened", actor=actor, at=clock(), data={"number": number}))


def pushing(database: Database, clock: Clock, collector: Collector) -> Pushing:
    return Pushing(url=collector.url, secret=SECRET, database=database, now=clock)


async def test_every_entry_arrives_once_in_order_and_verifies(database: Database, clock: Clock) -> None:
    await happen(database, clock, AT_ONCE + 5)
    async with collecting() as collector:
        push = pushing(database, clock, collector)
        await push.run_due()
        await push.run_due()
        await happen(database, clock, 2)
        await push.run_due()

    assert collector.seqs == list(range(1, AT_ONCE + 8))
    lines = b"".join(collector.taken).decode().splitlines(keepends=True)
    assert verify(read_export(lines)).count == len(collector.seqs)


async def test_a_receiver_can_tell_that_it_is_us(database: Database, clock: Clock) -> None:
    await happen(database, clock, 1)
    async with collecting() as collector:
        await pushing(database, clock, collector).run_due()

    ((headers, body),) = collector.calls
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(b"a secret of thirty-two bytes ...", signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert int(headers["webhook-timestamp"]) == int(clock().timestamp())


def test_the_signature_is_the_one_of_the_specification() -> None:
    """The example of Standard Webhooks' own libraries."""
    secret = SecretStr("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    assert (
        signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


@pytest.mark.parametrize("status", [500, 429, 404, 302])
async def test_what_did_not_arrive_is_sent_again_before_anything_after_it(
    database: Database, clock: Clock, status: int
) -> None:
    await happen(database, clock, 2)
    async with collecting() as collector:
        collector.answers = [status, status]
        push = pushing(database, clock, collector)
        await push.run_due()
        await push.run_due()
        assert len(collector.calls) == 1, "not again at once"
        clock.advance(seconds=6)
        await push.run_due()
        await happen(database, clock, 1)
        clock.advance(seconds=6)
        await push.run_due()
        assert collector.taken == [], "each pause is longer than the one before"
        clock.advance(seconds=6)
        await push.run_due()

    assert collector.seqs == [1, 2, 3]


async def test_a_collector_that_is_away_loses_nothing_and_keeps_nobody_waiting(
    database: Database, clock: Clock
) -> None:
    await happen(database, clock, 1)
    async with collecting() as collector:
        pass
    await pushing(database, clock, collector).run_due()
    clock.advance(minutes=20)
    async with collecting() as again:
        again_push = Pushing(url=collector.url, secret=SECRET, database=database, now=clock)
        again_push._url = again.url
        await again_push.run_due()

    assert again.seqs == [1]


async def test_two_workers_push_nothing_twice(database: Database, clock: Clock) -> None:
    await happen(database, clock, 3)
    async with collecting() as collector:
        await pushing(database, clock, collector).run_due()
        await happen(database, clock, 1)
        await pushing(database, clock, collector).run_due()
        assert collector.seqs == [1, 2, 3], "the first one holds the lease"
        clock.advance(minutes=2)
        await pushing(database, clock, collector).run_due()

    assert collector.seqs == [1, 2, 3, 4]


# Fetched


@asynccontextmanager
async def feed(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    web = build(metrics=Metrics(database), checks={}, feed=AuditFeed(database, SecretStr("pull-token")))
    headers = {"authorization": "Bearer pull-token"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url="http://bot", headers=headers) as client:
        yield client


async def test_a_siem_gets_each_entry_once(database: Database, clock: Clock) -> None:
    await happen(database, clock, 5)
    lines: list[str] = []
    async with feed(database) as client:
        after = "0"
        while (answer := await client.get("/audit", params={"after": after, "limit": "2"})).text:
            lines += answer.text.splitlines(keepends=True)
            after = answer.headers["x-next-after"]
        assert (answer.status_code, answer.headers["x-next-after"]) == (200, "5")

    assert verify(read_export(lines)).count == 5


async def test_a_siem_may_have_events_of_ocsf(database: Database, clock: Clock) -> None:
    await happen(database, clock, 1)
    async with feed(database) as client:
        event = json.loads((await client.get("/audit", params={"format": "ocsf"})).text)

    assert (event["class_uid"], event["actor"]["user"]["email_addr"]) == (3004, "a@acme.example")


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer wrong", "Basic pull-token", "Bearer pull-tokenx", "pull-token"]
)
async def test_without_the_token_there_is_nothing(database: Database, clock: Clock, given: str) -> None:
    await happen(database, clock, 1)
    async with feed(database) as client:
        answer = await client.get("/audit", headers={"authorization": given})

    assert (answer.status_code, "opened" in answer.text) == (401, False)


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=9999", "format=csv", "format=x", "all=1"])
async def test_what_cannot_be_asked_is_one_line(database: Database, clock: Clock, query: str) -> None:
    async with feed(database) as client:
        answer = await client.get(f"/audit?{query}")

    assert (answer.status_code, answer.text.count("\n")) == (400, 1)


async def test_without_a_token_in_the_environment_there_is_no_feed(database: Database) -> None:
    web = build(metrics=Metrics(database), checks={})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url="http://bot") as client:
        assert (await client.get("/audit", headers={"authorization": "Bearer "})).status_code == 404


# Anchored


@pytest.fixture(name="acme")
async def _acme(database: Database, clock: Clock) -> AsyncIterator[Company]:
    async with company(database, clock) as founded:
        yield founded


async def anchors(acme: Company) -> list[dict[str, Any]]:
    outbox = tables.outbox
    query = sa.select(outbox.c.payload).where(outbox.c.request_id == "anchor").order_by(outbox.c.id)
    async with acme.database.read() as work:
        return list((await work.connection.execute(query)).scalars())


async def test_the_end_of_the_log_is_told_once_a_day(acme: Company) -> None:
    assert not await acme.service.anchor_due(), "an empty log has no end"
    await acme.ask_for_budget()
    assert [await acme.service.anchor_due() for _ in range(3)] == [True, False, False]
    acme.clock.advance(days=1)
    assert await acme.service.anchor_due()

    told = await anchors(acme)
    assert [each["where"] for each in told] == ["security", "security"]
    async with acme.database.read() as work:
        head = await work.audit_head()
    assert (told[0]["says"]["seq"], told[0]["says"]["hash"]) == (head.seq, head.hash)


async def test_what_stands_in_the_channel_is_what_verify_takes(acme: Company) -> None:
    await acme.ask_for_budget()
    await acme.service.anchor_due()
    (told,) = await anchors(acme)

    shown = cards.anchor_notice(told["says"])

    anchor = shown.blocks[1]["text"]["text"].strip("`")
    async with acme.database.read() as work:
        log = [each async for each in work.audit_entries()]
    assert verify(log, anchors=[head_of(anchor)]).count == len(log)


# What else stands in the log


async def test_openais_ids_of_the_calls_stand_beside_what_they_did(acme: Company) -> None:
    request = await acme.carried_out(await acme.ask_for_budget(), "petra")

    async with acme.database.read() as work:
        done = [json.loads(each.data) for each in await work.trail(request.id) if each.action == "step_done"]
    ids = [each for data in done for each in data["openai_request_ids"]]
    assert ids
    assert all(each.startswith("req_") for each in ids)


async def test_a_changed_policy_stands_there_with_its_difference(acme: Company) -> None:
    first = acme.service.policy
    await acme.service.adopt(first)
    await acme.service.adopt(policy_from_text(POLICY.replace("quorum: 2", "quorum: 3"), name="policy.yml"))

    async with acme.database.read() as work:
        (changed,) = [each async for each in work.audit_entries() if each.action == "policy_changed"]
    diff = json.loads(changed.data)["diff"]
    assert [each[0] for each in diff if "quorum" in each] == ["-", "+"]
    assert json.loads(changed.data)["before"] == first.digest
