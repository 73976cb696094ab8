"""Making links to interactions and following them: the one place where either is done.

That a link was made for somebody is in the audit log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.errors import NotFoundError
from reviewer.models.audit import Act, Purpose
from reviewer.models.links import Link, parse_link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.models.ids import Giid, InteractionId, TimelineUs
    from reviewer.storage.store import Session

_NAMED: Final = 80
"""Characters of what was followed that an error names."""


def make_link(session: Session, giid: Giid, position_us: TimelineUs | None = None) -> str:
    """Return a link to an interaction of the session's store, or to a moment of it.

    Raises:
        NotFoundError: Unknown, or not to be seen.

    Thread: any.
    """
    found = session.interactions.get(giid, purpose=Purpose.PREPARE)
    session.audit.report(Act.LINK_COPIED, found.id)
    return str(Link(session.store.id, found.giid, position_us))


def make_links(session: Session, ids: Sequence[int]) -> tuple[str, ...]:
    """Return links to many interactions, in their order; those not to be seen are left out.

    Thread: any.
    """
    rows = session.interactions.rows(ids)
    for row in rows:
        session.audit.report(Act.LINK_COPIED, row.id)
    return tuple(str(Link(session.store.id, row.giid)) for row in rows)


def follow_link(session: Session, text: str) -> tuple[InteractionId, TimelineUs | None]:
    """Return the interaction that a link or a GIID leads to, and where in it to begin.

    Raises:
        NotFoundError: Unknown, erased, not to be seen, of another store, or no link at all: the
            same sentence for all of them. Source: review.md.

    Thread: any.
    """
    link = parse_link(text)
    if link is None:
        raise NotFoundError(name=text.strip()[:_NAMED])
    if link.store_id and link.store_id != session.store.id:
        raise NotFoundError(name=link.giid)
    return session.interactions.get(link.giid).id, link.position_us
