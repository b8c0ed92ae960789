"""Block Kit's limits, each with the pointer to what breaks it (no server needed)."""

from typing import Any

import pytest
from slack_sdk.models.blocks import (
    ButtonElement,
    CheckboxesElement,
    ContextBlock,
    DatePickerElement,
    HeaderBlock,
    InputBlock,
    MarkdownTextObject,
    NumberInputElement,
    Option,
    OverflowMenuElement,
    PlainTextInputElement,
    SectionBlock,
    StaticSelectElement,
    UserMultiSelectElement,
)

from sandbox.slack.blockkit import Surface, blocks_problems, identified, view_problems
from tests.sandbox.slack.acting import button, field, modal, option, plain, section, text_field

IMAGE = {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"}
OPTIONS = [option("a"), option("b")]


def of_message(*blocks: Any) -> list[str]:
    return [str(each) for each in blocks_problems(list(blocks))]


def of_modal(*blocks: Any, **more: Any) -> list[str]:
    return [str(each) for each in view_problems(modal(*blocks, **more))]


@pytest.mark.parametrize(
    "block",
    [
        section("a", fields=[plain("f")] * 10, accessory=IMAGE),
        {"type": "section", "fields": [plain("f")]},
        {"type": "divider"},
        {"type": "header", "text": plain("h" * 150)},
        {"type": "context", "elements": [IMAGE, plain("a"), {"type": "mrkdwn", "text": "b"}]},
        {"type": "actions", "elements": [button(f"b{n}") for n in range(25)]},
        {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a", "title": plain("t")},
        {"type": "markdown", "text": "# hi"},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [
                                {"type": "text", "text": "a", "style": {"bold": True}},
                                {"type": "user", "user_id": "U1"},
                                {"type": "link", "url": "https://x.example"},
                            ],
                        }
                    ],
                }
            ],
        },
        text_field("a"),
    ],
    ids=lambda block: block["type"],
)
def test_a_proper_block_passes(block: dict[str, Any]) -> None:
    assert of_message(block) == []


@pytest.mark.parametrize(
    "element",
    [
        {"type": "plain_text_input", "multiline": True, "min_length": 1, "max_length": 3000},
        {"type": "number_input", "is_decimal_allowed": False, "min_value": "0", "max_value": "10"},
        {"type": "email_text_input"},
        {"type": "url_text_input"},
        {"type": "rich_text_input"},
        {"type": "static_select", "options": OPTIONS, "initial_option": option("a")},
        {"type": "static_select", "option_groups": [{"label": plain("g"), "options": OPTIONS}]},
        {"type": "multi_static_select", "options": OPTIONS, "max_selected_items": 2},
        {"type": "external_select", "min_query_length": 0},
        {"type": "multi_external_select"},
        {"type": "users_select", "initial_user": "U1"},
        {"type": "multi_users_select"},
        {"type": "channels_select"},
        {"type": "multi_channels_select"},
        {"type": "conversations_select", "filter": {"include": ["public"]}, "default_to_current_conversation": True},
        {"type": "multi_conversations_select"},
        {"type": "datepicker", "initial_date": "2026-11-30"},
        {"type": "timepicker", "initial_time": "09:30"},
        {"type": "datetimepicker", "initial_date_time": 1_795_000_000},
        {"type": "checkboxes", "options": OPTIONS},
        {"type": "radio_buttons", "options": OPTIONS},
        {"type": "file_input", "filetypes": ["csv"], "max_files": 1},
    ],
    ids=lambda element: element["type"],
)
def test_a_proper_input_passes(element: dict[str, Any]) -> None:
    assert of_modal(field("a", element)) == []


