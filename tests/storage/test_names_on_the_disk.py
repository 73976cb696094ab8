"""Names that a power cut must neither lose nor bring back are on the disk in time.

A file's bytes are brought there with the file, its name only with its folder, and so is that a
name is gone. `test_power_cut.py` tries what a cut may leave; this is what came of it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import sys
from pathlib import Path

import pytest

from reviewer.models.bytesource import MemorySource
from reviewer.models.ids import ObjectId
from reviewer.storage.atomic import bring_to_disk, flush, settle
from reviewer.storage.local import create, moving
from reviewer.storage.vault.contract import new_object_id
from reviewer.storage.vault.folder import FolderVault
from tests.helpers.encrypted import encrypt_quickly, make_encrypted
from tests.helpers.stores import ADMIN, SETTINGS, make_incoming


class Names:
    """What each folder has on the disk: the names that were in it when it was last brought there.

    `moments` has every such moment: the folder, its names, and the number of each one's file.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._of: dict[int, set[str]] = {}
        self.moments: list[tuple[Path, dict[str, int]]] = []
        fsync = os.fsync

        def noting(handle: int) -> None:
            fsync(handle)
            path = Path(f"/proc/self/fd/{handle}").readlink()
            if path.is_dir():
                there = {each.name: each.stat().st_ino for each in path.iterdir()}
                self._of[path.stat().st_ino] = set(there)
                self.moments.append((path, there))

        monkeypatch.setattr(os, "fsync", noting)

    def of(self, folder: Path) -> set[str]:
        """Return what a folder has on the disk, whatever it was called then."""
        return self._of.get(folder.stat().st_ino, set())

    def has(self, path: Path, above: Path) -> bool:
        """Return whether a file is found after a cut, where only `above` was there for long."""
        while path != above:
            if path.name not in self.of(path.parent):
                return False
            path = path.parent
        return True


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    return Names(monkeypatch)


def test_of_a_new_store_with_the_folders_above_it(tmp_path: Path, names: Names) -> None:
    folder = tmp_path / "above" / "it" / "store"
    create(folder, settings=SETTINGS, admin_login=ADMIN).close()
    assert names.has(folder / "catalogue.sqlite", tmp_path)
    assert names.has(folder / "vault", tmp_path)


def test_of_the_note_of_what_came_in(tmp_path: Path, names: Names) -> None:
    folder = tmp_path / "store"
    with create(folder, settings=SETTINGS, admin_login=ADMIN) as store:
        store.session(ADMIN).intake.put([make_incoming(1)])
        assert names.has(folder / "content.json", tmp_path)


def test_of_a_ring_kept_elsewhere_and_of_none_when_it_is_back(tmp_path: Path, names: Names) -> None:
    """Without it nothing is read; and two of them would open the store, one for ever."""
    target = tmp_path / "another" / "place" / "ring.json"
    with make_encrypted(tmp_path / "store") as store:
        keys = store.session(ADMIN).keys
        keys.move_ring(target)
        assert names.has(target, tmp_path)
        keys.move_ring(None)
        assert target.name not in names.of(target.parent)
        keys.move_ring(target)
        keys.decrypt()
        assert target.name not in names.of(target.parent)


def test_of_a_key_file(tmp_path: Path, names: Names) -> None:
    with make_encrypted(tmp_path / "store") as store:
        store.session(ADMIN).keys.make_key_file(tmp_path / "key")
        assert names.has(tmp_path / "key", tmp_path)


def test_of_a_copy_with_the_folders_above_it(tmp_path: Path, names: Names) -> None:
    with create(tmp_path / "store", settings=SETTINGS, admin_login=ADMIN) as store:
        store.session(ADMIN).intake.put([make_incoming(1)])
        copy = tmp_path / "above" / "copy"
        store.session(ADMIN).copies.back_up(copy)
        assert names.has(copy, tmp_path)


