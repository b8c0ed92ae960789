"""Reports in Slack: those that come by themselves, and those that are asked for with a word."""

from typing import Any

from tests.bot.handlers.office import Office, words
from tests.workflows.budgets.watching import spend


async def spent(office: Office) -> None:
    """Have the project spend, and the costs read."""
    spend(office.company, 90)
    office.company.pass_time(minutes=15)
    await office.company.budgets.collect()


async def answer(office: Office, who: str, text: str) -> Any:
    (said,) = (await office.command(who, text))["ephemeral"]
    return said


async def test_owner_and_channel_are_told_once_without_a_click(office: Office) -> None:
    await office.reports.run_due()
    await spent(office)
    for days in (7, 4, 3):
        office.company.pass_time(days=days)
        await office.company.budgets.collect()
        for _ in range(3):
            await office.reports.run_due()
        await office.told_everybody()

    told = [each["text"] for each in await office.sees("petra", office.id("petra"))]
    assert [each.partition(":")[0] for each in told] == ["Your OpenAI project this week"] * 2
    alerts = await office.sees("fay", office.workspace.channel_named("alerts").id)
    assert [each["text"] for each in alerts if each.get("bot_id")] == ["Showback for November 2026: $90"]


ANSWERED = [
    ("olivia", "showback this", "Showback for November 2026"),
    ("audra", "showback 2026-11", "Showback for November 2026"),
    ("olivia", "showback", "No costs of October 2026 are known."),
    ("olivia", "showback sometime", "“sometime” is no month. Write it like 2026-11, or this or last."),
    ("dana", "showback this", "is for its owners and for the policy's auditors"),
    ("olivia", "commitments", "the organisation has no limit"),
    ("dana", "commitments", "is for its owners and for the policy's auditors"),
    ("olivia", "raises", "No budget was given for a time"),
    ("dana", "raises", "is for its owners and for the policy's auditors"),
    ("dana", "shoback", "/openai showback"),
    ("dana", "help", "/openai showback [month]"),
]


async def test_each_word_is_answered_to_whom_it_concerns(office: Office) -> None:
    await spent(office)

    said = {(who, text): words(await answer(office, who, text)) for who, text, _ in ANSWERED}

    assert [(who, text) for who, text, expected in ANSWERED if expected not in said[who, text]] == []


async def test_the_ledger_of_raises_is_a_table(office: Office) -> None:
    await office.granted_budget()

    said = await answer(office, "olivia", "raises")

    (table,) = [each for each in said["blocks"] if each["type"] == "table"]
    assert "$500 → $800" in words(table)
