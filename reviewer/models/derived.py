"""What is computed of recordings and kept, so that it is computed once."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

FORM_BYTES: Final = 8
"""What is kept begins with these: its kind, its version, and how finely it was computed."""


class DerivedKind(StrEnum):
    """What was computed of a recording. Values are names of folders: never change one."""

    PEAKS = "peaks"
    """What its waveform is drawn from."""
    ACTIVITY = "activity"
    """Where it is speech, silence, music, ringing."""
