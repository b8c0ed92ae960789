"""What nobody decides in time goes to others as well; who left is not waited for."""

from datetime import timedelta

import pytest

from tests.support.company import POLICY, Company
from tests.support.databases import BOTH, tried_on
from tests.workflows.service.test_handing_over import awaited, away, proofs
from workflows.errors import NotAllowed, PolicyInvalid
from workflows.lifecycle import State
from workflows.model import OutboxTopic
from workflows.policy import policy_from_text

_database_url = tried_on("sqlite")
OWNERS = "{name: owner, approvers: [project_owners], backup: [{group: finance}]}"


def decree(acme: Company, *stages: str, escalation: str = "") -> None:
    """Let all budgets have these stages; the clock stands at nine on a Monday."""
    head = POLICY.partition("rules:")[0]
    terms = f"escalation: {escalation}\n" if escalation else ""
    rules = f"rules:\n  - {{name: budgets, kinds: [budget], pending_hours: 999, stages: [{', '.join(stages)}]}}\n"
    acme.service.policy = policy_from_text(head + terms + rules, "policy.yml")


async def told(acme: Company, event: str) -> set[str]:
    """Return where an event was told: the ids of people, and the thread."""
    found = set()
    async with acme.database.begin() as work:
        while entries := await work.claim_outbox(acme.clock(), timedelta(minutes=1), 1):
            for each in entries:
                if each.topic is OutboxTopic.POST and each.payload.get("event") == event:
                    found.add(each.payload.get("to", "thread"))
                await work.settle_outbox(each.id, acme.clock())
    return found


@BOTH
async def test_it_goes_to_the_backup_and_then_to_the_fallback_and_who_was_first_still_decides(acme: Company) -> None:
    decree(acme, OWNERS)
    request = await acme.ask_for_budget()
    with pytest.raises(NotAllowed):
        await acme.decide(request, "fay")

    acme.clock.advance(hours=7, minutes=59)
    assert await acme.service.escalate_due() == 0
    acme.clock.advance(minutes=1)
    assert await acme.service.escalate_due() == 1
    assert await acme.service.escalate_due() == 0
    assert set(await awaited(acme, request)) == {"Petra", "Fay", "Finn", "Fred"}
    assert await told(acme, "escalated") == {"U_FAY", "U_FINN", "U_FRED", "thread"}

    acme.clock.advance(days=1)
    assert await acme.service.escalate_due() == 1
    assert set(await awaited(acme, request)) == {"Petra", "Fay", "Finn", "Fred", "Pat"}
    assert await told(acme, "escalated") == {"U_PAT", "thread"}
    assert await acme.service.escalate_due() == 0

    assert (await acme.decide(await acme.request(request), "petra")).state is State.APPROVED
    assert [each["approvers"][-1] for each in await proofs(acme, "escalated")] == [
        "fred@acme.example",
        "pat@acme.example",
    ]


async def test_whom_it_was_passed_on_to_decides_and_only_in_that_stage(acme: Company) -> None:
    decree(acme, OWNERS, "{name: last, approvers: [organization_owners]}")
    request = await acme.ask_for_budget()
    acme.clock.advance(hours=8)
    await acme.service.escalate_due()

    second = await acme.decide(await acme.request(request), "fay")

    assert (second.stage, second.escalation) == (1, 0)
    assert set(await awaited(acme, second)) == {"Olivia", "Omar"}
    with pytest.raises(NotAllowed):
        await acme.decide(second, "finn")


async def test_without_a_backup_it_waits_for_the_fallback(acme: Company) -> None:
    decree(acme, "{name: owner, approvers: [project_owners]}")
    request = await acme.ask_for_budget()

    acme.clock.advance(hours=8)
    assert await acme.service.escalate_due() == 0
    acme.clock.advance(days=1)
    assert await acme.service.escalate_due() == 1

    assert (await acme.decide(await acme.request(request), "pat")).state is State.APPROVED


async def test_only_working_hours_count_and_those_of_everybody(acme: Company) -> None:
    decree(acme, "{name: finance, approvers: [{group: finance}], backup: [organization_owners]}")
    fred = acme.people.everybody["fred"]
    acme.people.everybody["fred"] = type(fred)(**{**vars(fred), "tz": "America/Los_Angeles"})
    request = await acme.ask_for_budget()

    acme.clock.advance(hours=8)  # Fred has just come to work
    assert await acme.service.escalate_due() == 0
    acme.clock.advance(hours=8)
    assert await acme.service.escalate_due() == 1
    assert "Olivia" in await awaited(acme, request)


async def test_never_is_never(acme: Company) -> None:
    decree(acme, OWNERS, escalation="{backup_after_hours: never, fallback_after_hours: never}")
    await acme.ask_for_budget()

    acme.clock.advance(days=20)
    assert await acme.service.escalate_due() == 0


