"""Messages of the app: posted, changed, removed, threaded, read back, with what Slack does to their text."""

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from sandbox.slack.model import Channel, User
from tests.sandbox.slack.acting import Person, button, section

METADATA = {"event_type": "request", "event_payload": {"id": "r-1"}}


async def test_a_person_sees_what_the_app_posts(client: AsyncWebClient, as_dana: Person, workspace: Workspace) -> None:
    posted = await client.chat_postMessage(channel=as_dana.channel, text="hello", blocks=[section("*hello*")])

    [seen] = await as_dana.sees()

    assert (seen["ts"], seen["user"], seen["bot_id"]) == (posted["ts"], workspace.bot.user_id, workspace.bot.id)
    assert seen["username"] == "Countersign"
    assert seen["blocks"][0]["block_id"]


async def test_a_persons_id_stands_for_their_direct_messages(client: AsyncWebClient, as_dana: Person) -> None:
    posted = await client.chat_postMessage(channel=as_dana.user, text="psst")

    assert posted["channel"].startswith("D")
    assert [each["text"] for each in await as_dana.sees(as_dana.user)] == ["psst"]
    assert [each["text"] for each in await as_dana.sees(posted["channel"])] == ["psst"]


async def test_a_channel_may_be_named(client: AsyncWebClient, general: Channel) -> None:
    assert (await client.chat_postMessage(channel="#general", text="x"))["channel"] == general.id


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("<!channel> <@U012AB> <#C0AB|x> <https://a.example/?a=1&b=2|link>",) * 2,
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        ("&lt;!channel&gt; &amp;", "&lt;!channel&gt; &amp;"),
        ("<script>", "&lt;script&gt;"),
    ],
)
async def test_only_real_tokens_stay_unescaped(client: AsyncWebClient, general: Channel, given: str, kept: str) -> None:
    posted = await client.chat_postMessage(channel=general.id, text=given)

    assert posted["message"]["text"] == kept


async def test_long_text_is_cut_on_posting_and_refused_on_updating(client: AsyncWebClient, general: Channel) -> None:
    posted = await client.chat_postMessage(channel=general.id, text="x" * 40_001)

    assert len(posted["message"]["text"]) == 40_000
    with pytest.raises(SlackApiError, match="msg_too_long"):
        await client.chat_update(channel=general.id, ts=posted["ts"], text="x" * 4_001)


async def test_a_message_needs_something_to_show(client: AsyncWebClient, general: Channel) -> None:
    with pytest.raises(SlackApiError, match="no_text"):
        await client.api_call("chat.postMessage", json={"channel": general.id, "text": "  "})


async def test_blocks_without_text_notify_of_nothing(client: AsyncWebClient, general: Channel) -> None:
    with pytest.warns(UserWarning, match="text"):
        posted = await client.chat_postMessage(channel=general.id, blocks=[section("hi")])

    assert posted["message"]["text"] == "This content can't be displayed."


async def test_invalid_blocks_are_refused_with_a_pointer(client: AsyncWebClient, general: Channel) -> None:
    with pytest.raises(SlackApiError) as refusal:
        await client.chat_postMessage(channel=general.id, text="x", blocks=[section("y" * 3001)])

    answer = refusal.value.response
    problem = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == [problem]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {problem}"]


async def test_blocks_that_are_no_json_are_refused(client: AsyncWebClient, general: Channel) -> None:
    with pytest.raises(SlackApiError, match="invalid_blocks_format"):
        await client.chat_postMessage(channel=general.id, text="x", blocks="[{")


async def test_an_update_is_seen_by_everybody(client: AsyncWebClient, as_dana: Person, as_olga: Person) -> None:
    ts = (await client.chat_postMessage(channel=as_dana.channel, text="pending", blocks=[section("a")]))["ts"]

    await client.chat_update(channel=as_dana.channel, ts=ts, text="approved", blocks=[section("b")])

    for person in (as_dana, as_olga):
        [seen] = await person.sees()
        assert (seen["text"], seen["blocks"][0]["text"]["text"]) == ("approved", "b")
        assert seen["edited"]["user"]


async def test_an_update_keeps_what_it_does_not_mention(client: AsyncWebClient, general: Channel) -> None:
    ts = (await client.chat_postMessage(channel=general.id, text="a", blocks=[section("x")], metadata=METADATA))["ts"]

    updated = await client.chat_update(channel=general.id, ts=ts, text="b")
    cleared = await client.chat_update(channel=general.id, ts=ts, text="c", blocks=[], metadata={})

    assert updated["message"]["blocks"][0]["text"]["text"] == "x"
    assert updated["message"]["metadata"] == METADATA
    assert "blocks" not in cleared["message"]
    assert "metadata" not in cleared["message"]


