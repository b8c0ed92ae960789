"""What must be true once everything is over, seen from outside: at OpenAI, in Slack, and in every trace there is."""

from collections import Counter, defaultdict

from tests.faults import traces
from tests.faults.chaos.stories import CHANNELS, Story, Wish
from tests.faults.chaos.storm import Storm
from tests.support.installation import CARD, Installation


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


async def each_request_has_one_card(acme: Installation, wishes: list[Wish]) -> None:
    """Look at every channel: one card of each request, which says how it ended."""
    cards: defaultdict[str, list[str]] = defaultdict(list)
    for channel in ("requests", *CHANNELS):
        texts = [str(each["text"]) for each in await acme.hands.messages("omar", channel)]
        cards[channel] = [each for each in texts if CARD in each]
    assert sum(len(each) for each in cards.values()) == len(wishes)
    for wish in wishes:
        mine = [each for each in cards[wish.channel] if f"{wish.title}: " in each]
        assert len(mine) == 1, f"{len(mine)} cards of {wish.title}"
        assert f"{wish.badge}*" in mine[0], mine[0]


async def nothing_is_left_of_secrets(acme: Installation, storm: Storm) -> None:
    tokens = acme.workspace.tokens
    secrets = [acme.organization.admin_key, tokens.bot, tokens.app, tokens.signing_secret]
    found = "\n".join([await traces.rows(acme), *storm.outputs])
    assert [each for each in secrets if each in found] == []