async def test_who_decided_in_the_stage_is_not_called_again_and_nobody_decides_their_own(acme: Company) -> None:
    decree(acme, "{name: owner, approvers: [project_owners], backup: [{email: dana@acme.example}, {group: finance}]}")
    request = await acme.ask_for_budget()
    acme.clock.advance(hours=8)
    await acme.service.escalate_due()

    assert "Dana" not in await awaited(acme, request)


async def test_a_new_one_is_not_reminded_at_once(acme: Company) -> None:
    decree(acme, OWNERS)
    await acme.ask_for_budget()
    acme.clock.advance(hours=7)
    await acme.service.remind_due()
    acme.clock.advance(hours=1)
    await acme.service.escalate_due()
    await told(acme, "")

    acme.clock.advance(days=0, hours=17)  # nine o'clock on the next day
    await acme.service.remind_due()
    assert await told(acme, "reminder") == set()
    acme.clock.advance(hours=4)
    await acme.service.remind_due()
    assert await told(acme, "reminder") == {"U_PETRA", "U_FAY", "U_FINN", "U_FRED"}


@BOTH
async def test_who_left_is_not_waited_out(acme: Company) -> None:
    decree(acme, OWNERS)
    request = await acme.ask_for_budget()
    acme.people.away.add("petra")

    assert await acme.service.reassign_due() == 1
    assert await acme.service.reassign_due() == 0

    assert set(await awaited(acme, request)) == {"Pat"}
    assert (await acme.request(request)).fallback_used
    assert await told(acme, "reassigned") == {"U_PAT"}


async def test_an_absence_and_an_escalation_go_together(acme: Company) -> None:
    decree(acme, OWNERS)
    await away(acme, "fay", "pat")
    request = await acme.ask_for_budget()
    acme.clock.advance(hours=8)
    await acme.service.escalate_due()

    assert await awaited(acme, request) == {"Petra": [], "Pat": ["Fay"], "Finn": [], "Fred": []}


@pytest.mark.parametrize(
    ("escalation", "sentence"),
    [
        ("{backup_after_hours: 9, fallback_after_hours: 8}", "fallback_after_hours must not be below backup_after_ho"),
        ("{backup_after_hours: 0}", "backup_after_hours must be 1 or more"),
        ("{backup_after_hours: soon}", "backup_after_hours must be a whole number"),
        ("{backup_after: 1}", "did you mean backup_after_hours?"),
    ],
)
def test_terms_that_cannot_be_are_named_with_their_line(escalation: str, sentence: str) -> None:
    head = POLICY.partition("rules:")
    with pytest.raises(PolicyInvalid) as refused:
        policy_from_text(f"{head[0]}escalation: {escalation}\nrules:{head[2]}", "policy.yml")

    assert str(refused.value).startswith("policy.yml, line 9")
    assert sentence in str(refused.value)


async def test_when_nobody_at_all_is_left_it_is_said_loudly(acme: Company) -> None:
    decree(acme, OWNERS)
    await acme.ask_for_budget()
    acme.people.away |= {"petra", "pat"}

    assert await acme.service.reassign_due() == 1

    assert await told(acme, "nobody_left") == {"alerts"}


TWO = "{name: finance, approvers: [{group: finance}], quorum: 2}"


async def test_it_is_said_as_loudly_when_fewer_are_left_than_must_agree(acme: Company) -> None:
    decree(acme, TWO)
    await acme.ask_for_budget()
    acme.people.away |= {"finn", "fred", "pat"}

    assert await acme.service.reassign_due() == 1

    assert await told(acme, "nobody_left") == {"alerts"}


@pytest.mark.parametrize("gone", [{"finn"}, {"finn", "fred"}, {"fay", "finn"}])
async def test_who_agreed_already_is_not_lacking(acme: Company, gone: set[str]) -> None:
    decree(acme, TWO)
    await acme.decide(await acme.ask_for_budget(), "fay")
    acme.people.away |= gone

    assert await acme.service.reassign_due() == 1

    assert await told(acme, "nobody_left") == set()


async def test_who_agreed_already_cannot_agree_once_more(acme: Company) -> None:
    decree(acme, TWO)
    await acme.decide(await acme.ask_for_budget(), "fay")
    acme.people.away |= {"finn", "fred", "pat"}

    assert await acme.service.reassign_due() == 1

    assert await told(acme, "nobody_left") == {"alerts"}


async def test_whose_absent_colleague_is_heard_has_nothing_left_to_say(acme: Company) -> None:
    decree(acme, TWO)
    request = await acme.decide(await acme.ask_for_budget(), "fay")
    await away(acme, "fay", "petra")
    acme.people.away |= {"finn", "fred", "pat"}

    assert await acme.service.reassign_due() == 1

    assert set(await awaited(acme, request)) == {"Petra"}
    assert await told(acme, "nobody_left") == {"alerts"}
