"""The one-line form of criteria: `agent:ivanova duration>5m (flagged:yes OR "credit card")`.

Space is AND; OR, NOT or a leading minus, parentheses; NOT binds before AND before OR. Words of
the language are written in capitals, in English or Russian, as are keys, units and values in
either. Printing is in `printing`. Source: search.md, "The line".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

from reviewer.errors import N_, QueryError, Reason
from reviewer.models.criteria.catalogue import criterion, find_key, keys_like
from reviewer.models.criteria.clause import read_clause
from reviewer.models.criteria.printing import print_line, print_node
from reviewer.models.criteria.reader import Reader, Token, TokenKind
from reviewer.models.criteria.tree import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    Block,
    Condition,
    Join,
    Node,
    Op,
    Path,
)
from reviewer.models.criteria.values import fault_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEY: Final = re.compile(
    r'([^\W\d]\w*(?:\.[\w-]+)*)(\."(?:[^"\\]|\\.)*")?(?=:|<|>|=|≤|≥)',
)
_BARE: Final = re.compile(r'[^\s()"]+')
_NEGATION: Final = {Op.PRESENT: Op.EMPTY, Op.EMPTY: Op.PRESENT}


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a line says.

    Attributes:
        tree: The criteria.
        places: For the path of each node, where it stands: [start, end).
        tokens: What the stretches of the line are, for its colours.
    """

    tree: Block
    places: Mapping[Path, tuple[int, int]]
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Completable:
    """What is being typed at the cursor.

    Attributes:
        key: The criterion whose value it is; None: a key, or a word of full text.
        prefix: What is there so far, without quotes.
        start, end: What a completion replaces.
    """

    key: str | None
    prefix: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Placed:
    node: Node
    start: int
    end: int
    inside: tuple[_Placed, ...] = ()


def parse_line(text: str) -> Block:
    """Return the criteria that a line says; the empty line matches everything.

    Raises:
        QueryError: It cannot be read; the fields `position` and `end` mark the place, `reason`
            says what was expected there.
    """
    return parse_with_places(text).tree


def parse_with_places(text: str) -> Parsed:
    """Return the criteria that a line says, with where each stands. Raises as `parse_line`."""
    reader = Reader(text)
    reader.skip_space()
    if reader.at_end:
        return Parsed(Block(), {(): (0, len(text))}, ())
    root = _Grammar(reader).line()
    places: dict[Path, tuple[int, int]] = {}
    _place(root, (), places)
    for path, (start, end) in places.items():
        if len(path) > MAX_DEPTH + 1:
            reader.fail(N_("blocks lie more than 20 deep in each other"), start, end)
    return Parsed(cast("Block", root.node), places, tuple(reader.tokens))


def highlight(text: str) -> tuple[Token, ...]:
    """Return what the stretches of a line are, up to where it cannot be read."""
    reader = Reader(text)
    reader.skip_space()
    try:
        if not reader.at_end:
            _Grammar(reader).line()
    except QueryError:
        pass
    return tuple(reader.tokens)


def _place(placed: _Placed, path: Path, places: dict[Path, tuple[int, int]]) -> None:
    places[path] = (placed.start, placed.end)
    for index, member in enumerate(placed.inside):
        _place(member, (*path, index), places)


