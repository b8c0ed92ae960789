"""What must be true once everything is over, seen from outside: at OpenAI, in Slack, and in every trace there is."""

from collections import Counter

from tests.faults import traces
from tests.faults.chaos.stories import CHANNELS, Story, Wish
from tests.faults.chaos.storm import Storm
from tests.support.installation import CARD, Installation
from workflows.store import Database


async def effects_are_what_was_decided(acme: Installation, stories: list[Story]) -> None:
    """Look at OpenAI itself: each approved project once, with its limit; no denied one, and none that is half made."""
    body = (await acme.http.get(f"{acme.openai_url}/_sandbox/organization")).json()
    made = Counter(each["name"] for each in body["projects"])
    assert {name: count for name, count in made.items() if count > 1} == {}
    ids = {each["name"]: each["id"] for each in body["projects"] if "chaos" in each["name"]}
    wanted = {each.project.name: each for each in stories if not each.project.denied}
    assert set(ids) == set(wanted)
    limits = {name: await acme.limit(project_id) for name, project_id in ids.items()}
    assert limits == {name: story.limit * 100 for name, story in wanted.items()}


async def each_request_has_one_card(acme: Installation, database: Database, wishes: list[Wish], surplus: int) -> None:
    """Look at every channel: one card of each request, which says how it ended; those withdrawn have one, too."""
    cards: dict[str, dict[str, str]] = {}
    for channel in ("requests", *CHANNELS):
        found = await acme.hands.messages("omar", channel)
        cards[channel] = {each["ts"]: str(each["text"]) for each in found if CARD in each["text"]}
    assert sum(len(each) for each in cards.values()) == len(wishes) + surplus
    assert sum(": ⚪ *Cancelled*" in text for each in cards.values() for text in each.values()) == surplus
    async with database.read() as work:
        for wish in wishes:
            (card,) = [each for each in await work.posted(wish.request_id) if each.role == "card"]
            assert card.channel == acme.hands.channels[wish.channel]
            text = cards[wish.channel][card.ts]
            assert f"{wish.title}: " in text
            assert f"{wish.badge}*" in text


async def nothing_is_left_of_secrets(acme: Installation, storm: Storm) -> None:
    tokens = acme.workspace.tokens
    secrets = [acme.organization.admin_key, tokens.bot, tokens.app, tokens.signing_secret]
    found = "\n".join([await traces.rows(acme), *storm.outputs])
    assert [each for each in secrets if each in found] == []
