"""The canonical form and the hash of an entry."""

import json
import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from tests.workflows.audit.chains import DRAFTS, VALUES, plain
from workflows.audit.entry import GENESIS, HASHED, Draft, canonical, digest, link, stamp
from workflows.lifecycle import State

HOUR_AHEAD = timezone(timedelta(hours=1))


@given(VALUES)
def test_canonical_text_is_json_of_the_same_value(value: Any) -> None:
    assert json.loads(canonical(value)) == value


@given(DRAFTS)
def test_every_value_of_an_entry_is_utf8_text_on_one_line(draft: Draft) -> None:
    for value in link(draft, 1, GENESIS)[:-2]:
        text = str(value)
        assert "\n" not in text
        assert "\0" not in text
        assert text.encode("utf-8").decode("utf-8") == text


def test_order_of_names_does_not_matter() -> None:
    assert canonical({"b": 1, "a": {"d": 2, "c": 3}}) == canonical({"a": {"c": 3, "d": 2}, "b": 1})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("10.50"), '"10.50"'),
        (Decimal("1E+3"), '"1000"'),
        (datetime(2026, 1, 2, 4, tzinfo=HOUR_AHEAD), '"2026-01-02T03:00:00.000000+00:00"'),
        (date(2026, 1, 2), '"2026-01-02"'),
        (State.PENDING, '"pending"'),
        (("a", ["b"]), '["a",["b"]]'),
        ("\N{SNOWMAN}", '"\N{SNOWMAN}"'),
        ("\ud800", '"\\ud800"'),
        ("\\ud800", '"\\\\ud800"'),
    ],
)
def test_values_have_one_text(value: object, text: str) -> None:
    assert canonical(value) == text


@pytest.mark.parametrize("value", [{1: "a"}, {None: "a"}, {"a": {True: 1}}, {1, 2}, object(), b"bytes"])
def test_what_json_has_no_form_for_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, [-math.inf], datetime(2026, 1, 2)])  # noqa: DTZ001 - the claim
def test_values_without_a_definite_meaning_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical(value)


def test_stamps_sort_like_their_moments() -> None:
    start = datetime(2026, 3, 29, tzinfo=UTC)
    moments = [start + timedelta(microseconds=number * 999_983) for number in range(50)]
    moments.append(datetime(2026, 3, 29, 23, tzinfo=HOUR_AHEAD))
    assert sorted(map(stamp, moments)) == list(map(stamp, sorted(moments)))


def test_a_value_cannot_pass_for_two() -> None:
    entry = plain(1)[0]
    for field in HASHED[1:]:
        edit: dict[str, Any] = {field: "a\nb"}
        with pytest.raises(ValueError, match="line break"):
            digest(entry._replace(**edit)[:-2], entry.prev_hash)
