"""Tokens at rest: opened by the keys that are given, and by no other."""

import pytest

from bot.sealing import Seal, Unopenable, new_key

TOKEN = "xoxb-1-secret"
KEY = "A" * 43 + "="


def test_what_was_sealed_is_opened_and_says_nothing_meanwhile() -> None:
    seal = Seal.of(new_key())

    assert TOKEN not in seal.seal(TOKEN)
    assert seal.seal(TOKEN) != seal.seal(TOKEN)
    assert seal.open(seal.seal(TOKEN)) == TOKEN


def test_a_new_key_before_the_old_one_seals_and_both_open() -> None:
    old, new = new_key(), new_key()
    before = Seal.of(old).seal(TOKEN)
    both = Seal.of(f"{new}, {old}")

    assert both.open(before) == TOKEN
    assert Seal.of(new).open(both.seal(TOKEN)) == TOKEN
    with pytest.raises(Unopenable):
        Seal.of(new).open(before)


@pytest.mark.parametrize("stored", ["", "xoxb-1-plain", "ab", "€"])
def test_what_was_never_sealed_is_not_opened(stored: str) -> None:
    with pytest.raises(Unopenable):
        Seal.of(new_key()).open(stored)


def test_what_was_changed_at_rest_is_not_opened() -> None:
    seal = Seal.of(new_key())
    sealed = seal.seal(TOKEN)

    with pytest.raises(Unopenable):
        seal.open(sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:])


@pytest.mark.parametrize("text", ["", "short", "a" * 40, f"{KEY},", f"{KEY} {KEY}", KEY[:-4], f"{KEY[:-3]}!B="])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="32 random bytes in base64"):
        Seal.of(text)