async def test_metadata_is_read_back_only_when_asked_for(client: AsyncWebClient, general: Channel) -> None:
    ts = (await client.chat_postMessage(channel=general.id, text="a", metadata=METADATA))["ts"]

    plainly = await client.conversations_history(channel=general.id)
    wholly = await client.conversations_history(channel=general.id, include_all_metadata=True)
    thread = await client.conversations_replies(channel=general.id, ts=ts, include_all_metadata=True)

    assert "metadata" not in plainly["messages"][0]
    assert wholly["messages"][0]["metadata"] == thread["messages"][0]["metadata"] == METADATA


@pytest.mark.parametrize("metadata", ['"text"', {"event_type": "x"}, {"event_type": "", "event_payload": {}}])
async def test_metadata_has_a_type_and_a_payload(client: AsyncWebClient, general: Channel, metadata: object) -> None:
    with pytest.raises(SlackApiError, match="invalid_metadata_format"):
        await client.api_call("chat.postMessage", json={"channel": general.id, "text": "a", "metadata": metadata})


async def test_the_app_changes_only_its_own_messages(client: AsyncWebClient, as_dana: Person) -> None:
    ts = (await as_dana.says("mine"))["ts"]

    with pytest.raises(SlackApiError, match="cant_update_message"):
        await client.chat_update(channel=as_dana.channel, ts=ts, text="ours")
    with pytest.raises(SlackApiError, match="cant_delete_message"):
        await client.chat_delete(channel=as_dana.channel, ts=ts)
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.chat_update(channel=as_dana.channel, ts="1111111111.000000", text="x")


async def test_direct_messages_are_updated_by_their_own_id(client: AsyncWebClient, dana: User) -> None:
    posted = await client.chat_postMessage(channel=dana.id, text="a")

    assert (await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="b"))["text"] == "b"
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await client.chat_update(channel=dana.id, ts=posted["ts"], text="b")


async def test_a_deleted_message_is_gone(client: AsyncWebClient, as_dana: Person) -> None:
    ts = (await client.chat_postMessage(channel=as_dana.channel, text="a"))["ts"]

    await client.chat_delete(channel=as_dana.channel, ts=ts)

    assert await as_dana.sees() == []


async def test_replies_stand_in_their_thread(client: AsyncWebClient, as_dana: Person, workspace: Workspace) -> None:
    parent = (await as_dana.says("question"))["ts"]
    reply = await client.chat_postMessage(channel=as_dana.channel, text="answer", thread_ts=parent)
    nested = await client.chat_postMessage(channel=as_dana.channel, text="more", thread_ts=reply["ts"])

    [top] = await as_dana.sees()
    thread = await as_dana.sees(thread_ts=parent)
    read = await client.conversations_replies(channel=as_dana.channel, ts=parent)

    assert (top["reply_count"], top["reply_users"], top["latest_reply"]) == (2, [workspace.bot.user_id], nested["ts"])
    assert [each["text"] for each in thread] == ["question", "answer", "more"]
    assert [each["ts"] for each in read["messages"]] == [each["ts"] for each in thread]
    assert thread[1]["parent_user_id"] == as_dana.user


async def test_a_reply_may_stand_in_the_channel_too(client: AsyncWebClient, as_dana: Person) -> None:
    parent = (await as_dana.says("question"))["ts"]
    await client.chat_postMessage(channel=as_dana.channel, text="aside", thread_ts=parent)
    await client.chat_postMessage(channel=as_dana.channel, text="for all", thread_ts=parent, reply_broadcast=True)

    assert [each["text"] for each in await as_dana.sees()] == ["question", "for all"]
    assert [each["text"] for each in await as_dana.sees(thread_ts=parent)] == ["question", "aside", "for all"]


