"""How text is folded before it is compared."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.models.folding import after_prefix, fold, fold_address, reverse

texts = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Иванова", "иванова"),
        ("ЁЛКА", "елка"),
        ("ёж", "еж"),
        ("Straße", "strasse"),
        ("ABC", "abc"),
        ("", ""),
        (" a B ", " a b "),
        (unicodedata.normalize("NFD", "Йод"), "йод"),
        (unicodedata.normalize("NFD", "Ёж"), "еж"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("+7 (495) 123-45-67", "74951234567"),
        ("8\u00a0800\u2013100", "8800100"),
        ("101", "101"),
        (" 101 ", "101"),
        ("192.168.0.1", "192.168.0.1"),
        ("192.", "192."),
        ("Anna@Example.COM", "anna@example.com"),
        ("*97", "*97"),
        ("+", "+"),
        ("-", "-"),
        ("SIP/101", "sip/101"),
        ("", ""),
    ],
)
def test_fold_address(text: str, folded: str) -> None:
    assert fold_address(text) == folded


@given(texts)
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold_address(fold_address(text)) == fold_address(text)


@given(texts, texts)
def test_a_range_finds_exactly_what_begins_so(prefix: str, text: str) -> None:
    for candidate in (text, prefix + text):
        end = after_prefix(prefix)
        inside = prefix <= candidate and (end is None or candidate < end)
        assert inside == candidate.startswith(prefix)


@pytest.mark.parametrize(
    ("prefix", "end"),
    [
        ("abc", "abd"),
        ("", None),
        ("\U0010ffff", None),
        ("a\U0010ffff", "b"),
        ("\ud7ff", "\ue000"),
        ("я", "ѐ"),
    ],
)
def test_after_prefix(prefix: str, end: str | None) -> None:
    assert after_prefix(prefix) == end


def test_reverse() -> None:
    assert reverse("74951") == "15947"
