"""The launcher, and the short questions that are no kind's form."""

from datetime import UTC, date, datetime

from pydantic import SecretStr

from bot import forms
from bot.blocks import checked_view
from tests.bot.everything import Everything
from tests.bot.inputs import inputs, untouched
from workflows.admin_api import IssuedKey
from workflows.kinds import discover
from workflows.model import Reference


def test_the_launcher_offers_every_kind_and_list() -> None:
    view = checked_view(forms.launcher([Everything]))

    assert view["blocks"][-1]["accessory"]["action_id"] == "open:everything"
    assert [each["action_id"] for each in view["blocks"][0]["elements"]] == [
        "open:mine",
        "open:approvals",
        "open:grants",
        "open:who",
        "open:spend",
        "open:quote",
        "open:audit",
        "open:away",
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


def test_the_launcher_keeps_to_slacks_limits_with_every_kind() -> None:
    view = checked_view(forms.launcher(discover().values()))

    offered = [each["accessory"]["action_id"] for each in view["blocks"] if "accessory" in each]
    assert offered == [f"open:{kind.word}" for kind in discover().values()]


VALUE = "sk-svcacct-abcdefghijklmnopqrstuvwxyz0123456789"


def shown(base_url: str = "https://api.openai.com/v1", expires_at: datetime | None = None) -> str:
    key = IssuedKey(id="key_1", name="bot", value=SecretStr(VALUE), expires_at=expires_at)
    view = checked_view(forms.key_shown(key, "Key for <bot>", base_url=base_url, model="gpt-5"))
    assert "&lt;bot&gt;" in str(view)
    return str(view)


def test_only_another_address_than_openais_own_is_part_of_the_lines() -> None:
    assert "OPENAI_BASE_URL" not in shown()
    assert "export OPENAI_BASE_URL=https://eu.api.openai.com/v1" in shown("https://eu.api.openai.com/v1")


def test_a_key_says_until_when_it_works() -> None:
    assert "^It works until {date_short_pretty}" in shown(expires_at=datetime(2027, 2, 1, tzinfo=UTC))
    assert "until somebody revokes it" in shown()
