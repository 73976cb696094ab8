# ruff: noqa: E501 (paragraphs of Markdown stand one a line)
"""Write docs/access.md: every privilege, and what each operation takes.

Run: python tools/access_table.py [--check]

With --check nothing is written, and it ends with 1 where the page is not current.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from reviewer.messages import speaking, translated
from reviewer.models.access import CATALOGUE, READY_MADE_ROLES
from reviewer.models.operations import OPERATIONS, Reach

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "access.md"
_HEAD: Final = """\
# Access

Made by `python tools/access_table.py` out of `reviewer/models/access.py` and `operations.py`; not edited by hand, and a test sees that it is current.

The store asks for the privilege in every call, whoever calls: the window and the command line only leave out what would be refused. A session does nothing that is not in the table of operations below. `tests/storage/test_access_matrix.py` tries each privilege on each operation, and each operation on interactions of every kind that a user may and may not see; `test_access_of_many.py` those that take many; `tests/cli/test_refusals.py` each command.

What one may not see does not exist: it is not counted, completed, sorted by, found, exported or linked to, and asking for it gives the same error as asking for what never was.
"""
_REACH: Final = {
    Reach.STORE: "the store",
    Reach.SEEN: "what may be seen",
    Reach.ONE: "one interaction that may be seen",
    Reach.OWN: "one's own",
}


def page() -> str:
    """Return the page's text."""
    with speaking("en"):
        return "\n".join([_HEAD, *_privileges(), "", *_operations(), ""])


def _privileges() -> list[str]:
    lines = [
        "## Privileges",
        "",
        "| key | name | ready-made roles that have it |",
        "| --- | --- | --- |",
    ]
    for key, entry in CATALOGUE.items():
        roles = ", ".join(
            translated(role.title) for role in READY_MADE_ROLES if key in role.privileges
        )
        lines.append(f"| `{key.value}` | {translated(entry.title)} | {roles} |")
    return lines


def _operations() -> list[str]:
    lines = [
        "## Operations",
        "",
        "| operation | reaches | takes one of | remark |",
        "| --- | --- | --- | --- |",
    ]
    for name, need in OPERATIONS.items():
        takes = ", ".join(f"`{one.value}`" for one in sorted(need.any_of)) or "–"
        lines.append(f"| `{name}` | {_REACH[need.reach]} | {takes} | {need.remark} |")
    return lines


def main() -> int:
    """Write the page, or say whether it is current."""
    made = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(made, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == made:
        return 0
    print("docs/access.md is not current: run python tools/access_table.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
