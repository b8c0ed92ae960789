"""Reports through the notifier: each once, in order, whatever Slack answers."""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

import pytest

from tests.bot.desk import Desk
from tests.bot.test_card_digest import digest
from tests.bot.test_card_money import month
from tests.bot.workplace import Workplace
from tests.support.clock import Clock
from tests.support.databases import tried_on
from workflows.model import Freeze, OutboxTopic, Person
from workflows.reports import monthly, weekly
from workflows.service.freezing import FREEZE, NOTICE
from workflows.store import Database

OWNERS = 25
WEEKS = ("2026-W48", "2026-W49", "2026-W50")


class Post(Desk):
    """Orders reports told as the job does."""

    alarm_channels = MappingProxyType({"alerts": "#support"})

    async def order_digest(self, owner: str, week: str) -> None:
        content = weekly.CONTENT.dump_python(replace(digest(), problem=f"{owner} {week}"), mode="json")
        email = f"{owner}@acme.example"
        payload = {"kind": weekly.DIGEST, "subject": email, "period": week, "to": self.workplace.id(owner)}
        async with self.database.begin() as work:
            await work.write_report(weekly.DIGEST, email, week, self.clock(), content)
            await work.tell(OutboxTopic.REPORT, f"digest:{email}", f"digest:{week}", self.clock(), payload)

    async def order_showback(self) -> None:
        content = monthly.CONTENT.dump_python(month(), mode="json")
        payload = {"kind": monthly.SHOWBACK, "subject": "", "period": "2026-10", "to": ""}
        async with self.database.begin() as work:
            await work.write_report(monthly.SHOWBACK, "", "2026-10", self.clock(), content)
            await work.tell(OutboxTopic.REPORT, "showback", "showback:2026-10", self.clock(), payload)

    def received(self, owner: str) -> list[str]:
        """Return the weeks whose digest somebody got, in their order."""
        found = [str(each.blocks).partition(f"{owner} ")[2][:8] for each in self.workplace.direct(owner)]
        return [each for each in found if each]

    async def until_quiet(self, **each_time: float) -> int:
        """Drain until nothing waits; returns how often."""
        for times in range(1, 200):
            await self.drain(**each_time)
            async with self.database.read() as work:
                if not (await work.outbox_backlog())[0]:
                    return times
        raise AssertionError("something waits for ever")


_database_url = tried_on("sqlite")


@pytest.fixture(name="post")
async def _post(workplace: Workplace, database: Database, clock: Clock) -> Post:
    return Post(workplace, database, clock)


def hired(workplace: Workplace) -> Sequence[str]:
    """Return the names of many owners."""
    names = [f"owner{each}" for each in range(OWNERS)]
    for name in names:
        workplace.workspace.add_user(name, email=f"{name}@acme.example")
    return names


async def test_slack_429_with_retry_after_during_a_digest_is_queued_in_order_and_nothing_is_lost(post: Post) -> None:
    owners = hired(post.workplace)
    for week in WEEKS:
        for owner in owners:
            await post.order_digest(owner, week)
    slow = {"method": "chat.postMessage", "error": "ratelimited", "retry_after": 30, "times": 2 * OWNERS}
    opened = {"method": "conversations.open", "error": "ratelimited", "retry_after": 20, "times": 5}
    post.workplace.fault(methods=[slow, opened])

    await post.drain()
    assert sum(len(post.received(each)) for each in owners) < OWNERS * len(WEEKS)
    times = await post.until_quiet(seconds=10)

    assert times > 3  # nothing came before the seconds that Slack asked for were over
    assert {each: post.received(each) for each in owners} == {each: list(WEEKS) for each in owners}


@pytest.mark.parametrize("where", ["before", "after"])
async def test_a_lost_answer_neither_doubles_nor_loses_a_digest(post: Post, where: str) -> None:
    await post.order_digest("olivia", "2026-W48")
    post.workplace.fault(methods=[{"method": "chat.postMessage", "drop": where}])

    await post.until_quiet(minutes=6)

    assert post.received("olivia") == ["2026-W48"]


async def test_a_second_notifier_finds_what_the_first_one_posted(post: Post) -> None:
    await post.order_digest("olivia", "2026-W48")
    await post.drain()
    async with post.database.begin() as work:
        await work.tell(OutboxTopic.REPORT, "digest:olivia@acme.example", "digest:2026-W48", post.clock())

    await post.another_notifier().drain(post.clock())

    assert post.received("olivia") == ["2026-W48"]


async def test_a_showback_stands_in_the_channel_for_alerts_as_a_table(post: Post) -> None:
    await post.order_showback()

    await post.drain()

    (message,) = post.in_channel("support")
    assert "Showback for October 2026" in message.text
    assert "table" in {each["type"] for each in message.blocks or ()}


async def test_a_slack_that_knows_no_tables_gets_lines(post: Post) -> None:
    await post.order_showback()
    post.workplace.fault(methods=[{"method": "chat.postMessage", "error": "invalid_blocks"}])

    await post.until_quiet(minutes=6)

    (message,) = post.in_channel("support")
    assert "table" not in {each["type"] for each in message.blocks or ()}
    assert "cc-2" in str(message.blocks)


async def test_without_its_channel_a_showback_is_given_up_in_the_audit_log(post: Post) -> None:
    await post.order_showback()
    post.workplace.channel("support").is_archived = True

    await post.until_quiet(minutes=6)

    async with post.database.read() as work:
        assert [each.action async for each in work.audit_entries()] == ["message_dropped"]


async def test_a_freeze_and_its_end_are_told_once_where_requests_stand_and_where_security_reads(post: Post) -> None:
    post.alarm_channels = MappingProxyType({"security": "#support"})
    post.notifier = post.another_notifier()
    olivia = Person(id=post.workplace.id("olivia"), email="olivia@acme.example", name="Olivia")
    freeze = FREEZE.dump_python(Freeze(number=1, by=olivia, reason="A laptop.", at=post.clock()), mode="json")
    async with post.database.begin() as work:
        for over, where in ((False, "requests"), (False, "security"), (False, "alerts"), (True, "requests")):
            payload = {"kind": NOTICE, "where": where, "says": {"over": over, "freeze": freeze}}
            await work.tell(OutboxTopic.REPORT, f"freeze:{where}", f"{over}", post.clock(), payload)

    for _ in range(2):
        await post.until_quiet(seconds=10)

    assert ["Everything is frozen" in each.text for each in post.in_channel("requests")] == [True, False]
    assert ["A laptop." in str(each.blocks) for each in post.in_channel("support")] == [True]
