"""Names and cells that are up to something; and those collected by others, where they are."""

from __future__ import annotations

import json
from pathlib import Path

NASTY_NAMES = [
    "CON",
    "con.wav",
    "aux.",
    "LPT¹",
    "CONIN$",
    "..",
    "...",
    " . . ",
    "a/../../b",
    "..\\..\\windows",
    "C:x",
    "\\\\host\\share\\x",
    "//host/share",
    "x:stream:$DATA",
    "~root",
    "-rf",
    "$(touch x)",
    "`id`",
    "%APPDATA%",
    "e\u0301" * 200,
    "\u202egpj.exe",
    "\ufeffbom",
    "\u0301alone",
    "a\nb\rc\td",
    "nul\x00l",
    "x" * 255,
    "й" * 255,
    "👩‍👩‍👧" * 60,
    ".wav",
    "\ud800half",
    "CON\u200b",
    "\u202eNUL",
]

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    '=cmd|"/C calc"!A0',
    "  =HYPERLINK(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\x00=1+1",
    "\ufeff=1+1",
    "\u200b@x",
    "\uff1d1+1",
    '=1+1";=2',
    "x;=cmd|' /C calc'!A0",
    'x; "=1+1',
    "x\t@SUM(1)",
    "line\n=1+1",
    "line\r\n\u200b+1",
    "a,b;c\td",
    'say "no"',
    "line\r\nbreak",
    "'quoted",
    "_x0041_",
    "https://example.org/=1",
    "internal:Sheet2!A1",
    "{=1+1}",
    "00123",
    "1E5",
    "TRUE",
]

_COLLECTED = Path(__file__).parents[3] / "shared" / "realdata" / "6_names_csv"


def collected_names() -> list[str]:
    """Return our own names, with those collected by others where that folder is."""
    names = NASTY_NAMES + FORMULAS
    if _COLLECTED.is_dir():
        for file in ("filenames_hard_A.json", "blns.json"):
            names += json.loads((_COLLECTED / file).read_text(encoding="utf-8"))
        traversals = _COLLECTED / "directory_traversal.txt"
        text = traversals.read_text(encoding="utf-8", errors="replace")
        names += text.splitlines()
        notes = (_COLLECTED / "csv-injection-notes.md").read_text(encoding="utf-8")
        names += [line.strip() for line in notes.splitlines() if line.startswith("    ")]
    return names
