"""Names of files: one harmless component each, whatever was typed."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.errors import UsageError
from reviewer.models.interaction import Direction
from reviewer.models.naming import (
    LIMIT_BYTES,
    PLACEHOLDERS,
    NameBook,
    NameFacts,
    check_template,
    fill_template,
    safe_name,
)
from tests.helpers.names import NASTY_NAMES, collected_names
from tests.helpers.stores import make_interaction, make_segment

DEVICES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {
    f"{p}{d}" for p in ("COM", "LPT") for d in "0123456789¹²³"
}
MOSCOW = ZoneInfo("Europe/Moscow")


def assert_harmless(name):
    assert name
    assert not set(name) & set('<>:"/\\|?*')
    assert len(name.encode()) <= LIMIT_BYTES
    assert name[-1] not in ". "
    assert name[0] not in " .-~"
    assert name.split(".", maxsplit=1)[0].rstrip().upper() not in DEVICES
    assert name == unicodedata.normalize("NFC", name)
    assert not {unicodedata.category(char) for char in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert Path(name).name == name
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CON", "_CON"),
        ("con.wav", "_con.wav"),
        ("PRN .json", "_PRN .json"),
        ("COM1", "_COM1"),
        ("COM10", "COM10"),
        ("contact", "contact"),
        ("trailing dot.", "trailing dot"),
        ("trailing space ", "trailing space"),
        ("..", "_"),
        ("", "_"),
        ("a/../../b.wav", "a_.._.._b.wav"),
        ("C:\\x.wav", "C__x.wav"),
        ("file.wav:stream", "file.wav_stream"),
        ("cafe\u0301.wav", "caf\u00e9.wav"),
        ("invoice\u202egpj.wav", "invoicegpj.wav"),
        ("zero\u200bwidth\x00.wav", "zerowidth.wav"),
        (".hidden", "_hidden"),
        ("-rf", "_rf"),
        ("one\u2003two\u00a0three", "one two three"),
        ("+7 (495) 020-41-87", "+7 (495) 020-41-87"),
        ("Жалоба: возврат?", "Жалоба_ возврат_"),
    ],
)
def test_names_are_made_safe(text, expected):
    assert safe_name(text) == expected


@pytest.mark.parametrize("text", NASTY_NAMES)
def test_known_tricks_are_harmless(text):
    assert_harmless(safe_name(text))


def test_collected_names_are_harmless_and_told_apart():
    names = collected_names()
    book = NameBook()
    taken = [book.take(name, ".wav") for name in names]
    for name in taken:
        assert_harmless(name)
    keys = {unicodedata.normalize("NFKD", name).casefold() for name in taken}
    assert len(keys) == len(names)


@given(st.text(st.characters(codec=None), max_size=400))
def test_anything_becomes_a_harmless_name(text):
    assert_harmless(safe_name(text))


@given(st.lists(st.text(st.sampled_from("aAbßİ.\u0301é/ _12"), max_size=6), max_size=20))
def test_no_name_is_given_twice(stems):
    book = NameBook()
    names = [book.take(stem, "_s1.wav") for stem in stems]
    assert all(name.endswith("_s1.wav") for name in names)
    assert len({unicodedata.normalize("NFC", n).casefold() for n in names}) == len(stems)


def test_long_names_keep_extension_and_whole_letters():
    name = safe_name("й" * 300 + ".wav")
    assert name.endswith("й.wav")
    assert LIMIT_BYTES - 2 <= len(name.encode()) <= LIMIT_BYTES
    marked = safe_name("x" * (LIMIT_BYTES - 5) + "q\u0323" * 10)
    assert not unicodedata.combining(marked[-1]) or marked[-2] == "q"
    book = NameBook()
    assert len({book.take("y" * 300, ".wav") for _ in range(12)}) == 12


def test_names_that_some_systems_take_for_one_are_told_apart():
    book = NameBook()
    assert [book.take(stem, ".wav") for stem in ("Call", "CALL", "call ", "call")] == [
        "Call.wav",
        "CALL_2.wav",
        "call_3.wav",
        "call_4.wav",
    ]


def test_templates_are_filled_with_safe_values():
    interaction = make_interaction(
        1,
        from_address="../../etc/passwd",
        segments=(make_segment(1, disposition="a/b", service=""),),
        started_us=1_696_503_039_000_000,
    )
    facts = NameFacts(interaction, MOSCOW)
    template = "x/$(callDate)$(callTime)-$(customerPhone)-$(disposition)-$(service)"
    assert fill_template(template, facts) == "x/20231005135039-_._.._etc_passwd-a_b-_"
    outbound = make_interaction(1, direction=Direction.OUTBOUND, to_address="112")
    assert fill_template("$(customerPhone)", NameFacts(outbound, MOSCOW)) == "112"
    for key in PLACEHOLDERS:
        assert fill_template(f"$({key})", facts)


def test_unknown_placeholders_are_refused():
    assert check_template("$(agent)_$(callDate)") == "$(agent)_$(callDate)"
    with pytest.raises(UsageError) as caught:
        check_template("$(agent)_$(nonsense)")
    assert "nonsense" in str(caught.value)
    assert "globalInteractionId" in str(caught.value)
