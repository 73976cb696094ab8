"""All wording, Russian and English, for window, command line and server.

`tr`, `ntr` and `ptr` take English literals as message ids (gettext), extracted and compiled by
`python tools/messages.py`. Dates, durations and numbers are worded here too, since they follow
the language. May be imported by everything but `reviewer.errors`.

The chosen language is the one piece of process-wide state in the program: a default for the
process, overridden for one context (a server's request) by `speaking`.
"""

from __future__ import annotations

import gettext
import locale
import os
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from reviewer.errors import N_, Reason, ReviewerError, UsageError
from reviewer.paths import resource_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

__all__ = [
    "LANGUAGES",
    "N_",
    "choose_language",
    "explain",
    "format_count",
    "format_date",
    "format_decimal",
    "format_duration",
    "format_instant",
    "format_size",
    "format_time",
    "language",
    "ntr",
    "ptr",
    "speaking",
    "system_language",
    "tr",
    "translated",
    "zone_abbreviation",
    "zone_offset",
]

LANGUAGES = ("en", "ru")
_US = 1_000_000
_MB = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Default:
    """Holder of the process's language."""

    name = "en"


_override: ContextVar[str | None] = ContextVar("reviewer_language", default=None)


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(name: str) -> gettext.NullTranslations:
    folder = resource_path("locale")
    return gettext.translation("reviewer", str(folder), languages=[name], fallback=True)


def language() -> str:
    """Return the language in force here: `en` or `ru`. Thread: any."""
    return _override.get() or _Default.name


def choose_language(name: str) -> None:
    """Make `name` the language of the process.

    Raises:
        ValueError: Not one of `LANGUAGES`.
    """
    if name not in LANGUAGES:
        raise ValueError(name)
    _Default.name = name


