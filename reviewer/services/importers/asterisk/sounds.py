"""A recorded file and what its sound is. Imported by the package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewer.errors import N_, ContentError, Reason
from reviewer.media.probe import probe
from reviewer.models.bytesource import FileSource
from reviewer.services.importers.base import Rejected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.services.importers.asterisk.file_names import FileName
    from reviewer.services.importers.asterisk.source import SoundFile


_HEAD_BYTES = 4096
_CHUNK_BYTES = 1 << 20
_STREAMED = 0x7FFFFFFF


@dataclass(frozen=True, slots=True)
class Sound:
    """One recorded file.

    Attributes:
        file: The file; None when a call record names one that is nowhere.
        name: What its name says.
        item: What to call it: its path in the source, or the name the record gave.
    """

    file: SoundFile | None
    name: FileName
    item: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What is in a file: length 0 when it is empty or cannot be played."""

    duration_us: int
    media_type: str
    channels: int = 1


def listen(sound: Sound) -> tuple[Heard, Rejected | None]:
    """Return what is in a file that is there, and what is wrong with it, if anything.

    A damaged file is still a recording, to be kept as it is.
    """
    assumed = Heard(0, sound.name.media_type)
    if sound.file is None:
        return assumed, None
    try:
        with FileSource(sound.file.path, sound.item) as source:
            info = probe(source, sound.name.media_type)
        not_whole = _not_whole(sound.item, sound.file)
    except OSError:
        return assumed, Rejected(
            sound.item, "import.unreadable", Reason(N_("the file cannot be read"))
        )
    except ContentError as error:
        reason = error.fields.get("reason", "")
        why = reason if isinstance(reason, Reason) else Reason(str(reason))
        return assumed, Rejected(
            sound.item,
            "import.sound_damaged",
            Reason(N_("taken in as it is, but it cannot be played: {reason}"), reason=why),
        )
    heard = Heard(info.duration_us, info.media_type or assumed.media_type, info.channels)
    return heard, not_whole


def without_copies(sounds: Sequence[Sound]) -> list[Sound]:
    """Return files of one conversation without those that are there once more in another folder.

    A copy has the same name and the same bytes; only files of one name and size are compared.
    """
    alike: dict[tuple[str, int], list[SoundFile]] = {}
    kept: list[Sound] = []
    for sound in sounds:
        if sound.file is not None:
            others = alike.setdefault((sound.file.name, sound.file.size_bytes), [])
            if any(_same_bytes(sound.file, other) for other in others):
                continue
            others.append(sound.file)
        kept.append(sound)
    return kept


def _same_bytes(one: SoundFile, other: SoundFile) -> bool:
    try:
        with one.path.open("rb") as first, other.path.open("rb") as second:
            while chunk := first.read(_CHUNK_BYTES):
                if chunk != second.read(_CHUNK_BYTES):
                    return False
            return not second.read(1)
    except OSError:
        # It is told where it is read.
        return False


def _not_whole(item: str, file: SoundFile) -> Rejected | None:
    """Say of a file that can be played where it is empty, or cut short."""
    if not file.size_bytes:
        empty = Reason(N_("taken in as it is, but it is empty: nothing was recorded"))
        return Rejected(item, "import.sound_empty", empty)
    with file.path.open("rb") as content:
        claimed = claimed_bytes(content.read(_HEAD_BYTES))
    if claimed is None or claimed <= file.size_bytes:
        return None
    short = Reason(
        N_("taken in as it is, but it is cut short: {found} of {claimed} bytes are there"),
        found=file.size_bytes,
        claimed=claimed,
    )
    return Rejected(item, "import.sound_short", short)


def claimed_bytes(head: bytes) -> int | None:
    """Return how long a WAV file is by its header, None for others and those still written."""
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return None
    place = 12
    while place + 8 <= len(head):
        size = int.from_bytes(head[place + 4 : place + 8], "little")
        if head[place : place + 4] == b"data":
            # Programs that stream write the greatest number there is, or none.
            return None if size >= _STREAMED else place + 8 + size
        place += 8 + size + size % 2
    return None
