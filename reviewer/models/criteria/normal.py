"""The form in which two sets of criteria that say the same by their shape are the same.

The interpreters and the one-line form take a set in this form, so that they need not know about
what is switched off, empty blocks, and operators that are another's negation.
"""

from __future__ import annotations

from dataclasses import replace

from reviewer.models.criteria.catalogue import criterion
from reviewer.models.criteria.kinds import Kind
from reviewer.models.criteria.tree import Block, Condition, Join, Node, Op

_OPPOSITE = {Op.PRESENT: Op.EMPTY, Op.EMPTY: Op.PRESENT}


def effective(block: Block) -> Block:
    """Return what counts of a set: enabled members, no empty blocks, one way to say each thing.

    A block of one member is joined by AND, and the root is not negated: it holds the negated
    block instead. The empty set is `EVERYTHING`.
    """
    found = _block(block)
    if found is None:
        return Block()
    return Block(members=(found,)) if found.negated else found


def _block(block: Block) -> Block | None:
    if not block.enabled:
        return None
    members = tuple(kept for kept in map(_node, block.members) if kept is not None)
    if not members:
        return None
    join = block.join if len(members) > 1 else Join.AND
    return replace(block, join=join, members=members)


def _node(node: Node) -> Node | None:
    if isinstance(node, Block):
        return _block(node)
    return _condition(node) if node.enabled else None


def _condition(condition: Condition) -> Condition:
    if condition.op in _OPPOSITE and condition.negated:
        return replace(condition, op=_OPPOSITE[condition.op], negated=False)
    single = len(condition.values) == 1
    try:
        is_name = criterion(condition.key).kind in (Kind.NAME, Kind.CHOICE)
    except KeyError:
        return condition
    if condition.op is Op.ANY_OF and single and not is_name:
        return replace(condition, op=Op.IS)
    if condition.op is Op.IS and is_name:
        return replace(condition, op=Op.ANY_OF)
    return condition
