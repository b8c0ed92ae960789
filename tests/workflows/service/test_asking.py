"""Asking back: by who may decide, answered by the requester alone, kept with the request, and no decision."""

import pytest

from tests.support.company import Company
from workflows.errors import AlreadyDecided, Conflict, NotAllowed, Redelivered, Refusal, UnknownPerson, WorkflowError
from workflows.lifecycle import State
from workflows.model import Inquiry, Reference, Request, Verdict
from workflows.service.asking import LONGEST, MOST


async def ask(acme: Company, request: Request, who: str = "petra", text: str = "For how long?", **more: str) -> Inquiry:
    reference = Reference(request_id=request.id, stage=request.stage)
    return await acme.service.ask_back(reference, acme.people.everybody[who].id, text, **more)


async def answer(
    acme: Company, request: Request, who: str = "dana", text: str = "A month.", number: int = 0
) -> Inquiry:
    return await acme.service.answer(request.id, number, acme.people.everybody[who].id, text)


async def said(acme: Company, request: Request) -> list[tuple[str, str, str]]:
    dossier = await acme.service.dossier(request.id)
    return [(each.asker.name, each.text, each.answer) for each in dossier.inquiries]


async def test_a_question_and_its_answer_are_kept_with_the_request_and_written_down(acme: Company) -> None:
    request = await acme.ask_for_budget()

    await ask(acme, request)
    assert await acme.service.waits_for_answer(request.id, "U_DANA")
    await answer(acme, request)

    assert await said(acme, request) == [("Petra", "For how long?", "A month.")]
    assert not await acme.service.waits_for_answer(request.id, "U_DANA")
    assert await acme.trail(request) == ["opened", "asked", "answered"]
    assert await acme.state(request) is State.PENDING
    assert (await acme.decide(await acme.request(request), "petra")).state is State.APPROVED


async def test_several_questions_are_answered_in_their_order_or_by_their_number(acme: Company) -> None:
    request = await acme.ask_for_budget()
    for text in ("One?", "Two?", "Three?"):
        await ask(acme, request, text=text)

    await answer(acme, request, text="2", number=2)
    await answer(acme, request, text="1")
    await answer(acme, request, text="3")

    assert [each[1:] for each in await said(acme, request)] == [("One?", "1"), ("Two?", "2"), ("Three?", "3")]
    with pytest.raises(Conflict, match="waits for an answer"):
        await answer(acme, request)
    with pytest.raises(AlreadyDecided):
        await answer(acme, request, number=2)


@pytest.mark.parametrize(
    ("who", "error"),
    [("dana", NotAllowed), ("omar", NotAllowed), ("eve", UnknownPerson)],
    ids=["requester", "somebody", "stranger"],
)
async def test_who_may_not_decide_does_not_ask(acme: Company, who: str, error: type[WorkflowError]) -> None:
    request = await acme.ask_for_budget()

    with pytest.raises(error):
        await acme.service.ask_back(Reference(request_id=request.id, stage=0), f"U_{who.upper()}", "Why?")

    assert await said(acme, request) == []
    assert await acme.trail(request) == ["opened", "question_refused"]


async def test_an_administrator_may_ask(acme: Company) -> None:
    request = await acme.ask_for_budget()

    await ask(acme, request, "pat")

    assert [each[0] for each in await said(acme, request)] == ["Pat"]


async def test_nobody_answers_for_somebody_else(acme: Company) -> None:
    request = await acme.ask_for_budget()
    await ask(acme, request)

    with pytest.raises(NotAllowed, match="asked of Dana"):
        await answer(acme, request, "petra")
    with pytest.raises(NotAllowed):
        await acme.service.question_of(request.id, 1, "U_OMAR")

    assert (await acme.trail(request)).count("answer_refused") == 2
    assert await acme.service.waits_for_answer(request.id, "U_DANA")
    assert not await acme.service.waits_for_answer(request.id, "U_PETRA")


async def test_what_is_decided_is_not_asked_about_and_needs_no_answer(acme: Company) -> None:
    request = await acme.ask_for_budget()
    await ask(acme, request)
    await acme.decide(request, "petra", Verdict.DENY, "No")

    with pytest.raises(Conflict):
        await ask(acme, request)
    with pytest.raises(Conflict):
        await answer(acme, request)
    with pytest.raises(Conflict):
        await acme.service.question_of(request.id, 1, "U_DANA")
    assert not await acme.service.waits_for_answer(request.id, "U_DANA")


@pytest.mark.parametrize("text", ["", "  ", "x" * (LONGEST + 1), "nul \x00"])
async def test_what_cannot_be_kept_is_refused_in_one_sentence(acme: Company, text: str) -> None:
    request = await acme.ask_for_budget()
    await ask(acme, request)

    with pytest.raises(Refusal):
        await ask(acme, request, text=text)
    with pytest.raises(Refusal):
        await answer(acme, request, text=text)

    assert await said(acme, request) == [("Petra", "For how long?", "")]


async def test_there_is_an_end_to_questions(acme: Company) -> None:
    request = await acme.ask_for_budget()
    for _ in range(MOST):
        await ask(acme, request)

    with pytest.raises(Refusal, match="Talk to Dana"):
        await ask(acme, request)


async def test_a_question_brought_twice_is_asked_once(acme: Company) -> None:
    request = await acme.ask_for_budget()
    await ask(acme, request, delivery="first")

    with pytest.raises(Redelivered):
        await ask(acme, request, delivery="first")

    assert len(await said(acme, request)) == 1


async def test_the_thread_the_requester_and_the_asker_hear_of_it_once_each(acme: Company) -> None:
    request = await acme.ask_for_budget()
    await told(acme)
    await ask(acme, request)
    assert await told(acme) == ["direct:2 U_DANA", "inquiry:1 "]

    await answer(acme, request)

    assert await told(acme) == ["direct:3:U_PETRA U_PETRA"]


async def told(acme: Company) -> list[str]:
    """Return the messages that were ordered since the last call, and to whom they go; redrawings left out."""
    found: list[str] = []
    async with acme.database.begin() as work:
        while entries := await work.claim_outbox(acme.clock(), acme.executor._lease, 1):
            for each in entries:
                if each.topic == "post":
                    found.append(f"{each.role} {each.payload.get('to', '')}")
                await work.settle_outbox(each.id, acme.clock())
    return sorted(found)
