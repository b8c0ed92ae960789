"""Somebody who does too much at once: told so where they look, without effect, and without losing what they typed."""

from tests.bot.handlers.office import Office, until, words

MANY = 80


async def test_a_flood_of_commands_is_answered_with_a_sentence_and_others_go_on(office: Office) -> None:
    for _ in range(MANY):
        await office.command("dana", "help")

    assert "faster than this bot may be" in words(await office.sees("dana")) + await office.told("dana")
    assert "/openai mine" in words(await office.command("olivia", "help"))


async def test_a_form_keeps_what_was_typed_and_can_be_sent_later(office: Office) -> None:
    await office.command("dana", "budget internal-qa")
    view = await office.view_saying("dana", "Who decides")
    for _ in range(MANY):
        await office.command("dana", "help")

    answer = await office.submit("dana", view, monthly_limit="800", reason="Launch")

    assert not answer["ok"]
    assert "faster than this bot may be" in str(answer["errors"])
    async with office.company.database.read() as work:
        assert not [each async for each in work.audit_entries() if each.action == "opened"]
    assert await office.view("dana") is not None


async def test_a_search_is_answered_with_nothing(office: Office) -> None:
    await office.command("dana", "budget internal-qa")
    view = await office.view_saying("dana", "Who decides")
    assert await office.options("dana", view, "project", "internal")
    for _ in range(MANY):
        await office.command("dana", "help")

    found = [await office.options("dana", view, "project", "internal") for _ in range(30)]
    assert [] in found


async def test_a_mention_without_a_channel_is_no_trouble(office: Office) -> None:
    for _ in range(MANY):
        await office.command("dana", "help")

    await office.says("dana", "<@UNOBODY> status")

    async def told() -> bool:
        return "faster" in words(await office.sees("dana")) + await office.told("dana")

    assert await until(told)
