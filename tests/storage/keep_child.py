"""What tests let another process do with a store as a whole; run as a script, and be cut.

    keep_child.py WHAT FOLDER KEY: WHAT is create, ring, locks, back-up, restore, rename or move;
    KEY is the secret of the key file in hexadecimal, "" for a store in the clear.

It says `begun` before the first step, what came of each, and `done` at the end. What it makes lies
beside the folder of the store.
"""

from __future__ import annotations

import shutil
import sys
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from reviewer.crypto.key_file import read_key_file  # noqa: E402 (needs the path above)
from reviewer.crypto.secret import Secret  # noqa: E402
from reviewer.errors import WrongPassphraseError  # noqa: E402
from reviewer.models.progress import NoProgress  # noqa: E402
from reviewer.storage.local import (  # noqa: E402
    Encryption,
    LocalStore,
    create,
    moving,
    open_store,
)
from reviewer.storage.local.copying import restore  # noqa: E402
from tests.helpers.stores import ADMIN, SETTINGS  # noqa: E402
from tests.storage.child import rich, say  # noqa: E402

OLD, NEW = "a passphrase of before", "another passphrase"
COUNT = 3


def ring_of(folder: Path) -> Path:
    return folder.parent / "rings" / "of it" / "ring.json"


def copy_of(folder: Path) -> Path:
    return folder.parent / "copies" / "copy"


def target_of(folder: Path) -> Path:
    return folder.parent / "elsewhere" / "target"


def key_files_of(folder: Path) -> list[Path]:
    return sorted(folder.parent.glob("key-*"))


def opened_by_file(folder: Path, key: Secret) -> LocalStore:
    """Open a store that has the lock of a key file: of the first one, or of one made since."""
    texts = [path.read_text() for path in key_files_of(folder)]
    for each in [key, *(read for text in texts if (read := read_key_file(text)) is not None)]:
        with suppress(WrongPassphraseError):
            return open_store(folder, opener=each)
    raise AssertionError


def make(folder: Path, key: Secret | None) -> None:
    """Make the store, and bring something in."""
    shutil.rmtree(folder, ignore_errors=True)
    how = None if key is None else Encryption(OLD, key_file=key)
    with create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how) as store:
        say("made")
        store.session(ADMIN).intake.put(rich(n) for n in range(COUNT))


def move_ring(folder: Path, key: Secret | None) -> None:
    """Move the ring elsewhere, and back, and elsewhere."""
    with open_store(folder, opener=key) as store:
        keys = store.session(ADMIN).keys
        for target in (None, ring_of(folder), None, ring_of(folder)):
            keys.move_ring(target)


def change_locks(folder: Path, key: Secret | None) -> None:
    """Give a store another passphrase, another recovery key, another key file."""
    assert key is not None
    with opened_by_file(folder, key) as store:
        keys = store.session(ADMIN).keys
        if store.opens_with(OLD):
            keys.change_passphrase(OLD, NEW)
        say("passphrase")
        say(f"recovery {keys.make_recovery()}")
        keys.make_key_file(folder.parent / f"key-{len(key_files_of(folder))}")
        say("file")


def back_up(folder: Path, key: Secret | None) -> None:
    """Copy the store."""
    shutil.rmtree(copy_of(folder), ignore_errors=True)
    with open_store(folder, opener=key) as store:
        store.session(ADMIN).copies.back_up(copy_of(folder))


def bring_back(folder: Path, _key: Secret | None) -> None:
    """Restore it from its copy, elsewhere."""
    shutil.rmtree(target_of(folder), ignore_errors=True)
    restore(copy_of(folder), target_of(folder), NoProgress(), lambda *_: None)


def move(folder: Path, key: Secret | None) -> None:
    """Move it elsewhere, unless it is there alone."""
    if not (folder / "catalogue.sqlite").exists():
        # What doctor names: somebody who is told removes it.
        shutil.rmtree(folder.with_name(f"{folder.name}.moved"), ignore_errors=True)
        return
    shutil.rmtree(target_of(folder), ignore_errors=True)
    with open_store(folder, opener=key) as store:
        store.session(ADMIN).copies.move(target_of(folder))


WORKS = {
    "create": make,
    "ring": move_ring,
    "locks": change_locks,
    "back-up": back_up,
    "restore": bring_back,
    "rename": move,
    "move": move,
}

if __name__ == "__main__":
    what, where, secret = sys.argv[1:]
    if what == "move":
        # As if it went to another disk.
        moving._is_renamed = lambda _folder, _target: False
    say("begun")
    WORKS[what](Path(where), Secret(bytes.fromhex(secret)) if secret else None)
    say("done")
