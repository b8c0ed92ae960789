"""A price is exact, dated, and another model's never."""

from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.openai.prices import AS_OF, EMBEDDINGS, MODERATIONS, TOKENS
from workflows.errors import PolicyInvalid
from workflows.prices import Price, load_prices, prices_from_text

BUILT_IN = load_prices(None)
HEAD = "as_of: 2026-11-01\nmodels:\n"


def in_nanos(price: Price) -> tuple[int, int, int]:
    """Return nanodollars for one token in, one that is cached, and one out."""
    return (
        price.nanos(fresh=1, cached=0, output=0),
        price.nanos(fresh=0, cached=1, output=0),
        price.nanos(fresh=0, cached=0, output=1),
    )


def test_the_table_that_ships_agrees_with_the_local_organisations_bills() -> None:
    alone = {model: (each, each, 0) for model, each in {**EMBEDDINGS, **MODERATIONS}.items()}

    assert BUILT_IN.as_of == AS_OF
    assert {model: in_nanos(each) for model, each in BUILT_IN.models.items()} == {**TOKENS, **alone}


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("gpt-5", "gpt-5"),
        ("gpt-5-2025-08-07", "gpt-5"),
        ("gpt-5-mini-2025-08-07", "gpt-5-mini"),
        ("gpt-3.5-turbo-0125", "gpt-3.5-turbo"),
        ("gpt-5-codex", None),
        ("gpt-5.9", None),
        ("gpt-4o-audio-preview-2024-12-17", None),
        ("", None),
    ],
)
def test_a_snapshot_costs_what_its_family_does_and_no_other_model(model: str, family: str | None) -> None:
    assert BUILT_IN.of(model) == (BUILT_IN.models[family] if family else None)


def test_fractions_of_a_nanodollar_are_rounded_once() -> None:
    price = prices_from_text(f"{HEAD}  m: {{input: 0.0125, output: 0.0005}}", "p.yml").models["m"]

    assert price.nanos(fresh=2, cached=2, output=0) == 50
    assert price.nanos(fresh=0, cached=0, output=2) == 1
    assert price.cached_input == Decimal("0.0125")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "p.yml is empty"),
        ("models: {}", "as_of must be the day"),
        ("as_of: 2026-11-01\nmodels: {}", "line 2: models may not be empty"),
        (f"{HEAD}  m: {{output: 1}}", "line 3: input is missing for m"),
        (f"{HEAD}  m:\n    input: dear", "line 4: input must be dollars"),
        (f"{HEAD}  m: {{input: -1}}", "input must be dollars"),
        (f"{HEAD}  m: {{input: .nan}}", "input must be dollars"),
        (f"{HEAD}  m: {{input: 1, otput: 2}}", "otput is not known here"),
        (f"{HEAD}  m: 3", "m must be names with values"),
        (f"{HEAD}  m: {{input: 1}}\n  m: {{input: 2}}", "line 4: m is given twice"),
    ],
)
def test_a_fault_names_file_line_and_field(text: str, sentence: str) -> None:
    with pytest.raises(PolicyInvalid) as invalid:
        prices_from_text(text, "p.yml")

    assert str(invalid.value).startswith("p.yml")
    assert sentence in str(invalid.value)


def test_a_file_goes_before_the_table_that_ships(tmp_path: Path) -> None:
    file = tmp_path / "prices.yml"
    file.write_text(f"{HEAD}  own: {{input: 1, output: 2}}", "utf-8")

    assert list(load_prices(file).models) == ["own"]
