"""Looking over a catalogue's file: pages, indexes, references. Imported inside `storage` only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.errors import N_
from reviewer.storage.state import Finding

if TYPE_CHECKING:
    from reviewer.storage.catalogue.engine import Database

_MANY: Final = 100


def examine(database: Database, *, repair: bool) -> list[Finding]:
    """Look for pages, indexes and references of the catalogue's file that are not as they must be.

    Indexes are made anew on repair; other damage needs a backup.
    """
    with database.plain() as connection:
        lines = [
            str(row[0])
            for row in connection.exec_driver_sql(f"PRAGMA integrity_check({_MANY})")
            if row[0] != "ok"
        ]
        references = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_MANY)
    of_index = [line for line in lines if " index " in line]
    repaired = False
    if of_index and repair:
        with database.plain() as connection:
            connection.exec_driver_sql("REINDEX")
            after = connection.exec_driver_sql(f"PRAGMA integrity_check({_MANY})").all()
        left = {str(row[0]) for row in after}
        repaired = not left & set(of_index)
    findings = []
    if of_index:
        detail = N_("an index does not agree with its table")
        findings.append(Finding("index", of_index[0], detail, repairable=True, repaired=repaired))
    findings += [
        Finding("catalogue", line, N_("a part of it cannot be read"))
        for line in lines
        if line not in of_index
    ]
    findings += [
        Finding("catalogue", str(row[0]), N_("a row refers to one that is not there"))
        for row in references
    ]
    return findings