class _Grammar:
    """Recursive descent; parentheses are the only recursion, and are counted."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._open = 0
        self._nodes = 0

    def line(self) -> _Placed:
        """Read all of it."""
        whole = self._either()
        if not self._reader.at_end:
            start = self._reader.position
            self._reader.fail(N_("no parenthesis is open here"), start, start + 1)
        return whole

    def _either(self) -> _Placed:
        start = self._reader.position
        parts = [self._all()]
        while self._reader.take_word("or"):
            parts.append(self._all())
        if len(parts) == 1:
            return parts[0]
        # One condition alone stands for itself; several form a block of their own.
        members = tuple(p.inside[0] if len(p.inside) == 1 else p for p in parts)
        block = Block(Join.OR, tuple(member.node for member in members))
        return _Placed(block, start, members[-1].end, members)

    def _all(self) -> _Placed:
        reader = self._reader
        members: list[_Placed] = []
        due = True
        reader.skip_space()
        start = reader.position
        while not (reader.at_end or reader.here == ")" or reader.sees_word("or")):
            if not due and reader.take_word("and"):
                due = True
            else:
                members.append(self._term())
                due = False
            reader.skip_space()
        if due:
            reader.fail(N_("a condition is expected here"), reader.position, reader.position + 1)
        block = Block(Join.AND, tuple(member.node for member in members))
        return _Placed(block, start, members[-1].end, tuple(members))

    def _term(self) -> _Placed:
        reader = self._reader
        start = reader.position
        negated = False
        while True:
            mark = reader.position
            if reader.take_word("not"):
                reader.skip_space()
            elif reader.take_sign("-"):
                reader.note(TokenKind.WORD, mark)
            else:
                break
            negated = not negated
            if reader.at_end or reader.here.isspace() or reader.here == ")":
                reader.fail(N_("a condition is expected here"), mark, reader.position)
        placed = self._atom()
        self._count(start)
        node = _negated(placed.node) if negated else placed.node
        return _Placed(node, start, placed.end, placed.inside)

    def _count(self, start: int) -> None:
        self._nodes += 1
        if self._nodes > MAX_CONDITIONS:
            self._reader.fail(N_("there are more than 300 conditions"), start)

    def _atom(self) -> _Placed:
        reader = self._reader
        start = reader.position
        if reader.here == "(":
            return self._group()
        if reader.here == '"':
            phrase = reader.quoted()
            reader.note(TokenKind.TEXT, start)
            return self._text(Op.PHRASE, phrase, start)
        if reader.sees_word("or") or reader.sees_word("and"):
            reader.fail(N_("a condition is expected here"), start, start + 1)
        key = reader.match(_KEY)
        if key is not None:
            return self._clause(key)
        bare = reader.run(_BARE)
        reader.note(TokenKind.TEXT, start)
        return self._text(Op.MATCHES, bare, start)

    def _group(self) -> _Placed:
        reader = self._reader
        start = reader.position
        self._open += 1
        if self._open > MAX_DEPTH:
            reader.fail(N_("blocks lie more than 20 deep in each other"), start, start + 1)
        reader.position += 1
        reader.note(TokenKind.PAREN, start)
        inner = self._either()
        mark = reader.position
        if not reader.take_sign(")"):
            reader.fail(N_("the parenthesis is not closed"), start, start + 1)
        reader.note(TokenKind.PAREN, mark)
        self._open -= 1
        return _Placed(inner.node, start, reader.position, inner.inside)

    def _text(self, op: Op, text: str, start: int) -> _Placed:
        end = self._reader.position
        fault = fault_of(criterion("text"), text)
        if fault is not None:
            self._reader.fail(fault, start, end)
        return _Placed(Condition("text", op, (text,)), start, end)

    def _clause(self, match: re.Match[str]) -> _Placed:
        reader = self._reader
        start = match.start()
        word = match.group(1)
        if match.group(2) is not None:
            # The name of a custom field in quotes, as any other quoted text.
            reader.position = match.start(2) + 1
            word += "." + reader.quoted()
        reader.note(TokenKind.KEY, start)
        key = find_key(word)
        if key is None:
            reader.fail(_no_criterion(word), start, match.end())
        condition = read_clause(reader, criterion(key))
        return _Placed(condition, start, reader.position)


def _no_criterion(word: str) -> Reason:
    like = keys_like(word)
    if like:
        return Reason(
            N_(
                "there is no criterion {word}; did you mean {like}? "
                "Put it in quotes to look for it as text"
            ),
            word=word,
            like=", ".join(like),
        )
    return Reason(
        N_("there is no criterion {word}; put it in quotes to look for it as text"), word=word
    )


def _negated(node: Node) -> Node:
    if isinstance(node, Condition) and node.op in _NEGATION:
        return replace(node, op=_NEGATION[node.op])
    return replace(node, negated=not node.negated)


# --- completion ------------------------------------------------------------------------------

_TYPED_KEY: Final = re.compile(
    r'([^\W\d]\w*(?:\.[\w-]+)*(?:\."(?:[^"\\]|\\.)*")?)(?::|<=?|>=?|=|≤|≥)[~*]?'
)


def complete_at(text: str, cursor: int) -> Completable:
    """Return what is being typed at `cursor`, so that it can be completed."""
    start, comma = _unit_before(text, cursor)
    while start < cursor and text[start] == "-":
        start += 1
    typed = _TYPED_KEY.match(text, start, cursor)
    key = find_key(typed.group(1).replace('"', "")) if typed is not None else None
    if typed is None or key is None:
        return Completable(None, text[start:cursor].strip('"'), start, cursor)
    begin = max(typed.end(), comma)
    return Completable(key, text[begin:cursor].lstrip("~").strip('"'), begin, cursor)


def _unit_before(text: str, cursor: int) -> tuple[int, int]:
    """Return where the condition at the cursor begins, and its last value."""
    start = comma = 0
    quoted = False
    index = 0
    while index < min(cursor, len(text)):
        character = text[index]
        index += 1
        if quoted and character == "\\":
            index += 1
        elif character == '"':
            quoted = not quoted
        elif not quoted and (character.isspace() or character in "()"):
            start = comma = index
        elif not quoted and character == ",":
            comma = index
    return start, comma


__all__ = [
    "Completable",
    "Parsed",
    "Token",
    "TokenKind",
    "complete_at",
    "highlight",
    "parse_line",
    "parse_with_places",
    "print_line",
    "print_node",
]
