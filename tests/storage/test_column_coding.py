"""Arrays and bytes of columns: what is written comes back."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.storage.catalogue.sqlite.columns import keeping
from reviewer.storage.catalogue.sqlite.columns.coding import Lists, Numbers, Texts

WORDS = st.text(max_size=6).filter(bool)


@given(values=st.lists(st.integers(-(1 << 63), (1 << 63) - 1)))
def test_whole_numbers_come_back(values: list[int]) -> None:
    made = Numbers(np.array(values, np.int64))
    assert Numbers.decoded(made.encoded()).values.tolist() == values


@given(values=st.lists(st.floats(width=64)))
def test_real_numbers_come_back(values: list[float]) -> None:
    made = Numbers(np.array(values, float))
    assert Numbers.decoded(made.encoded()).same(made)


@given(pairs=st.sets(st.tuples(WORDS, st.integers(0, 30))), more=st.sets(WORDS), part=WORDS)
def test_texts_are_found_as_python_finds_them(
    pairs: set[tuple[str, int]], more: set[str], part: str
) -> None:
    made = Lists.decoded(Lists.of(pairs, text=True).encoded())
    texts = sorted({text for text, _ in pairs})
    keys = made.keys
    assert isinstance(keys, Texts)
    assert [text.decode() for text in keys.all()] == texts
    key = part.encode()
    assert {texts[n] for n in keys.containing(key)} == {t for t in texts if part in t}
    assert {texts[n] for n in keys.starting(key)} == {t for t in texts if t.startswith(part)}
    assert {texts[n] for n in keys.ending(key)} == {t for t in texts if t.endswith(part)}
    wanted = [text.encode() for text in (*more, *texts[::2])]
    assert {texts[n] for n in keys.among(wanted)} == {*texts[::2], *more} & set(texts)
    for place, text in enumerate(texts):
        rows = sorted(row for other, row in pairs if other == text)
        assert made.under(np.array([place])).tolist() == rows
    least = [min((t for t, row in pairs if row == n), default=None) for n in range(31)]
    told = [None if place < 0 else texts[place] for place in made.firsts(31).tolist()]
    assert told == least


@given(
    pairs=st.sets(st.tuples(st.integers(0, 9), st.integers(0, 19))),
    rows=st.lists(st.integers(0, 19), unique=True),
)
def test_lists_are_taken_apart_and_put_together(
    pairs: set[tuple[int, int]], rows: list[int]
) -> None:
    made = Lists.of(pairs, text=False)
    chosen = np.array(rows, np.int64)
    some = made.of_rows(chosen, 20)
    expected = {(key, rows.index(row)) for key, row in pairs if row in rows}
    assert some.same(Lists.of(expected, text=False))
    others = np.ones(20, bool)
    others[chosen] = False
    assert made.only(others).and_(some.placed(chosen)).same(made)


def test_damaged_bytes_are_no_column() -> None:
    data = Lists.of([("a", 1), ("b", 2)], text=True).encoded()
    for wrong in (b"", data[:-9], b"\xff" * 40):
        with pytest.raises(sqlite3.DatabaseError):
            keeping.decoded("subject_fold", wrong)
