"""Lines around what a full-text search found, out of the messages of a page of interactions."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select

from reviewer.models.criteria.highlight import snippet
from reviewer.models.recording import PartyRole
from reviewer.storage.catalogue import codes, schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import BindParameter, Connection

    from reviewer.models.criteria.highlight import Snippet, Wanted
    from reviewer.storage.catalogue.visibility import Visibility

_CHUNK: Final = 500
_NUMBERS: Final[BindParameter[list[int]]] = bindparam("numbers", expanding=True)
_I: Final = schema.interactions
_M: Final = schema.messages
_SAID: Final = (
    select(_M.c.interaction_id, _M.c.ordinal, _M.c.text)
    .join_from(_M, _I, _I.c.id == _M.c.interaction_id)
    .where(
        _M.c.interaction_id.in_(_NUMBERS),
        _I.c.texts_searchable == 1,
        _M.c.role != codes.ROLES.code(PartyRole.SYSTEM),
    )
    .order_by(_M.c.interaction_id, _M.c.ordinal)
)


def snippets(
    connection: Connection, visibility: Visibility, ids: Sequence[int], wanted: Wanted
) -> dict[int, Snippet]:
    """Return a line around what is wanted, by interaction, of those that may be seen."""
    statement = visibility.limit(_SAID)
    found: dict[int, Snippet] = {}
    for first in range(0, len(ids), _CHUNK):
        rows = connection.execute(statement, {"numbers": list(ids[first : first + _CHUNK])})
        for number, group in groupby(rows, key=itemgetter(0)):
            said = [(ordinal, text) for _, ordinal, text in group]
            line = snippet([text for _, text in said], wanted)
            if line is not None:
                found[number] = replace(line, message=said[line.message][0])
    return found
