"""A kind's fields are its form, and what was filled in comes back as it was given."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, StringConstraints

from bot import forms
from bot.blocks import Block, checked_view
from bot.forms.elements import ACTION
from workflows.kind import Ask, Cents, Context, Element, Emails, Kind, ModelIds, Outlook, Step
from workflows.kinds import discover
from workflows.model import Change, Reference
from workflows.service import Preview


class Size(StrEnum):
    SMALL = "small"
    VERY_LARGE = "very_large"


class Everything(Kind):
    """A kind that asks in every way there is."""

    kind: ClassVar[str] = "everything"
    word: ClassVar[str] = "everything"
    label: ClassVar[str] = "Everything that can be asked for"
    about: ClassVar[str] = "Asks <all> there is."

    name: Annotated[
        str, StringConstraints(min_length=1, max_length=80), Ask(element=Element.TEXT, placeholder="like <this>")
    ] = Field(title="Name & more", description="Shown <everywhere>.")
    size: Annotated[Size, Ask(element=Element.CHOICE, affects=True)] = Field(default=Size.SMALL)
    project: Annotated[str, Ask(element=Element.PROJECT, affects=True)]
    amount: Annotated[Cents, Ask(element=Element.MONEY, affects=True)]
    people: Annotated[Emails, Field(max_length=3), Ask(element=Element.PEOPLE)]
    models: Annotated[ModelIds, Ask(element=Element.MODELS)] = ()
    channel: Annotated[str, Ask(element=Element.CHANNEL)] = ""
    day: Annotated[date | None, Ask(element=Element.DATE)] = None
    reason: Annotated[str, Ask(element=Element.LONG_TEXT)] = ""

    @classmethod
    async def outlook(cls, known: Mapping[str, Any], context: Context) -> Outlook:
        del known, context
        return Outlook(title=cls.label)

    async def complete(self, context: Context) -> Self:
        del context
        return self

    def steps(self) -> Sequence[Step]:
        return ()


GIVEN: dict[str, Any] = {
    "name": "R&D <bot>",
    "size": "very_large",
    "project": "proj_1",
    "amount": "1,000.50",
    "people": ["dana@acme.example", "omar@acme.example"],
    "models": ["gpt-5-mini"],
    "channel": "C0123456",
    "day": "2027-01-31",
    "reason": "because\nof <that>",
}
LABELS = {"proj_1": "internal & qa", "dana@acme.example": "Dana <dev>"}


def inputs(view: Block) -> dict[str, Block]:
    return {each["block_id"]: each for each in view["blocks"] if each["type"] == "input"}


def untouched(view: Block) -> dict[str, Any]:
    """Return the state of *view* as Slack reports it when nobody has touched anything."""
    names = {
        "plain_text_input": ("value", "initial_value"),
        "static_select": ("selected_option", "initial_option"),
        "external_select": ("selected_option", "initial_option"),
        "multi_external_select": ("selected_options", "initial_options"),
        "conversations_select": ("selected_conversation", "initial_conversation"),
        "datepicker": ("selected_date", "initial_date"),
    }
    found = {}
    for block_id, block in inputs(view).items():
        element = block["element"]
        name, start = names[element["type"]]
        found[block_id] = {element["action_id"]: {"type": element["type"], name: element.get(start)}}
    return {"values": found}


def test_every_field_is_an_input_that_carries_its_name() -> None:
    view = checked_view(forms.form(Everything))

    assert list(inputs(view)) == list(Everything.model_fields)
    assert {each["element"]["action_id"] for each in inputs(view).values()} == {ACTION}
    assert view["callback_id"] == "submit:everything"
    assert len(view["title"]["text"]) <= 24


def test_each_way_of_asking_has_its_element() -> None:
    found = {name: block["element"]["type"] for name, block in inputs(forms.form(Everything)).items()}

    assert found == {
        "name": "plain_text_input",
        "size": "static_select",
        "project": "external_select",
        "amount": "plain_text_input",
        "people": "multi_external_select",
        "models": "multi_external_select",
        "channel": "conversations_select",
        "day": "datepicker",
        "reason": "plain_text_input",
    }


def test_what_the_kind_says_of_a_field_stands_on_the_form() -> None:
    fields = inputs(forms.form(Everything))

    assert fields["name"]["label"]["text"] == "Name &amp; more"
    assert fields["name"]["hint"]["text"] == "Shown &lt;everywhere&gt;."
    assert fields["name"]["element"]["max_length"] == 80
    assert fields["name"]["element"]["placeholder"]["text"] == "like &lt;this&gt;"
    assert fields["people"]["element"]["max_selected_items"] == 3
    assert fields["reason"]["element"]["multiline"] is True
    assert [each["text"]["text"] for each in fields["size"]["element"]["options"]] == ["Small", "Very large"]
    assert {name for name, each in fields.items() if each["optional"]} == {"size", "models", "channel", "day", "reason"}


def test_only_fields_that_affect_the_outlook_report_each_change() -> None:
    fields = inputs(forms.form(Everything))

    assert {name for name, each in fields.items() if each["dispatch_action"]} == {"size", "project", "amount"}
    assert fields["amount"]["element"]["dispatch_action_config"] == {"trigger_actions_on": ["on_enter_pressed"]}


def test_first_values_come_back_as_they_were_given() -> None:
    view = checked_view(forms.form(Everything, given=GIVEN, labels=LABELS))

    assert forms.values(untouched(view)) == GIVEN
    assert forms.labels(untouched(view)) == LABELS | {
        "omar@acme.example": "omar@acme.example",
        "gpt-5-mini": "gpt-5-mini",
        "very_large": "Very large",
    }


def test_an_empty_form_has_empty_values_and_the_kinds_own_choice() -> None:
    values = forms.values(untouched(forms.form(Everything)))

    assert values.pop("size") == "small"
    assert not any(values.values())


@given(st.fixed_dictionaries({}, optional={name: st.text() | st.lists(st.text()) for name in GIVEN if name != "day"}))
def test_whatever_was_given_the_form_is_valid(given: dict[str, Any]) -> None:
    view = forms.form(Everything, given=given, labels={"": "x"}, notices=[str(given)])

    assert checked_view(view) == view


def preview(**changes: Any) -> Preview:
    outlook = Outlook(
        title="Everything",
        changes=(Change(label="Limit", now="$500", proposed="$800"),),
        risks=("A raise of <60> %.",),
        hints=("For real *customers*.",),
    )
    shown: dict[str, Any] = {"outlook": outlook, "deciders": "Decided by Olivia <!here>.", "as_of": None}
    return Preview(**shown | changes)


def test_what_would_change_and_who_decides_stand_below_the_fields() -> None:
    view = checked_view(forms.form(Everything, preview(as_of=datetime(2026, 11, 23, 9, tzinfo=UTC))))

    below = str(view["blocks"][[each["type"] for each in view["blocks"]].index("divider") :])
    for said in (
        "*Limit:* $500 → $800",
        "&lt;60&gt;",
        "customers",
        "^As of {date_short_pretty",
        "Olivia &lt;!here&gt;",
    ):
        assert said in below


def test_a_redraw_keeps_every_inputs_id() -> None:
    before, after = forms.form(Everything), forms.form(Everything, preview(), given=GIVEN, notices=["Mind this."])

    assert [(name, each["element"]["type"]) for name, each in inputs(before).items()] == [
        (name, each["element"]["type"]) for name, each in inputs(after).items()
    ]
    assert after["blocks"][0]["text"]["text"] == "❗ Mind this."


def test_the_modal_that_waits_has_the_forms_title() -> None:
    assert checked_view(forms.loading(Everything.label))["title"] == forms.form(Everything)["title"]


@pytest.mark.parametrize("kind", discover().values(), ids=lambda kind: kind.kind)
def test_every_real_kind_has_a_form(kind: type[Kind]) -> None:
    view = checked_view(forms.form(kind, preview()))

    assert list(inputs(view)) == list(kind.model_fields)


def test_the_launcher_offers_every_kind_and_list() -> None:
    view = checked_view(forms.launcher([Everything]))

    assert view["blocks"][0]["accessory"]["action_id"] == "open:everything"
    assert [each["action_id"] for each in view["blocks"][-1]["elements"]] == [
        "open:mine",
        "open:approvals",
        "open:audit",
        "open:help",
    ]


def test_a_denial_must_be_explained() -> None:
    view = checked_view(forms.deny(Reference(request_id="R7K2", stage=1), "Raise the <budget>"))

    assert Reference.parse(view["private_metadata"]) == Reference(request_id="R7K2", stage=1)
    assert inputs(view)["reason"]["optional"] is False


def test_an_export_begins_with_this_month_as_csv() -> None:
    view = checked_view(forms.audit(date(2026, 11, 23)))

    assert view["callback_id"] == "submit:audit"
    assert forms.values(untouched(view)) == {"since": "2026-11-01", "until": "2026-11-23", "format": "csv"}


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ({"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b"}]}, ["a", "b"]),
        ({"type": "multi_channels_select", "selected_channels": ["C1"]}, ["C1"]),
        ({"type": "channels_select", "selected_channel": "C1"}, "C1"),
        ({"type": "users_select", "selected_user": None}, ""),
        ({"type": "plain_text_input", "value": None}, ""),
        ({"type": "static_select", "selected_option": None}, ""),
        ({"type": "multi_external_select", "selected_options": None}, []),
    ],
)
def test_every_element_is_read(element: dict[str, Any], value: str | list[str]) -> None:
    assert forms.values({"values": {"field": {"value": element}}}) == {"field": value}
