"""In an emergency it is carried out at once, for a short time, with everybody told who was skipped, and reviewed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.support.company import POLICY, Company
from tests.support.databases import BOTH, tried_on
from tests.workflows.service.test_editing import limit_of
from tests.workflows.service.test_escalating import told
from tests.workflows.service.test_handing_over import proofs
from workflows.errors import AlreadyDecided, Conflict, InvalidFields, NotAllowed, PolicyInvalid, Refusal
from workflows.kinds import discover, examples
from workflows.lifecycle import State
from workflows.model import Reference, Request, Review, Verdict
from workflows.policy import Policy, policy_from_text

_database_url = tried_on("sqlite")
TODAY = date(2026, 11, 23)
TERMS = "{kinds: [budget], people: [{email: dana@acme.example}]}"


def emergency(terms: str = TERMS) -> Policy:
    """Return the company's policy with terms for emergencies."""
    head, rules = POLICY.split("rules:\n")
    text = f"{head}emergency: {terms}\nrules:\n{rules}"
    return policy_from_text(text, "policy.yml", examples=examples(discover()))


def decree(acme: Company, terms: str = TERMS) -> None:
    acme.service.policy = emergency(terms)


async def break_glass(
    acme: Company, request: Request, why: str = "Customers wait", until: date | None = None, who: str = "dana"
) -> Request:
    person = acme.people.everybody[who].id
    return await acme.service.break_glass(Reference.of(request), person, why, until)


async def find(acme: Company, request: Request, who: str, note: str = "", *, right: bool = True) -> Review:
    await acme.service.find(request.id, acme.people.everybody[who].id, note, right=right)
    review = (await acme.service.dossier(request.id)).review
    assert review is not None
    return review


@BOTH
async def test_it_is_carried_out_at_once_and_ends_by_itself(acme: Company) -> None:
    decree(acme)
    request = await acme.ask_for_budget("9000")

    broken = await break_glass(acme, request)
    assert broken.state is State.APPROVED
    assert await told(acme, "skipped") == {"U_PETRA", "U_FAY", "U_FINN", "U_FRED"}
    done = await acme.carried_out(broken)

    assert (done.state, await limit_of(acme)) == (State.GRANTED, 9000_00)
    assert (done.ends_at or acme.clock()).date() == TODAY + timedelta(days=2)  # both days whole
    (proof,) = await proofs(acme, "glass_broken")
    assert proof["why"] == "Customers wait"
    assert len(proof["skipped"]) == 4
    acme.pass_time(days=2)
    await acme.service.end_due()
    await acme.executor.run_due()
    assert (await acme.state(request), await limit_of(acme)) == (State.REVERTED, 500_00)


async def test_the_thread_and_security_hear_of_it(acme: Company) -> None:
    decree(acme)
    await break_glass(acme, await acme.ask_for_budget())

    assert await told(acme, "glass_broken") == {"thread", "security"}


@BOTH
async def test_two_of_those_who_were_skipped_close_the_review(acme: Company) -> None:
    decree(acme)
    request = await break_glass(acme, await acme.ask_for_budget("9000"))

    assert (await find(acme, request, "petra")).closed_at is None
    with pytest.raises(AlreadyDecided):
        await find(acme, request, "petra")
    closed = await find(acme, request, "fay", "It was on fire")

    assert (closed.closed_at, closed.right) == (acme.clock(), True)
    with pytest.raises(Conflict, match="closed"):
        await find(acme, request, "finn")
    assert [each["right"] for each in await proofs(acme, "reviewed")] == [True, True]
    assert len(await proofs(acme, "review_closed")) == 1


@pytest.mark.parametrize("who", ["dana", "olivia", "audra"])
async def test_nobody_else_reviews_it_least_of_all_who_asked(acme: Company, who: str) -> None:
    decree(acme)
    request = await break_glass(acme, await acme.ask_for_budget("9000"))

    with pytest.raises(NotAllowed, match="not one of them"):
        await find(acme, request, who)

    assert "review_refused" in await acme.trail(request)


