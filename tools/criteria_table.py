# ruff: noqa: E501 (paragraphs of Markdown stand one a line)
"""Write docs/criteria.md: every criterion, its operators, and the channels that have it.

Run: python tools/criteria_table.py [--check]

The table is made of the catalogue of criteria alone. With --check nothing is written, and it ends
with 1 where the page is not what the catalogue says.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reviewer.messages import speaking
from reviewer.models.criteria.catalogue import CRITERIA, custom
from reviewer.models.criteria.kinds import OPERATORS, Kind, operator_name
from reviewer.models.criteria.tree import Op
from reviewer.models.interaction import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.models.criteria.catalogue import Criterion

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "criteria.md"
_HEAD: Final = """\
# Criteria

Made by `python tools/criteria_table.py` out of `reviewer/models/criteria/catalogue.py`; not edited by hand, and a test sees that it is current.

Each cell says for which channels a criterion takes an operator: V voice, C chat, E email. Every cell is tested on SQLite and on PostgreSQL against the meaning in Python, with values that match some, others and none (`tests/conformance/test_criteria.py`). Every condition can be negated. Where no channel is chosen, a condition, negated or not, finds interactions of the channels that have its criterion only (`km:no` and `-km:yes`: chats and emails); a negated block finds all that the block does not. `*`: not offered to, and refused for, a user whose only listening privilege is the one for assigned services. The line accepts the English and the Russian key; further words for a key are in the catalogue.
"""
_TITLES: Final = {
    Kind.TEXT: "Texts",
    Kind.PHONE: "Addresses",
    Kind.GIID: "GIID",
    Kind.NAME: "Names",
    Kind.NUMBER: "Numbers",
    Kind.SHARE: "Shares",
    Kind.DURATION: "Durations",
    Kind.MOMENT: "Dates",
    Kind.CHOICE: "Choices",
    Kind.FLAG: "Yes or no",
    Kind.FULLTEXT: "Full text",
}
_NOTES: Final = {
    Kind.TEXT: "Letter case, `ё` and composition do not matter.",
    Kind.PHONE: "A phone number is compared by its digits, any other address as a text.",
    Kind.NAME: "Completed from the store while typing. Letter case matters for dispositions with *any of* alone.",
    Kind.NUMBER: "A decimal comma is accepted.",
    Kind.SHARE: "In percent: `30`, `30%`, `12.5%`, a decimal comma is accepted; equal to a whole percent is what is shown as that percent. Both are shares of the talk: what was recorded of all parts, without queue, menu, ringing, hold, work after the call, music and tones of the network. Silence is where nobody speaks for about a second or longer, talk-over where two or more speak at once for half a second or longer. Talk-over is known only where the parties were recorded in channels of their own; both only of calls that were listened to (by the import, on opening, or by `reviewer import --listen all`).",
    Kind.DURATION: "`90s`, `5m`, `1h30m`, `5:00`.",
    Kind.MOMENT: "In the centre's time zone; also `today`, `yesterday`, `last7d`, `thisweek`, `lastmonth` and others. *in the period* is `key:value`.",
    Kind.FULLTEXT: "What the parties said and wrote, not system messages. Words by their stems, Russian and English; phrases exactly.",
}


def page() -> str:
    """Return the page's text."""
    with speaking("en"):
        entries = (*CRITERIA, custom("NAME"))
        parts = [_table(kind, [e for e in entries if e.kind is kind]) for kind in Kind]
    return "\n".join([_HEAD, *(part for part in parts if part)])


def _table(kind: Kind, entries: list[Criterion]) -> str:
    if not entries:
        return ""
    ops = OPERATORS[kind]
    lines = [f"## {_TITLES[kind]}", ""]
    if kind in _NOTES:
        lines += [_NOTES[kind], ""]
    lines.append(_row("criterion", "key", "Russian key", *(_named(op, kind) for op in ops)))
    lines.append(_row(*(["---"] * (len(ops) + 3))))
    lines += [_row(*_cells(entry, ops)) for entry in sorted(entries, key=lambda e: e.name())]
    return "\n".join(lines) + "\n"


def _named(op: Op, kind: Kind) -> str:
    name = operator_name(op, kind)
    return f"{name} phrase" if op is Op.PHRASE and name == "contains" else name


def _cells(entry: Criterion, ops: tuple[Op, ...]) -> Iterator[str]:
    name = "[custom fields]" if entry.is_custom else entry.name()
    yield name + ("*" if entry.restricted else "")
    yield f"`{entry.key}`"
    yield f"`{entry.word}`"
    channels = " ".join(c.value[0].upper() for c in Channel if c in entry.channels)
    for op in ops:
        yield channels if op in entry.operators else ""


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def main() -> int:
    """Write the page, or say whether it is current."""
    made = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(made, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == made:
        return 0
    print("docs/criteria.md is not current: run python tools/criteria_table.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