@pytest.mark.parametrize(
    ("thread_ts", "error"), [("0", "invalid_thread_ts"), ("1111111111.000000", "thread_not_found")]
)
async def test_a_reply_needs_its_parent(client: AsyncWebClient, general: Channel, thread_ts: str, error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        await client.chat_postMessage(channel=general.id, text="x", thread_ts=thread_ts)


async def test_history_is_newest_first_within_its_bounds(client: AsyncWebClient, general: Channel) -> None:
    posted = [(await client.chat_postMessage(channel=general.id, text=str(n)))["ts"] for n in range(5)]

    whole = await client.conversations_history(channel=general.id, limit=2)
    rest = await client.conversations_history(
        channel=general.id, limit=10, cursor=whole["response_metadata"]["next_cursor"]
    )
    between = await client.conversations_history(channel=general.id, oldest=posted[1], latest=posted[3])
    inclusive = await client.conversations_history(
        channel=general.id, oldest=posted[1], latest=posted[3], inclusive=True
    )

    assert whole["has_more"]
    assert [each["text"] for each in [*whole["messages"], *rest["messages"]]] == ["4", "3", "2", "1", "0"]
    assert [each["text"] for each in between["messages"]] == ["2"]
    assert [each["text"] for each in inclusive["messages"]] == ["3", "2", "1"]


async def test_history_is_closed_to_an_app_outside(workspace: Workspace, client: AsyncWebClient) -> None:
    outside = workspace.add_channel("outside")

    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client.conversations_history(channel=outside.id)


async def test_links_lead_to_the_message(client: AsyncWebClient, http: httpx.AsyncClient, general: Channel) -> None:
    ts = (await client.chat_postMessage(channel=general.id, text="a"))["ts"]
    reply = (await client.chat_postMessage(channel=general.id, text="b", thread_ts=ts))["ts"]

    top = (await client.chat_getPermalink(channel=general.id, message_ts=ts))["permalink"]
    inner = (await client.chat_getPermalink(channel=general.id, message_ts=reply))["permalink"]

    assert top.endswith(f"/archives/{general.id}/p{ts.replace('.', '')}")
    assert inner.endswith(f"?thread_ts={ts}&cid={general.id}")
    assert (await http.get(inner)).headers["location"] == f"/#in={general.id}&thread={ts}"
    assert (await http.get(f"/archives/{general.id}/p1")).status_code == 404


async def test_a_reaction_counts_once(client: AsyncWebClient, as_dana: Person, workspace: Workspace) -> None:
    ts = (await as_dana.says("done?"))["ts"]

    await client.reactions_add(channel=as_dana.channel, timestamp=ts, name="white_check_mark")
    with pytest.raises(SlackApiError, match="already_reacted"):
        await client.reactions_add(channel=as_dana.channel, timestamp=ts, name="white_check_mark")

    [seen] = await as_dana.sees()
    assert seen["reactions"] == [{"name": "white_check_mark", "users": [workspace.bot.user_id], "count": 1}]


async def test_markdown_text_becomes_a_block_and_stands_alone(client: AsyncWebClient, general: Channel) -> None:
    posted = await client.chat_postMessage(channel=general.id, markdown_text="**bold**")

    assert posted["message"]["blocks"][0]["type"] == "markdown"
    with pytest.raises(SlackApiError, match="markdown_text_conflict"):
        await client.chat_postMessage(channel=general.id, markdown_text="**bold**", text="bold")


class TestEphemerals:
    """Messages for one pair of eyes."""

    async def test_only_their_reader_sees_them(self, client: AsyncWebClient, as_dana: Person, as_olga: Person) -> None:
        await client.chat_postEphemeral(channel=as_dana.channel, user=as_dana.user, text="only you")

        [seen] = await as_dana.sees()

        assert (seen["text"], seen["is_ephemeral"]) == ("only you", True)
        assert await as_olga.sees() == []
        assert (await client.conversations_history(channel=as_dana.channel))["messages"] == []

    async def test_their_reader_must_be_in_the_channel(
        self, workspace: Workspace, client: AsyncWebClient, general: Channel
    ) -> None:
        outsider = workspace.add_user(name="outsider")

        for user in (outsider.id, "U0NOBODY"):
            with pytest.raises(SlackApiError, match="user_not_in_channel"):
                await client.chat_postEphemeral(channel=general.id, user=user, text="x")

    async def test_they_cannot_be_updated(self, client: AsyncWebClient, as_dana: Person) -> None:
        shown = await client.chat_postEphemeral(channel=as_dana.channel, user=as_dana.user, text="x")

        with pytest.raises(SlackApiError, match="message_not_found"):
            await client.chat_update(channel=as_dana.channel, ts=shown["message_ts"], text="y")

    async def test_somebody_else_cannot_press_their_buttons(
        self, client: AsyncWebClient, as_dana: Person, as_olga: Person
    ) -> None:
        blocks = [{"type": "actions", "elements": [button("ok")]}]
        shown = await client.chat_postEphemeral(channel=as_dana.channel, user=as_dana.user, text="x", blocks=blocks)

        sentence = await as_olga.is_refused("action", channel=as_dana.channel, ts=shown["message_ts"], action_id="ok")

        assert sentence == f"Olga Owner sees no message '{shown['message_ts']}' in 'general'."