async def test_what_was_not_right_is_ended_at_once(acme: Company) -> None:
    decree(acme)
    request = await acme.carried_out(await break_glass(acme, await acme.ask_for_budget("9000")))
    with pytest.raises(Refusal, match="Say why"):
        await find(acme, request, "petra", right=False)

    await find(acme, request, "petra", "Nobody waited", right=False)

    assert await acme.state(request) is State.REVERTING
    await acme.executor.run_due()
    assert (await acme.state(request), await limit_of(acme)) == (State.REVERTED, 500_00)
    assert await told(acme, "found_wrong") == {"U_DANA", "security"}
    assert not (await find(acme, request, "fay")).right


async def test_what_is_not_carried_out_yet_is_not_any_more(acme: Company) -> None:
    decree(acme)
    request = await break_glass(acme, await acme.ask_for_budget("9000"))

    await find(acme, request, "petra", "No", right=False)

    assert await acme.state(request) is State.CANCELLED


async def test_an_open_review_is_called_back_to_mind_once_a_working_day(acme: Company) -> None:
    decree(acme)
    request = await break_glass(acme, await acme.ask_for_budget("9000"))
    await find(acme, request, "petra")
    assert await acme.service.remind_reviewers() == 0

    acme.clock.advance(days=1)
    assert await acme.service.remind_reviewers() == 3
    assert await acme.service.remind_reviewers() == 0
    assert await told(acme, "review_waits") == {"U_FAY", "U_FINN", "U_FRED"}
    acme.clock.advance(hours=12)
    assert await acme.service.remind_reviewers() == 0  # it is night
    acme.clock.advance(hours=12)
    assert await acme.service.remind_reviewers() == 3
    await find(acme, request, "fay")
    acme.clock.advance(days=1)
    assert await acme.service.remind_reviewers() == 0


async def test_when_too_few_of_them_are_left_the_fallback_helps(acme: Company) -> None:
    decree(acme)
    request = await break_glass(acme, await acme.ask_for_budget("9000"))
    with pytest.raises(NotAllowed):
        await find(acme, request, "pat")
    acme.people.away |= {"finn", "fred", "petra"}

    await find(acme, request, "fay")

    assert (await find(acme, request, "pat")).closed_at is not None


@pytest.mark.parametrize("who", ["petra", "olivia"])
async def test_only_who_asked_breaks_it(acme: Company, who: str) -> None:
    decree(acme)
    request = await acme.ask_for_budget("9000")

    with pytest.raises(NotAllowed, match="Only Dana"):
        await break_glass(acme, request, who=who)

    assert "emergency_refused" in await acme.trail(request)


async def test_who_is_not_named_by_the_policy_has_no_button_and_no_way(acme: Company) -> None:
    decree(acme, "{kinds: [budget], people: [project_owners]}")
    request = await acme.ask_for_budget("9000")

    assert request.ruling.emergency is None
    with pytest.raises(NotAllowed, match="only the project's owners"):
        await break_glass(acme, request)


async def test_the_policy_of_now_decides(acme: Company) -> None:
    decree(acme)
    request = await acme.ask_for_budget("9000")
    assert request.ruling.emergency is not None
    decree(acme, "{kinds: [limit], people: [{email: dana@acme.example}]}")

    with pytest.raises(NotAllowed, match="lets nobody"):
        await break_glass(acme, request)


async def test_what_a_rule_denies_is_refused_in_an_emergency_too(acme: Company) -> None:
    decree(acme)
    request = await acme.ask_for_budget("9000")
    text = POLICY.replace("monthly_limit > 100000", "monthly_limit > 8000")
    acme.service.policy = policy_from_text(text.replace("rules:\n", f"emergency: {TERMS}\nrules:\n"), "policy.yml")

    with pytest.raises(NotAllowed, match="Nothing here costs that much"):
        await break_glass(acme, request)


async def test_without_enough_reviewers_it_has_to_wait(acme: Company) -> None:
    decree(acme, "{kinds: [budget], people: [{email: dana@acme.example}], reviewers: 3}")
    request = await acme.ask_for_budget()

    with pytest.raises(Refusal, match="3 people must review this"):
        await break_glass(acme, request)

    assert await acme.state(request) is State.PENDING


