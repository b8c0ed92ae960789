"""The verifier finds whatever was done to a log, and says where."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.audit.chains import CHAINS, DRAFTS, TEXTS, plain
from workflows.audit.entry import FIELDS, GENESIS, AuditEntry, Draft, digest, link
from workflows.audit.verify import Head, Verified, Verifier, verify
from workflows.errors import ChainBroken

LOG = plain(6)


def head_of(log: Sequence[AuditEntry]) -> Head:
    return Head(seq=log[-1].seq, hash=log[-1].hash)


def rehashed(entry: AuditEntry) -> AuditEntry:
    return entry._replace(hash=digest(entry[:-2], entry.prev_hash))


@given(CHAINS)
def test_an_untouched_log_verifies(log: list[AuditEntry]) -> None:
    assert verify(log, expected_head=head_of(log)) == Verified(count=len(log), head=head_of(log))


def test_an_empty_log_verifies() -> None:
    assert verify([], expected_head=Head()) == Verified(count=0, head=Head(seq=0, hash=GENESIS))


@given(CHAINS, st.data())
def test_an_edited_field_is_found_at_its_entry_or_the_next(log: list[AuditEntry], data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(log) - 1))
    field = data.draw(st.sampled_from(FIELDS))
    old = getattr(log[position], field)
    new: Any = data.draw((st.integers() if field == "seq" else TEXTS).filter(lambda value: value != old))
    edit: dict[str, Any] = {field: new}
    log[position] = log[position]._replace(**edit)
    with pytest.raises(ChainBroken):
        verify(log)
    with pytest.raises(ChainBroken):
        verify(log, filtered=True)


@given(CHAINS, st.data())
def test_an_edit_with_its_own_hash_renewed_is_found_against_the_head(
    log: list[AuditEntry], data: st.DataObject
) -> None:
    head = head_of(log)
    position = data.draw(st.integers(0, len(log) - 1))
    log[position] = rehashed(log[position]._replace(action=log[position].action + "!"))
    with pytest.raises(ChainBroken):
        verify(log, expected_head=head)


@given(CHAINS, st.data())
def test_a_deletion_or_truncation_is_found(log: list[AuditEntry], data: st.DataObject) -> None:
    head = head_of(log)
    del log[data.draw(st.integers(0, len(log) - 1))]
    with pytest.raises(ChainBroken):
        verify(log, expected_head=head)


@given(CHAINS, DRAFTS, st.data())
def test_an_insertion_is_found(log: list[AuditEntry], draft: Draft, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(log) - 1))
    log.insert(position, link(draft, position + 1, log[position].prev_hash))
    with pytest.raises(ChainBroken):
        verify(log)
    with pytest.raises(ChainBroken):
        verify(log, filtered=True)


@given(CHAINS.filter(lambda log: len(log) > 1), st.data())
def test_two_swapped_entries_are_found(log: list[AuditEntry], data: st.DataObject) -> None:
    one, other = data.draw(st.lists(st.integers(0, len(log) - 1), min_size=2, max_size=2, unique=True))
    log[one], log[other] = log[other], log[one]
    for filtered in (False, True):
        with pytest.raises(ChainBroken):
            verify(log, filtered=filtered)


@given(CHAINS, st.data())
def test_a_repeated_entry_is_found(log: list[AuditEntry], data: st.DataObject) -> None:
    log.insert(data.draw(st.integers(0, len(log))), log[data.draw(st.integers(0, len(log) - 1))])
    with pytest.raises(ChainBroken):
        verify(log, filtered=True)


@given(CHAINS, st.data())
def test_any_part_of_a_log_verifies_as_filtered(log: list[AuditEntry], data: st.DataObject) -> None:
    kept = [entry for entry in log if data.draw(st.booleans())]
    assert verify(kept, filtered=True, expected_head=head_of(log)).count == len(kept)


@pytest.mark.parametrize(
    ("log", "seq", "sentence"),
    [
        pytest.param(LOG[2:], 1, "Entry 1 is missing: 3 follows the beginning.", id="beginning"),
        pytest.param([*LOG[:2], *LOG[3:]], 3, "Entry 3 is missing: 4 follows entry 2.", id="gap"),
        pytest.param([*LOG[:3], LOG[1]], 2, "Entry 2 comes after entry 3", id="moved"),
        pytest.param([LOG[0]._replace(kind="x")], 1, "Entry 1 was altered", id="edited"),
        pytest.param([LOG[0], rehashed(LOG[1]._replace(prev_hash="f" * 64))], 2, "Entry 2 does not follow", id="other"),
    ],
)
def test_the_first_broken_entry_is_named(log: list[AuditEntry], seq: int, sentence: str) -> None:
    with pytest.raises(ChainBroken, match=sentence) as broken:
        verify(log)
    assert broken.value.seq == seq


def test_a_gap_points_to_the_option_for_filtered_exports() -> None:
    with pytest.raises(ChainBroken, match="--filtered"):
        verify(LOG[1:])


@pytest.mark.parametrize(
    ("head", "seq", "sentence"),
    [
        pytest.param(Head(seq=9, hash="f" * 64), 7, "the end was cut off", id="cut"),
        pytest.param(Head(seq=6, hash="f" * 64), 6, "not the one", id="rewritten"),
        pytest.param(head_of(LOG[:4]), 5, "goes on after it", id="longer"),
    ],
)
def test_an_end_that_is_not_the_known_one_is_found(head: Head, seq: int, sentence: str) -> None:
    with pytest.raises(ChainBroken, match=sentence) as broken:
        verify(LOG, expected_head=head)
    assert broken.value.seq == seq


def test_a_verifier_holds_no_entries() -> None:
    verifier = Verifier()
    for entry in LOG:
        verifier.feed(entry)
    assert not any(each for each in vars(verifier).values() if isinstance(each, list | tuple | dict))
