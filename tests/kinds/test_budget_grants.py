"""Monthly limits for a time: what becomes of them when they end, whatever was changed since."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.company import Company
from tests.support.grants import LATER, SOON, after, another_worker, by_two_workers, extended, given_back
from workflows.lifecycle import State
from workflows.model import Request

BASE = 500_00
"""What the project has before anything is asked for."""


async def given(acme: Company, limit: str, until: str = "") -> Request:
    """Have the limit set, until that day or for good; Petra owns the project and decides."""
    return await acme.carried_out(await acme.ask_for_budget(limit, until=until), "petra")


async def limit(acme: Company) -> int | None:
    found = await acme.api.spend_limit(acme.project_id)
    return found.cents if found else None


async def test_the_limit_is_back_after_the_last_day(acme: Company) -> None:
    grant = await given(acme, "800", SOON)
    assert (grant.state, await limit(acme)) == (State.GRANTED, 800_00)

    await after(acme, SOON)

    assert (await acme.state(grant), await limit(acme)) == (State.REVERTED, BASE)


async def test_a_cut_for_a_time_ends_too(acme: Company) -> None:
    await given(acme, "100", SOON)

    await after(acme, SOON)

    assert await limit(acme) == BASE


async def test_where_there_was_no_limit_there_is_none_again(acme: Company) -> None:
    await acme.api.delete_spend_limit(acme.project_id)
    grant = await given(acme, "800", SOON)

    await after(acme, SOON)

    assert (await acme.state(grant), await limit(acme)) == (State.REVERTED, None)


async def test_it_can_be_given_back_before(acme: Company) -> None:
    assert (await given_back(acme, await given(acme, "800", SOON))).state is State.REVERTED
    assert await limit(acme) == BASE


@pytest.mark.parametrize("base", ["600", "1000", "300"], ids=["lower", "higher", "below the first"])
async def test_a_temporary_raise_whose_base_was_changed_meanwhile_goes_to_the_new_base(
    acme: Company, base: str
) -> None:
    grant = await given(acme, "800", SOON)
    await given(acme, base)

    await after(acme, SOON)

    assert await acme.state(grant) is State.REVERTED
    assert await limit(acme) == int(base) * 100


async def test_the_old_base_does_not_come_back_with_the_next_grant_either(acme: Company) -> None:
    await given(acme, "800", SOON)
    await given(acme, "600")
    await given(acme, "900", LATER)

    await after(acme, SOON)
    assert await limit(acme) == 900_00
    await after(acme, LATER)
    assert await limit(acme) == 600_00


async def test_a_raise_approved_later_stands_when_the_earlier_one_ends(acme: Company) -> None:
    await given(acme, "800", SOON)
    await given(acme, "700", LATER)

    await after(acme, SOON)
    assert await limit(acme) == 700_00
    await after(acme, LATER)
    assert await limit(acme) == BASE


async def test_an_earlier_raise_stands_again_when_the_later_one_ends_first(acme: Company) -> None:
    await given(acme, "800", LATER)
    await given(acme, "700", SOON)

    await after(acme, SOON)
    assert await limit(acme) == 800_00
    await after(acme, LATER)
    assert await limit(acme) == BASE


async def test_an_extension_keeps_it_longer(acme: Company) -> None:
    grant = await extended(acme, await given(acme, "800", SOON), "petra")
    assert grant.ends_at == datetime(2026, 12, 9, tzinfo=UTC)

    await after(acme, SOON)
    assert await limit(acme) == 800_00
    await after(acme, "2026-12-08")
    assert await limit(acme) == BASE


async def test_what_an_extension_was_approved_over_is_what_it_goes_back_to(acme: Company) -> None:
    grant = await given(acme, "800", SOON)
    await given(acme, "600")
    await extended(acme, grant, "petra")
    assert await limit(acme) == 800_00

    await after(acme, "2026-12-08")

    assert await limit(acme) == 600_00


@pytest.mark.parametrize("first", ["extended", "other"])
async def test_a_grant_on_an_extended_one_leaves_nothing_of_it_for_good(acme: Company, first: str) -> None:
    grant = await given(acme, "800", SOON)
    await given(acme, "600")
    grant = await extended(acme, grant, "petra")
    other = await given(acme, "700", LATER)

    for each, left in ((grant, 700_00), (other, 600_00)) if first == "extended" else ((other, 800_00), (grant, 600_00)):
        await given_back(acme, each)
        assert await limit(acme) == left


async def test_an_extension_lies_above_a_grant_that_came_since(acme: Company) -> None:
    grant = await given(acme, "800", SOON)
    await given(acme, "900", LATER)
    await extended(acme, grant, "petra")
    assert await limit(acme) == 800_00

    await after(acme, "2026-12-08")

    assert await limit(acme) == 900_00


async def lower(acme: Company) -> None:
    await acme.api.set_spend_limit(acme.project_id, 300_00)


async def higher(acme: Company) -> None:
    await acme.api.set_spend_limit(acme.project_id, 5000_00)


async def off(acme: Company) -> None:
    await acme.api.delete_spend_limit(acme.project_id)


@pytest.mark.parametrize(("by_hand", "left"), [(lower, 300_00), (higher, BASE), (off, BASE)])
async def test_an_end_never_gives_more_than_the_base_or_than_somebody_left_by_hand(
    acme: Company, by_hand: Callable[[Company], Awaitable[None]], left: int
) -> None:
    grant = await given(acme, "800", SOON)
    await by_hand(acme)

    await after(acme, SOON)

    assert (await acme.state(grant), await limit(acme)) == (State.REVERTED, left)


async def test_two_approved_requests_about_one_project_at_once_both_take_effect(acme: Company) -> None:
    for_a_time, for_good = await acme.ask_for_budget("800", until=SOON), await acme.ask_for_budget("600")
    for request in (for_a_time, for_good):
        await acme.decide(request, "petra")

    await by_two_workers(acme)

    assert [await acme.state(each) for each in (for_a_time, for_good)] == [State.GRANTED, State.COMPLETED]
    await after(acme, SOON)
    assert await limit(acme) == 600_00


async def test_an_end_whose_answer_is_lost_is_looked_at_again_and_told_once(acme: Company) -> None:
    grant = await given(acme, "800", SOON)
    await acme.fault(fault="cut", when="after_commit", method="POST", path_regex="spend_limit$")
    await after(acme, SOON)
    assert await acme.state(grant) is State.REVERTING

    acme.pass_time(minutes=1)
    await acme.executor.run_due()

    assert (await acme.state(grant), await limit(acme)) == (State.REVERTED, BASE)
    assert (await acme.trail(grant)).count("cut_off") == 1


async def test_another_worker_goes_on_where_one_lost_its_answer(acme: Company) -> None:
    grant = await given(acme, "800", SOON)
    await acme.fault(fault="cut", when="after_commit", method="POST", path_regex="spend_limit$")
    await after(acme, SOON)

    acme.pass_time(minutes=1)
    await another_worker(acme).run_due()

    assert (await acme.state(grant), await limit(acme)) == (State.REVERTED, BASE)


async def test_the_registry_knows_what_the_limit_is_after_the_end(acme: Company) -> None:
    await given(acme, "800", SOON)

    await after(acme, SOON)

    async with acme.database.read() as work:
        project = await work.project(acme.project_id)
    assert project is not None
    assert project.limit == BASE
    assert project.seen_at is not None
    assert acme.clock() - project.seen_at < timedelta(minutes=1)
