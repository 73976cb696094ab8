"""Why sensitive interactions are exported: one reason for the lot, in the log for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.errors import ReasonsNeededError
from reviewer.services.exporters.job import pages

if TYPE_CHECKING:
    from array import array

    from reviewer.storage.store import Session


def require_reasons(session: Session, ids: array[int], reason: str) -> None:
    """Enter the reason for each of the interactions that ask for one.

    Args:
        session: Whose export it is.
        ids: Of what is to be opened.
        reason: Why; "" where nobody said.

    Raises:
        ReasonsNeededError: Some ask for it, and nobody said. UsageError: it is too long.
    """
    asking = [one for page in pages(ids) for one in session.interactions.asking_reason(page)]
    if asking and not reason.strip():
        raise ReasonsNeededError(count=len(asking))
    if asking:
        session.interactions.give_reasons(asking, reason)
