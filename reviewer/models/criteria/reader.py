"""Reading the one-line form character by character: quotes, words, places of errors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from reviewer.errors import N_, QueryError, Reason

if TYPE_CHECKING:
    from typing import NoReturn

_SPACE: Final = re.compile(r"\s*")
_ESCAPES: Final = {'"': '"', "\\": "\\", "n": "\n", "t": "\t", "r": "\r"}
_HEX: Final = re.compile(r"[0-9A-Fa-f]{4}")
_WORDS: Final = {
    "or": re.compile(r'(?:OR|ИЛИ)(?![^\s()"])'),
    "and": re.compile(r'(?:AND|И)(?![^\s()"])'),
    "not": re.compile(r'(?:NOT|НЕ)(?![^\s()"])'),
}
KEYWORDS: Final = frozenset({"OR", "ИЛИ", "AND", "И", "NOT", "НЕ"})


class TokenKind(StrEnum):
    """What a stretch of the line is, for its colours."""

    KEY = "key"
    SIGN = "sign"
    VALUE = "value"
    TEXT = "text"
    """Full text: a bare word or a phrase."""
    WORD = "word"
    """OR, NOT, a leading minus."""
    PAREN = "paren"


@dataclass(frozen=True, slots=True)
class Token:
    """The characters [start, end) of the line."""

    kind: TokenKind
    start: int
    end: int


class Reader:
    """A place in a line, moving to the right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.tokens: list[Token] = []

    @property
    def at_end(self) -> bool:
        """Whether nothing is left."""
        return self.position >= len(self.text)

    @property
    def here(self) -> str:
        """The next character, "" at the end."""
        return self.text[self.position : self.position + 1]

    def skip_space(self) -> None:
        """Go to the next character that is no space."""
        self.run(_SPACE)

    def fail(self, reason: Reason | str, start: int, end: int | None = None) -> NoReturn:
        """Raise what is wrong with the characters [start, end) of the line."""
        last = len(self.text) if end is None else end
        raise QueryError(position=start, end=max(last, start), reason=reason)

    def note(self, kind: TokenKind, start: int) -> None:
        """Remember what was read since `start`."""
        if self.position > start:
            self.tokens.append(Token(kind, start, self.position))

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Go over what `pattern` finds here."""
        found = pattern.match(self.text, self.position)
        if found is not None:
            self.position = found.end()
        return found

    def run(self, pattern: re.Pattern[str]) -> str:
        """Go over what `pattern` finds here and return it, "" where it finds nothing."""
        found = self.match(pattern)
        return "" if found is None else found.group()

    def sees_word(self, word: str) -> bool:
        """Whether `or`, `and` or `not` stands here, in either language."""
        return _WORDS[word].match(self.text, self.position) is not None

    def take_word(self, word: str) -> bool:
        """Go over `or`, `and` or `not` if it stands here."""
        start = self.position
        if self.match(_WORDS[word]) is None:
            return False
        self.note(TokenKind.WORD, start)
        return True

    def take_sign(self, sign: str) -> bool:
        """Go over `sign` if it stands here."""
        if not self.text.startswith(sign, self.position):
            return False
        self.position += len(sign)
        return True

    def quoted(self) -> str:
        """Return what stands in the quotes that begin here."""
        start = self.position
        self.position += 1
        out: list[str] = []
        while not self.at_end:
            character = self.here
            self.position += 1
            if character == '"':
                return "".join(out)
            out.append(self._escaped() if character == "\\" else character)
        return self.fail(N_("the quotation mark is not closed"), start)

    def _escaped(self) -> str:
        start = self.position - 1
        character = self.here
        self.position += 1
        if character in _ESCAPES and character:
            return _ESCAPES[character]
        if character == "u":
            digits = self.match(_HEX)
            if digits is not None:
                return chr(int(digits.group(), 16))
        return self.fail(
            N_('after a backslash in quotes \\, ", n, t, r or u with four digits is expected'),
            start,
            min(self.position, len(self.text)),
        )


_UNSAFE: Final = re.compile(r'["\\]')
_RAW: Final = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}


def quote(text: str) -> str:
    """Return a text in quotes, on one line, so that `Reader.quoted` reads it back exactly."""
    escaped = _UNSAFE.sub(lambda match: "\\" + match.group(), text)
    return '"' + "".join(_visible(character) for character in escaped) + '"'


def _visible(character: str) -> str:
    if character in _RAW:
        return _RAW[character]
    if character < " " or character in "\x7f\x85\u2028\u2029" or "\ud800" <= character <= "\udfff":
        return f"\\u{ord(character):04x}"
    return character
