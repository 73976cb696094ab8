"""A catalogue that is older than the content: what it does not know of, and taking it as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.models.audit import Act
from reviewer.models.copies import Unknown
from reviewer.storage.catalogue import landing
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.core import GRACE_US

if TYPE_CHECKING:
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.journal import Pen


def unknown_content(core: Core) -> Unknown | None:
    """Return what the catalogue does not know of, as being older; None: it is not older."""
    if not core.content_note.is_ahead():
        return None
    found = {one.object_id: one.bytes for one in core.vault.list() if _is_old(one.written_us)}
    with core.database.read() as connection:
        used = landing.objects_in_use(connection, found)
    sizes = [size for object_id, size in found.items() if object_id not in used]
    return Unknown(len(sizes), sum(sizes))


def accept(core: Core, pen: Pen) -> Unknown | None:
    """Take the catalogue as it is: what it does not know of is left over from here on.

    Entered first: a kill in between leaves an entry, and the catalogue as it was.
    """
    unknown = unknown_content(core)
    if unknown is not None:
        pen.record(
            Act.CATALOGUE_ACCEPTED, detail={"files": unknown.objects, "bytes": unknown.bytes}
        )
        core.content_note.write(anyway=True)
    return unknown


def _is_old(written_us: int) -> bool:
    return written_us < now_us() - GRACE_US
