"""Which columns there are, and how each is read out of the catalogue's tables.

A new column is an entry here (and `layout._KEPT` raised, so that stores get it); a criterion
without one is answered by the tables themselves. Imported inside `storage` only.
"""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

import numpy as np

from reviewer.models.criteria.words import words_of
from reviewer.models.recording import PartyRole, RecordingState
from reviewer.models.stemming import stem
from reviewer.storage.catalogue import codes
from reviewer.storage.catalogue.sqlite.columns.coding import Lists, Numbers, empty

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from reviewer.storage.catalogue.sqlite.columns.coding import Array, Column

NONE: Final = -1
"""Stands for NULL among whole numbers, none of which is below 0 where one may be NULL."""
ID: Final = "id"
WHOLE: Final = (
    ID, "channel", "direction", "started_us", "ended_us", "duration_us", "hold_us",
    "was_transferred", "flagged", "voice_signature", "km_used", "has_notes", "evaluated",
    "segment_count", "service_id", "disposition_id", "agent_id", "evaluator_id", "voice_state",
    "screen_state", "added_us", "silence_share", "talkover_share",
)  # fmt: skip
REAL: Final = ("sentiment", "score")
DELETED: Final = "deleted"
"""1 where content was deleted, by somebody and not by retention."""
TEXTS: Final = (
    "giid", "from_fold", "to_fold", "connected_fold", "scenario_fold", "call_problem_fold",
    "account_fold", "case_fold", "thread_fold", "subject_fold",
)  # fmt: skip
"""Texts of an interaction's own row; rows without one have no key."""
AGENTS: Final = "agents"
SERVICES: Final = "services"
_WORDS: Final = "words."
_PARTS: Final = 16
"""So many columns have the stems of what was said, each those of some: one word needs one."""
_CUSTOM: Final = "custom."
_LABEL: Final = "label."

_OF_SEGMENTS: Final[Mapping[str, str]] = {AGENTS: "agent_id", SERVICES: "service_id"}
_OF_ROW: Final = (*WHOLE, *REAL, *TEXTS)
_VALUES: Final = (
    ("interaction_custom", "field_id", _CUSTOM),
    ("interaction_labels", "kind", _LABEL),
)
_MADE_OF: Final = (
    (DELETED, "recordings"), (DELETED, "tombstones"), (_WORDS, "messages"),
    *((name, "segments") for name in _OF_SEGMENTS),
    *((prefix, table) for table, _, prefix in _VALUES),
)  # fmt: skip
"""How names of columns begin that are made of other tables than interactions."""
_GONE: Final = codes.RECORDING_STATES.code(RecordingState.DELETED)
_SYSTEM: Final = codes.ROLES.code(PartyRole.SYSTEM)


def custom(field_id: int) -> str:
    """Return the name of the column of a custom field."""
    return f"{_CUSTOM}{field_id}"


def label(kind: int) -> str:
    """Return the name of the column of a kind of labels."""
    return f"{_LABEL}{kind}"


def words(stem: bytes) -> str:
    """Return the name of the column that has a stem, if it was said."""
    return f"{_WORDS}{crc32(stem) % _PARTS}"


def is_number(name: str) -> bool:
    """Return whether a column holds one number a row; else it is lists."""
    return name in WHOLE or name in REAL or name == DELETED


def is_text(name: str) -> bool:
    """Return whether the keys of a column of lists are texts."""
    return name not in _OF_SEGMENTS


def concern(changes: Collection[str] | None, name: str) -> bool:
    """Return whether a column may be another one after changes: see `Database.announce`."""
    if changes is None or name in changes:
        return True
    return any(table in changes and name.startswith(first) for first, table in _MADE_OF)


