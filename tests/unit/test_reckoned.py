"""Rows that are kept from round to round are those that would be reckoned anew."""

import pickle
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wifiplan.study import reckoned
from wifiplan.study.reckoned import Reckoned, Rows

KEYS = st.lists(st.integers(0, 9), min_size=1, max_size=8)


def of(keys: Sequence[int], asked: list[int], add: float = 0.0) -> Callable[[Sequence[int]], Rows]:
    """Return what reckons rows of keys, and notes for which it was asked."""

    def reckon(places: Sequence[int]) -> Rows:
        own = np.array([keys[place] for place in places], dtype=np.float64)
        asked.extend(keys[place] for place in places)
        return own[:, None] * np.arange(3.0) + add, own > 4

    return reckon


def same(found: Rows, anew: Rows) -> bool:
    return all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in zip(found, anew, strict=True))


@given(st.lists(KEYS, min_size=1, max_size=6))
def test_rows_equal_those_reckoned_anew_and_none_is_reckoned_in_two_rounds(rounds: list[list[int]]) -> None:
    kept, ground = Reckoned(), object()
    known: set[int] = set()
    for keys in rounds:
        asked: list[int] = []
        found = kept.rows(keys, (ground,), of(keys, asked))
        assert same(found, of(keys, [])(range(len(keys))))
        assert not known & set(asked)
        known |= set(keys)


def test_all_are_reckoned_anew_where_they_rest_on_another_object() -> None:
    kept, asked = Reckoned(), list[int]()
    first, alike = [1.0], [1.0]
    kept.rows([1, 2], (first,), of([1, 2], asked))
    kept.rows([1, 2], (first,), of([1, 2], asked))
    assert asked == [1, 2]
    # equal is not enough: only the same object is known not to have changed
    found = kept.rows([1, 2], (alike,), of([1, 2], asked, add=7.0))
    assert asked == [1, 2, 1, 2]
    assert found[0].min() == 7.0
    kept.rows([1], (alike, first), of([1], asked))
    assert asked[-1] == 1
    assert len(asked) == 5


def test_rows_are_copies_of_what_was_reckoned() -> None:
    kept, ground = Reckoned(), object()
    kept.rows([3], (ground,), of([3], []))[0][:] = -1.0
    assert kept.rows([3], (ground,), of([3], []))[0].tolist() == [[0.0, 3.0, 6.0]]


def test_beyond_its_bytes_everything_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reckoned, "MOST_BYTES", 30)
    kept, ground, asked = Reckoned(), object(), list[int]()
    kept.rows([1], (ground,), of([1], asked))  # 25 bytes
    kept.rows([1, 2], (ground,), of([1, 2], asked))  # 50 now
    assert asked == [1, 2]
    kept.rows([2], (ground,), of([2], asked))
    assert asked == [1, 2, 2]


def test_a_school_travels_without_rows() -> None:
    kept, ground, asked = Reckoned(), object(), list[int]()
    kept.rows([1], (ground,), of([1], asked))
    there = pickle.loads(pickle.dumps(kept))  # noqa: S301 (our own bytes)
    there.rows([1], (ground,), of([1], asked))
    assert asked == [1, 1]
