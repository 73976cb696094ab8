"""One condition as a clause of a sentence: "that were flagged", "whose duration is 5:00"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reviewer.messages import ntr, ptr, tr
from reviewer.models.criteria.kinds import Kind
from reviewer.models.criteria.moments import word_moment
from reviewer.models.criteria.printing import entry_of
from reviewer.models.criteria.tree import Op
from reviewer.models.criteria.values import word_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.models.criteria.tree import Condition

_FEW: Final = 5
"""Values of one condition that a clause names; a row names all."""
_PLAIN: Final = (Kind.NUMBER, Kind.SHARE, Kind.DURATION, Kind.MOMENT)
"""Kinds whose values need no quotation marks."""
_WRAPPED: Final = frozenset({Op.LT, Op.LE, Op.GE, Op.GT})
"""Comparisons whose opposite also holds for what has no value, so that no other one says it."""


def clause(condition: Condition) -> str:
    """Return what a complete condition asks for, in the language in force: after "Phone calls"."""
    entry = entry_of(condition.key)
    if entry.kind is Kind.FLAG:
        return _flag(entry, condition)
    if entry.kind is Kind.MOMENT:
        holds, fails = (said() for said in entry.said)
        return f"{fails if condition.negated else holds} {_when(condition)}"
    name = entry.said[0]() if entry.said else tr("whose {criterion}", criterion=entry.name())
    wrapped = condition.negated and condition.op in _WRAPPED
    text = _compared(condition, entry.kind, negated=condition.negated and not wrapped)
    said = f"{name} {text}"
    return tr("not ({conditions})", conditions=said) if wrapped else said


def _flag(entry: Criterion, condition: Condition) -> str:
    yes, no = (said() for said in entry.said)
    # Of other channels neither finds anything, so one is the other's opposite.
    return yes if (condition.op is Op.YES) != condition.negated else no


# --- values that are compared


def _compared(condition: Condition, kind: Kind, *, negated: bool) -> str:
    op, told = condition.op, _told(condition)
    if op is Op.BETWEEN and len(told) == 2:
        values = tr("{first} and {last}", first=told[0], last=told[1])
    else:
        values = _either(told, tr(" or "))
    if op in (Op.IS, Op.ANY_OF, Op.EQ):
        if negated and len(told) > 1:
            values = _either(told, tr(", "))
            return ptr("sentence", "is none of {values}", values=values)
        if negated:
            return ptr("sentence", "is not {values}", values=values)
        return ptr("sentence", "is {values}", values=values)
    if op in (Op.PRESENT, Op.EMPTY):
        is_empty = (op is Op.EMPTY) != negated
        return ptr("sentence", "is empty") if is_empty else ptr("sentence", "is not empty")
    return _negative(op, values) if negated else _positive(op, kind, values)


def _positive(op: Op, kind: Kind, values: str) -> str:
    is_long = kind is Kind.DURATION
    match op:
        case Op.LT if is_long:
            return ptr("sentence", "is shorter than {values}", values=values)
        case Op.GT if is_long:
            return ptr("sentence", "is longer than {values}", values=values)
        case Op.LT:
            return ptr("sentence", "is less than {values}", values=values)
        case Op.LE:
            return ptr("sentence", "is at most {values}", values=values)
        case Op.GE:
            return ptr("sentence", "is at least {values}", values=values)
        case Op.GT:
            return ptr("sentence", "is more than {values}", values=values)
        case Op.BETWEEN:
            return ptr("sentence", "is between {values}", values=values)
        case Op.STARTS:
            return ptr("sentence", "starts with {values}", values=values)
        case Op.ENDS:
            return ptr("sentence", "ends with {values}", values=values)
        case Op.MATCHES:
            return ptr("sentence", "contains the words {values}", values=values)
        case Op.PHRASE:
            return ptr("sentence", "contains the phrase {values}", values=values)
        case _:
            return ptr("sentence", "contains {values}", values=values)


def _negative(op: Op, values: str) -> str:
    match op:
        case Op.BETWEEN:
            return ptr("sentence", "is not between {values}", values=values)
        case Op.STARTS:
            return ptr("sentence", "does not start with {values}", values=values)
        case Op.ENDS:
            return ptr("sentence", "does not end with {values}", values=values)
        case Op.MATCHES:
            return ptr("sentence", "does not contain the words {values}", values=values)
        case Op.PHRASE:
            return ptr("sentence", "does not contain the phrase {values}", values=values)
        case _:
            return ptr("sentence", "does not contain {values}", values=values)


def _told(condition: Condition) -> list[str]:
    entry = entry_of(condition.key)
    told = [word_value(entry, value) for value in condition.values]
    if entry.kind is Kind.CHOICE:
        return [ptr("choice in a sentence", "{text}", text=text) for text in told]
    return told if entry.kind in _PLAIN else [tr("“{text}”", text=text) for text in told]


def _either(told: Sequence[str], last: str) -> str:
    """Return values as a list, `a, b or c`; `last` stands before the last one."""
    if len(told) > _FEW:
        more = ntr("or {n} more", "or {n} more", len(told) - _FEW)
        return tr("{list} {more}", list=tr(", ").join(told[:_FEW]), more=more)
    return last.join(filter(None, (tr(", ").join(told[:-1]), *told[-1:])))


# --- moments

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


def _when(condition: Condition) -> str:
    moments = [str(value) for value in condition.values]
    if condition.op is Op.WITHIN and len(moments) == 1:
        return _within(moments[0])
    told = [word_moment(moment) for moment in moments]
    if condition.op is Op.BETWEEN and len(told) == 2:
        return ptr("moment", "from {first} to {last}", first=told[0], last=told[1])
    at = tr(", ").join(told)
    match condition.op:
        case Op.BEFORE:
            return ptr("moment", "before {moment}", moment=at)
        case Op.AFTER:
            return ptr("moment", "after {moment}", moment=at)
        case Op.GE:
            return ptr("moment", "not before {moment}", moment=at)
        case _:
            return ptr("moment", "not after {moment}", moment=at)


def _within(moment: str) -> str:
    told = word_moment(moment)
    named = {
        "today": ptr("moment", "today"),
        "yesterday": ptr("moment", "yesterday"),
        "thisweek": ptr("moment", "this week"),
        "lastweek": ptr("moment", "last week"),
        "thismonth": ptr("moment", "this month"),
        "lastmonth": ptr("moment", "last month"),
    }
    if moment in named:
        return named[moment]
    if moment.startswith("last") and moment.endswith("d"):
        return ntr("in the last {n} day", "in the last {n} days", int(moment[4:-1]))
    if "T" in moment:
        return ptr("moment", "at {moment}", moment=told)
    if _DATE.fullmatch(moment):
        return ptr("moment", "on {moment}", moment=told)
    return ptr("moment", "in {moment}", moment=told)
