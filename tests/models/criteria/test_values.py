from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.errors import QueryError
from reviewer.messages import speaking
from reviewer.models.criteria.catalogue import criterion
from reviewer.models.criteria.moments import bounds, parse_moment, show_moment, stretch, word_moment
from reviewer.models.criteria.tree import Op
from reviewer.models.criteria.values import (
    giid_start,
    parse_duration,
    parse_number,
    parse_value,
    show_duration,
    show_number,
    show_value,
    word_value,
)

S = 1_000_000
MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
NOW_US = int(datetime(2023, 10, 5, 22, 30, tzinfo=UTC).timestamp()) * S
"""6 October, 01:30 in Moscow: a Friday."""


def utc(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * S  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "us"),
    [
        ("90s", 90 * S), ("5m", 300 * S), ("1h30m", 5400 * S), ("1ч 30м", 5400 * S),
        ("2d", 172800 * S), ("1,5ч", 5400 * S), ("0.25s", S // 4), ("250ms", S // 4),
        ("5:00", 300 * S), ("1:02:03", 3723 * S), ("0:00.5", S // 2), ("90 сек", 90 * S),
        ("5M", 300 * S), ("5ſ", 5 * S),
        ("0s", 0),
    ],
)  # fmt: skip
def test_durations_are_read(text: str, us: int) -> None:
    assert parse_duration(text) == us


@pytest.mark.parametrize(
    "text",
    ["", "5", "5x", "-5m", "m", "5m5m", "5s1m", "1:60", "five", "٥m", "0.0000001s", "5m!"],
)  # fmt: skip
def test_what_is_no_duration_is_refused(text: str) -> None:
    assert parse_duration(text) is None


@given(st.integers(0, 10**12))
def test_durations_come_back_exactly(us: int) -> None:
    assert parse_duration(show_duration(us, "en")) == us
    assert parse_duration(show_duration(us, "ru")) == us


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e6, max_value=1e6))
def test_numbers_come_back_exactly(number: float) -> None:
    assert parse_number(show_number(number, "en")) == number
    assert parse_number(show_number(number, "ru")) == number


@pytest.mark.parametrize("text", ["", "NaN", "inf", "1e5", "0x1", "1 000", "1,2,3", "٣", "--1"])
def test_what_is_no_number_is_refused(text: str) -> None:
    assert parse_number(text) is None


def test_a_true_minus_and_a_comma_are_taken() -> None:
    assert parse_number("\u22120,5") == -0.5


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("today", "today"), ("Сегодня", "today"), ("вчера", "yesterday"), ("last7d", "last7d"),
        ("последние 7 дней", "last7d"), ("30дней", "last30d"), ("эта неделя", "thisweek"),
        ("прошлый_месяц", "lastmonth"), ("2023", "2023"), ("2023-10", "2023-10"),
        ("10.2023", "2023-10"), ("2023-10-05", "2023-10-05"), ("5.10.23", "2023-10-05"),
        ("05.10.2023 9:05", "2023-10-05T09:05"), ("2023-10-05 13:50:39", "2023-10-05T13:50:39"),
        ("2023-10-05T13:50:39,25", "2023-10-05T13:50:39.25"),
    ],
)  # fmt: skip
def test_moments_are_read(text: str, kept: str) -> None:
    assert parse_moment(text) == kept
    assert parse_moment(kept) == kept
    assert parse_moment(show_moment(kept, "ru")) == kept


