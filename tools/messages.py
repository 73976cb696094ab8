"""Extract, set and compile the program's wording.

    python tools/messages.py update          extract all literals into the .po, compile
    python tools/messages.py check           exit 1 if it is not up to date or untranslated
    python tools/messages.py missing         list what has no Russian yet, as JSON
    python tools/messages.py set FILE.json   {"English": "Russian" or ["1", "2-4", "5+"]}, update

A key `context<U+0004>English` sets the translation of a text with a context.
"""

from __future__ import annotations

import ast
import io
import json
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "locale" / "ru" / "LC_MESSAGES"
PO = FOLDER / "reviewer.po"
MO = FOLDER / "reviewer.mo"
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)
KEYWORDS = {"tr": None, "ntr": (1, 2), "ptr": ((1, "c"), 2), "N_": None}


@contextmanager
def _lock() -> Iterator[None]:
    """Let one process at a time rewrite the catalogue."""
    path = Path(tempfile.gettempdir()) / "reviewer-messages.lock"
    for _ in range(600):
        try:
            path.open("x").close()
            break
        except FileExistsError:
            time.sleep(0.1)
    else:
        sys.exit(f"{path} is left from a run that was ended: remove it")
    try:
        yield
    finally:
        path.unlink()


def _read() -> Catalog:
    if PO.exists():
        with PO.open("rb") as file:
            return read_po(file, locale="ru")
    return Catalog(locale="ru", project="Reviewer", charset="utf-8", fuzzy=False)


def _place(row: tuple[str, int, object, object, str | None]) -> tuple[str, str, str]:
    """Return what orders found texts the same on every file system."""
    name, _line, msgid, _comments, context = row
    return str(msgid), context or "", name


def _extract(old: Catalog) -> Catalog:
    """Return a catalogue of all literals, with the translations known so far."""
    new = Catalog(locale="ru", project="Reviewer", charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        str(ROOT / "reviewer"), method_map=[("**.py", "python")], keywords=KEYWORDS
    )
    for name, _line, msgid, _comments, context in sorted(found, key=_place):
        known = old.get(msgid[0] if isinstance(msgid, tuple) else msgid, context)
        string = known.string if known is not None else None
        new.add(msgid, string, locations=[(name.replace("\\", "/"), 0)], context=context)
    return new


def _faults(catalogue: Catalog) -> list[str]:
    """Return calls that extraction cannot serve: no literal, or hidden in an f-string."""
    faults = []
    for path in sorted((ROOT / "reviewer").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id not in KEYWORDS or not node.args:
                continue
            place = f"{path.relative_to(ROOT)}:{node.lineno}"
            texts = node.args[:2] if node.func.id == "ptr" else node.args[:1]
            if not all(isinstance(t, ast.Constant) and isinstance(t.value, str) for t in texts):
                if path.name != "messages.py":
                    faults.append(f"{place}: {node.func.id}() takes a literal")
                continue
            values = [t.value for t in texts if isinstance(t, ast.Constant)]
            context = str(values[0]) if len(values) == 2 else None
            if catalogue.get(str(values[-1]), context) is None:
                faults.append(f"{place}: not extracted (inside an f-string?): {values[-1]!r}")
    return faults


def _po_bytes(catalogue: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(buffer, catalogue, sort_output=True, omit_header=False, include_lineno=False, width=98)
    lines = buffer.getvalue().decode().splitlines(keepends=True)
    drop = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Last-Translator')
    return "".join(
        line for line in lines if not line.startswith((*drop, "# ", "#\n", "#, fuzzy"))
    ).encode()


def _mo_bytes(catalogue: Catalog) -> bytes:
    buffer = io.BytesIO()
    written = read_po(io.BytesIO(_po_bytes(catalogue)), locale="ru")
    # Without a date of its own it would carry the minute it was compiled in.
    written.creation_date = written.revision_date = _NO_DATE
    write_mo(buffer, written)
    return buffer.getvalue()


def _missing(catalogue: Catalog) -> list[str]:
    rows = []
    for message in catalogue:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, tuple | list) else [message.string]
        if not all(strings):
            msgid = message.id[0] if isinstance(message.id, tuple) else message.id
            rows.append(f"{message.context}\u0004{msgid}" if message.context else msgid)
    return sorted(rows)


def _apply(catalogue: Catalog, pairs: dict[str, str | list[str]]) -> list[str]:
    unknown = []
    for key, value in pairs.items():
        context, _, msgid = key.rpartition("\u0004")
        message = catalogue.get(msgid, context or None)
        if message is None:
            unknown.append(key)
        else:
            message.string = tuple(value) if isinstance(value, list) else value
    return unknown


def _write(catalogue: Catalog) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(_po_bytes(catalogue))
    MO.write_bytes(_mo_bytes(catalogue))


def main(arguments: list[str]) -> int:
    """Run one of the subcommands; return the exit code."""
    command = arguments[0] if arguments else "update"
    with _lock():
        catalogue = _extract(_read())
        if command == "check":
            stale = not PO.exists() or PO.read_bytes() != _po_bytes(catalogue)
            stale = stale or MO.read_bytes() != _mo_bytes(catalogue)
            missing = _missing(catalogue) + _faults(catalogue)
            if stale:
                print("the catalogue is not up to date: python tools/messages.py update")
            for text in missing:
                print(f"no Russian: {text}")
            return 1 if stale or missing else 0
        if command == "missing":
            print(json.dumps(_missing(catalogue), ensure_ascii=False, indent=1))
            return 0
        if command == "set":
            pairs = json.loads(Path(arguments[1]).read_text(encoding="utf-8"))
            for key in _apply(catalogue, pairs):
                print(f"not found in the program: {key!r}")
        _write(catalogue)
        print(f"{len(catalogue)} texts, {len(_missing(catalogue))} without Russian")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
