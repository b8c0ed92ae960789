"""The inputs of a modal, and its state as Slack reports it when nobody has touched anything."""

from typing import Any

from bot.blocks import Block


def inputs(view: Block) -> dict[str, Block]:
    return {each["block_id"]: each for each in view["blocks"] if each["type"] == "input"}


def untouched(view: Block) -> dict[str, Any]:
    """Return the state of *view* as Slack reports it when nobody has touched anything."""
    names = {
        "plain_text_input": ("value", "initial_value"),
        "static_select": ("selected_option", "initial_option"),
        "multi_static_select": ("selected_options", "initial_options"),
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
