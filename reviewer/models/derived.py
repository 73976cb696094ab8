"""What is computed of recordings and kept, so that it is computed once."""

from __future__ import annotations

from enum import StrEnum


class DerivedKind(StrEnum):
    """What was computed of a recording. Values are names of folders: never change one."""

    PEAKS = "peaks"
    """What its waveform is drawn from."""
    ACTIVITY = "activity"
    """Where it is speech, silence, music, ringing."""
