"""`/openai freeze` and `/openai unfreeze`: for administrators, with a reason, and a sentence for everybody else."""

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
