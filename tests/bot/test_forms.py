"""A kind's fields are its form, and what was filled in comes back as it was given."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import forms
from bot.blocks import checked_view
from bot.forms.elements import ACTION
from tests.bot.everything import Everything
from tests.bot.inputs import inputs, untouched
from workflows.kind import Kind, Outlook
from workflows.kinds import discover
from workflows.model import Change
from workflows.service import Preview

GIVEN: dict[str, Any] = {
    "name": "R&D <bot>",
    "size": "very_large",
    "project": "proj_1",
    "amount": "1,000.50",
    "days": "1,000",
    "tools": ["web_search", "mcp"],
    "person": "dana@acme.example",
    "model": "gpt-5-mini",
    "key": "key_1",
    "scopes": ["api.model.request"],
    "group": "group_1",
    "role": "viewer",
    "people": ["dana@acme.example", "omar@acme.example"],
    "models": ["gpt-5-mini"],
    "channel": "C0123456",
    "day": "2027-01-31",
    "reason": "because\nof <that>",
}
LABELS = {"proj_1": "internal & qa", "dana@acme.example": "Dana <dev>"}


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
        "days": "plain_text_input",
        "tools": "multi_static_select",
        "person": "external_select",
        "model": "external_select",
        "key": "external_select",
        "scopes": "multi_external_select",
        "group": "external_select",
        "role": "external_select",
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
    assert [each["text"]["text"] for each in fields["tools"]["element"]["options"]] == ["Web search", "MCP"]
    optional = {name for name, each in fields.items() if each["optional"]}
    assert optional == {"size", "days", "tools", "scopes", "role", "models", "channel", "day", "reason"}


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
        "web_search": "Web search",
        "mcp": "MCP",
        "viewer": "Viewer",
        **{each: each for each in ("key_1", "group_1", "api.model.request")},
    }


def test_an_empty_form_has_empty_values_and_the_kinds_own_choices() -> None:
    values = forms.values(untouched(forms.form(Everything)))

    own = {name: values.pop(name) for name in ("size", "days", "tools", "role")}
    assert own == {"size": "small", "days": "7", "tools": ["mcp"], "role": "member"}
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

    assert list(inputs(view)) == list(kind.asks())


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
