"""Sets of criteria as JSON values, for saving and exchange: versioned, in English, complete.

Unlike the one-line form this keeps what is switched off.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, TypeVar

from reviewer.errors import N_, CriteriaUnreadableError, Reason
from reviewer.models.criteria.tree import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    MAX_VALUES,
    Block,
    Condition,
    Join,
    Node,
    Op,
    walk,
)

if TYPE_CHECKING:
    from reviewer.models.criteria.tree import Scalar

VERSION: Final = 1
_T = TypeVar("_T", Join, Op)


def to_json(block: Block) -> dict[str, Any]:
    """Return a set as JSON values."""
    return {"version": VERSION, "criteria": _node_to_json(block)}


def _node_to_json(node: Node) -> dict[str, Any]:
    out: dict[str, Any]
    if isinstance(node, Block):
        out = {"join": node.join.value, "members": [_node_to_json(m) for m in node.members]}
    else:
        out = {"key": node.key, "op": node.op.value}
        if node.values:
            out["values"] = list(node.values)
    if node.negated:
        out["negated"] = True
    if not node.enabled:
        out["enabled"] = False
    return out


def from_json(value: object) -> Block:
    """Return the set that JSON values say. Whether it makes sense is for `check` to say.

    Raises:
        CriteriaUnreadableError: It is of a newer version, or no set of criteria.
    """
    if not isinstance(value, dict):
        raise _unreadable()
    version = value.get("version")
    if isinstance(version, int) and version > VERSION:
        raise CriteriaUnreadableError(
            position=0, reason=N_("they were saved by a newer version of Reviewer")
        )
    if version != VERSION:
        raise _unreadable()
    found = _node(value.get("criteria"), 0)
    if not isinstance(found, Block):
        raise _unreadable()
    if sum(1 for _ in walk(found)) > MAX_CONDITIONS + 1:
        raise CriteriaUnreadableError(position=0, reason=N_("there are more than 300 conditions"))
    return found


def _unreadable() -> CriteriaUnreadableError:
    return CriteriaUnreadableError(position=0, reason=N_("this is no set of criteria"))


def _node(value: object, depth: int) -> Node:
    if not isinstance(value, dict):
        raise _unreadable()
    negated = _flag(value.get("negated", False))
    enabled = _flag(value.get("enabled", True))
    if "members" not in value:
        return _condition(value, negated=negated, enabled=enabled)
    members = value["members"]
    if depth > MAX_DEPTH:
        raise CriteriaUnreadableError(
            position=0, reason=N_("blocks lie more than 20 deep in each other")
        )
    if not isinstance(members, list) or len(members) > MAX_CONDITIONS:
        raise _unreadable()
    join = _member_of(Join, value.get("join"))
    return Block(join, tuple(_node(member, depth + 1) for member in members), negated, enabled)


def _condition(value: dict[str, Any], *, negated: bool, enabled: bool) -> Condition:
    key = value.get("key")
    values = value.get("values", [])
    if not isinstance(key, str) or not isinstance(values, list) or len(values) > MAX_VALUES:
        raise _unreadable()
    op = _member_of(Op, value.get("op"))
    return Condition(key, op, tuple(_scalar(item) for item in values), negated, enabled)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _unreadable()
    return value


def _scalar(value: object) -> Scalar:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _unreadable()
    if isinstance(value, float) and not math.isfinite(value):
        raise _unreadable()
    return value


def _member_of(kind: type[_T], value: object) -> _T:
    try:
        return kind(str(value))
    except ValueError:
        raise CriteriaUnreadableError(
            position=0, reason=Reason(N_("{name} is not known here"), name=value)
        ) from None
