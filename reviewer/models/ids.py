"""Typed identifiers and typed times. Imported by everything above `reviewer.messages`.

The three times are microseconds in a 64-bit integer and must not be mixed: an instant on the
wall clock (UTC since 1970), a position on an interaction's timeline (from its start), and a
position inside one recorded object. Only `reviewer.models.timeline` converts between them.
"""

from __future__ import annotations

import uuid
from typing import Final, NewType

WallUs = NewType("WallUs", int)
"""An instant: microseconds UTC since 1970-01-01."""
TimelineUs = NewType("TimelineUs", int)
"""A position: microseconds since the interaction's start on the wall clock."""
MediaUs = NewType("MediaUs", int)
"""A position: microseconds since the first sample or frame of one recorded object."""

InteractionId = NewType("InteractionId", int)
"""Grows with the interaction's start: milliseconds UTC << 20 | 20 bits told apart by GIID."""
SegmentId = NewType("SegmentId", int)
RecordingId = NewType("RecordingId", int)
EvaluationId = NewType("EvaluationId", int)
NoteId = NewType("NoteId", int)
CommentId = NewType("CommentId", int)
CategoryId = NewType("CategoryId", int)
CriteriaSetId = NewType("CriteriaSetId", int)
UserId = NewType("UserId", int)
AgentId = NewType("AgentId", int)
ServiceId = NewType("ServiceId", int)
TeamId = NewType("TeamId", int)
ObjectId = NewType("ObjectId", str)
"""Name of one object in the vault: 32 lower-case hexadecimal digits, the last an `s` if sealed."""
Giid = NewType("Giid", str)
"""Global Interaction ID: an upper-case UUID with hyphens."""

US_PER_S: Final = 1_000_000
US_PER_MS: Final = 1_000

_SOURCE_NAMESPACE: Final = uuid.UUID("6a1a6c3e-0a53-5f0e-9e0f-7d1c5b2f4c11")


def giid_of_source(kind: str, system: str, key: str) -> Giid:
    """Return the GIID of an interaction that brought none of its own.

    A UUIDv5 of (kind of source, its system, its own id), upper case, so that a second import of
    the same thing finds the first. Source: recording.md, "Bringing recordings in".
    """
    name = "\x1f".join((kind, system, key))
    return Giid(str(uuid.uuid5(_SOURCE_NAMESPACE, name)).upper())


def normalise_giid(text: str) -> Giid:
    """Return a GIID in its one written form.

    Raises:
        ValueError: `text` is not a UUID.
    """
    return Giid(str(uuid.UUID(text.strip())).upper())
