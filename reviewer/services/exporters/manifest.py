"""What a finished export says of itself: digests to verify it by, and where each file is from.

`SHA256SUMS` is read by `sha256sum -c`; `manifest.json` tells the rest.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from typing import TYPE_CHECKING, Any, Final

from reviewer.services.exporters.job import FORMAT, Done, digest_of
from reviewer.storage.atomic import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from reviewer.services.exporters.base import Failed
    from reviewer.services.exporters.job import Job
    from reviewer.services.exporters.place import Place

MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"
_CHUNK: Final = 1 << 20


def write_manifest(
    place: Place, job: Job, done: Sequence[Done], failed: Iterable[Failed], ids_sha256: str
) -> tuple[str, ...]:
    """Write both files, and return the names of all files of the export in order.

    Raises:
        OSError: They cannot be written.
    """
    facts = {
        "format": FORMAT,
        "identity": job.identity,
        "ids_sha256": ids_sha256,
        "export": job.about,
        "rows": len(job.ids),
        "files": [
            {"name": one.name, "bytes": one.bytes, "sha256": one.sha256, **one.facts}
            for one in done
        ],
        "failed": [
            {
                "giid": one.giid,
                "kind": one.kind,
                "name": one.name,
                "code": one.error.code,
                "reason": str(one.error),
            }
            for one in failed
        ],
        "failed_unnamed": job.unnamed,
        "limits": [
            {"kind": s.kind, "limit": s.limit, "exported": s.chosen, "more_matched": s.over}
            for s in job.shares
        ],
    }
    text = (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode(errors="replace")
    with replacing(place.folder / MANIFEST) as file:
        file.write(text)
    sums = [(hashlib.sha256(text).hexdigest(), MANIFEST)]
    sums += [(one.sha256, one.name) for one in done]
    with replacing(place.folder / SUMS) as file:
        file.write("".join(f"{digest}  {name}\n" for digest, name in sums).encode())
    return (*(name for _, name in sums), SUMS)


def read_manifest(place: Place) -> dict[str, Any] | None:
    """Return the manifest of a finished export at its target; None where there is none.

    Raises:
        OSError: It cannot be read.
    """
    try:
        if not place.is_zip:
            text = (place.folder / MANIFEST).read_bytes()
        else:
            with zipfile.ZipFile(place.target) as archive:
                text = archive.read(MANIFEST)
        found = json.loads(text)
    except (FileNotFoundError, KeyError, ValueError, zipfile.BadZipFile):
        return None
    return found if isinstance(found, dict) else None


def is_whole(place: Place, facts: dict[str, Any]) -> bool:
    """Return whether every file that a manifest names is there as it was.

    Raises:
        OSError: A file cannot be read.
    """
    try:
        wanted = {entry["name"]: (entry["sha256"], entry["bytes"]) for entry in facts["files"]}
        if place.is_zip:
            return _is_whole_zip(place.target, wanted)
        return all(digest_of(place.path_of(name)) == told for name, told in wanted.items())
    except (FileNotFoundError, KeyError, TypeError, ValueError, zipfile.BadZipFile):
        return False


def _is_whole_zip(path: Path, wanted: dict[str, tuple[str, int]]) -> bool:
    with zipfile.ZipFile(path) as archive:
        for name, told in wanted.items():
            digest = hashlib.sha256()
            size = 0
            with archive.open(name) as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
            if (digest.hexdigest(), size) != told:
                return False
    return True
