"""An alert reaches the project's owners by themselves: the month's first one and every critical one, each once."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.notifier import Notifier
from bot.notifier.pacer import Pacer
from tests.bot.workplace import Workplace
from tests.support.alerts import dossier, no_alert
from tests.support.clock import Clock
from tests.support.notifiers import notifier_in
from workflows.model import AlertDossier, OutboxTopic, Person
from workflows.store import Database

FIRST, LATER, CRITICAL = "A1", "A2", "A3"
CHANGES: dict[str, dict[str, Any]] = {FIRST: {}, LATER: {"mark": "90%"}, CRITICAL: {"mark": "95%", "critical": True}}


class Watch:
    """The notifier of alerts about a project that Olivia and Omar own; its messages stand in #requests."""

    def __init__(self, workplace: Workplace, database: Database, clock: Clock) -> None:
        self.workplace = workplace
        self.database = database
        self.clock = clock
        self.owners = tuple(
            Person(id=workplace.id(name), email=f"{name}@acme.example", name=name) for name in ("olivia", "omar")
        )

    async def dossier(self, alert_id: str) -> AlertDossier:
        return replace(dossier(id=alert_id, **CHANGES[alert_id]), first_id=FIRST, owners=self.owners)

    def notifier(self) -> Notifier:
        async def sleep(seconds: float) -> None:
            self.clock.advance(seconds=seconds)

        return notifier_in(
            database=self.database,
            client=self.workplace.client(),
            dossier=no_alert,  # no request is told of
            alert=self.dossier,
            requests_channel="#requests",
            pacer=Pacer(lambda: self.clock().timestamp()),
            now=self.clock,
            sleep=sleep,
        )

    async def alarm(self, *alert_ids: str, suffix: str = "") -> None:
        """Order these alerts, and have two notifiers tell of them at once, each a few times."""
        for each in alert_ids:
            told = (await self.dossier(each)).alert
            async with self.database.begin() as work:
                await work.tell(OutboxTopic.ALERT, told.thread, each + suffix, self.clock(), {"alert": each})
        for _ in range(3):
            await asyncio.gather(*(self.notifier().drain(self.clock()) for _ in range(2)))
            self.clock.advance(minutes=6)

    def direct(self, name: str) -> list[str]:
        return [str(each.blocks) for each in self.workplace.direct(name)]


@pytest.fixture(name="watch")
def _watch(workplace: Workplace, database: Database, clock: Clock) -> Watch:
    return Watch(workplace, database, clock)


async def test_the_first_alert_and_every_critical_one_reach_each_owner_once(watch: Watch) -> None:
    await watch.alarm(FIRST, LATER, CRITICAL)

    assert len(watch.workplace.channel("requests").messages) == 3
    for name in ("olivia", "omar"):
        first, critical = watch.direct(name)
        assert "80%" in first
        assert "95%" in critical
        assert f"<#{watch.workplace.channel('requests').id}>" in critical


async def test_nobody_is_told_again_when_somebody_saw_to_it(watch: Watch) -> None:
    await watch.alarm(FIRST)

    await watch.alarm(FIRST, suffix=":acknowledged")

    assert len(watch.direct("olivia")) == 1


async def test_an_owner_whom_slack_does_not_let_us_reach_delays_neither_the_channel_nor_the_other(watch: Watch) -> None:
    watch.workplace.fault(methods=[{"method": "conversations.open", "times": 1, "error": "user_disabled"}])

    await watch.alarm(FIRST)

    assert len(watch.workplace.channel("requests").messages) == 1
    assert sorted(len(watch.direct(name)) for name in ("olivia", "omar")) == [0, 1]


async def test_the_owners_hear_of_it_when_no_channel_can(watch: Watch) -> None:
    watch.workplace.channel("requests").is_archived = True

    await watch.alarm(FIRST)

    (message,) = watch.direct("olivia")
    assert "80%" in message
    assert "The alert stands in" not in message


async def test_a_lost_answer_never_doubles_an_owners_message(watch: Watch) -> None:
    orders = [{"method": "chat.postMessage", "drop": "after"} for _ in range(3)]
    watch.workplace.fault(methods=orders)

    await watch.alarm(FIRST)

    assert [len(watch.direct(name)) for name in ("olivia", "omar")] == [1, 1]