def test_what_a_store_was_moved_from_is_gone(
    tmp_path: Path, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "_is_renamed", lambda _folder, _target: False)
    folder, target = tmp_path / "store", tmp_path / "target"
    with create(folder, settings=SETTINGS, admin_login=ADMIN) as store:
        store.session(ADMIN).copies.move(target)
    assert names.has(target / "catalogue.sqlite", tmp_path)
    assert names.of(tmp_path) == {target.name}
    # Not a store any more before the first of it was removed.
    was_there = [set(there) for path, there in names.moments if path == tmp_path]
    assert {target.name, "store.moved"} in was_there


def test_the_log_is_gone_before_another_catalogue_takes_the_place(
    tmp_path: Path, names: Names
) -> None:
    """It would count as the new one's, and its pages are of another key, or in the clear."""
    folder = tmp_path / "store"
    with create(folder, settings=SETTINGS, admin_login=ADMIN) as store:
        before = (folder / "catalogue.sqlite").stat().st_ino
        encrypt_quickly(store)
        there = [there for path, there in names.moments if path == folder]
        assert any(
            each["catalogue.sqlite"] == before and "catalogue.sqlite-wal" not in each
            for each in there
            if "catalogue.sqlite.new" in each
        )


def test_removed_objects_are_told_once_a_cut_does_not_bring_them_back(
    tmp_path: Path, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = FolderVault(tmp_path / "vault", "the store")
    ids = [ObjectId(shard + new_object_id()[2:]) for shard in ("ab", "ab", "cd")]
    for each in ids:
        vault.put(each, MemorySource(b"x"))
    vault.settle()
    assert all(names.has(tmp_path / "vault" / each[:2] / each, tmp_path) for each in ids)
    assert vault.delete_all(ids[:1]) == {ids[0]}
    assert names.of(tmp_path / "vault" / "ab") == {ids[1]}

    def fail(handle: int) -> None:
        if Path(f"/proc/self/fd/{handle}").readlink().name == "ab":
            raise OSError

    monkeypatch.setattr(os, "fsync", fail)
    assert vault.delete_all(ids[1:]) == {ids[2]}


@pytest.mark.parametrize("encrypted", [False, True])
def test_commits_of_catalogue_and_keys_are_on_the_disk(tmp_path: Path, *, encrypted: bool) -> None:
    """Of WAL mode at less than FULL (2) a power cut takes back the last ones."""
    folder = tmp_path / "store"
    made = make_encrypted(folder) if encrypted else create(folder, settings=SETTINGS)
    with made as store, store._core.database.read() as connection:
        raws = [connection.connection.driver_connection]
        if store._core.keeper is not None:
            raws.append(store._core.keeper.keys._raw)
        for raw in raws:
            assert raw is not None
            assert raw.execute("PRAGMA synchronous").fetchone() == (2,)
            assert raw.execute("PRAGMA fullfsync").fetchone() == (1,)


def test_a_file_system_may_bring_no_folders_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As some servers do not: what is made there is made. A disk that fails is told."""
    said = [errno.EINVAL]

    def refuse(_handle: int) -> None:
        raise OSError(said[0], "no")

    monkeypatch.setattr(os, "fsync", refuse)
    settle(tmp_path)
    said[0] = errno.EIO
    with pytest.raises(OSError, match="no"):
        settle(tmp_path)


def test_macos_is_asked_to_empty_the_memory_of_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []
    can = [True]

    def full(handle: int, what: int) -> None:
        asked.append(("full", what))
        if not can[0]:
            raise OSError

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(fcntl, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", full)
    monkeypatch.setattr(os, "fsync", lambda handle: asked.append(("plain", 0)))
    handle = os.open(tmp_path, os.O_RDONLY)
    flush(handle)
    assert asked == [("full", 51)]
    # A server's folder cannot.
    can[0] = False
    flush(handle)
    assert asked[1:] == [("full", 51), ("plain", 0)]
    # Once for many.
    can[0] = True
    asked.clear()
    bring_to_disk([os.dup(handle), handle])
    assert asked == [("plain", 0), ("full", 51)]
