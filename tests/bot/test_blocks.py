"""Whatever people write, blocks are taken by Slack and say what was written and nothing else."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import blocks
from bot.blocks import Surface, limits

HOSTILE = st.one_of(
    st.text(),
    st.sampled_from(
        [
            "<!channel>",
            "<@U0123456>",
            "<https://evil.example|bank>",
            "&lt;!here&gt;",
            "*bold* _it_ ~no~ `code`",
            "\u202egnp.exe",
            "\u05e9\u05dc\u05d5\u05dd <!here>",
            "🙂" * 50,
            "a\n\n\n\n\r\nb",
            "\x00\x1b[31m\ud800",
            "&<>" * 4000,
            "x" * 10_000,
            "\n" * 10_000,
        ]
    ),
)


def texts(thing: Any) -> list[str]:
    """Return every text in *thing*."""
    if isinstance(thing, dict):
        return [each for value in thing.values() for each in texts(value)]
    if isinstance(thing, list):
        return [each for value in thing for each in texts(value)]
    return [thing] if isinstance(thing, str) else []


@given(HOSTILE, st.integers(min_value=1, max_value=3100))
def test_escaped_text_cut_anywhere_means_nothing_to_slack(text: str, limit: int) -> None:
    cut = blocks.truncate(blocks.escape(text), limit)

    assert len(cut) <= limit
    assert "<" not in cut
    assert ">" not in cut
    assert "&" not in cut.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    cut.encode()


@given(HOSTILE)
def test_what_was_typed_can_be_read_back(text: str) -> None:
    escaped = blocks.escape(text)

    assert blocks.escape(blocks.unescape(escaped)) == escaped


@given(HOSTILE)
def test_a_text_within_a_sentence_is_one_short_line_without_formatting(text: str) -> None:
    line = blocks.inline(text, 80)

    assert len(line) <= 80
    assert "\n" not in line
    assert blocks.truncate(line, 80) == line
    assert not set(line) & {"\u202a", "\u202b", "\u202d", "\u202e"}


@pytest.mark.parametrize("formatted", ["*bold*", "say _this_ now", "~gone~", "`code`", "*_both_*"])
def test_formatting_signs_become_signs_that_format_nothing(formatted: str) -> None:
    assert not set(blocks.inline(formatted)) & set("*_~`")


@pytest.mark.parametrize("plain", ["snake_case_name", "2 * 3", "a_b", "it's 5 ~ 6", "gpt-5_mini"])
def test_signs_that_format_nothing_stay(plain: str) -> None:
    assert blocks.inline(plain) == plain


def test_right_to_left_text_keeps_to_itself() -> None:
    assert blocks.inline("\u05e9\u05dc\u05d5\u05dd") == "\u2068\u05e9\u05dc\u05d5\u05dd\u2069"


@given(HOSTILE)
def test_every_line_of_a_quotation_is_marked(text: str) -> None:
    quoted = blocks.quote(text, 500)

    assert len(quoted) <= 500
    assert all(line.startswith(">") for line in quoted.removesuffix("…").split("\n") if line)


def test_a_date_is_shown_in_the_readers_zone_with_utc_behind_it() -> None:
    moment = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

    assert blocks.date(moment) == "<!date^1795426200^{date_short_pretty} at {time}|2026-11-23 09:30 UTC>"


def everything(text: str) -> list[blocks.Block]:
    """Return one of each block a message can have, all saying *text*."""
    escaped = blocks.escape(text)
    sure = blocks.confirm(escaped, escaped, escaped, escaped)
    button = blocks.button(escaped, "go", "1", style="danger", confirm=sure, visible_to=["U1"])
    return [
        blocks.header(escaped),
        blocks.section(escaped, button),
        blocks.section(blocks.quote(text, limits.SECTION)),
        blocks.section(f"*{blocks.inline(text)}*"),
        blocks.context(*[escaped] * 20),
        blocks.divider(),
        blocks.actions("act", [button]),
        *blocks.sections([escaped] * 20),
    ]


@given(HOSTILE)
def test_whatever_the_text_the_blocks_are_valid_and_mention_nobody(text: str) -> None:
    built = everything(text)

    assert blocks.checked(built) == built
    assert not any("<" in each for each in texts(built))


@given(HOSTILE)
def test_whatever_the_text_a_modal_is_valid(text: str) -> None:
    escaped = blocks.escape(text)
    select = {"type": "static_select", "action_id": "value", "options": [blocks.option(escaped, "v")]}
    field = blocks.input_block("field", escaped, select, hint=escaped)

    view = blocks.modal(escaped, [field, *everything(text)], callback_id="c", submit="Send", close=escaped)

    assert blocks.checked_view(view) == view


def test_plain_words_in_formatted_text_are_left_alone_by_slack() -> None:
    assert blocks.mrkdwn("@channel #general")["verbatim"] is True


def _button(**changes: Any) -> blocks.Block:
    return blocks.button("Go", "go") | changes


OPTION = {"text": {"type": "plain_text", "text": "x"}, "value": "v"}


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        pytest.param([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}], "/0/text", id="header"),
        pytest.param([{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}], "/0/text", id="section"),
        pytest.param([{"type": "section", "text": {"type": "mrkdwn", "text": ""}}], "/0/text", id="empty"),
        pytest.param([{"type": "context", "elements": []}], "/0/elements", id="no-elements"),
        pytest.param([blocks.actions("a", [_button(value="x" * 2001)])], "/0/elements/0/value", id="value"),
        pytest.param([blocks.actions("a", [_button(), _button()])], "/0/elements", id="same-action"),
        pytest.param([blocks.divider() | {"block_id": "b"}] * 2, "/blocks", id="same-block"),
        pytest.param([blocks.divider()] * 51, "/blocks", id="too-many"),
        pytest.param([blocks.input_block("f", "F", {"type": "datepicker"})], "/0", id="input-in-message"),
        pytest.param(
            [blocks.section("x", {"type": "static_select", "options": [OPTION] * 101})], "/0/accessory", id="options"
        ),
        pytest.param(
            [blocks.section("x", {"type": "static_select", "options": []})], "/0/accessory/options", id="no-options"
        ),
        pytest.param(
            [blocks.section("x", _button(confirm={"title": {"type": "plain_text", "text": "x" * 101}}))],
            "/0/accessory/confirm/title",
            id="confirm",
        ),
    ],
)
def test_what_slack_would_refuse_is_found_with_its_place(wrong: list[blocks.Block], place: str) -> None:
    (problem, *_) = blocks.problems(wrong)

    assert problem.startswith(f"/blocks{place.removeprefix('/blocks')}")
    with pytest.raises(blocks.BlocksInvalid):
        blocks.checked(wrong)


def test_a_modal_with_inputs_needs_something_to_submit_them() -> None:
    field = blocks.input_block("f", "F", {"type": "datepicker", "action_id": "value"})

    assert not blocks.problems([field], Surface.MODAL)
    with pytest.raises(blocks.BlocksInvalid, match="nothing to submit"):
        blocks.checked_view(blocks.modal("M", [field], callback_id="c"))
