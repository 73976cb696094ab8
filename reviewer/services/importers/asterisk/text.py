"""Log files as lines and fields, however damaged. Imported by the readers of this package."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedIOBase

MAX_LINE_BYTES = 256 * 1024
"""A row is some hundred bytes; a longer one is not a row."""
_JOINED_LINES = 4
"""How many lines a quoted line break may join: a caller's name has one at most."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log; `fault` is set when it cannot be text: `nul`, `long`."""

    number: int
    text: str
    size_bytes: int
    fault: str = ""


def decode(data: bytes) -> str:
    """Return text from UTF-8, or from CP1251 where it cannot be UTF-8.

    Asterisk cuts names at a number of bytes, so a single broken letter in otherwise good UTF-8
    stays UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        broken = text.count("\ufffd")
        whole = sum(1 for letter in text if ord(letter) > 127) - broken
        if whole > broken:
            return text
        return data.decode("cp1251", "replace")


def lines_of(file: BufferedIOBase) -> Iterator[Line]:
    """Yield the lines that are not blank, numbered from 1. Reads no more than a line ahead."""
    number = 0
    while data := file.readline(MAX_LINE_BYTES):
        number += 1
        size = len(data)
        if not data.endswith(b"\n") and size == MAX_LINE_BYTES:
            while rest := file.readline(MAX_LINE_BYTES):
                size += len(rest)
                if rest.endswith(b"\n"):
                    break
            yield Line(number, "", size, "long")
            continue
        if b"\0" in data:
            yield Line(number, "", size, "nul")
            continue
        text = decode(data).rstrip("\r\n")
        if number == 1:
            text = text.removeprefix("\ufeff")
        if text.strip():
            yield Line(number, text, size)


def rows_of(lines: Iterator[Line]) -> Iterator[tuple[Line, list[str] | None]]:
    """Yield each row with its first line; None where quotes are not closed, or it is no text."""
    open_row: list[Line] = []
    for line in lines:
        if line.fault:
            yield from ((part, None) for part in (*open_row, line))
            open_row.clear()
            continue
        fields = split(line.text)
        if open_row:
            joined = split("\n".join(part.text for part in (*open_row, line)))
            if fields is not None and (joined is None or line.text.startswith('"')):
                # A whole row of its own: the quote before it was never closed.
                yield from ((part, None) for part in open_row)
                open_row.clear()
            elif joined is not None:
                yield open_row[0], joined
                open_row.clear()
                continue
        if fields is not None:
            yield line, fields
            continue
        open_row.append(line)
        if len(open_row) > _JOINED_LINES:
            yield from ((part, None) for part in open_row)
            open_row.clear()
    yield from ((part, None) for part in open_row)


def split(text: str) -> list[str] | None:
    """Return the fields of one row, or None if a quote is not closed.

    Inside quotes a quote is doubled, or behind a backslash: Asterisk's own back-ends do the one,
    formats of its configuration files the other, some both.
    """
    if "\\" not in text:
        try:
            return next(csv.reader([text], strict=True))
        except csv.Error:
            # Not as it should be: gone through letter by letter.
            pass
    fields: list[str] = []
    position = 0
    length = len(text)
    while True:
        if position < length and text[position] == '"':
            value, position = _quoted(text, position + 1)
            if value is None:
                return None
        else:
            end = text.find(",", position)
            end = length if end < 0 else end
            value, position = text[position:end], end
        fields.append(value)
        if position >= length:
            return fields
        position += 1


def _quoted(text: str, position: int) -> tuple[str | None, int]:
    length = len(text)
    value: list[str] = []
    while position < length:
        letter = text[position]
        following = text[position + 1 : position + 2]
        escaped = letter == "\\" and following == '"'
        if escaped and text[position + 2 : position + 3] not in ("", ",", '"'):
            value.append('\\"')
            position += 2
            continue
        if letter == '"':
            if following == '"':
                value.append('"')
                position += 2
                continue
            if following in ("", ","):
                return "".join(value), position + 1
            # A quote in the middle that nobody escaped: part of the text.
        value.append(letter)
        position += 1
    return None, position


_CALLER = re.compile(r'^\s*(?:"(?P<quoted>.*)"|(?P<bare>[^<]*?))\s*<(?P<number>[^<>]*)>\s*$', re.S)


def caller_id(text: str) -> tuple[str, str]:
    """Return name and number from `"Name" <number>`, quotes behind backslashes undone."""
    found = _CALLER.match(text)
    if found is None:
        return "", text.strip().strip('"')
    name = found["quoted"] if found["quoted"] is not None else found["bare"]
    if name.startswith('\\"') and name.endswith('\\"') and len(name) > 3:
        # The quotes around it were escaped like those in it.
        name = name[2:-2]
    name = re.sub(r'\\(["\\])', r"\1", name).strip()
    number = found["number"].strip()
    return ("" if name == number else name), number
