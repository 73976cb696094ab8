"""Criteria sets as a JSON file that goes from one store to another: versioned, in English.

    {"format": "reviewer criteria sets", "version": 1, "sets": [
        {"name": "...", "channel": "voice", "line": "duration>5m", "criteria": {...}}]}

`channel` is null for all channels. `line` is for people who read the file, and for those who
write one by hand: it counts where there are no `criteria`. Everything in a file is a value,
never a path or a command.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias

from reviewer.errors import (
    N_,
    CriteriaSetInvalidError,
    FileUnusableError,
    Reason,
    ReviewerError,
)
from reviewer.models.criteria.codec import from_json, to_json
from reviewer.models.criteria.line import parse_line, print_line
from reviewer.models.criteria.sets import MAX_SETS, checked_name
from reviewer.models.interaction import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reviewer.models.criteria.sets import CriteriaSet
    from reviewer.models.criteria.tree import Block

FORMAT: Final = "reviewer criteria sets"
VERSION: Final = 1
MAX_BYTES: Final = 8_000_000
_MAX_LINE: Final = 100_000
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class ReadSet:
    """One set out of a file."""

    name: str
    channel: Channel | None
    criteria: Block


@dataclass(frozen=True, slots=True)
class BadSet:
    """One set of a file that cannot be taken: what it is called there, and why not."""

    name: str
    error: ReviewerError


Item: TypeAlias = "ReadSet | BadSet"


def write_sets(sets: Iterable[CriteriaSet]) -> str:
    """Return sets as the text of a file."""
    items = [
        {
            "name": found.entry.name,
            "channel": None if found.entry.channel is None else found.entry.channel.value,
            "line": print_line(found.criteria, "en"),
            "criteria": to_json(found.criteria),
        }
        for found in sets
    ]
    whole = {"format": FORMAT, "version": VERSION, "sets": items}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def read_sets(data: bytes, file: str) -> tuple[Item, ...]:
    """Return what a file holds, in its order; a set that makes no sense does not stop others.

    Args:
        data: The file's bytes.
        file: What errors call it.

    Raises:
        FileUnusableError: It is no file of criteria sets, or one of a newer version.
    """
    if len(data) > MAX_BYTES:
        _refuse(file, Reason(N_("it is larger than 8 MB")))
    whole = _json(data, file)
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        _refuse(file, Reason(N_("this is no file of criteria sets")))
    version = whole.get("version")
    if isinstance(version, int) and not isinstance(version, bool) and version > VERSION:
        _refuse(file, Reason(N_("it was written by a newer version of Reviewer")))
    items = whole.get("sets")
    if version != VERSION or isinstance(version, bool) or not isinstance(items, list):
        _refuse(file, Reason(N_("this is no file of criteria sets")))
    if len(items) > MAX_SETS:
        _refuse(file, Reason(N_("it has more than 500 sets")))
    return tuple(_item(item, number) for number, item in enumerate(items, 1))


def _refuse(file: str, reason: Reason) -> NoReturn:
    raise FileUnusableError(name=file, reason=reason)


def _json(data: bytes, file: str) -> Any:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse(file, Reason(N_("the file is not UTF-8 text")))
    try:
        return json.loads(text, parse_constant=_no_number, object_pairs_hook=_no_repeats)
    except json.JSONDecodeError as error:
        _refuse(
            file,
            Reason(
                N_("the file is not JSON (line {line}, column {column})"),
                line=error.lineno,
                column=error.colno,
            ),
        )
    except (ValueError, RecursionError):
        # Ten thousand brackets, a number of more digits than Python converts, NaN, a key twice.
        _refuse(file, Reason(N_("this is no file of criteria sets")))


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _item(item: object, number: int) -> Item:
    """Read one set; `number` counts from 1 and names one that has no name."""
    name = item.get("name") if isinstance(item, dict) else None
    shown = str(number)
    try:
        if not isinstance(item, dict) or not isinstance(name, str):
            raise CriteriaSetInvalidError(reason=N_("it has no name"))
        shown = name if len(name) <= _SHOWN else name[:_SHOWN] + "…"
        return ReadSet(checked_name(name), _channel(item), _criteria(item))
    except ReviewerError as error:
        return BadSet(shown, error)


def _channel(item: dict[str, Any]) -> Channel | None:
    value = item.get("channel")
    if value is None:
        return None
    known = {channel.value: channel for channel in Channel}
    if not isinstance(value, str) or value not in known:
        raise CriteriaSetInvalidError(reason=N_("its channel is not voice, chat or email"))
    return known[value]


def _criteria(item: dict[str, Any]) -> Block:
    if "criteria" in item:
        return from_json(item["criteria"])
    line = item.get("line")
    if not isinstance(line, str) or len(line) > _MAX_LINE:
        raise CriteriaSetInvalidError(reason=N_("it has no criteria"))
    return parse_line(line)