@dataclass(frozen=True, slots=True)
class Which:
    """Which interactions to read: a condition in SQL on an id's column, and its values."""

    condition: str
    values: tuple[object, ...]

    @classmethod
    def between(cls, first: int, last: int) -> Which:
        """Return those with ids from `first` to `last`."""
        return cls("BETWEEN ? AND ?", (first, last))

    @classmethod
    def among(cls, ids: Iterable[int]) -> Which:
        """Return those with one of some ids."""
        return cls("IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),))


class Source:
    """Reads columns of some interactions, by rising id.

    Args:
        raw: The driver's connection.
        which: Which interactions; those that are not there are left out.
    """

    def __init__(self, raw: sqlite3.Connection, which: Which) -> None:
        self._raw = raw
        self._which = which
        self.ids: Array = self._numbers("SELECT id FROM interactions WHERE id {}")
        self._row = {number: row for row, number in enumerate(self.ids.tolist())}

    def column(self, name: str) -> dict[str, Column]:
        """Return one column by its name, with what is read together with it."""
        return {name: empty(text=is_text(name))} | self.columns((name,))

    def all(self, changes: Collection[str] | None = None) -> dict[str, Column]:
        """Return the columns that have something, of those that changes concern; None: of all."""
        names = (*_OF_ROW, DELETED, *_OF_SEGMENTS, _WORDS)
        found = self.columns([name for name in names if concern(changes, name)])
        for table, kind, prefix in _VALUES:
            if concern(changes, prefix):
                found |= self._values(table, kind, prefix)
        return {
            name: column
            for name, column in found.items()
            if isinstance(column, Numbers) or len(column)
        }

    def columns(self, names: Sequence[str]) -> dict[str, Column]:
        """Return columns by name."""
        found = self._own([name for name in names if name in _OF_ROW])
        for name in names:
            if name in _OF_SEGMENTS:
                found[name] = self._of_segments(_OF_SEGMENTS[name])
            elif name == DELETED:
                found[name] = self._deleted()
            elif name.startswith(_WORDS):
                found |= self._words()
            elif name.startswith(_CUSTOM):
                found |= self._values("interaction_custom", "field_id", _CUSTOM, name)
            elif name.startswith(_LABEL):
                found |= self._values("interaction_labels", "kind", _LABEL, name)
        return found

    def _rows(self, statement: str, column: str = "id") -> Iterator[tuple[Any, ...]]:
        """Run a statement by rising id, with `{}` for the condition on the id's column."""
        whole = f"{statement.format(self._which.condition)} ORDER BY {column}"
        return iter(self._raw.execute(whole, self._which.values))

    def _numbers(self, statement: str, column: str = "id") -> Array:
        """Return the whole numbers that a statement of one column finds, by rising id."""
        return np.fromiter(chain.from_iterable(self._rows(statement, column)), np.int64)

    def _own(self, names: Sequence[str]) -> dict[str, Column]:
        if not names:
            return {}
        rows = self._rows(f"SELECT {', '.join(names)} FROM interactions WHERE id {{}}")  # noqa: S608 (own names)
        columns = list(zip(*rows, strict=True)) or [()] * len(names)
        found: dict[str, Column] = {}
        for name, values in zip(names, columns, strict=True):
            if name in TEXTS:
                there = np.flatnonzero(np.fromiter(map(bool, values), bool, len(values)))
                found[name] = Lists.each([text for text in values if text], there, text=True)
            elif name in REAL:
                # None becomes NaN.
                found[name] = Numbers(np.array(values, float))
            else:
                told = [NONE if value is None else value for value in values]
                found[name] = Numbers(np.array(told, np.int64))
        return found

    def _of_segments(self, column: str) -> Lists:
        rows = self._rows(
            f"SELECT {column}, interaction_id FROM segments "  # noqa: S608 (own names)
            f"WHERE {column} IS NOT NULL AND interaction_id {{}}",
            "interaction_id",
        )
        return Lists.of(self._placed(rows), text=False)

    def _values(
        self, table: str, kind: str, prefix: str, only: str | None = None
    ) -> dict[str, Column]:
        """Return the columns of a table of folded values, one a kind of them."""
        wanted = "" if only is None else f"{kind} = {int(only.removeprefix(prefix)):d} AND "
        rows = self._rows(
            f"SELECT {kind}, value_fold, interaction_id FROM {table} "  # noqa: S608 (own names)
            f"WHERE {wanted}interaction_id {{}}",
            "interaction_id",
        )
        found: dict[int, list[tuple[str, int]]] = {}
        for number, value, interaction in rows:
            found.setdefault(number, []).append((value, self._row[interaction]))
        return {f"{prefix}{number}": Lists.of(pairs, text=True) for number, pairs in found.items()}

    def _placed(self, rows: Iterable[tuple[Any, int]]) -> Iterator[tuple[Any, int]]:
        return ((key, self._row[interaction]) for key, interaction in rows)

    def _deleted(self) -> Numbers:
        values = np.zeros(len(self.ids), np.int8)
        for statement in (
            f"SELECT interaction_id FROM recordings WHERE state = {_GONE:d}",  # noqa: S608 (own words)
            "SELECT interaction_id FROM tombstones WHERE by_retention = 0",
        ):
            found = self._numbers(f"{statement} AND interaction_id {{}}", "interaction_id")
            values[np.searchsorted(self.ids, found)] = 1
        return Numbers(values)

    def _words(self) -> dict[str, Column]:
        rows = self._rows(
            "SELECT m.interaction_id, m.text FROM messages m "  # noqa: S608 (own words)
            "JOIN interactions i ON i.id = m.interaction_id "
            f"WHERE m.role <> {_SYSTEM:d} AND i.texts_searchable = 1 AND m.interaction_id {{}}",
            "m.interaction_id",
        )
        said, counts, where = array("i"), array("q"), array("q")
        stems = _Stems()
        for number, text in rows:
            told = words_of(text)
            said.extend(map(stems.__getitem__, told))
            counts.append(len(told))
            where.append(self._row[number])
        codes = np.frombuffer(said, np.int32)
        places = np.repeat(np.frombuffer(where, np.int64), np.frombuffer(counts, np.int64))
        return dict(_parted(stems.numbers, codes, places))


class _Stems(dict[str, int]):
    """The number of a word's stem, by the word."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: dict[str, int] = {}
        """The number of each stem, from 0 on."""

    def __missing__(self, word: str) -> int:
        number = self[word] = self.numbers.setdefault(stem(word), len(self.numbers))
        return number


def _parted(stems: Mapping[str, int], codes: Array, rows: Array) -> Iterator[tuple[str, Column]]:
    """Yield the columns of words: of each stem's number with a row, in any order, with repeats."""
    told = sorted(stems)
    rank = np.empty(len(told), np.int64)
    rank[np.fromiter(map(stems.__getitem__, told), np.intp, len(told))] = np.arange(len(told))
    names = [words(key.encode()) for key in told]
    for name in dict.fromkeys(names):
        mine = np.fromiter((other == name for other in names), bool, len(names))
        kept = mine[rank[codes]]
        place = np.cumsum(mine) - 1
        keys = [key for key, its in zip(told, mine.tolist(), strict=True) if its]
        yield name, Lists.coded(keys, place[rank[codes[kept]]], rows[kept], text=True)
