"""Bringing files into a sealed vault, beside a plain copy of them and beside hashing and copying.

    python -m benchmarks.sealing [--folder DIR] [--runs 5]

All read a file once and leave it durable: a temporary file, brought to the disk, renamed. Sealing
includes keeping the wrapped keys, but not making the ring and the folders of an empty store; files
are brought in 200 at a time, as an import does. There are two plain copies: one brings each file
to the disk by itself, one does what the vault does and brings many there together. The limit is
0.6 of the faster one's rate for files from 1 MiB.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.crypto.ring import ClosedRing, KeyRing, LockKind
from reviewer.crypto.secret import Secret
from reviewer.models.bytesource import FileSource
from reviewer.storage.atomic import bring_to_disk, replacing, settle
from reviewer.storage.vault.contract import new_object_id
from reviewer.storage.vault.folder import FolderVault
from reviewer.storage.vault.keeper import KeyKeeper
from reviewer.storage.vault.ring_file import RingFile
from reviewer.storage.vault.sealed import SealedVault

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.storage.vault.contract import Vault

LIMIT = 0.6
MIB = 1 << 20
SIZES = ((40 << 10, 400), (MIB, 64), (8 * MIB, 16), (64 * MIB, 3))
BATCH = 200
TOGETHER = 64
OPENER = Secret.random()


def plain_copy(files: list[Path], target: Path) -> None:
    """Copy files as any program would that must not lose them."""
    for number, path in enumerate(files):
        with path.open("rb") as source, replacing(target / str(number)) as copy:
            shutil.copyfileobj(source, copy, MIB)
    settle(target)


def copy_together(files: list[Path], target: Path) -> None:
    """Copy files as a program would that has very many: 64 are brought to the disk at once."""
    handles: list[int] = []
    for number, path in enumerate(files):
        with path.open("rb") as source, replacing(target / str(number), later=handles.append) as to:
            shutil.copyfileobj(source, to, MIB)
        if len(handles) == TOGETHER:
            bring_to_disk(handles)
            handles.clear()
    bring_to_disk(handles)
    settle(target)


def bring_in(vault: Vault, files: list[Path], *, sealed: bool) -> None:
    """Put files into a vault as an import does."""
    for number, path in enumerate(files, start=1):
        with FileSource(path) as source:
            vault.put(new_object_id(sealed=sealed), source)
        if number % BATCH == 0 or number == len(files):
            vault.settle()


def rate_of(work: Callable[[Path], None], scratch: Path, total: int) -> float:
    """Return MB a second of doing something in a store's folder: its ring and folders are there."""
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        ring = KeyRing.make(0).with_secret(LockKind.FILE, OPENER, 0)
        KeyKeeper.make(Path(name), "bench", ring).close()
        for shard in range(256):
            (Path(name) / "vault" / f"{shard:02x}").mkdir(parents=True)
        os.sync()
        begun = time.perf_counter()
        work(Path(name))
        return total / (time.perf_counter() - begun) / 1e6


def seal_into(files: list[Path], target: Path) -> None:
    """Bring files into a sealed vault."""
    ring = ClosedRing(RingFile(target, "bench").read(), "bench").open(LockKind.FILE, OPENER)
    with closing(KeyKeeper(target, "bench", ring)) as keeper:
        bring_in(SealedVault(FolderVault(target / "vault", "bench"), keeper), files, sealed=True)


def main() -> int:
    """Measure and print; 1 when sealing from 1 MiB is below its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where to write; default: the system's")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    missed = False
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        scratch = Path(name)
        for size, count in SIZES:
            files = [scratch / f"{size}-{number}" for number in range(count)]
            for path in files:
                path.write_bytes(os.urandom(size))
            works: dict[str, Callable[[Path], None]] = {
                "plain copy": lambda target, files=files: plain_copy(files, target),
                "together": lambda target, files=files: copy_together(files, target),
                "hash and copy": lambda target, files=files: bring_in(
                    FolderVault(target / "vault", "bench"), files, sealed=False
                ),
                "hash and seal": lambda target, files=files: seal_into(files, target),
            }
            rates: dict[str, list[float]] = {what: [] for what in works}
            for _ in range(options.runs):
                # In turns, so that a neighbour's work falls on all of them.
                for what, work in works.items():
                    rates[what].append(rate_of(work, scratch, size * count))
            best = {what: max(found) for what, found in rates.items()}
            ratio = best["hash and seal"] / max(best["plain copy"], best["together"])
            print(
                f"{count:4} files of {size / MIB:6.2f} MiB: "
                + ", ".join(f"{what} {value:6.0f} MB/s" for what, value in best.items())
                + f"; ratio to the faster copy {ratio:.2f}"
            )
            missed |= size >= MIB and ratio < LIMIT
            for path in files:
                path.unlink()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