@pytest.mark.parametrize("end", ["approved", "denied", "cancelled", "edited"])
async def test_what_does_not_wait_any_more_cannot_be_broken(acme: Company, end: str) -> None:
    decree(acme)
    request = await acme.ask_for_budget()
    match end:
        case "approved" | "denied":
            await acme.decide(request, "petra", Verdict.APPROVE if end == "approved" else Verdict.DENY, "x")
        case "cancelled":
            await acme.service.cancel(request.id, "U_DANA")
        case _:
            _, values = await acme.service.editable(request.id, "U_DANA")
            await acme.service.edit(request.id, {**values, "monthly_limit": "750"}, "U_DANA", revision=0)

    with pytest.raises(Conflict):
        await break_glass(acme, request)


@pytest.mark.parametrize(
    ("why", "until", "field"),
    [
        (" ", None, "reason"),
        ("x\x00y", None, "reason"),
        ("x" * 4000, None, "reason"),
        ("x", TODAY + timedelta(days=2), "until"),
        ("x", TODAY - timedelta(days=1), "until"),
    ],
)
async def test_a_reason_and_a_near_day_are_needed(acme: Company, why: str, until: date | None, field: str) -> None:
    decree(acme)
    request = await acme.ask_for_budget()

    with pytest.raises(InvalidFields) as refused:
        await break_glass(acme, request, why, until)

    assert list(refused.value.errors) == [field]
    assert await acme.state(request) is State.PENDING


async def test_a_freeze_holds_it_back_like_everything_else(acme: Company) -> None:
    decree(acme)
    request = await acme.ask_for_budget()
    await acme.service.freeze("U_PAT", "A laptop is gone")

    broken = await acme.carried_out(await break_glass(acme, request))

    assert broken.state is State.APPROVED


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ("{kinds: [archive], people: [project_owners]}", "archive requests do not end by themselves"),
        ("{kinds: [bugdet], people: [project_owners]}", "did you mean budget?"),
        ("{kinds: [], people: [project_owners]}", "kinds may not be empty"),
        ("{kinds: [budget]}", "people is missing"),
        ("{kinds: [budget], people: [project_owners], longest_days: 15}", "longest_days must be 14 or less"),
    ],
)
def test_terms_that_cannot_be_are_named_with_their_line(terms: str, sentence: str) -> None:
    with pytest.raises(PolicyInvalid) as refused:
        emergency(terms)

    assert str(refused.value).startswith("policy.yml, line 9")
    assert sentence in str(refused.value)


@BOTH
async def test_what_is_found_wrong_while_it_is_under_way_is_ended_once_it_stands(acme: Company) -> None:
    decree(acme)
    request = await break_glass(acme, await acme.ask_for_budget("9000"))
    await acme.fault(fault="server_error", when="after_commit", method="POST", path_regex="spend_limit")
    await acme.executor.run_due()
    assert await acme.state(request) in (State.UNCONFIRMED, State.EXECUTING)
    await find(acme, request, "petra", "No", right=False)
    acme.pass_time(minutes=5)
    await acme.executor.run_due()
    assert await acme.state(request) is State.GRANTED

    assert await acme.service.see_to_reviews() >= 1

    assert await acme.state(request) is State.REVERTING
    assert (await acme.trail(request)).count("revoked") == 1


@pytest.mark.parametrize("right", [True, False])
async def test_a_finding_leaves_the_claim_of_a_worker_who_is_at_it_alone(acme: Company, *, right: bool) -> None:
    decree(acme)
    request = await break_glass(acme, await acme.ask_for_budget("9000"))
    async with acme.database.begin() as work:
        held = replace(await work.get(request.id, lock=True), state=State.EXECUTING)
        claimed = await work.save(held, acme.clock(), holder="worker", lease=timedelta(seconds=60))

    await find(acme, request, "petra", "" if right else "No", right=right)

    async with acme.database.begin() as work:
        await work.extend_lease(request.id, "worker", acme.clock() + timedelta(seconds=60))
    assert (await acme.request(request)).version == claimed.version
    acme.pass_time(minutes=2)  # the worker died
    await acme.executor.run_due()
    await acme.service.see_to_reviews()
    assert await acme.state(request) is (State.GRANTED if right else State.REVERTING)


async def test_more_time_is_for_its_approvers_also_in_an_emergency(acme: Company) -> None:
    decree(acme)
    first = await acme.carried_out(await acme.ask_for_budget("900", until="2026-11-24"), "petra")

    extension = await acme.service.extend(first.id, "U_DANA")

    assert extension.ruling.emergency is None
    with pytest.raises(NotAllowed, match="for its approvers"):
        await break_glass(acme, extension)