def test_what_slack_sdk_builds_passes() -> None:
    choices = [Option(text="A", value="a"), Option(text="B", value="b")]
    blocks = [
        HeaderBlock(text="Header"),
        SectionBlock(text="*Hi*", accessory=OverflowMenuElement(action_id="more", options=choices)),
        ContextBlock(elements=[MarkdownTextObject(text="small")]),
        InputBlock(label="Name", element=PlainTextInputElement(action_id="value")),
        InputBlock(label="Kind", element=StaticSelectElement(action_id="value", options=choices)),
        InputBlock(label="Count", element=NumberInputElement(action_id="value", is_decimal_allowed=False)),
        InputBlock(label="When", element=DatePickerElement(action_id="value")),
        InputBlock(label="Who", element=UserMultiSelectElement(action_id="value")),
        InputBlock(label="Which", element=CheckboxesElement(action_id="value", options=choices)),
        SectionBlock(text="x", accessory=ButtonElement(action_id="b", text="Press", style="primary")),
    ]

    assert of_message(*(each.to_dict() for each in blocks)) == []


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (section("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        (section("x", fields=[plain("f")] * 11), "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
        (
            section("x", fields=[plain("y" * 2001)]),
            "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
        ),
        ({"type": "section"}, "must provide at least one of: text, fields [json-pointer:/blocks/0]"),
        (
            {"type": "header", "text": plain("h" * 151)},
            "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
        ),
        (
            {"type": "header", "text": {"type": "mrkdwn", "text": "h"}},
            "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
        ),
        (
            {"type": "context", "elements": [plain("a")] * 11},
            "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            {"type": "actions", "elements": [button(f"b{n}") for n in range(26)]},
            "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
        ),
        ({"type": "actions", "elements": []}, "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
        ({"type": "jumbotron"}, "unsupported type: jumbotron [json-pointer:/blocks/0/type]"),
        ({"text": "x"}, "missing required field: type [json-pointer:/blocks/0]"),
        ("text", "must be an object [json-pointer:/blocks/0]"),
        (section("x", colour="red"), "invalid additional property: colour [json-pointer:/blocks/0]"),
        (section("x", block_id="i" * 256), "must be less than 256 characters [json-pointer:/blocks/0/block_id]"),
        (
            {"type": "image", "alt_text": "a"},
            "must provide exactly one of: image_url, slack_file [json-pointer:/blocks/0]",
        ),
        (
            {"type": "alert", "text": plain("a")},
            "unsupported type: alert [json-pointer:/blocks/0/type]",
        ),
    ],
)
def test_a_wrong_block_is_pointed_at(block: Any, problem: str) -> None:
    assert of_message(block) == [problem]


@pytest.mark.parametrize(
    ("element", "problem"),
    [
        (button("b", "x" * 76), "must be less than 76 characters [json-pointer:{}/text/text]"),
        (button("b", value="v" * 2001), "must be less than 2001 characters [json-pointer:{}/value]"),
        (button("b", style="blue"), "must be one of: primary, danger [json-pointer:{}/style]"),
        (button("b" * 256), "must be less than 256 characters [json-pointer:{}/action_id]"),
        (
            button(
                "b", confirm={"title": plain("t" * 101), "text": plain("x"), "confirm": plain("y"), "deny": plain("n")}
            ),
            "must be less than 101 characters [json-pointer:{}/confirm/title/text]",
        ),
        ({"type": "static_select", "options": []}, "no fewer than 1 items allowed [json-pointer:{}/options]"),
        ({"type": "static_select"}, "must provide exactly one of: options, option_groups [json-pointer:{}]"),
        (
            {"type": "static_select", "options": [option(str(n)) for n in range(101)]},
            "no more than 100 items allowed [json-pointer:{}/options]",
        ),
        (
            {"type": "static_select", "options": [option("v" * 151, "t")]},
            "must be less than 151 characters [json-pointer:{}/options/0/value]",
        ),
        (
            {"type": "static_select", "options": [option("v", "t" * 76)]},
            "must be less than 76 characters [json-pointer:{}/options/0/text/text]",
        ),
        (
            {"type": "static_select", "options": OPTIONS, "initial_option": option("c")},
            "`initial_option` must match an option exactly [json-pointer:{}/initial_option]",
        ),
        (
            {"type": "static_select", "options": OPTIONS, "placeholder": plain("p" * 151)},
            "must be less than 151 characters [json-pointer:{}/placeholder/text]",
        ),
        (
            {"type": "overflow", "options": [option(str(n)) for n in range(6)]},
            "no more than 5 items allowed [json-pointer:{}/options]",
        ),
        (
            {"type": "datepicker", "initial_date": "tomorrow"},
            "must be a date in the format YYYY-MM-DD [json-pointer:{}/initial_date]",
        ),
        ({"type": "plain_text_input"}, "unsupported type: plain_text_input [json-pointer:{}/type]"),
    ],
)
def test_a_wrong_element_is_pointed_at(element: dict[str, Any], problem: str) -> None:
    pointer = "/blocks/0/elements/0"

    assert of_message({"type": "actions", "elements": [element]}) == [problem.format(pointer)]


def test_a_message_has_at_most_fifty_blocks_and_a_modal_a_hundred() -> None:
    assert of_message(*[{"type": "divider"}] * 50) == []
    assert of_message(*[{"type": "divider"}] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]
    assert of_modal(*[{"type": "divider"}] * 100) == []
    assert of_modal(*[{"type": "divider"}] * 101) == ["no more than 100 items allowed [json-pointer:/view/blocks]"]


def test_ids_are_unique() -> None:
    twice = {"type": "actions", "block_id": "a", "elements": [button("x"), button("x")]}
    [block, action] = of_message(section("a", block_id="a"), twice)

    assert block.endswith("[json-pointer:/blocks/1/block_id]")
    assert action.endswith("[json-pointer:/blocks/1/elements/1/action_id]")


def test_an_action_id_may_come_again_in_another_block() -> None:
    assert of_modal(text_field("a"), text_field("b")) == []


def test_markdown_counts_over_the_whole_message() -> None:
    half = {"type": "markdown", "text": "x" * 6001}

    assert of_message(half) == []
    assert of_message(half, half) == [
        "markdown blocks must be less than 12001 characters together [json-pointer:/blocks]"
    ]


def test_an_input_needs_a_submit_button() -> None:
    problem = "must define `submit` to use `input` block [json-pointer:/view/blocks/0/input]"

    assert of_modal(text_field("a"), submit=None) == [problem]
    assert of_modal(section("a"), submit=None) == []


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"title": plain("t" * 25)}, "must be less than 25 characters [json-pointer:/view/title/text]"),
        ({"submit": plain("t" * 25)}, "must be less than 25 characters [json-pointer:/view/submit/text]"),
        ({"close": plain("t" * 25)}, "must be less than 25 characters [json-pointer:/view/close/text]"),
        ({"title": None}, "missing required field: title [json-pointer:/view]"),
        ({"private_metadata": "m" * 3001}, "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
        ({"callback_id": "c" * 256}, "must be less than 256 characters [json-pointer:/view/callback_id]"),
        ({"external_id": "c" * 256}, "must be less than 256 characters [json-pointer:/view/external_id]"),
        ({"notify_on_close": "yes"}, "must be a boolean [json-pointer:/view/notify_on_close]"),
        ({"submit_disabled": True}, "invalid additional property: submit_disabled [json-pointer:/view]"),
        ({"type": "page"}, "unsupported type: page [json-pointer:/view/type]"),
    ],
)
def test_a_wrong_view_is_pointed_at(more: dict[str, Any], problem: str) -> None:
    assert of_modal(section("a"), **more) == [problem]


def test_surfaces_differ() -> None:
    markdown = {"type": "markdown", "text": "x"}
    alert = {"type": "alert", "text": plain("careful"), "level": "warning"}
    file = field("a", {"type": "file_input"})
    home = {"type": "home", "blocks": [markdown]}

    assert of_modal(markdown) == ["unsupported type: markdown [json-pointer:/view/blocks/0/type]"]
    assert of_modal(alert) == []
    assert of_message(file) == ["unsupported type: file_input [json-pointer:/blocks/0/element/type]"]
    assert [str(each) for each in view_problems(home)] == [
        "unsupported type: markdown [json-pointer:/view/blocks/0/type]"
    ]
    assert [str(each) for each in view_problems(modal(), Surface.HOME)] == [
        "unsupported type: modal [json-pointer:/view/type]"
    ]


def test_missing_ids_are_made_up_and_given_ones_kept() -> None:
    [first, second] = identified([section("a", block_id="mine"), {"type": "actions", "elements": [button("ok")]}])

    assert first["block_id"] == "mine"
    assert second["block_id"]
    assert second["elements"][0]["action_id"] == "ok"
