"""Packing a finished folder into one ZIP, which is there whole or not at all."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Final

from reviewer.storage.atomic import replacing, settle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from reviewer.models.progress import Progress
    from reviewer.services.exporters.place import Place

_CHUNK: Final = 1 << 20
_TEXTS: Final = (".csv", ".json", ".txt", ".eml")
"""What is worth compressing; sound hardly gives way, and a workbook is compressed already."""
_READABLE: Final = 0o100600 << 16


def entry_of(name: str, at: datetime) -> zipfile.ZipInfo:
    """Return an entry of that name and date, readable by its owner, compressed if that helps."""
    stamp = (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second)
    entry = zipfile.ZipInfo(name, stamp)
    entry.external_attr = _READABLE
    is_text = name.endswith(_TEXTS)
    entry.compress_type = zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED
    return entry


def pack(place: Place, names: Sequence[str], at: datetime, progress: Progress) -> None:
    """Write the ZIP from the files of those names.

    Args:
        place: From where, to where.
        names: Files in their order.
        at: What its entries are dated.
        progress: Asked whether to stop.

    Raises:
        OSError: It cannot be written. CancelledError: nothing of it is left.
    """
    with (
        replacing(place.target) as file,
        zipfile.ZipFile(file, "w", allowZip64=True) as archive,
    ):
        for name in names:
            entry = entry_of(name, at)
            path = place.path_of(name)
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, archive.open(entry, "w") as into:
                while chunk := source.read(_CHUNK):
                    progress.raise_if_cancelled()
                    into.write(chunk)
    settle(place.target.parent)
