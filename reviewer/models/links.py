"""Links to interactions: `reviewer://GIID`, as they go over clipboards and into messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.models.ids import normalise_giid

if TYPE_CHECKING:
    from reviewer.models.ids import Giid

SCHEME: Final = "reviewer"
_START: Final = f"{SCHEME}://"


def link_of(giid: Giid) -> str:
    """Return the link to an interaction."""
    return f"{_START}{giid}"


def giid_of(text: str) -> Giid:
    """Return the GIID that a link, or a GIID by itself, names.

    Systems that open links may write them in lower case and with a slash at the end.

    Raises:
        ValueError: It is neither.
    """
    named = text.strip()
    if named.lower().startswith(_START):
        named = named[len(_START) :].rstrip("/")
    return normalise_giid(named)
