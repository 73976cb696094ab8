"""What nobody may do alone where the centre's settings say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.errors import Reason, SecondPersonError
from reviewer.models.requests import TITLES
from reviewer.storage.catalogue import founding

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from reviewer.models.requests import Guarded


def require_alone(connection: Connection, kind: Guarded) -> None:
    """Refuse what needs a second person; the settings are read as they are now.

    Raises:
        SecondPersonError: It does.
    """
    if kind in founding.read_settings(connection).second_person:
        raise SecondPersonError(act=Reason(TITLES[kind]))
