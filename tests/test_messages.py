"""Wording: languages, numbers, durations, instants, sentences of errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reviewer import errors
from reviewer.messages import (
    choose_language,
    explain,
    format_count,
    format_decimal,
    format_duration,
    format_instant,
    language,
    ntr,
    speaking,
    tr,
    translated,
)

MOSCOW = ZoneInfo("Europe/Moscow")
OCTOBER = 1_696_503_039_000_000
"""2023-10-05 10:50:39 UTC."""


def all_errors(base=errors.ReviewerError):
    for cls in base.__subclasses__():
        yield cls
        yield from all_errors(cls)


def test_the_catalogue_is_complete_and_current():
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "tools/messages.py", "check"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_speaking_holds_for_the_block_only():
    assert language() == "en"
    with speaking("ru"):
        assert language() == "ru"
        assert translated("Duration") == "Длительность"
    assert language() == "en"
    with pytest.raises(ValueError, match="de"):
        choose_language("de")


@pytest.mark.parametrize(
    ("n", "russian"), [(1, "1 строка записана."), (3, "3 строки записаны."), (11, "11 строк")]
)
def test_russian_has_three_plural_forms(n, russian):
    with speaking("ru"):
        assert ntr("{n} row written.", "{n} rows written.", n).startswith(russian)
    assert ntr("{n} row written.", "{n} rows written.", 1) == "1 row written."


@pytest.mark.parametrize(
    ("us", "text"),
    [
        (0, "0:00"),
        (59_999_999, "0:59"),
        (60_000_000, "1:00"),
        (823_000_000, "13:43"),
        (3_599_000_000, "59:59"),
        (3_738_000_000, "1:02:18"),
        (-5_000_000, "\u22120:05"),
    ],
)
def test_durations(us, text):
    assert format_duration(us) == text


def test_instants_follow_language_and_zone():
    assert format_instant(OCTOBER, MOSCOW) == "2023-10-05 13:50:39 MSK"
    with speaking("ru"):
        assert format_instant(OCTOBER, MOSCOW) == "05.10.23 13:50:39 MSK"
    assert format_instant(OCTOBER, ZoneInfo("Asia/Yekaterinburg")).endswith("15:50:39 UTC+5")
    assert format_instant(OCTOBER, ZoneInfo("Asia/Kathmandu")).endswith("UTC+5:45")


def test_numbers():
    assert format_count(1204377) == "1\u00a0204\u00a0377"
    assert format_decimal(-0.21) == "\u22120.21"
    with speaking("ru"):
        assert format_decimal(-0.21) == "\u22120,21"


def test_every_error_has_its_own_code_and_a_translated_sentence():
    found = list(all_errors())
    codes = [cls.code for cls in found]
    assert len(set(codes)) == len(codes)
    for cls in found:
        sentence = explain(cls())
        with speaking("ru"):
            assert explain(cls()) != sentence or cls.template == "{reason}", cls


def test_reasons_are_translated_inside_the_sentence():
    error = errors.StoreDamagedError(
        store="s",
        reason=errors.Reason(
            errors.N_("{text} is not a position; write MM:SS or H:MM:SS.mmm"), text="x"
        ),
    )
    with speaking("ru"):
        russian = explain(error)
    assert "x" in russian
    assert "is not a position" not in russian
    assert "x is not a position" in explain(error)
    assert str(error) == explain(error)


def test_what_is_no_error_of_ours_is_not_quoted():
    sentence = explain(ValueError("+79161234567"))
    assert "7916" not in sentence
    assert "ValueError" in sentence


def test_placeholders_are_filled():
    assert (
        tr(
            "Added: {added}. Updated: {updated}. Unchanged: {unchanged}.",
            added=1,
            updated=2,
            unchanged=3,
        )
        == "Added: 1. Updated: 2. Unchanged: 3."
    )
