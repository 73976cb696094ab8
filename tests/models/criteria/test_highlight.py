"""Where in texts stands what a full-text search looks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.models.criteria.highlight import marks, snippet, wanted_by
from reviewer.models.criteria.line import parse_line
from reviewer.models.criteria.words import stems_of, words_of


def marked(text: str, line: str) -> list[str]:
    return [text[a:b] for a, b in marks(text, wanted_by(parse_line(line)))]


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("Карту заблокировали, карты нет", "карта", ["Карту", "карты"]),
        ("Он картой, она - картами.", "карты", ["картой", "картами"]),
        ("Paid with cards, not a cardigan", "card", ["cards"]),
        ("Ёлка и ель", "елка", ["Ёлка"]),
        ("кредитная карта и карта кредитная", '"кредитная карта"', ["кредитная", "карта"]),
        ("кредитные карты", '"кредитная карта"', []),
        ("Straße und STRASSE", "strasse", ["Straße", "STRASSE"]),
        ("cafe\u0301 au lait", "café", ["cafe\u0301"]),
        ("один два три", "два OR три", ["два", "три"]),
        ("один два три", "два -три", ["два"]),
        ("один два", "agent:два", []),
        ("один два", "", []),
    ],
)
def test_marks(text: str, line: str, found: list[str]) -> None:
    assert marked(text, line) == found


def test_a_snippet_is_cut_between_words_and_marks_stay_in_place() -> None:
    wanted = wanted_by(parse_line("карта"))
    text = "слово " * 60 + "и вот\nкарту потеряли " + "дальше " * 60
    found = snippet(["ничего", text], wanted)
    assert found is not None
    assert found.message == 1
    assert [found.text[a:b] for a, b in found.marks] == ["карту"]
    assert found.text.startswith("…слово")
    assert found.text.endswith("…")
    assert "\n" not in found.text
    assert len(found.text) < 200
    whole = snippet(["Карта есть"], wanted)
    assert whole is not None
    assert (whole.text, whole.marks, whole.offset) == ("Карта есть", ((0, 5),), 0)
    assert snippet(["ничего"], wanted) is None
    assert snippet([], wanted) is None


@given(text=st.text(max_size=60), other=st.text(max_size=10))
def test_what_is_marked_is_what_is_found(text: str, other: str) -> None:
    for word in words_of(text)[:3]:
        places = marks(text, wanted_by(parse_line(f'"{word}"')))
        assert places
        assert all(0 <= a < b <= len(text) for a, b in places)
        assert all(word in words_of(text[a:b]) for a, b in places)
    if not stems_of(other) & stems_of(text) and words_of(other):
        assert marked(text, " ".join(words_of(other))) == []
