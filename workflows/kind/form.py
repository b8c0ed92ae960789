"""How a kind's fields are asked for; the bot turns each into an element of a form."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Element(StrEnum):
    """How a field is asked for. Those that depend on a project are offered once the form's ``project`` is chosen."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    MONEY = "money"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    PROJECT = "project"
    PERSON = "person"
    PEOPLE = "people"
    MODEL = "model"
    MODELS = "models"
    KEY = "key"  # one of the project's
    SCOPES = "scopes"
    GROUP = "group"
    ROLE = "role"  # one that people can have in the project
    CHANNEL = "channel"
    DATE = "date"


EXAMPLES: dict[Element, Any] = {
    Element.TEXT: "text",
    Element.LONG_TEXT: "text",
    Element.MONEY: 100.0,
    Element.NUMBER: 100,
    Element.CHOICE: "production",
    Element.CHOICES: ["web_search"],
    Element.PROJECT: "proj_1",
    Element.PERSON: "person@example.com",
    Element.PEOPLE: ["person@example.com"],
    Element.MODEL: "gpt-5-mini",
    Element.MODELS: ["gpt-5-mini"],
    Element.KEY: "key_1",
    Element.SCOPES: ["api.model.request"],
    Element.GROUP: "group_1",
    Element.ROLE: "member",
    Element.CHANNEL: "C1",
    Element.DATE: "2027-01-31",
}
"""A value of each element as a policy's conditions see it."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A field's place in the form. ``affects``: a change of it redraws what is now and who will decide."""

    element: Element
    placeholder: str = ""
    affects: bool = False
