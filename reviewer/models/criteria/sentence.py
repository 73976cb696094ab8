"""Criteria in words: one condition for the builder's row, a whole set as one sentence."""

from __future__ import annotations

from dataclasses import dataclass

from reviewer.messages import tr
from reviewer.models.criteria.kinds import operator_name
from reviewer.models.criteria.normal import effective
from reviewer.models.criteria.printing import entry_of
from reviewer.models.criteria.saying import clause
from reviewer.models.criteria.tree import Block, Condition, Join, Node, Op, conditions
from reviewer.models.criteria.values import word_flag, word_value
from reviewer.models.interaction import Channel


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
            return tr("Phone calls {conditions}.", conditions=said)
        case Channel.CHAT:
            return tr("Chats {conditions}.", conditions=said)
        case Channel.EMAIL:
            return tr("Emails {conditions}.", conditions=said)
        case _:
            return tr("Interactions {conditions}.", conditions=said)


def _joined(block: Block) -> str:
    said = [_said(member) for member in block.members]
    last = tr(" and ") if block.join is Join.AND else tr(" or ")
    return last.join(filter(None, (tr(", ").join(said[:-1]), said[-1])))


def _said(node: Node) -> str:
    if isinstance(node, Block):
        inside = _joined(node)
        return _not(inside) if node.negated else f"({inside})"
    return clause(node)


def _not(inside: str) -> str:
    return tr("not ({conditions})", conditions=inside)


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
    if keys & {"silence", "talkover"}:
        warnings.append(tr("Calls that were not listened to yet cannot be found."))
    if "talkover" in keys:
        warnings.append(tr("Talk-over is known only where each party has a channel of their own."))
    if "text" in keys:
        warnings.append(tr("Texts that were deleted cannot be found."))
    return warnings
