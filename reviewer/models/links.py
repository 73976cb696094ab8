"""Links to an interaction: `reviewer://STORE/GIID`, with `?t=SECONDS` for a moment of it.

A link names things and says nothing about them: neither a number nor a name is in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from reviewer.models.ids import US_PER_S, Giid, TimelineUs, normalise_giid

SCHEME: Final = "reviewer"

_UUID: Final = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_LINK: Final = re.compile(
    rf"{SCHEME}://(?P<store>{_UUID})/(?P<giid>{_UUID})/?(?:\?t=(?P<at>\d{{1,7}}(?:\.\d{{1,6}})?))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Link:
    """What a link names.

    Attributes:
        store_id: Which store, "" for a bare GIID.
        giid: Which interaction of it.
        position_us: Where on its timeline, None for the beginning or where one stopped.
    """

    store_id: str
    giid: Giid
    position_us: TimelineUs | None = None

    def __str__(self) -> str:
        """Return the link as it is written."""
        text = f"{SCHEME}://{self.store_id}/{self.giid}"
        if self.position_us is None:
            return text
        seconds = f"{self.position_us / US_PER_S:.3f}".rstrip("0").rstrip(".")
        return f"{text}?t={seconds}"


def is_link(text: str) -> bool:
    """Return whether a text means to be a link, well written or not."""
    return text.strip().lower().startswith(f"{SCHEME}:")


def parse_link(text: str) -> Link | None:
    """Return what a link or a bare GIID names, None for anything else."""
    written = text.strip()
    match = _LINK.fullmatch(written)
    if match is None:
        try:
            return Link("", normalise_giid(written))
        except ValueError:
            return None
    at = match["at"]
    position = None if at is None else TimelineUs(round(float(at) * US_PER_S))
    return Link(match["store"].lower(), normalise_giid(match["giid"]), position)