@pytest.mark.parametrize(
    "text",
    ["", "tomorrow", "31.02.2023", "2023-13", "1969", "2023-10-05T24:00", "10.23", "last0d",
     "last99999d", "2023-10-05T13:50Z", "٢٠٢٣", "13:50", "2023 13:50", "last٧d"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(text: str) -> None:
    assert parse_moment(text) is None


@pytest.mark.parametrize(
    ("moment", "start", "end"),
    [
        ("today", (2023, 10, 5, 21), (2023, 10, 6, 21)),
        ("yesterday", (2023, 10, 4, 21), (2023, 10, 5, 21)),
        ("last7d", (2023, 9, 29, 21), (2023, 10, 6, 21)),
        ("last1d", (2023, 10, 5, 21), (2023, 10, 6, 21)),
        ("thisweek", (2023, 10, 1, 21), (2023, 10, 8, 21)),
        ("lastweek", (2023, 9, 24, 21), (2023, 10, 1, 21)),
        ("thismonth", (2023, 9, 30, 21), (2023, 10, 31, 21)),
        ("lastmonth", (2023, 8, 31, 21), (2023, 9, 30, 21)),
        ("2023", (2022, 12, 31, 21), (2023, 12, 31, 21)),
        ("2023-12", (2023, 11, 30, 21), (2023, 12, 31, 21)),
        ("2023-10-05", (2023, 10, 4, 21), (2023, 10, 5, 21)),
        ("2023-10-05T13:50", (2023, 10, 5, 10, 50), (2023, 10, 5, 10, 51)),
        ("2023-10-05T13:50:39", (2023, 10, 5, 10, 50, 39), (2023, 10, 5, 10, 50, 40)),
    ],
)
def test_periods_are_those_of_the_centre(
    moment: str, start: tuple[int, ...], end: tuple[int, ...]
) -> None:
    assert stretch(moment, MOSCOW, NOW_US) == (utc(*start), utc(*end))


def test_the_day_that_summer_time_ends_has_25_hours() -> None:
    start, end = stretch("2023-10-29", BERLIN, NOW_US)
    assert end - start == 25 * 3600 * S
    start, end = stretch("2023-03-26", BERLIN, NOW_US)
    assert end - start == 23 * 3600 * S
    # 02:30 happened twice: a range that ends there holds both.
    low, high = bounds(Op.BETWEEN, ("2023-10-29T02:30", "2023-10-29T02:30"), BERLIN, NOW_US)
    assert low is not None
    assert high == low + 3600 * S + 1


@pytest.mark.parametrize(
    ("op", "values", "low", "high"),
    [
        (Op.BEFORE, ("2023-10-05",), None, utc(2023, 10, 4, 21)),
        (Op.LE, ("2023-10-05",), None, utc(2023, 10, 5, 21)),
        (Op.AFTER, ("2023-10-05",), utc(2023, 10, 5, 21), None),
        (Op.GE, ("2023-10-05",), utc(2023, 10, 4, 21), None),
        (Op.AFTER, ("2023-10-05T13:50",), utc(2023, 10, 5, 10, 50) + 1, None),
        (Op.LE, ("2023-10-05T13:50",), None, utc(2023, 10, 5, 10, 50) + 1),
        (Op.WITHIN, ("yesterday",), utc(2023, 10, 4, 21), utc(2023, 10, 5, 21)),
        (
            Op.BETWEEN,
            ("2023-10-01", "2023-10-05T13:50"),
            utc(2023, 9, 30, 21),
            utc(2023, 10, 5, 10, 50) + 1,
        ),
    ],
)
def test_a_day_is_a_stretch_and_a_time_an_instant(
    op: Op, values: tuple[str, ...], low: int | None, high: int | None
) -> None:
    assert bounds(op, values, MOSCOW, NOW_US) == (low, high)


def test_giids_are_written_in_one_way() -> None:
    whole = "6A1A6C3E-0A53-5F0E-9E0F-7D1C5B2F4C11"
    assert giid_start(whole.lower()) == whole
    assert giid_start(whole.replace("-", "")) == whole
    assert giid_start("{" + whole + "}") == whole
    assert giid_start("6a1a6c3e0a") == "6A1A6C3E-0A"
    assert giid_start("6a1a6c3e") == "6A1A6C3E"
    assert giid_start("call 7") == "CALL 7"


def test_values_are_worded_for_sentences_and_for_editors() -> None:
    duration, started = criterion("duration"), criterion("started")
    sentiment, direction = criterion("sentiment"), criterion("direction")
    assert word_value(duration, 300 * S) == "5:00"
    assert word_value(duration, S // 2) == "0.5s"
    assert word_value(started, "last30d") == "last 30 days"
    assert word_value(started, "2023-10-05T13:50") == "2023-10-05 13:50"
    assert word_value(sentiment, -0.5) == "\u22120.5"
    assert word_value(direction, "inbound") == "inbound"
    with speaking("ru"):
        assert word_value(started, "last30d") == "последние 30 дней"
        assert word_value(started, "last1d") == "последний 1 день"
        assert word_value(started, "2023-10-05T13:50") == "05.10.2023 13:50"
        assert word_value(sentiment, -0.5) == "\u22120,5"
        assert word_value(direction, "inbound") == "входящий"
        assert word_moment("thisweek") == "эта неделя"
        assert show_value(duration, 300 * S) == "5м"
        assert show_value(direction, "inbound") == "входящий"
        assert [show_value(started, f"last{n}d") for n in (1, 2, 11, 22, 25)] == [
            "1день", "2дня", "11дней", "22дня", "25дней"
        ]  # fmt: skip
    assert show_value(direction, "inbound") == "inbound"


@pytest.mark.parametrize("key", ["duration", "started", "sentiment", "direction"])
def test_what_cannot_be_read_is_refused_with_an_example(key: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_value(criterion(key), "x" * 100)
    reason = str(caught.value.fields["reason"])
    assert "x" * 40 + "…" in reason
    assert "x" * 41 not in reason


def test_texts_are_taken_as_they_are() -> None:
    assert parse_value(criterion("agent"), " a ") == " a "
    with pytest.raises(QueryError, match="empty"):
        parse_value(criterion("agent"), "  ")
