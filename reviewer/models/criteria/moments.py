"""Dates and relative periods: reading, writing, and what instants they mean at a given moment.

A moment is kept as text in the centre's zone: `2023`, `2023-10`, `2023-10-05`,
`2023-10-05T13:50`, down to microseconds, or the name of a period: `today`, `yesterday`, `last7d`
(today and the six days before it), `thisweek` (from Monday), `lastweek`, `thismonth`,
`lastmonth`. A day, a month and a period are stretches of time; a date with a time is an instant.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from reviewer.messages import language, ntr, tr
from reviewer.models.criteria.tree import Op
from reviewer.models.folding import fold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

MAX_LAST_DAYS: Final = 3_660
OFFERED: Final = (
    "today",
    "yesterday",
    "last7d",
    "last30d",
    "thisweek",
    "lastweek",
    "thismonth",
    "lastmonth",
)
"""Periods that are offered to choose from."""
_YEARS: Final = range(1970, 2200)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_US: Final = timedelta(microseconds=1)

_PERIODS: Final = {
    "today": "сегодня",
    "yesterday": "вчера",
    "thisweek": "эта_неделя",
    "lastweek": "прошлая_неделя",
    "thismonth": "этот_месяц",
    "lastmonth": "прошлый_месяц",
}
_PERIOD_OF: Final = {name: name for name in _PERIODS} | {
    word.replace("_", ""): name for name, word in _PERIODS.items()
}
_LAST: Final = re.compile(
    r"(?:last|последние|последний|последних)?(\d{1,5})(?:d|days?|д|день|дня|дней)"
)
_TIME: Final = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?"
_ISO: Final = re.compile(
    rf"(\d{{4}})(?:-(\d{{1,2}})(?:-(\d{{1,2}})(?:[T ]\s*{_TIME})?)?)?", re.ASCII
)
_DOTTED: Final = re.compile(
    rf"(?:(\d{{1,2}})\.)?(\d{{1,2}})\.(\d{{4}}|\d{{2}})(?:[T ]\s*{_TIME})?", re.ASCII
)
SCAN: Final = re.compile(
    r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2}))(?:T| +)"
    r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,6})?)?",
    re.ASCII,
)
"""A date with a time as it stands in a line, the space between them included."""


def parse_moment(text: str) -> str | None:
    """Return the kept form of a date or period, in English or Russian; None: not readable."""
    stripped = text.strip()
    word = fold(stripped).replace("_", "").replace(" ", "")
    if word in _PERIOD_OF:
        return _PERIOD_OF[word]
    last = _LAST.fullmatch(word)
    if last is not None and last.group(1).isascii():
        days = int(last.group(1))
        return f"last{days}d" if 1 <= days <= MAX_LAST_DAYS else None
    iso = _ISO.fullmatch(stripped)
    if iso is not None:
        year, month, day, *clock = iso.groups()
        return _written(year, month, day, clock)
    dotted = _DOTTED.fullmatch(stripped)
    if dotted is not None:
        day, month, year, *clock = dotted.groups()
        if day is None and len(year) != 4:
            return None
        return _written(year if len(year) == 4 else f"20{year}", month, day, clock)
    return None


def _written(
    year: str, month: str | None, day: str | None, clock: Sequence[str | None]
) -> str | None:
    if int(year) not in _YEARS:
        return None
    try:
        date(int(year), int(month or 1), int(day or 1))
        hour, minute, second, fraction = clock
        if hour is not None:
            time(int(hour), int(minute or 0), int(second or 0))
    except ValueError:
        return None
    if month is None:
        return year
    if day is None:
        # A month cannot have a time of day.
        return f"{year}-{int(month):02d}" if hour is None else None
    text = f"{year}-{int(month):02d}-{int(day):02d}"
    if hour is None:
        return text
    text = f"{text}T{int(hour):02d}:{minute}"
    if second is None:
        return text
    return f"{text}:{second}" + (f".{fraction}" if fraction else "")


def is_moment(text: str) -> bool:
    """Whether `text` is in the kept form."""
    return parse_moment(text) == text


def show_moment(moment: str, tongue: str) -> str:
    """Return a moment as the line has it: as it is kept, or `05.10.2023 13:50` in Russian."""
    if tongue != "ru":
        return moment
    if moment in _PERIODS:
        return _PERIODS[moment]
    if moment.startswith("last"):
        return f"{moment[4:-1]}{_days(int(moment[4:-1]))}"
    return _dotted(moment)


def word_moment(moment: str) -> str:
    """Return a moment as a sentence has it: `last 30 days`, `05.10.2023 13:50`."""
    if moment.startswith("last") and moment.endswith("d"):
        return ntr("last {n} day", "last {n} days", int(moment[4:-1]))
    words = {
        "today": tr("today"),
        "yesterday": tr("yesterday"),
        "thisweek": tr("this week"),
        "lastweek": tr("last week"),
        "thismonth": tr("this month"),
        "lastmonth": tr("last month"),
    }
    if moment in words:
        return words[moment]
    return _dotted(moment) if language() == "ru" else moment.replace("T", " ")


def _dotted(moment: str) -> str:
    day, _, clock = moment.partition("T")
    text = ".".join(reversed(day.split("-")))
    return f"{text} {clock}" if clock else text


def _days(n: int) -> str:
    if n % 10 == 1 and n % 100 != 11:
        return "день"
    return "дня" if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14) else "дней"


# --- what instants it means ------------------------------------------------------------------


def instant(local: datetime, zone: ZoneInfo, *, last: bool = False) -> int:
    """Return a local time as microseconds UTC; of two that it may mean, the first or the last."""
    aware = local.replace(tzinfo=zone, fold=1 if last else 0)
    return (aware.astimezone(UTC) - _EPOCH) // _US


def stretch(moment: str, zone: ZoneInfo, now_us: int) -> tuple[int, int]:
    """Return the instants [start, end) that a moment in the kept form means at `now_us`.

    A time of day lasts as long as it is precise: a minute, a second, a microsecond.
    """
    if "T" in moment:
        return _clock_stretch(moment, zone)
    first, after = _dates(moment, zone, now_us)
    return _midnight(first, zone), _midnight(after, zone)


def _midnight(day: date, zone: ZoneInfo) -> int:
    return instant(datetime.combine(day, time()), zone)


def _clock_stretch(moment: str, zone: ZoneInfo) -> tuple[int, int]:
    local = datetime.fromisoformat(_padded(moment))
    clock = moment.partition("T")[2]
    if "." in clock:
        unit = 1
    else:
        unit = 60_000_000 if clock.count(":") == 1 else 1_000_000
    start = instant(local, zone)
    return start, start + unit


def _padded(moment: str) -> str:
    whole, dot, fraction = moment.partition(".")
    return f"{whole}.{fraction.ljust(6, '0')}" if dot else whole


def _dates(moment: str, zone: ZoneInfo, now_us: int) -> tuple[date, date]:
    today = (_EPOCH + now_us * _US).astimezone(zone).date()
    day = timedelta(days=1)
    monday = today - today.weekday() * day
    month = today.replace(day=1)
    named = {
        "today": (today, today + day),
        "yesterday": (today - day, today),
        "thisweek": (monday, monday + 7 * day),
        "lastweek": (monday - 7 * day, monday),
        "thismonth": (month, _next_month(month)),
        "lastmonth": ((month - day).replace(day=1), month),
    }
    if moment in named:
        return named[moment]
    if moment.startswith("last"):
        return today - (int(moment[4:-1]) - 1) * day, today + day
    parts = [int(part) for part in moment.split("-")]
    if len(parts) == 1:
        return date(parts[0], 1, 1), date(parts[0] + 1, 1, 1)
    if len(parts) == 2:
        first = date(parts[0], parts[1], 1)
        return first, _next_month(first)
    found = date(parts[0], parts[1], parts[2])
    return found, found + day


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def bounds(
    op: Op, values: Sequence[str], zone: ZoneInfo, now_us: int
) -> tuple[int | None, int | None]:
    """Return the instants [low, high) for which a condition on a moment holds; None: no bound.

    "After" a day begins when the day is over, "after" a time of day just after that instant.
    """
    start, end = stretch(values[0], zone, now_us)
    is_instant = "T" in values[0]
    match op:
        case Op.BEFORE:
            return None, start
        case Op.AFTER:
            return (start + 1 if is_instant else end), None
        case Op.GE:
            return start, None
        case Op.LE:
            return None, (start + 1 if is_instant else end)
        case Op.BETWEEN:
            last, after = stretch(values[1], zone, now_us)
            if "T" in values[1]:
                local = datetime.fromisoformat(_padded(values[1]))
                after = max(last, instant(local, zone, last=True)) + 1
            return start, after
        case _:
            return start, end
