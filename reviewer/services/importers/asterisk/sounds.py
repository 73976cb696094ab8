"""A recorded file and what its sound is. Imported by the package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewer.errors import N_, ContentError, Reason
from reviewer.media.probe import probe
from reviewer.models.bytesource import FileSource
from reviewer.services.importers.base import Rejected

if TYPE_CHECKING:
    from reviewer.services.importers.asterisk.file_names import FileName
    from reviewer.services.importers.asterisk.source import SoundFile


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
    return Heard(info.duration_us, info.media_type or assumed.media_type, info.channels), None
