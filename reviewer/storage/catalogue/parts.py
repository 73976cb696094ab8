"""What a condition is in SQL: a part of a question, and the forms that several kinds share.

Imported inside `storage` only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import BigInteger, Float, Select, and_, exists, false, func, literal, or_, select

from reviewer.models.criteria.evaluate import alike, compared_op, folded
from reviewer.models.criteria.tree import Op
from reviewer.models.folding import after_prefix, reverse
from reviewer.storage.catalogue import schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, CompoundSelect, Table

    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.models.criteria.evaluate import Bound

Ids: TypeAlias = "Select[Any] | CompoundSelect[Any]"
"""A query of ids of interactions, with repeats."""

StartOf: TypeAlias = "Callable[[ColumnElement[str]], ColumnElement[str] | None]"
START: Final = 200
"""Characters of a text that an index has where it cannot have all: at four bytes they fit."""

_I: Final = schema.interactions
SAME: Final = schema.interactions.alias("same")
"""For the ids that an index of the interactions themselves knows."""


@dataclass(frozen=True, slots=True)
class Part:
    """A condition in SQL.

    Attributes:
        where: It, over `schema.interactions`.
        nullable: Whether it can be NULL, which means no.
        ids: The ids of those that meet it, where an index knows them; with repeats.
        exact: Whether all of `ids` meet it; else they only may, and no others do.
    """

    where: ColumnElement[bool]
    nullable: bool = False
    ids: Ids | None = None
    exact: bool = True

    @property
    def sure(self) -> ColumnElement[bool]:
        """The condition, false where it would be NULL."""
        return func.coalesce(self.where, false()) if self.nullable else self.where


# --- comparing ---------------------------------------------------------------------------------


class TextTest:
    """What a text must be like, for any column that holds folded texts.

    Args:
        entry: The criterion.
        op: Its operator.
        values: What it was given.
        start_of: Gives the start of a column's text as an index has it, of `START` characters or
            all; None: indexes have whole texts.
    """

    def __init__(
        self,
        entry: Criterion,
        op: Op,
        values: tuple[object, ...],
        start_of: StartOf | None = None,
    ) -> None:
        self.op = compared_op(entry, op)
        self.exact = tuple(str(value) for value in values)
        self.keys = tuple(dict.fromkeys(folded(entry, text) for text in self.exact))
        self._start_of = start_of

    def holds(
        self, key: ColumnElement[str], reversed_: ColumnElement[str] | None = None
    ) -> ColumnElement[bool]:
        """Return the condition on a folded column, and on its twin read backwards, if any."""
        match self.op:
            case Op.PRESENT:
                return key != ""
            case Op.CONTAINS:
                return or_(*(key.contains(text, autoescape=True) for text in self.keys))
            case Op.STARTS:
                return or_(*(self._begins(key, text) for text in self.keys))
            case Op.ENDS if reversed_ is not None:
                return or_(*(self._begins(reversed_, reverse(text)) for text in self.keys))
            case Op.ENDS:
                return or_(*(key.endswith(text, autoescape=True) for text in self.keys))
            case _:
                return self._is(key)

    def meets(self, folded_text: str) -> bool:
        """Return whether a folded text at hand is like it, by the same rule."""
        if self.op is Op.PRESENT:
            return folded_text != ""
        return any(alike(self.op, folded_text, key) for key in self.keys)

    def _is(self, key: ColumnElement[str]) -> ColumnElement[bool]:
        whole = key == self.keys[0] if len(self.keys) == 1 else key.in_(self.keys)
        start = None if self._start_of is None else self._start_of(key)
        if start is None:
            return whole
        starts = tuple(text[:START] for text in self.keys)
        begins = start == starts[0] if len(starts) == 1 else start.in_(starts)
        # A start that is shorter than it could be is the whole text.
        return begins if all(len(text) < START for text in starts) else and_(begins, whole)

    def _begins(self, key: ColumnElement[str], text: str) -> ColumnElement[bool]:
        start = None if self._start_of is None else self._start_of(key)
        if start is None:
            return _begins(key, text)
        if len(text) <= START:
            return _begins(start, text)
        return and_(start == text[:START], _begins(key, text))


def _begins(key: ColumnElement[str], text: str) -> ColumnElement[bool]:
    end = after_prefix(text)
    return key >= text if end is None else and_(key >= text, key < end)


def between(value: ColumnElement[Any], low: Bound, high: Bound) -> ColumnElement[bool]:
    """Return whether a number lies between two bounds; NULL where it is NULL."""
    parts = []
    if low.value is not None:
        least = _number(low.value)
        parts.append(value >= least if low.inclusive else value > least)
    if high.value is not None:
        most = _number(high.value)
        parts.append(value <= most if high.inclusive else value < most)
    return and_(*parts)


def _number(asked: float) -> ColumnElement[Any]:
    """Return a number as it was asked for, which may be no number that the column could have."""
    return literal(asked, BigInteger() if isinstance(asked, int) else Float())


# --- ids ---------------------------------------------------------------------------------------


def same(where: ColumnElement[bool]) -> Select[Any]:
    """Return the ids of the interactions for which a condition over `SAME` holds."""
    return select(SAME.c.id).where(where).correlate(None)


def linked(rows: Select[Any], table: Table) -> Part:
    """Return whether one of `rows`, which give the interaction's id, is the interaction's."""
    of_it = rows.where(table.c.interaction_id == _I.c.id).correlate(_I)
    return Part(exists(of_it), ids=rows.correlate(None))


def indexed(rows: Select[Any]) -> Part:
    """Return whether the interaction is among `rows`: an index gives few of them."""
    rows = rows.correlate(None)
    return Part(_I.c.id.in_(rows), ids=rows)


def simple(ids: Ids) -> Select[Any]:
    """Return ids in a form that can be part of a UNION: SQLite knows no UNION inside of one."""
    return ids if isinstance(ids, Select) else select(ids.subquery().c[0])


def ids_of(table: Table, where: ColumnElement[bool]) -> Select[Any]:
    """Return the ids of a table of names for which a condition holds."""
    return select(table.c.id).where(where).correlate(None)
