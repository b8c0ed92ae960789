"""`/openai freeze` and `/openai unfreeze`: for administrators, with a reason, and a sentence for everybody else."""

from datetime import timedelta

from tests.bot.handlers.office import Office, words


async def test_an_administrator_freezes_and_lets_go(office: Office) -> None:
    frozen = words((await office.command("pat", "freeze A laptop is gone."))["ephemeral"])
    assert "Everything is frozen" in frozen
    assert ">A laptop is gone." in frozen
    again = words((await office.command("pat", "freeze Again"))["ephemeral"])
    assert "Everything is frozen already, by Pat" in again

    assert "Work goes on" in words((await office.command("pat", "unfreeze"))["ephemeral"])
    assert "Nothing is frozen." in words((await office.command("pat", "unfreeze"))["ephemeral"])


async def test_nobody_else_does_and_a_reason_is_asked_for(office: Office) -> None:
    assert "Only the administrators" in words((await office.command("dana", "freeze Because"))["ephemeral"])
    assert "Say why" in words((await office.command("pat", "freeze"))["ephemeral"])
    assert await office.service.frozen() is None


async def test_the_breaker_is_closed_by_an_administrator_alone(office: Office) -> None:
    assert "Only the administrators" in words((await office.command("dana", "breaker"))["ephemeral"])
    assert "not open" in words((await office.command("pat", "breaker"))["ephemeral"])
    now = office.company.clock()
    async with office.company.database.begin() as work:
        await work.open_breaker(now, now + timedelta(hours=1))

    assert "again" in words((await office.command("pat", "breaker"))["ephemeral"])
    await office.told_everybody()
    assert "Pat closed the breaker" in words(await office.sees("pat"))
