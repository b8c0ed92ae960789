"""The notifier: an export of the audit log reaches who ordered it, as a file."""

import csv
from io import StringIO

import pytest

from tests.bot.desk import Desk
from workflows.audit.entry import Draft
from workflows.model import Actor, ActorType, OutboxTopic


@pytest.fixture(name="exported")
async def _exported(desk: Desk) -> Desk:
    async with desk.database.begin() as work:
        for number in range(3):
            actor = Actor(type=ActorType.OPERATOR, email="=evil@acme.example")
            await work.append(Draft(action=f"tried_{number}", actor=actor, at=desk.clock(), data={"n": number}))
    payload = {"to": desk.workplace.id("dana"), "format": "csv", "filter": {"since": "", "until": ""}}
    await desk.order("", "view:V1", OutboxTopic.EXPORT, **payload)
    return desk


def files(desk: Desk) -> list[str]:
    return [each for message in desk.workplace.direct("dana") for each in message.files]


async def test_an_export_reaches_the_person_who_ordered_it_as_a_file(exported: Desk) -> None:
    await exported.drain()

    (file_id,) = files(exported)
    rows = list(csv.DictReader(StringIO(exported.workplace.workspace.store.upload(file_id).decode())))
    assert [each["action"] for each in rows] == ["tried_0", "tried_1", "tried_2"]


@pytest.mark.parametrize("where", ["before", "after"])
async def test_an_export_whose_answer_was_lost_is_sent_once(exported: Desk, where: str) -> None:
    exported.workplace.fault(methods=[{"method": "files.completeUploadExternal", "drop": where}])

    for _ in range(3):
        await exported.drain(minutes=11)

    assert len(files(exported)) == 1


async def test_an_export_without_entries_says_so(desk: Desk) -> None:
    nothing = {"since": "2020-01-01T00:00:00+00:00", "until": "2020-01-02T00:00:00+00:00"}
    await desk.order("", "V2", OutboxTopic.EXPORT, to=desk.workplace.id("dana"), format="jsonl", filter=nothing)

    await desk.drain()

    (message,) = desk.workplace.direct("dana")
    assert "no entry" in message.text
