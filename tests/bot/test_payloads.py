"""What is read of Slack's payloads."""

from typing import Any

import pytest

from bot.payloads import Click, Command, Mention, Place, Submission, place


@pytest.mark.parametrize(
    ("text", "word", "rest"),
    [
        ("", "", ""),
        ("   ", "", ""),
        ("Budget", "budget", ""),
        ("  budget   Support  Assistant ", "budget", "Support Assistant"),
        ("budget R&amp;D &lt;beta&gt;", "budget", "R&D <beta>"),
    ],
)
def test_a_commands_text_is_a_word_and_the_rest(text: str, word: str, rest: str) -> None:
    command = Command(user_id="U1", trigger_id="1", text=text)

    assert (command.word, command.rest) == (word, rest)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<@UBOT01> approve", ("approve", "")),
        ("  <@UBOT01|countersign>:  Deny  too\nmuch", ("deny", "too\nmuch")),
        ("<@UBOT01>, status.", ("status", "")),
        ("<@UBOT01> deny &lt;!channel&gt; &amp; more", ("deny", "<!channel> & more")),
        ("hey <@UBOT01> approve", ("hey", "<@UBOT01> approve")),
        ("<@UBOT01>", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_mention_is_a_word_and_the_rest(text: str, said: tuple[str, str]) -> None:
    mention = Mention.model_validate({"event_id": "E1", "event": {"user": "U1", "channel": "C1", "text": text}})

    assert mention.said == said


def test_a_click_brought_again_has_the_same_delivery_and_another_click_has_not() -> None:
    def click(ts: str) -> Click:
        action = {"action_id": "approve", "action_ts": ts, "value": "R.0", "unknown": {"to": "us"}}
        return Click.model_validate({"user": {"id": "U1"}, "actions": [action], "more": 1})

    assert click("1.1").delivery == click("1.1").delivery != click("1.2").delivery


def test_a_views_fields_are_its_inputs_from_the_top() -> None:
    blocks = [{"type": "section"}, {"type": "input", "block_id": "b"}, {"type": "input", "block_id": "a"}]
    submission = Submission.model_validate({"user": {"id": "U1"}, "view": {"id": "V1", "blocks": blocks}})

    assert submission.view.fields == ["b", "a"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            {"command": "/openai", "user_id": "U1", "channel_id": "C1", "response_url": "https://r"},
            Place(user="U1", channel="C1", response_url="https://r", command=True),
            id="command",
        ),
        pytest.param(
            {"user": {"id": "U1"}, "channel": {"id": "C1"}, "message": {"ts": "2", "thread_ts": "1"}},
            Place(user="U1", channel="C1", thread_ts="1"),
            id="button-in-thread",
        ),
        pytest.param(
            {"event": {"user": "U1", "channel": "C1", "ts": "2", "thread_ts": "1"}},
            Place(user="U1", channel="C1", thread_ts="1"),
            id="event",
        ),
        pytest.param({"user": {"id": "U1"}, "view": {}}, Place(user="U1"), id="view"),
        pytest.param({"event": {"user": {"id": "U1"}}, "channel": None}, Place(user="U1"), id="odd"),
        pytest.param({}, Place(user=""), id="nothing"),
    ],
)
def test_an_answer_finds_its_place(body: dict[str, Any], expected: Place) -> None:
    assert place(body) == expected


def test_the_secret_in_a_response_url_stays_out_of_logs() -> None:
    assert "hooks" not in repr(Place(user="U1", response_url="https://hooks.example/1/2"))


@pytest.mark.parametrize(
    ("action", "value", "chosen"),
    [
        ({"action_id": "who", "selected_option": {"value": "proj_1"}}, "", "proj_1"),
        ({"action_id": "who", "selected_option": None}, "", ""),
        ({"action_id": "claim", "value": "R1.0"}, "R1.0", ""),
    ],
)
def test_a_click_carries_a_buttons_value_or_the_option_that_was_chosen(
    action: dict[str, Any], value: str, chosen: str
) -> None:
    click = Click.model_validate({"user": {"id": "U1"}, "actions": [action]})

    assert (click.value, click.chosen) == (value, chosen)
