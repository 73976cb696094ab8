"""What tests of the examination do with a store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.helpers.stores import (
    ADMIN,
    make_giid,
)

if TYPE_CHECKING:
    from pathlib import Path

    from reviewer.storage.local import LocalStore


def file_of(store: LocalStore, number: int) -> Path:
    (recording,) = store.session(ADMIN).interactions.get(make_giid(number)).recordings
    assert recording.object_id is not None
    return store.folder / "vault" / recording.object_id[:2] / recording.object_id


def told(store: LocalStore, **how: bool) -> list[tuple[str, bool, bool]]:
    return [(f.code, f.repairable, f.repaired) for f in store.examine(**how)]


def change(store: LocalStore, line: str) -> None:
    with closing(sqlite3.connect(store.folder / "catalogue.sqlite")) as raw:
        raw.execute(line)
        raw.commit()
