"""Which exports are not finished, noted in the store: what they wrote lies outside of it."""

from __future__ import annotations

import platform
from contextlib import suppress
from typing import TYPE_CHECKING

from reviewer.errors import ReviewerError
from reviewer.models.unfinished import UnfinishedExport

if TYPE_CHECKING:
    from reviewer.services.exporters.place import Place
    from reviewer.storage.store import Session


def note_unfinished(session: Session, place: Place) -> None:
    """Note an export before it writes anything; raises as `Memory.keep`."""
    export = _at(place)
    session.memory.keep(export.key, export.plain())


def forget_unfinished(session: Session, place: Place) -> None:
    """Take the note back: it is finished, or removed."""
    # A note without its record tells of nothing.
    with suppress(ReviewerError):
        session.memory.keep(_at(place).key, None)


def _at(place: Place) -> UnfinishedExport:
    return UnfinishedExport(platform.node(), str(place.folder), str(place.record))
