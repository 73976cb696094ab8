"""Peaks and activity as bytes to keep, and back. What another algorithm made does not come back.

Imported by `services`.
"""

from __future__ import annotations

import json
import struct
import zlib
from typing import TYPE_CHECKING, Final

import numpy as np

from reviewer.media.peaks import PEAKS_HZ, Peaks
from reviewer.models.activity import Activity, ActivityKind, Run
from reviewer.models.ids import MediaUs

if TYPE_CHECKING:
    from numpy.typing import NDArray

PEAKS_VERSION: Final = 1
"""To be raised when peaks are computed otherwise: what was kept is then computed again."""
ACTIVITY_VERSION: Final = 1
"""The same for activity."""
_PEAKS: Final = b"RVPK"
_ACTIVITY: Final = b"RVAC"
# Magic, version, stretches per second, channels, stretches.
_HEAD: Final = struct.Struct("<4sHHHI")
_VERSION: Final = struct.Struct("<4sH")
# Sound is hardly smaller at higher levels, and takes longer.
_LEVEL: Final = 1


def pack_peaks(peaks: Peaks) -> bytes:
    """Return peaks of `PEAKS_HZ` as bytes: some 0.7 MB an hour and channel."""
    head = _HEAD.pack(_PEAKS, PEAKS_VERSION, PEAKS_HZ, peaks.channels, len(peaks))
    both = np.stack((peaks.low, peaks.high)).astype("<i2")
    return head + zlib.compress(both.tobytes(), _LEVEL)


def unpack_peaks(data: bytes) -> Peaks | None:
    """Return what `pack_peaks` was given; None: it is of another version or damaged."""
    try:
        magic, version, rate_hz, channels, count = _HEAD.unpack_from(data)
        if (magic, version, rate_hz) != (_PEAKS, PEAKS_VERSION, PEAKS_HZ):
            return None
        raw = zlib.decompress(data[_HEAD.size :])
        both: NDArray[np.int16] = np.frombuffer(raw, "<i2").reshape(2, channels, count)
    except (struct.error, zlib.error, ValueError):
        return None
    return Peaks(PEAKS_HZ, both[0], both[1])


def pack_activity(activity: Activity) -> bytes:
    """Return activity as bytes: some 20 kB an hour and channel."""
    head = _VERSION.pack(_ACTIVITY, ACTIVITY_VERSION)
    lines = [[(run.kind.value, run.end_us) for run in runs] for runs in activity.channels]
    return head + zlib.compress(json.dumps(lines).encode(), _LEVEL)


def unpack_activity(data: bytes) -> Activity | None:
    """Return what `pack_activity` was given; None: it is of another version or damaged."""
    try:
        if _VERSION.unpack_from(data) != (_ACTIVITY, ACTIVITY_VERSION):
            return None
        lines = json.loads(zlib.decompress(data[_VERSION.size :]))
        return Activity(tuple(_runs(runs) for runs in lines))
    except (struct.error, zlib.error, ValueError, TypeError):
        return None


def _runs(lines: list[tuple[str, int]]) -> tuple[Run, ...]:
    runs: list[Run] = []
    begin = 0
    for kind, end in lines:
        runs.append(Run(ActivityKind(kind), MediaUs(begin), MediaUs(int(end))))
        begin = int(end)
    return tuple(runs)
