"""Where in a text stands what a full-text search looks for, and a line around it.

The places are those the index would find: whole words by their stems, and phrases word for word.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reviewer.models.criteria.catalogue import criterion
from reviewer.models.criteria.kinds import Kind
from reviewer.models.criteria.normal import effective
from reviewer.models.criteria.tree import Block, Node, Op
from reviewer.models.criteria.words import WORD, words_of
from reviewer.models.folding import fold
from reviewer.models.stemming import stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Mark = tuple[int, int]
"""From where to before where in a text, in characters."""

SNIPPET: Final = 160
"""About how many characters of a text a snippet shows."""
_BEFORE: Final = 40
_CUT: Final = "…"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A line of a text around what was looked for.

    Attributes:
        message: Which of the interaction's messages it is from, counted from 0.
        text: The line; cut ends have an ellipsis.
        marks: What matches, in `text`.
        offset: Where the line begins in the message, in characters.
    """

    message: int
    text: str
    marks: tuple[Mark, ...]
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a set of criteria looks for in texts: stems, and phrases as words in order."""

    stems: frozenset[str] = frozenset()
    phrases: tuple[tuple[str, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.stems or self.phrases)


def wanted_by(block: Block) -> Wanted:
    """Return what criteria look for in texts; what is negated is not looked for."""
    stems: set[str] = set()
    phrases: list[tuple[str, ...]] = []
    waiting: list[Node] = [effective(block)]
    while waiting:
        node = waiting.pop()
        if node.negated:
            continue
        if isinstance(node, Block):
            waiting.extend(node.members)
        elif _is_full_text(node.key):
            for value in map(str, node.values):
                if node.op is Op.PHRASE:
                    phrases.append(words_of(value))
                else:
                    stems.update(map(stem, words_of(value)))
    return Wanted(frozenset(stems), tuple(dict.fromkeys(phrases)))


def marks(text: str, wanted: Wanted) -> tuple[Mark, ...]:
    """Return where what is wanted stands in a text, in order, without overlaps."""
    if not wanted:
        return ()
    found = list(_words(text))
    hits = {place for place, (word, _) in enumerate(found) if stem(word) in wanted.stems}
    for phrase in wanted.phrases:
        for place in range(len(found) - len(phrase) + 1):
            if all(found[place + n][0] == word for n, word in enumerate(phrase)):
                hits.update(range(place, place + len(phrase)))
    return tuple(found[place][1] for place in sorted(hits))


def occurrences(text: str, wanted: str) -> tuple[Mark, ...]:
    """Return where a text has what was typed, letter case and ё apart, without overlaps."""
    key = fold(wanted)
    if not key:
        return ()
    folded, origins = _folded(text)
    found: list[Mark] = []
    place = folded.find(key)
    while place >= 0:
        end = place + len(key)
        found.append((place, end) if origins is None else (origins[place][0], origins[end - 1][1]))
        place = folded.find(key, end)
    return tuple(found)


def snippet(texts: Sequence[str], wanted: Wanted, length: int = SNIPPET) -> Snippet | None:
    """Return a line around the first match of the message that has most; None: no match."""
    every = [marks(text, wanted) for text in texts]
    best = max(range(len(texts)), key=lambda place: len(set(every[place])), default=None)
    if best is None or not every[best]:
        return None
    text, found = texts[best], every[best]
    begin = _word_start(text, max(0, found[0][0] - _BEFORE))
    end = min(len(text), max(begin + length, found[0][1]))
    shown = text[begin:end]
    head = _CUT if begin else ""
    tail = _CUT if end < len(text) else ""
    shift = len(head) - begin
    inside = tuple((a + shift, b + shift) for a, b in found if b <= end)
    line = "".join(" " if character.isspace() else character for character in shown)
    return Snippet(best, head + line + tail, inside, begin)


def _is_full_text(key: str) -> bool:
    try:
        return criterion(key).kind is Kind.FULLTEXT
    except KeyError:
        return False


def _word_start(text: str, place: int) -> int:
    """Return a place at or before one, where no word is cut."""
    least = max(0, place - _BEFORE)
    while place > least and not text[place - 1].isspace():
        place -= 1
    return place


def _words(text: str) -> Iterator[tuple[str, Mark]]:
    """Yield the folded words of a text with where they stand in it."""
    folded, origins = _folded(text)
    for found in WORD.finditer(folded):
        first, last = found.span()
        if origins is None:
            yield found[0], (first, last)
        else:
            yield found[0], (origins[first][0], origins[last - 1][1])


def _folded(text: str) -> tuple[str, list[Mark] | None]:
    """Return a text folded, and where each letter of that is from; None: from the same place."""
    folded = fold(text)
    if len(folded) == len(text) and unicodedata.is_normalized("NFC", text):
        return folded, None
    # Folding made it longer or shorter: letters are folded one by one, with their marks.
    whole: list[str] = []
    origins: list[Mark] = []
    for begin, end in _letters(text):
        piece = fold(text[begin:end])
        whole.append(piece)
        origins.extend([(begin, end)] * len(piece))
    return "".join(whole), origins


def _letters(text: str) -> Iterator[Mark]:
    begin = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not unicodedata.combining(text[place]):
            yield begin, place
            begin = place