def system_language() -> str:
    """Return the language of the user's locale if we speak it, else English."""
    for value in (
        *(os.environ.get(key) for key in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")),
        locale.getlocale()[0],
    ):
        if value:
            return "ru" if value.lower().startswith("ru") else "en"
    return "en"


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Use another language inside the block, for this context only."""
    token = _override.set(name)
    try:
        yield
    finally:
        _override.reset(token)


def tr(msgid: str, /, **fields: object) -> str:
    """Translate a literal and fill its `{field}` placeholders."""
    text = _catalogue(language()).gettext(msgid)
    return text.format(**fields) if fields else text


def translated(msgid: str, /, *, context: str = "", **fields: object) -> str:
    """Translate a message id that was marked elsewhere with `N_`: a title, a clause."""
    catalogue = _catalogue(language())
    if not msgid:
        return ""
    text = catalogue.pgettext(context, msgid) if context else catalogue.gettext(msgid)
    return text.format(**fields) if fields else text


def ntr(singular: str, plural: str, n: int, /, **fields: object) -> str:
    """Translate by number; `{n}` is filled with the grouped number."""
    text = _catalogue(language()).ngettext(singular, plural, n)
    return text.format(n=format_count(n), **fields)


def ptr(context: str, msgid: str, /, **fields: object) -> str:
    """Translate a literal whose meaning depends on where it stands."""
    text = _catalogue(language()).pgettext(context, msgid)
    return text.format(**fields) if fields else text


def explain(error: BaseException) -> str:
    """Return the sentence for an error in the language in force.

    What is not a `ReviewerError` is described as an internal error without its text, which may
    hold customers' data.
    """
    if not isinstance(error, ReviewerError):
        return tr(
            "An error in Reviewer itself: {reason}. The details can be copied for a report.",
            reason=type(error).__name__,
        )
    text = _fill(error.template, error.fields)
    if isinstance(error, UsageError) and _begins_with_words(error.fields.get("reason")):
        # It is told by its reason alone.
        text = text[:1].upper() + text[1:]
    return text


def clause(reason: Reason) -> str:
    """Return a reason in the language in force, as it stands within a sentence."""
    return _fill(reason.template, reason.fields)


def _begins_with_words(reason: object) -> bool:
    """Whether a reason begins with words of its own, not with what was typed."""
    template = reason.template if isinstance(reason, Reason) else reason
    if not isinstance(template, str) or not template:
        return False
    return not _catalogue(language()).gettext(template).startswith("{")


def _fill(template: str, fields: dict[str, object]) -> str:
    gettext_of = _catalogue(language()).gettext
    worded: dict[str, object] = {}
    for key, value in fields.items():
        if isinstance(value, BaseException):
            worded[key] = _within(value)
        elif isinstance(value, Reason):
            worded[key] = _fill(value.template, value.fields)
        elif key == "reason" and isinstance(value, str) and value:
            worded[key] = gettext_of(value)
        else:
            worded[key] = value
    return gettext_of(template).format_map(_Visible(worded))


def _within(error: BaseException) -> str:
    """Return the sentence for an error as it stands within another one."""
    if isinstance(error, ReviewerError):
        return _fill(error.template, error.fields)
    return explain(error)


class _Visible(dict[str, object]):
    """Leaves a missing placeholder visible."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


# --- numbers, durations, instants -----------------------------------------------------------


def format_count(n: int) -> str:
    """Return a whole number with its groups of three: `1 204 377` (no-break spaces)."""
    return f"{n:,}".replace(",", "\u00a0")


def format_decimal(value: float, digits: int = 2) -> str:
    """Return a number with a true minus and the language's decimal sign."""
    text = f"{value:.{digits}f}".replace("-", "\u2212")
    return text.replace(".", ",") if language() == "ru" else text


def format_size(size_bytes: int) -> str:
    """Return a size as `12 kB` or `48.6 MB`."""
    if size_bytes < _MB / 10:
        return tr("{n} kB", n=format_count(-(-size_bytes // 1000)))
    return tr("{n} MB", n=format_decimal(size_bytes / _MB, 1))


def format_duration(duration_us: int) -> str:
    """Return `M:SS`, from one hour on `H:MM:SS`; parts of a second are cut."""
    sign = "\u2212" if duration_us < 0 else ""
    seconds = abs(duration_us) // _US
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    if hours:
        return f"{sign}{hours}:{minutes:02d}:{seconds:02d}"
    return f"{sign}{minutes}:{seconds:02d}"


# Date, time and zone of the same instant are asked for one after another.
@lru_cache(maxsize=16)
def _local(instant_us: int, zone: ZoneInfo) -> datetime:
    return (_EPOCH + timedelta(microseconds=instant_us)).astimezone(zone)


def zone_abbreviation(instant_us: int, zone: ZoneInfo) -> str:
    """Return `MSK`, or `UTC+4` where the zone has no letters of its own."""
    name = _local(instant_us, zone).tzname() or ""
    if name and name[0] not in "+-":
        return name
    return zone_offset(instant_us, zone)


def zone_offset(instant_us: int, zone: ZoneInfo) -> str:
    """Return how far the zone is from UTC at that instant: `UTC+3`, `UTC-3:30`."""
    offset = _local(instant_us, zone).utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def format_date(instant_us: int, zone: ZoneInfo) -> str:
    """Return the date in the centre's zone: `05.10.23` in Russian, `2023-10-05` in English."""
    told = _local(instant_us, zone).isoformat()
    return f"{told[8:10]}.{told[5:7]}.{told[2:4]}" if language() == "ru" else told[:10]


def format_time(instant_us: int, zone: ZoneInfo, *, with_zone: bool = False) -> str:
    """Return the time of day in the centre's zone: `13:50:39`, or `13:50:39 MSK`."""
    text = _local(instant_us, zone).isoformat()[11:19]
    return f"{text} {zone_abbreviation(instant_us, zone)}" if with_zone else text


def format_instant(instant_us: int, zone: ZoneInfo, *, with_zone: bool = True) -> str:
    """Return date and time in the centre's zone: `05.10.23 13:50:39 MSK`."""
    return f"{format_date(instant_us, zone)} {format_time(instant_us, zone, with_zone=with_zone)}"
