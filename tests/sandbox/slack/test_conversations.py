"""Channels, direct messages, people and groups through Slack's own client."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from sandbox.slack.model import Channel, User


async def test_lists_come_in_pages(workspace: Workspace, client: AsyncWebClient, general: Channel) -> None:
    for number in range(6):
        workspace.add_channel(f"team-{number}")
    seen: list[str] = []
    cursor = ""
    while True:
        page = await client.conversations_list(limit=3, cursor=cursor)
        seen += [each["name"] for each in page["channels"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break

    assert seen == ["general", *(f"team-{number}" for number in range(6))]


@pytest.mark.parametrize("cursor", ["nonsense", "b2Zmc2V0OngK", "b2Zmc2V0Oi0x"])
async def test_a_made_up_cursor_is_refused(client: AsyncWebClient, general: Channel, cursor: str) -> None:
    with pytest.raises(SlackApiError, match="invalid_cursor"):
        await client.conversations_list(cursor=cursor)


async def test_a_limit_above_a_thousand_is_refused(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_limit"):
        await client.conversations_list(limit=1001)


async def test_private_channels_are_invisible_to_an_app_outside(
    workspace: Workspace, client: AsyncWebClient, dana: User
) -> None:
    secret = workspace.add_channel("secret", members=[dana.id], is_private=True)

    listed = await client.conversations_list(types="public_channel,private_channel,im")
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await client.conversations_info(channel=secret.id)

    assert listed["channels"] == []


async def test_direct_messages_are_opened_once_for_each_person(client: AsyncWebClient, dana: User, olga: User) -> None:
    first = await client.conversations_open(users=dana.id)
    again = await client.conversations_open(users=[dana.id], return_im=True)
    other = await client.conversations_open(users=olga.id)

    assert first["channel"]["id"].startswith("D")
    assert again["channel"]["id"] == first["channel"]["id"] != other["channel"]["id"]
    assert again["channel"]["user"] == dana.id
    assert set((await client.conversations_members(channel=first["channel"]["id"]))["members"]) > {dana.id}


@pytest.mark.parametrize(
    ("users", "error"),
    [
        pytest.param("U0NOBODY", "user_not_found", id="unknown"),
        pytest.param("", "users_list_not_supplied", id="nobody"),
    ],
)
async def test_direct_messages_need_a_person(client: AsyncWebClient, users: str, error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        await client.conversations_open(users=users)


async def test_a_deactivated_person_cannot_be_written_to(workspace: Workspace, client: AsyncWebClient) -> None:
    gone = workspace.add_user(name="gone", deleted=True)

    with pytest.raises(SlackApiError, match="user_disabled"):
        await client.conversations_open(users=gone.id)
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await client.chat_postMessage(channel=gone.id, text="hello")


async def test_the_bot_creates_joins_and_invites(
    workspace: Workspace, client: AsyncWebClient, general: Channel, dana: User
) -> None:
    made = (await client.conversations_create(name="new-project"))["channel"]["id"]
    await client.conversations_invite(channel=made, users=[dana.id])
    open_to_all = workspace.add_channel("open")
    await client.conversations_join(channel=open_to_all.id)
    again = await client.conversations_join(channel=open_to_all.id)

    assert set((await client.conversations_members(channel=made))["members"]) == {workspace.bot.user_id, dana.id}
    assert again["warning"] == "already_in_channel"
    assert {each["name"] for each in (await client.users_conversations())["channels"]} == {
        "general",
        "new-project",
        "open",
    }


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("general", "name_taken"),
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("Has Spaces", "invalid_name_specials"),
    ],
)
async def test_a_channel_name_is_checked(client: AsyncWebClient, general: Channel, name: str, error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        await client.conversations_create(name=name)


async def test_an_invitation_says_who_could_not_come(client: AsyncWebClient, general: Channel, dana: User) -> None:
    with pytest.raises(SlackApiError) as refusal:
        await client.conversations_invite(channel=general.id, users=[dana.id, "U0NOBODY"])

    assert refusal.value.response["errors"] == [
        {"user": dana.id, "ok": False, "error": "already_in_channel"},
        {"user": "U0NOBODY", "ok": False, "error": "user_not_found"},
    ]


async def test_people_are_found_by_email_whatever_its_case(client: AsyncWebClient, dana: User) -> None:
    found = await client.users_lookupByEmail(email="Dana@ACME.example")

    assert found["user"]["id"] == dana.id
    assert found["user"]["tz"] == "Europe/Berlin"


async def test_neither_leavers_nor_strangers_are_found_by_email(workspace: Workspace, client: AsyncWebClient) -> None:
    workspace.add_user(name="gone", email="gone@acme.example", deleted=True)
    stranger = workspace.add_user(name="stranger", email="s@elsewhere.example", team_id="T0ELSEWHERE")

    for email in ("gone@acme.example", "s@elsewhere.example", "nobody@acme.example"):
        with pytest.raises(SlackApiError, match="users_not_found"):
            await client.users_lookupByEmail(email=email)
    info = await client.users_info(user=stranger.id)

    assert info["user"]["team_id"] == "T0ELSEWHERE"
    assert stranger.id not in {each["id"] for each in (await client.users_list())["members"]}


async def test_user_groups_have_their_active_members(
    workspace: Workspace, client: AsyncWebClient, dana: User, olga: User
) -> None:
    gone = workspace.add_user(name="gone", deleted=True)
    group = workspace.add_usergroup("owners", "Owners", members=[olga.id, gone.id])

    [listed] = (await client.usergroups_list(include_users=True))["usergroups"]

    assert (listed["id"], listed["handle"], listed["users"]) == (group.id, "owners", [olga.id])
    assert (await client.usergroups_users_list(usergroup=group.id))["users"] == [olga.id]
    with pytest.raises(SlackApiError, match="no_such_subteam"):
        await client.usergroups_users_list(usergroup="S0NONE")


async def test_team_and_bot_describe_themselves(workspace: Workspace, client: AsyncWebClient) -> None:
    me = await client.auth_test()

    assert me["team"] == (await client.team_info())["team"]["name"] == "Acme"
    assert (await client.bots_info(bot=me["bot_id"]))["bot"]["user_id"] == workspace.bot.user_id
    with pytest.raises(SlackApiError, match="bot_not_found"):
        await client.bots_info(bot="B0NONE")
