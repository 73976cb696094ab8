"""What findings and errors call content: its file and interaction, where that may be seen.

Who looks a store over, or works on its keys, meets all of its content. Of an interaction that they
may not see, neither its GIID nor the name of a file, which may be a number, is told; what is
called by its own name in the store can be found by those who may see it. Imported inside
`storage` only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import ColumnElement, case, literal_column

from reviewer.storage.catalogue import schema

if TYPE_CHECKING:
    from sqlalchemy import Row

    from reviewer.storage.catalogue.visibility import Visibility

_R: Final = schema.recordings
_I: Final = schema.interactions
NAMED: Final = (_R.c.object_id, _R.c.source_name, _I.c.giid)
"""Columns that a row has for `name_of`, beside the one of `is_told`."""


def is_told(seen_by: Visibility | None) -> ColumnElement[int]:
    """Return the column `told`: whether names may be told to a user; None: to who owns the files.

    For statements over `schema.interactions`.
    """
    if seen_by is None or seen_by.interactions is None:
        return cast("ColumnElement[int]", literal_column("1").label("told"))
    return case((seen_by.interactions, 1), else_=0).label("told")


def name_of(row: Row[tuple[object, ...]]) -> str:
    """Return what an object is called, of a row with `NAMED` and `told`."""
    if not row.told:
        return str(row.object_id)
    return f"{row.source_name or row.object_id} ({row.giid})"
