"""Criteria in words: one condition for the builder's row, a whole set as one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reviewer.messages import ntr, ptr, tr
from reviewer.models.criteria.kinds import Kind, operator_name
from reviewer.models.criteria.normal import effective
from reviewer.models.criteria.printing import entry_of
from reviewer.models.criteria.tree import Block, Condition, Join, Node, Op, conditions
from reviewer.models.criteria.values import word_flag, word_value
from reviewer.models.interaction import Channel

_FEW: Final = 5
"""Values of one condition that a sentence names; a row names all."""


@dataclass(frozen=True, slots=True)
class ConditionParts:
    """What a builder's row shows of a condition, in the language in force.

    Attributes:
        name: The criterion's name.
        negated: Whether "not" stands before the operator.
        operator: Between name and values; "" where the values say it all (yes, no).
        values: Each on its own ground; two for between.
    """

    name: str
    negated: bool
    operator: str
    values: tuple[str, ...]


def parts(condition: Condition) -> ConditionParts:
    """Return a condition as the parts of a row. Takes incomplete conditions as well."""
    entry = entry_of(condition.key)
    if condition.op in (Op.YES, Op.NO):
        return ConditionParts(
            entry.name(), condition.negated, "", (word_flag(yes=condition.op is Op.YES),)
        )
    return ConditionParts(
        entry.name(),
        condition.negated,
        operator_name(condition.op, entry.kind),
        tuple(word_value(entry, value) for value in condition.values),
    )


def join_text(join: Join) -> str:
    """Return what a block's switch means."""
    return tr("all conditions hold") if join is Join.AND else tr("at least one holds")


def sentence(block: Block, *, channel: Channel | None = None) -> str:
    """Return what a set looks for, in the language in force, with what it leaves out.

    Args:
        block: The criteria; what is switched off is not told.
        channel: The channel searched; None: all.
    """
    found = effective(block)
    if not found.members:
        head = _everything(channel)
    else:
        head = _heading(channel, _joined(found))
    return " ".join((head, *_warnings(found)))


def _everything(channel: Channel | None) -> str:
    match channel:
        case Channel.VOICE:
            return tr("All phone calls.")
        case Channel.CHAT:
            return tr("All chats.")
        case Channel.EMAIL:
            return tr("All emails.")
        case _:
            return tr("All interactions.")


def _heading(channel: Channel | None, said: str) -> str:
    match channel:
        case Channel.VOICE:
            return tr("Phone calls where {conditions}.", conditions=said)
        case Channel.CHAT:
            return tr("Chats where {conditions}.", conditions=said)
        case Channel.EMAIL:
            return tr("Emails where {conditions}.", conditions=said)
        case _:
            return tr("Interactions where {conditions}.", conditions=said)


def _joined(block: Block) -> str:
    said = [_said(member) for member in block.members]
    between = tr(" and ") if block.join is Join.AND else tr(" or ")
    return between.join(said)


def _said(node: Node) -> str:
    if isinstance(node, Block):
        inside = _joined(node)
        return tr("not ({conditions})", conditions=inside) if node.negated else f"({inside})"
    shown = parts(node)
    if node.op in (Op.YES, Op.NO):
        text = tr("{criterion}: {value}", criterion=shown.name, value=shown.values[0])
    else:
        operator = shown.operator
        if node.op is Op.ANY_OF and len(node.values) == 1:
            operator = ptr("sentence", "is")
        text = " ".join(filter(None, (shown.name, operator, _values(node, shown.values))))
    return tr("not: {condition}", condition=text) if node.negated else text


def _values(condition: Condition, values: tuple[str, ...]) -> str:
    if condition.op is Op.BETWEEN and len(values) == 2:
        return tr("{first} and {last}", first=values[0], last=values[1])
    if entry_of(condition.key).kind not in (Kind.NUMBER, Kind.DURATION, Kind.MOMENT, Kind.CHOICE):
        values = tuple(tr("“{text}”", text=value) for value in values)
    named = tr(", ").join(values[:_FEW])
    if len(values) > _FEW:
        more = ntr("and {n} more", "and {n} more", len(values) - _FEW)
        return tr("{list} {more}", list=named, more=more)
    return named


def _warnings(block: Block) -> list[str]:
    """Return what a reader of the sentence might not expect."""
    warnings = []
    keys = {condition.key for condition in conditions(block)}
    asked = {c.key for c in conditions(block) if (c.op is Op.YES) != c.negated}
    if "recording" in asked:
        warnings.append(tr("Expired and deleted recordings are not included."))
    if "screen" in asked:
        warnings.append(tr("Expired and deleted screen recordings are not included."))
    if "voice_signature" in asked:
        warnings.append(tr("Those whose recording was removed since are included."))
    if "text" in keys:
        warnings.append(tr("Texts that were deleted cannot be found."))
    return warnings
