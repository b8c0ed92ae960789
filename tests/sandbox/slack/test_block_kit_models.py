"""Whatever slack_sdk's models can build, the workspace takes where Slack takes it, and refuses beyond its limits."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models import blocks as kit
from slack_sdk.models.blocks import basic_components, block_elements
from slack_sdk.models.blocks import blocks as layout
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from sandbox.slack.model import Channel, User
from tests.sandbox.slack.acting import plain

JSON = dict[str, Any]
PICTURE = "https://x.example/a.png"
OPTIONS = [kit.Option(text="A", value="a"), kit.Option(text="B", value="b")]
WORDS: JSON = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "hi"}]}],
}


def image() -> kit.ImageElement:
    return kit.ImageElement(image_url=PICTURE, alt_text="a")


def button(number: int = 0) -> kit.ButtonElement:
    return kit.ButtonElement(text="Press", action_id=f"press{number}", value="v", agent_prompt="Summarise it")


def card(title: str = "Card") -> kit.CardBlock:
    return kit.CardBlock(title=title, subtitle="sub", body="body", hero_image=image(), icon=image(), actions=[button()])


def task() -> kit.TaskCardBlock:
    source = kit.UrlSourceElement(url="https://x.example", text="x")
    return kit.TaskCardBlock(
        task_id="t", title="Look", status="complete", details=WORDS, output=WORDS, sources=[source]
    )


PIECES = [
    kit.RichTextElementParts.Text(text="t", style=kit.RichTextElementParts.TextStyle(bold=True, underline=True)),
    kit.RichTextElementParts.Channel(channel_id="C1"),
    kit.RichTextElementParts.User(user_id="U1"),
    kit.RichTextElementParts.Emoji(name="eyes"),
    kit.RichTextElementParts.Link(url="https://x.example", text="x"),
    kit.RichTextElementParts.Team(team_id="T1"),
    kit.RichTextElementParts.UserGroup(usergroup_id="S1"),
    kit.RichTextElementParts.Date(timestamp=1_795_000_000, format="{date}"),
    kit.RichTextElementParts.Broadcast(range="here"),
    kit.RichTextElementParts.Color(value="#123456"),
]

MESSAGE_BLOCKS = [
    kit.SectionBlock(text="*Hi*", fields=["a", "b"]),
    kit.DividerBlock(),
    kit.ImageBlock(image_url=PICTURE, alt_text="a", title="t"),
    kit.ActionsBlock(elements=[button(), kit.OverflowMenuElement(action_id="more", options=OPTIONS)]),
    kit.ContextBlock(elements=[image(), kit.MarkdownTextObject(text="m"), kit.PlainTextObject(text="p")]),
    kit.ContextActionsBlock(
        elements=[
            kit.FeedbackButtonsElement(
                action_id="feedback",
                positive_button=kit.FeedbackButtonObject(text="Good", value="1"),
                negative_button=kit.FeedbackButtonObject(text="Bad", value="0"),
            ),
            kit.IconButtonElement(action_id="drop", icon="trash", text="Delete"),
        ]
    ),
    kit.FileBlock(external_id="f"),
    kit.CallBlock(call_id="R1"),
    kit.HeaderBlock(text="h"),
    kit.MarkdownBlock(text="# hi"),
    kit.VideoBlock(alt_text="a", video_url="https://x.example/v", thumbnail_url=PICTURE, title="t"),
    kit.RichTextBlock(
        elements=[
            kit.RichTextSectionElement(elements=PIECES),
            kit.RichTextListElement(style="bullet", elements=[kit.RichTextSectionElement(elements=PIECES[:1])]),
            kit.RichTextPreformattedElement(elements=PIECES[:1]),
            kit.RichTextQuoteElement(elements=PIECES[:1]),
        ]
    ),
    kit.TableBlock(
        rows=[
            [
                kit.RawTextObject(text="a"),
                kit.RawNumberObject(value=1, text="1"),
                kit.RichTextBlock(elements=WORDS["elements"]),
            ]
        ],
        column_settings=[kit.TableBlockColumnSettings(align="right", is_wrapped=True), None],
    ),
    task(),
    kit.PlanBlock(title="Plan", tasks=[task()]),
    card(),
    kit.CarouselBlock(elements=[card("one"), card("two")]),
    kit.ContainerBlock(title="Box", subtitle="s", icon=image(), is_collapsible=True, child_blocks=[kit.DividerBlock()]),
    kit.AuthProviderBlock(value="jira", name="Jira", is_connected=False, auth_url="https://x.example/in"),
]

MODAL_BLOCKS = [kit.AlertBlock(text="careful", level="warning")]

INPUTS = [
    kit.CheckboxesElement(options=OPTIONS),
    kit.DatePickerElement(initial_date="2026-11-30"),
    kit.TimePickerElement(initial_time="09:30", timezone="Europe/Berlin"),
    kit.DateTimePickerElement(initial_date_time=1_795_000_000),
    kit.StaticSelectElement(options=OPTIONS, initial_option=OPTIONS[0]),
    kit.StaticMultiSelectElement(options=OPTIONS, max_selected_items=1),
    kit.SelectElement(options=OPTIONS),
    kit.ExternalDataSelectElement(min_query_length=2),
    kit.ExternalDataMultiSelectElement(min_query_length=2),
    kit.UserSelectElement(),
    kit.UserMultiSelectElement(),
    kit.ConversationSelectElement(filter=kit.ConversationFilter(include=["public"])),
    kit.ConversationMultiSelectElement(),
    kit.ChannelSelectElement(),
    kit.ChannelMultiSelectElement(),
    kit.RichTextInputElement(initial_value=WORDS, min_lines=2, max_lines=5),
    kit.PlainTextInputElement(multiline=True, min_length=1, max_length=20),
    kit.EmailInputElement(),
    kit.UrlInputElement(),
    kit.NumberInputElement(is_decimal_allowed=True, min_value="0", max_value="9"),
    block_elements.FileInputElement(filetypes=["csv"], max_files=2),
    kit.RadioButtonsElement(options=OPTIONS),
]

BUTTONS = [
    kit.LinkButtonElement(text="Go", url="https://x.example"),
    block_elements.WorkflowButtonElement(
        text="Start",
        action_id="start",
        workflow=basic_components.Workflow(
            trigger=basic_components.WorkflowTrigger(
                url="https://x.example/trigger", customizable_input_parameters=[{"name": "a", "value": "b"}]
            )
        ),
    ),
]


def described(model: Any) -> JSON:
    return dict(model.to_dict())


def modal_with(*blocks: JSON) -> JSON:
    return {"type": "modal", "title": plain("Form"), "submit": plain("Send"), "blocks": list(blocks)}


@pytest.mark.parametrize("model", MESSAGE_BLOCKS, ids=lambda model: str(model.type))
async def test_a_block_of_the_sdk_can_be_posted(client: AsyncWebClient, general: Channel, model: Any) -> None:
    posted = await client.chat_postMessage(channel=general.id, text="x", blocks=[model])

    assert posted["message"]["blocks"][0]["type"] == model.type


@pytest.mark.parametrize("model", MODAL_BLOCKS, ids=lambda model: str(model.type))
async def test_a_block_for_modals_is_refused_in_a_message(
    client: AsyncWebClient, workspace: Workspace, dana: User, general: Channel, model: Any
) -> None:
    await client.views_open(trigger_id=workspace.triggers.issue(dana.id), view=modal_with(described(model)))

    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await client.chat_postMessage(channel=general.id, text="x", blocks=[model])


@pytest.mark.parametrize("element", INPUTS, ids=lambda element: str(element.type))
async def test_an_input_of_the_sdk_can_be_opened(
    client: AsyncWebClient, workspace: Workspace, dana: User, element: Any
) -> None:
    block = {"type": "input", "block_id": "f", "label": plain("F"), "element": described(element)}

    opened = await client.views_open(trigger_id=workspace.triggers.issue(dana.id), view=modal_with(block))

    [[(_, entry)]] = [each.items() for each in opened["view"]["state"]["values"].values()]
    assert entry["type"] == element.type


@pytest.mark.parametrize("element", BUTTONS, ids=lambda element: type(element).__name__)
async def test_a_button_of_the_sdk_can_be_posted(client: AsyncWebClient, general: Channel, element: Any) -> None:
    block = {"type": "section", "text": plain("x"), "accessory": described(element)}

    assert (await client.chat_postMessage(channel=general.id, text="x", blocks=[block]))["ok"]


def test_no_model_of_the_sdk_is_left_out() -> None:
    tried = "".join(str(each.to_dict()) for each in [*MESSAGE_BLOCKS, *MODAL_BLOCKS, *INPUTS, *BUTTONS])
    tried += "'type': 'input'"  # the block around each of the inputs
    modelled = {
        each.type for each in [*_descendants(layout.Block), *_descendants(block_elements.BlockElement)] if each.type
    }

    assert {each for each in modelled if f"'type': '{each}'" not in tried} == set()


def _descendants(kind: Any) -> Iterator[Any]:
    for each in kind.__subclasses__():
        if isinstance(getattr(each, "type", None), str):
            yield each
        yield from _descendants(each)


def long(size: int) -> JSON:
    return plain("x" * size)


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ({"type": "card", "subtitle": plain("s")}, "must provide at least one of: hero_image, title, actions, body"),
        ({"type": "card", "title": long(151)}, "must be less than 151 characters [json-pointer:/blocks/0/title/text]"),
        ({"type": "card", "body": long(201)}, "must be less than 201 characters [json-pointer:/blocks/0/body/text]"),
        (
            {"type": "card", "actions": [described(button(each)) for each in range(4)]},
            "no more than 3 items allowed [json-pointer:/blocks/0/actions]",
        ),
        ({"type": "carousel", "elements": []}, "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
        (
            {"type": "carousel", "elements": [described(card(str(each))) for each in range(11)]},
            "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            {"type": "carousel", "elements": [{"type": "divider"}]},
            "unsupported type: divider [json-pointer:/blocks/0/elements/0/type]",
        ),
        (
            {"type": "container", "child_blocks": [{"type": "divider"}]},
            "must provide at least one of: title, rich_text_title [json-pointer:/blocks/0]",
        ),
        (
            {"type": "container", "title": plain("t"), "child_blocks": [{"type": "divider"}] * 11},
            "no more than 10 items allowed [json-pointer:/blocks/0/child_blocks]",
        ),
        (
            {"type": "container", "title": plain("t"), "child_blocks": [described(card())]},
            "unsupported type: card [json-pointer:/blocks/0/child_blocks/0/type]",
        ),
        (
            {
                "type": "container",
                "title": plain("t"),
                "child_blocks": [{"type": "divider"}],
                "default_collapsed": True,
            },
            "`default_collapsed` requires `is_collapsible` [json-pointer:/blocks/0/default_collapsed]",
        ),
        (
            {"type": "container", "title": plain("t"), "child_blocks": [{"type": "section", "text": long(3001)}]},
            "must be less than 3001 characters [json-pointer:/blocks/0/child_blocks/0/text/text]",
        ),
        (
            {"type": "task_card", "task_id": "t", "title": "t", "status": "asleep"},
            "must be one of: pending, in_progress, complete, error [json-pointer:/blocks/0/status]",
        ),
        ({"type": "plan", "tasks": []}, "missing required field: title [json-pointer:/blocks/0]"),
        (
            {"type": "table", "rows": [[{"type": "raw_number", "value": "1", "text": "1"}]]},
            "must be a number [json-pointer:/blocks/0/rows/0/0/value]",
        ),
        (
            {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]] * 101},
            "no more than 100 items allowed [json-pointer:/blocks/0/rows]",
        ),
        (
            {"type": "data_table", "caption": "c", "rows": [[{"type": "raw_text", "text": "a"}]]},
            "no fewer than 2 items allowed [json-pointer:/blocks/0/rows]",
        ),
        (
            {"type": "data_table", "caption": "c", "rows": [[{"type": "raw_text", "text": "a"}], []], "page_size": 101},
            "must be between 1 and 100 [json-pointer:/blocks/0/page_size]",
        ),
        (
            {"type": "data_table", "caption": "c", "rows": [[WORDS], [{"type": "raw_text", "text": "a"}]]},
            "unsupported type: rich_text [json-pointer:/blocks/0/rows/0/0/type]",
        ),
        (
            {"type": "auth_provider", "value": "v", "name": plain("n"), "is_connected": False, "auth_url": "http://x"},
            "must be an HTTPS URL [json-pointer:/blocks/0/auth_url]",
        ),
        (
            {"type": "data_visualization", "title": "t" * 51, "chart": {"type": "pie", "segments": []}},
            "must be less than 51 characters [json-pointer:/blocks/0/title]",
        ),
    ],
)
async def test_beyond_its_limits_a_block_is_refused_with_a_pointer(
    client: AsyncWebClient, general: Channel, block: JSON, problem: str
) -> None:
    with pytest.raises(SlackApiError) as refusal:
        await client.chat_postMessage(channel=general.id, text="x", blocks=[block])

    assert refusal.value.response["error"] == "invalid_blocks"
    assert problem in "\n".join(refusal.value.response["response_metadata"]["messages"])


async def test_a_chart_and_a_data_table_are_posted(client: AsyncWebClient, general: Channel) -> None:
    data = [{"label": "Mon", "value": 1.5}, {"label": "Tue", "value": -2}]
    chart: JSON = {
        "type": "bar",
        "series": [{"name": "a", "data": data}],
        "axis_config": {"categories": ["Mon", "Tue"]},
    }
    cells = [[{"type": "raw_text", "text": "a"}], [{"type": "raw_number", "value": 3, "text": "$3"}]]
    blocks: list[JSON] = [
        {"type": "data_visualization", "title": "Spend", "chart": chart},
        {"type": "data_table", "caption": "Spend", "rows": cells, "page_size": 10},
    ]

    assert (await client.chat_postMessage(channel=general.id, text="x", blocks=blocks))["ok"]

    chart["axis_config"] = {"categories": ["Mon"]}
    with pytest.raises(SlackApiError, match="one point for each category"):
        await client.chat_postMessage(channel=general.id, text="x", blocks=blocks)


async def test_ids_are_unique_and_given_inside_a_container_too(client: AsyncWebClient, general: Channel) -> None:
    inner = {"type": "actions", "block_id": "same", "elements": [described(button())]}
    box = {"type": "container", "title": plain("t"), "child_blocks": [inner, {"type": "divider"}]}

    posted = await client.chat_postMessage(channel=general.id, text="x", blocks=[box])
    with pytest.raises(SlackApiError) as refusal:
        await client.chat_postMessage(
            channel=general.id, text="x", blocks=[box, {"type": "divider", "block_id": "same"}]
        )

    assert posted["message"]["blocks"][0]["child_blocks"][1]["block_id"]
    assert "[json-pointer:/blocks/1/block_id]" in str(refusal.value)
