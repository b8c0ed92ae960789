"""Who can do what in a project: everybody with every role and through what, however many there are."""

from dataclasses import replace
from datetime import timedelta

from bot import cards
from bot.blocks import problems
from tests.bot.paper import NOW, words
from workflows.admin_api import APIKey
from workflows.model import Project
from workflows.service.knowing import Access, GroupAccess, Held, Holder

DANA = Holder(
    id="user_1",
    name="Dana <!here>",
    email="dana@acme.example",
    held=(Held(role="member"), Held(role="viewer", group="Research")),
)
KEY = APIKey(
    id="key_1",
    name="ci",
    redacted="sk-proj-****ab12",
    created_at=NOW,
    last_used_at=NOW - timedelta(days=1),
    expires_at=NOW + timedelta(days=9),
    knows_expiry=True,
    owner_type="user",
    owner_id="user_1",
    owner_name="Petra",
    owner_email="petra@acme.example",
    owner_has_access=False,
)
ACCESS = Access(
    project=Project(id="proj_1", name="internal-qa"),
    as_of=NOW,
    people=(DANA,),
    groups=(GroupAccess(id="group_1", name="Research", roles=("viewer",), size=3),),
    accounts=(Holder(id="svc_1", name="support-bot", held=(Held(role="none"),)),),
    keys=(KEY,),
)


def test_everything_is_named_with_what_it_may_and_through_what() -> None:
    shown = words(cards.who(ACCESS))

    for line in (
        "• *Dana &lt;!here&gt;* · dana@acme.example · member (directly), viewer (through Research)",
        "• *Research* · viewer · 3 members",
        "• *support-bot* · no role",
        "• *ci* · sk-…ab12 · of Petra · last used yesterday · expires 2026-12-02",
        "its owner has no access any more",
        "^As of {date_short_pretty}",
    ):
        assert line in shown


def test_owners_of_the_organisation_and_the_invited_are_told_apart() -> None:
    owner = Holder(id="o", name="", email="olivia@acme.example", owns_organization=True)
    invited = Holder(id="i", name="", email="new@acme.example", held=(Held(role="member"),), invited=True)

    shown = words(cards.who(replace(ACCESS, people=(owner, invited))))

    assert "*olivia@acme.example* · owner (of the whole organisation)" in shown
    assert "*new@acme.example* · member (directly) · invited, has not accepted yet" in shown


def test_what_could_not_be_read_is_said() -> None:
    shown = words(cards.who(replace(ACCESS, keys=(), unread=("its keys", "who is in Research"))))

    assert "Could not be read just now: its keys, who is in Research." in shown


def test_an_empty_list_says_so() -> None:
    assert "*Keys* (0)\n_none_" in words(cards.who(replace(ACCESS, keys=())))


def test_a_project_of_two_hundred_people_is_one_message_with_all_of_them() -> None:
    people = tuple(replace(DANA, id=f"u{each}", email=f"person-{each:03}@acme.example") for each in range(200))
    keys = tuple(replace(KEY, id=f"k{each}") for each in range(200))

    message = cards.who(replace(ACCESS, people=people, keys=keys))

    assert not problems(message.blocks)
    assert all(each.email in words(message) for each in people)
    assert words(message).count("sk-…ab12") == 200
