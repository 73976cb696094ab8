"""Values of criteria: read from what was typed, and written for the line and for sentences."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from reviewer.errors import N_, QueryError, Reason
from reviewer.messages import format_duration, language, tr
from reviewer.models.criteria.kinds import Kind
from reviewer.models.criteria.moments import is_moment, parse_moment, show_moment, word_moment
from reviewer.models.criteria.tree import MAX_TEXT
from reviewer.models.criteria.words import words_of
from reviewer.models.folding import fold
from reviewer.models.ids import US_PER_S

if TYPE_CHECKING:
    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.models.criteria.tree import Scalar

MAX_DURATION_US: Final = 10_000 * 3600 * US_PER_S
_SHOWN: Final = 40
_NUMBER: Final = re.compile(r"[-+]?\d{1,400}(?:[.,]\d{1,400})?", re.ASCII)
_PART: Final = re.compile(
    r"([0-9]{1,9}(?:[.,][0-9]{1,6})?)\s*(ms|мс|d|д|h|ч|min|мин|m|м|sec|сек|s|с)\s*"
)
_CLOCK: Final = re.compile(r"(?:(\d{1,5}):)?(\d{1,5}):([0-5]\d)(?:[.,](\d{1,6}))?", re.ASCII)
_UNITS: Final = {
    "d": 86_400 * US_PER_S, "д": 86_400 * US_PER_S,
    "h": 3_600 * US_PER_S, "ч": 3_600 * US_PER_S,
    "m": 60 * US_PER_S, "min": 60 * US_PER_S, "м": 60 * US_PER_S, "мин": 60 * US_PER_S,
    "s": US_PER_S, "sec": US_PER_S, "с": US_PER_S, "сек": US_PER_S,
    "ms": 1_000, "мс": 1_000,
}  # fmt: skip
_BREAKS: Final = re.compile(r"\r\n|[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
_HEX: Final = re.compile(r"[0-9A-F-]+", re.ASCII)
_GROUPS: Final = (8, 12, 16, 20)
_YES: Final = frozenset({"yes", "да"})
_NO: Final = frozenset({"no", "нет"})


def parse_flag(text: str) -> bool | None:
    """Return whether `text` says yes or no, None when it says neither."""
    word = fold(text.strip())
    if word in _YES:
        return True
    return False if word in _NO else None


def parse_duration(text: str) -> int | None:
    """Return microseconds from `90s`, `1h30m`, `5м`, `5:00` or `1:05:00`; None: not readable."""
    stripped = fold(text.strip())
    clock = _CLOCK.fullmatch(stripped)
    if clock is not None:
        hours, minutes, seconds, fraction = clock.groups()
        whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
        return whole * US_PER_S + int((fraction or "").ljust(6, "0"))
    total = Decimal(0)
    position, before = 0, math.inf
    while (part := _PART.match(stripped, position)) is not None:
        unit = _UNITS[part.group(2)]
        if unit >= before:
            return None
        total += Decimal(part.group(1).replace(",", ".")) * unit
        position, before = part.end(), unit
    if position == 0 or position != len(stripped) or total != int(total):
        return None
    return int(total)


def show_duration(duration_us: int, tongue: str) -> str:
    """Return a duration as the line has it: `1h30m`, `5м`, `0.25s`."""
    hours, rest = divmod(duration_us, 3_600 * US_PER_S)
    minutes, rest = divmod(rest, 60 * US_PER_S)
    h, m, s = ("ч", "м", "с") if tongue == "ru" else ("h", "m", "s")
    text = (f"{hours}{h}" if hours else "") + (f"{minutes}{m}" if minutes else "")
    if rest or not text:
        text += f"{_plain(Decimal(rest) / US_PER_S)}{s}"
    return text


def parse_number(text: str) -> int | float | None:
    """Return a number with a point or a comma; None: not readable."""
    written = text.strip().replace("\u2212", "-")
    if _NUMBER.fullmatch(written) is None:
        return None
    return float(written.replace(",", ".")) if "," in written or "." in written else int(written)


def parse_share(text: str) -> int | float | None:
    """Return percent from `30`, `12.5%` or `12,5 %`; None: not readable."""
    return parse_number(text.strip().removesuffix("%"))


def show_number(number: float, tongue: str) -> str:
    """Return a number as the line has it, exactly, without an exponent."""
    # Adding nothing takes the sign off a zero, which would not be read back.
    text = _plain(Decimal(repr(number + 0)))
    return text.replace(".", ",") if tongue == "ru" else text


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def giid_start(text: str) -> str:
    """Return the beginning of a GIID in its one written form, hyphens or not."""
    upper = text.strip().strip("{}").upper()
    if _HEX.fullmatch(upper) is None:
        return upper
    digits = upper.replace("-", "")
    edges = (0, *(edge for edge in _GROUPS if edge < len(digits)), len(digits))
    return "-".join(digits[a:b] for a, b in pairwise(edges))


def parse_value(criterion: Criterion, text: str) -> Scalar:
    """Return the value that was typed for a criterion that is not a flag.

    Raises:
        QueryError: It cannot be read; `reason` says what was expected.
    """
    value: Scalar | None = text
    match criterion.kind:
        case Kind.NUMBER:
            value = parse_number(text)
        case Kind.SHARE:
            value = parse_share(text)
        case Kind.DURATION:
            value = parse_duration(text)
        case Kind.MOMENT:
            value = parse_moment(text)
        case Kind.CHOICE:
            word = fold(text.strip())
            found = (c.value for c in criterion.choices if word in (fold(c.value), fold(c.word)))
            value = next(found, None)
        case _:
            pass
    reason = unreadable(criterion, text) if value is None else fault_of(criterion, value)
    if reason is not None or value is None:
        raise QueryError(position=0, end=len(text), reason=reason)
    return value


def unreadable(criterion: Criterion, text: str) -> Reason:
    """Return why a text is no value of the criterion, and what one looks like."""
    text = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    match criterion.kind:
        case Kind.NUMBER:
            return Reason(N_("{text} is not a number; write one such as -0.5"), text=text)
        case Kind.SHARE:
            return Reason(N_("{text} is not a share; write one such as 30%"), text=text)
        case Kind.DURATION:
            return Reason(N_("{text} is not a duration; write one such as 90s or 1h30m"), text=text)
        case Kind.MOMENT:
            return Reason(
                N_("{text} is not a date; write 2023-10-05, 05.10.2023 13:50 or today"), text=text
            )
        case Kind.FLAG:
            return Reason(N_("{text} is neither yes nor no"), text=text)
        case _:
            known = ", ".join(choice.value for choice in criterion.choices)
            return Reason(N_("{text} is not one of: {known}"), text=text, known=known)


def fault_of(criterion: Criterion, value: object) -> Reason | None:
    """Return why a kept value cannot be used, None when it can."""
    match criterion.kind:
        case Kind.NUMBER | Kind.SHARE:
            if isinstance(value, bool) or not isinstance(value, int | float):
                return unreadable(criterion, str(value))
            if not criterion.least <= value <= criterion.most:
                return Reason(
                    N_("the number must lie between {least} and {most}"),
                    least=show_number(criterion.least, "en"),
                    most=show_number(criterion.most, "en"),
                )
            return None
        case Kind.DURATION:
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                return unreadable(criterion, str(value))
            return Reason(N_("the duration is too long")) if value > MAX_DURATION_US else None
        case Kind.MOMENT:
            return (
                None
                if isinstance(value, str) and is_moment(value)
                else unreadable(criterion, str(value))
            )
        case Kind.CHOICE:
            known = value in {choice.value for choice in criterion.choices}
            return None if known else unreadable(criterion, str(value))
        case _:
            return _text_fault(criterion, value)


def _text_fault(criterion: Criterion, value: object) -> Reason | None:
    if not isinstance(value, str):
        return Reason(N_("a text is expected"))
    if not value.strip() or (criterion.kind is Kind.GIID and not giid_start(value)):
        return Reason(N_("the text is empty"))
    if len(value) > MAX_TEXT:
        return Reason(N_("the text is longer than 2 000 characters"))
    # What no store can hold: PostgreSQL refuses the null character, UTF-8 has no lone surrogates.
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        return Reason(N_("the text has characters that no text can have"))
    if criterion.kind is Kind.FULLTEXT and not words_of(value):
        return Reason(N_("there is no word to look for"))
    return None


def show_value(criterion: Criterion, value: Scalar, tongue: str | None = None) -> str:
    """Return a value as an editor has it: what `parse_value` reads, in a language (None: ours).

    What is no value of the criterion is shown as it is.
    """
    tongue = tongue or language()
    match criterion.kind, value:
        case Kind.NUMBER, int() | float():
            return show_number(value, tongue)
        case Kind.SHARE, int() | float():
            return f"{show_number(value, tongue)}%"
        case Kind.DURATION, int():
            return show_duration(value, tongue)
        case Kind.MOMENT, str() if is_moment(value):
            return show_moment(value, tongue)
        case Kind.CHOICE, str():
            found = (choice.word for choice in criterion.choices if choice.value == value)
            return next(found, value) if tongue == "ru" else value
        case _:
            return str(value)


def word_value(criterion: Criterion, value: Scalar) -> str:
    """Return a value as a sentence has it, in the language in force."""
    match criterion.kind, value:
        case Kind.NUMBER, int() | float():
            return show_value(criterion, value).replace("-", "\u2212")
        case Kind.SHARE, int() | float():
            return tr("{number}%", number=show_number(value, language()))
        case Kind.DURATION, int() if value % US_PER_S == 0:
            return format_duration(value)
        case Kind.MOMENT, str() if is_moment(value):
            return word_moment(value)
        case Kind.CHOICE, str():
            found = (choice.name() for choice in criterion.choices if choice.value == value)
            return next(found, value)
        case _:
            return one_line(show_value(criterion, value))


def one_line(text: str) -> str:
    """Return a text as it is said within a sentence or a row: with spaces for ends of lines."""
    return _BREAKS.sub(" ", text)


def word_flag(yes: bool) -> str:
    """Return yes or no in the language in force."""
    return tr("yes") if yes else tr("no")
