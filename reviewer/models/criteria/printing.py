"""Writing criteria as one line, in the language of the interface or in English.

What is printed is read back as the same criteria. Stored and exchanged is the English form.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from reviewer.messages import language
from reviewer.models.criteria.catalogue import CUSTOM, criterion, custom
from reviewer.models.criteria.kinds import ORDERED, PLAIN, Kind
from reviewer.models.criteria.normal import effective
from reviewer.models.criteria.reader import KEYWORDS, quote
from reviewer.models.criteria.tree import Block, Condition, Join, Node, Op
from reviewer.models.criteria.values import show_value

if TYPE_CHECKING:
    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.models.criteria.tree import Scalar

_SAFE_VALUE: Final = re.compile(r"[\w@+/#&%!?;'][\w@+/#&%!?;'.:-]*")
_SAFE_WORD: Final = re.compile(r"[^\W_][\w'.@+/-]*")
_SAFE_NAME: Final = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_SIGNS: Final = {
    Op.LT: "<", Op.LE: "<=", Op.EQ: ":", Op.GE: ">=", Op.GT: ">", Op.BEFORE: "<", Op.AFTER: ">",
    Op.WITHIN: ":",
}  # fmt: skip
_JOINS: Final = {"en": " OR ", "ru": " ИЛИ "}
_FLAGS: Final = {"en": ("yes", "no"), "ru": ("да", "нет")}


def print_line(block: Block, tongue: str | None = None) -> str:
    """Return a set of criteria as one line; what is switched off is left out.

    Args:
        block: The root.
        tongue: `en` for what is stored and exchanged; None: the language in force.
    """
    return _joined(effective(block), tongue or language())


def print_node(node: Node, tongue: str | None = None) -> str:
    """Return one condition or block as it stands in a line."""
    tongue = tongue or language()
    if isinstance(node, Block):
        return f"{'-' if node.negated else ''}({_joined(node, tongue)})"
    return _condition(node, tongue)


def _joined(block: Block, tongue: str) -> str:
    between = " " if block.join is Join.AND else _JOINS[tongue]
    return between.join(print_node(member, tongue) for member in block.members)


def entry_of(key: str) -> Criterion:
    """Return the entry of a key; for one that is not in the catalogue, one that shows it."""
    try:
        return criterion(key)
    except KeyError:
        return replace(custom(key), key=key, word=key)


def _condition(condition: Condition, tongue: str) -> str:
    entry = entry_of(condition.key)
    negated = condition.negated != (condition.op is Op.EMPTY)
    return f"{'-' if negated else ''}{_clause(entry, condition, tongue)}"


def _clause(entry: Criterion, condition: Condition, tongue: str) -> str:
    op, values = condition.op, condition.values
    key = key_text(entry, tongue)
    if op in (Op.PRESENT, Op.EMPTY):
        return f"{key}:*"
    if op in (Op.YES, Op.NO):
        return f"{key}:{_FLAGS[tongue][op is Op.NO]}"
    if entry.kind in ORDERED:
        written = [show_value(entry, value, tongue) for value in values]
        between = ".." if op is Op.BETWEEN else ","
        return f"{key}{_SIGNS.get(op, ':')}{between.join(written)}"
    if entry.kind is Kind.FULLTEXT:
        return _fulltext(key, op, values)
    # Where a colon means something else, "is" needs its own sign.
    sign = "=" if op in (Op.IS, Op.ANY_OF) and entry.default_op is not PLAIN[entry.kind] else ":"
    shown = (value_text(show_value(entry, value, tongue)) for value in values)
    return f"{key}{sign}{','.join(_marked(op, value) for value in shown)}"


def _fulltext(key: str, op: Op, values: tuple[Scalar, ...]) -> str:
    texts = [str(value) for value in values]
    if op is Op.PHRASE:
        phrases = ",".join(quote(text) for text in texts)
        return phrases if len(texts) == 1 else f"{key}:{phrases}"
    if len(texts) == 1 and _SAFE_WORD.fullmatch(texts[0]) and texts[0] not in KEYWORDS:
        return texts[0]
    return f"{key}:{','.join('~' + value_text(text) for text in texts)}"


def _marked(op: Op, value: str) -> str:
    match op:
        case Op.CONTAINS:
            return f"~{value}"
        case Op.STARTS:
            return f"{value}*"
        case Op.ENDS:
            return f"*{value}"
        case _:
            return value


def value_text(text: str) -> str:
    """Return a value as it stands in a line, in quotes where it needs them."""
    return text if _SAFE_VALUE.fullmatch(text) else quote(text)


def key_text(entry: Criterion, tongue: str) -> str:
    """Return the key of a criterion as it stands in a line."""
    word = entry.word if tongue == "ru" else entry.key
    if not entry.is_custom:
        return word
    name = entry.key[len(CUSTOM) :]
    prefix = word[: len(word) - len(name)]
    return word if _SAFE_NAME.fullmatch(name) else prefix + quote(name)
