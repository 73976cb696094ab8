"""Temporary stores and interactions for tests."""

from __future__ import annotations

import atexit
import hashlib
import io
import shutil
import struct
import tempfile
import uuid
import wave
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer.crypto.secret import Secret
from reviewer.models.bytesource import MemorySource
from reviewer.models.ids import US_PER_S, Giid, MediaUs, WallUs
from reviewer.models.interaction import (
    Agent,
    Channel,
    Direction,
    Interaction,
    Outcome,
    Segment,
    SegmentKind,
)
from reviewer.models.recording import Recording, RecordingKind, Span
from reviewer.models.settings import StoreSettings
from reviewer.storage.local import Encryption, LocalStore, create, open_store
from reviewer.storage.store import Incoming

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reviewer.models.bytesource import ByteSource

ADMIN = "admin"
SETTINGS = StoreSettings(name="Test", time_zone="Europe/Moscow")
KEY = Secret(b"k" * 32)
"""What opens `make_encrypted`'s stores."""
STARTED_US = 1_696_503_039_000_000
"""2023-10-05 10:50:39 UTC."""


def make_store(tmp_path: Path, *, settings: StoreSettings = SETTINGS) -> LocalStore:
    """Make an empty store in `tmp_path / "store"` with the administrator `ADMIN`.

    It is a copy of one that was made once, which is several times quicker than making one. Two
    stores that have to differ in what tells a store from all others: `create`.
    """
    folder = tmp_path / "store"
    shutil.copytree(_empty(settings), folder)
    return open_store(folder)


def make_encrypted(folder: Path) -> LocalStore:
    """Make an empty encrypted store that `KEY` opens, with the administrator `ADMIN`; a copy."""
    shutil.copytree(_empty(SETTINGS, encrypted=True), folder)
    return open_store(folder, opener=KEY)


@cache
def _empty(settings: StoreSettings, *, encrypted: bool = False) -> Path:
    scratch = tempfile.TemporaryDirectory(prefix="reviewer-empty-")
    atexit.register(scratch.cleanup)
    folder = Path(scratch.name) / "store"
    how = Encryption(None, key_file=KEY) if encrypted else None
    create(folder, settings=settings, admin_login=ADMIN, encryption=how).close()
    return folder


def make_giid(number: int) -> Giid:
    """Return the GIID of a test's interaction number `number`."""
    return Giid(str(uuid.uuid5(uuid.NAMESPACE_OID, f"test {number}")).upper())


def make_segment(number: int = 1, **values: Any) -> Segment:
    """Return a segment of one minute handled by `ivanova`; `values` override its fields."""
    start = values.pop("started_us", STARTED_US + (number - 1) * 60 * US_PER_S)
    fields: dict[str, Any] = {
        "kind": SegmentKind.HANDLING,
        "started_us": WallUs(start),
        "ended_us": WallUs(start + 60 * US_PER_S),
        "agent": Agent("ivanova", "Анна", "Иванова", team="Sales", extension="101"),
        "service": "Support",
        "disposition": "Solved",
    }
    return Segment(number=number, **(fields | values))


def make_interaction(number: int = 1, **values: Any) -> Interaction:
    """Return an inbound call of one segment, begun `number` hours after `STARTED_US`."""
    start = values.pop("started_us", STARTED_US + number * 3600 * US_PER_S)
    segments = values.pop("segments", None) or (make_segment(started_us=start),)
    fields: dict[str, Any] = {
        "giid": make_giid(number),
        "channel": Channel.VOICE,
        "direction": Direction.INBOUND,
        "started_us": WallUs(start),
        "ended_us": WallUs(max(segment.ended_us for segment in segments)),
        "segments": tuple(segments),
        "from_address": f"+7 (495) 000-{number:04d}",
        "to_address": "8 800 100-20-30",
        "connected_to": "101",
        "outcome": Outcome.ANSWERED,
    }
    return Interaction(**(fields | values))


def make_wav(seconds: float = 1.0, rate_hz: int = 8000, seed: int = 1) -> bytes:
    """Return a small WAV file, 16 bits mono, whose samples depend on `seed`."""
    frames = int(seconds * rate_hz)
    samples = ((i * (seed * 37 + 11)) % 4001 - 2000 for i in range(frames))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(struct.pack(f"<{frames}h", *samples))
    return buffer.getvalue()


def make_recording(start_us: int = STARTED_US, seconds: float = 1.0, **values: Any) -> Recording:
    """Return a voice recording of segment 1 that begins at `start_us`."""
    span = Span(MediaUs(0), WallUs(start_us), int(seconds * US_PER_S))
    fields: dict[str, Any] = {
        "kind": RecordingKind.VOICE,
        "segment_number": 1,
        "spans": (span,),
        "media_type": "audio/wav",
        "source_name": "call.wav",
    }
    return Recording(**(fields | values))


def opener(data: bytes, name: str = "call.wav") -> Callable[[], ByteSource]:
    """Return what opens `data`, for `Incoming.content`."""
    return lambda: MemorySource(data, name)


def make_incoming(
    number: int = 1,
    *,
    content: Mapping[int, bytes] | None = None,
    searchable: bool = True,
    **values: Any,
) -> Incoming:
    """Return an interaction on its way in; `content`: bytes of its recordings by their place.

    Where neither recordings nor content are given, it has one recording of a second of sound.
    """
    if content is None and "recordings" not in values:
        start = values.get("started_us", STARTED_US + number * 3600 * US_PER_S)
        values["recordings"] = (make_recording(start, source_name=f"call-{number}.wav"),)
        content = {0: make_wav(seed=number)}
    interaction = make_interaction(number, **values)
    openers = {
        place: opener(data, interaction.recordings[place].source_name)
        for place, data in (content or {}).items()
    }
    return Incoming(interaction, openers, searchable)


def picture_of(folder: Path) -> dict[str, str]:
    """Return every file below a folder with its digest."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
