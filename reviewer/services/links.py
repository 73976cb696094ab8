"""Making links to interactions and following them: the one place where either is done.

That a link was made for somebody is in the audit log.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reviewer.errors import N_, LinkNotFoundError, NotFoundError, Reason, UsageError
from reviewer.models.access import CATALOGUE, Privilege
from reviewer.models.audit import Act, Purpose
from reviewer.models.criteria.tree import Block, Condition, Op
from reviewer.models.criteria.values import giid_start
from reviewer.models.links import Link, parse_link
from reviewer.models.search import Search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.models.ids import Giid, InteractionId, TimelineUs
    from reviewer.storage.store import Session

_NAMED: Final = 80
"""Characters of what was followed that an error names."""
_NAMED_LIKE: Final = 3
"""Interactions that begin alike and are named."""
_START: Final = re.compile(r"[0-9A-F][0-9A-F-]{2,34}", re.ASCII)
"""The beginning of a GIID, from three digits, and less than all of it."""


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


def whole_giid(session: Session, text: str) -> str:
    """Return the GIID that begins with `text`; what none begins with comes back as it is.

    Raises:
        UsageError: Several begin so; the first ones are named.

    Thread: any.
    """
    start = giid_start(text)
    if _START.fullmatch(start) is None:
        return text
    begins = Block(members=(Condition("giid", Op.STARTS, (start,)),))
    found = session.interactions.search(Search(begins), limit=_NAMED_LIKE + 1)
    if len(found) > 1:
        names = ", ".join(row.giid for row in found[:_NAMED_LIKE])
        raise UsageError(
            reason=Reason(
                N_("several GIIDs begin with {start}: {names}"),
                start=start,
                names=names + ("…" if len(found) > _NAMED_LIKE else ""),
            )
        )
    return found[0].giid if found else text


def follow_link(session: Session, text: str) -> tuple[InteractionId, TimelineUs | None]:
    """Return the interaction that a link or a GIID leads to, and where in it to begin.

    Raises:
        LinkNotFoundError: Unknown, erased, not to be seen, of another store, or no link at all:
            the same sentence for all of them. Source: review.md.

    Thread: any.
    """
    link = parse_link(text)
    if link is None:
        raise _leads_nowhere(text.strip()[:_NAMED])
    if link.store_id and link.store_id != session.store.id:
        raise _leads_nowhere(link.giid)
    try:
        return session.interactions.get(link.giid).id, link.position_us
    except NotFoundError:
        raise _leads_nowhere(link.giid) from None


def _leads_nowhere(name: str) -> LinkNotFoundError:
    title = CATALOGUE[Privilege.LISTEN_TEAMS].title
    return LinkNotFoundError(name=name, privilege=Reason(title))
