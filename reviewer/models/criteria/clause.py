"""Reading what follows a key in the one-line form: sign and values, by the criterion's type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reviewer.errors import N_, QueryError, Reason
from reviewer.models.criteria.kinds import ORDERED, TEXTUAL, Kind
from reviewer.models.criteria.moments import SCAN
from reviewer.models.criteria.reader import TokenKind
from reviewer.models.criteria.tree import MAX_VALUES, Condition, Op
from reviewer.models.criteria.values import fault_of, parse_flag, parse_value, unreadable

if TYPE_CHECKING:
    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.models.criteria.reader import Reader
    from reviewer.models.criteria.tree import Scalar

_SIGN: Final = re.compile(r":|<=|>=|≤|≥|<|>|=")
_RAW: Final = re.compile(r'[^\s()",]+')
_WHOLE: Final = re.compile(r'[^\s()"]+')
_UP_TO_RANGE: Final = re.compile(r'(?:(?!\.\.)[^\s()"])+')
_BOUNDARY: Final = re.compile(r"$|[\s()]|\.\.")

_COMPARISONS: Final = {
    "<": Op.LT, "<=": Op.LE, "≤": Op.LE, ">": Op.GT, ">=": Op.GE, "≥": Op.GE,
}  # fmt: skip
_OF_MOMENTS: Final = {Op.LT: Op.BEFORE, Op.GT: Op.AFTER}


@dataclass(frozen=True, slots=True)
class _Item:
    op: Op
    value: str
    start: int
    end: int


def read_clause(reader: Reader, entry: Criterion) -> Condition:
    """Return the condition on `entry` whose sign stands here.

    Raises:
        QueryError: Sign or value cannot be read, or do not fit the criterion.
    """
    start = reader.position
    sign = reader.run(_SIGN)
    reader.note(TokenKind.SIGN, start)
    if sign in _COMPARISONS and entry.kind not in ORDERED:
        reason = Reason(
            N_("{sign} does not go with this criterion; a colon is expected"), sign=sign
        )
        reader.fail(reason, start, reader.position)
    if entry.kind in ORDERED:
        return _ordered(reader, entry, sign)
    if entry.kind is Kind.FLAG:
        return _flag(reader, entry)
    return _listed(reader, entry, sign)


# --- numbers, durations, moments ---------------------------------------------------------------


def _ordered(reader: Reader, entry: Criterion, sign: str) -> Condition:
    value = _scalar(reader, entry)
    if sign in _COMPARISONS:
        op = _COMPARISONS[sign]
        if entry.kind is Kind.MOMENT:
            op = _OF_MOMENTS.get(op, op)
        return Condition(entry.key, op, (value,))
    mark = reader.position
    if reader.take_sign(".."):
        reader.note(TokenKind.SIGN, mark)
        return Condition(entry.key, Op.BETWEEN, (value, _scalar(reader, entry)))
    return Condition(entry.key, Op.WITHIN if entry.kind is Kind.MOMENT else Op.EQ, (value,))


def _scalar(reader: Reader, entry: Criterion) -> Scalar:
    start = reader.position
    if reader.here == '"':
        text = reader.quoted()
    else:
        text = _dated(reader) if entry.kind is Kind.MOMENT else ""
        if not text:
            text = reader.run(_UP_TO_RANGE)
    reader.note(TokenKind.VALUE, start)
    if not text:
        _value_expected(reader, start)
    try:
        return parse_value(entry, text)
    except QueryError as error:
        return reader.fail(error.fields["reason"], start, reader.position)  # type: ignore[arg-type]  # it is one


def _dated(reader: Reader) -> str:
    """Go over a date with its time, which a space may part, if one stands here."""
    found = SCAN.match(reader.text, reader.position)
    if found is None or _BOUNDARY.match(reader.text, found.end()) is None:
        return ""
    reader.position = found.end()
    return found.group()


def _value_expected(reader: Reader, start: int) -> None:
    reader.fail(N_("a value is expected here"), start, start + 1)


# --- yes and no ------------------------------------------------------------------------------


def _flag(reader: Reader, entry: Criterion) -> Condition:
    start = reader.position
    text = reader.quoted() if reader.here == '"' else reader.run(_WHOLE)
    reader.note(TokenKind.VALUE, start)
    if not text:
        _value_expected(reader, start)
    yes = parse_flag(text)
    if yes is None:
        reader.fail(unreadable(entry, text), start, reader.position)
    return Condition(entry.key, Op.YES if yes else Op.NO)


# --- texts, names, choices ---------------------------------------------------------------------


def _listed(reader: Reader, entry: Criterion, sign: str) -> Condition:
    first = reader.position
    if _present(reader):
        reader.note(TokenKind.VALUE, first)
        if Op.PRESENT not in entry.operators:
            reader.fail(N_("this criterion is never empty"), first, reader.position)
        return Condition(entry.key, Op.PRESENT)
    items = [_item(reader, entry, sign)]
    while reader.take_sign(","):
        if len(items) == MAX_VALUES:
            reader.fail(N_("there are more than 1 000 values"), items[-1].end)
        items.append(_item(reader, entry, sign))
    op = items[0].op
    for item in items:
        if item.op is not op:
            reader.fail(N_("values of one list are compared in one way"), item.start, item.end)
    if op is Op.IS and len(items) > 1:
        op = Op.ANY_OF
    if op not in entry.operators:
        reader.fail(N_("this criterion has no such comparison"), items[0].start, items[0].end)
    return Condition(entry.key, op, tuple(_value(reader, entry, item) for item in items))


def _present(reader: Reader) -> bool:
    start = reader.position
    following = reader.text[start + 1 : start + 2]
    if reader.here != "*" or not (following == "" or following.isspace() or following in "()"):
        return False
    reader.position += 1
    return True


def _item(reader: Reader, entry: Criterion, sign: str) -> _Item:
    start = reader.position
    contains = reader.take_sign("~")
    ends = not contains and reader.take_sign("*")
    quoted = reader.here == '"'
    body = reader.position
    if quoted:
        text = reader.quoted()
    else:
        text = reader.run(_RAW)
        if text.endswith("*"):
            text = text[:-1]
            reader.position -= 1
    end = reader.position
    starts = reader.take_sign("*")
    reader.note(TokenKind.VALUE, start)
    if not text:
        _value_expected(reader, body)
    if not quoted and "*" in text:
        reader.fail(
            N_("a star stands only before or after a value; put the value in quotes"), body, end
        )
    plain = _plain_op(entry, sign, quoted=quoted)
    return _Item(_op_of(entry, plain, contains, starts, ends), text, body, end)


def _plain_op(entry: Criterion, sign: str, *, quoted: bool) -> Op:
    if entry.kind is Kind.FULLTEXT:
        return Op.PHRASE if quoted else Op.MATCHES
    if entry.kind in TEXTUAL and sign == "=":
        return Op.ANY_OF if entry.kind is Kind.NAME else Op.IS
    return entry.default_op


def _op_of(entry: Criterion, plain: Op, *signs: bool) -> Op:
    contains, starts, ends = signs
    if contains or (starts and ends):
        return Op.MATCHES if entry.kind is Kind.FULLTEXT else Op.CONTAINS
    if starts:
        return Op.STARTS
    return Op.ENDS if ends else plain


def _value(reader: Reader, entry: Criterion, item: _Item) -> Scalar:
    if entry.kind is Kind.CHOICE:
        try:
            return parse_value(entry, item.value)
        except QueryError as error:
            reader.fail(error.fields["reason"], item.start, item.end)  # type: ignore[arg-type]  # it is one
    fault = fault_of(entry, item.value)
    if fault is not None:
        reader.fail(fault, item.start, item.end)
    return item.value
