"""A store's folder copied by hand while its key ring is kept elsewhere: two with a sign to one."""

from __future__ import annotations

import errno
import shutil
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import SharedRingError, StoreDamagedError, StoreError, StoreFullError
from reviewer.models.audit import Act, AuditQuery
from reviewer.services.audit_words import detail_words
from reviewer.storage.local import open_store
from reviewer.storage.vault import ring_file
from tests.helpers.encrypted import KEY, content_of, make_encrypted
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_wav

if TYPE_CHECKING:
    from pathlib import Path

    from reviewer.storage.local import LocalStore


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with make_encrypted(tmp_path / "store", ring_at=tmp_path / "ring") as made:
        made.session(ADMIN).intake.put([make_incoming(1)])
    return tmp_path / "store"


def is_whole(store: LocalStore) -> bool:
    session = store.session(ADMIN)
    return content_of(session, session.interactions.get(make_giid(1))) == make_wav(seed=1)


def opens_and_rolls(folder: Path) -> None:
    with open_store(folder, opener=KEY) as store:
        keys = store.session(ADMIN).keys
        keys.roll()
        assert keys.state().ring_of == ""
        assert is_whole(store)


def test_a_copy_is_read_and_does_not_touch_the_ring_of_the_original(
    folder: Path, tmp_path: Path
) -> None:
    copy, ring = tmp_path / "copy", tmp_path / "ring"
    shutil.copytree(folder, copy)
    before = ring.read_bytes()
    with open_store(copy, opener=KEY) as store:
        keys = store.session(ADMIN).keys
        store.session(ADMIN).intake.put([make_incoming(2)])
        assert keys.state().ring_of == str(folder)
        for act in (keys.create, keys.roll, keys.decrypt, keys.make_recovery):
            with pytest.raises(SharedRingError) as refused:
                act()
            for named in (folder, copy, ring):
                assert str(named) in str(refused.value)
        assert is_whole(store)
        assert store.is_encrypted
        assert store.settings.sealed
    assert ring.read_bytes() == before
    # The original is not kept from anything; what copies hold dies with its roll, as it is to.
    opens_and_rolls(folder)
    with pytest.raises(StoreDamagedError, match="its key ring does not open it"):
        open_store(copy, opener=KEY)


def test_a_copy_is_given_a_ring_of_its_own(folder: Path, tmp_path: Path) -> None:
    copy, ring = tmp_path / "copy", tmp_path / "ring"
    shutil.copytree(folder, copy)
    before = ring.read_bytes()
    with open_store(copy, opener=KEY) as store:
        admin = store.session(ADMIN)
        admin.keys.move_ring(tmp_path / "other ring")
        (entry,) = admin.audit.entries(AuditQuery(acts=(Act.ENCRYPTION_CHANGED.value,)))
        assert "of its own" in detail_words(entry)
    assert ring.read_bytes() == before
    opens_and_rolls(copy)
    with open_store(copy, opener=KEY) as store:
        store.session(ADMIN).keys.decrypt()
    assert not (tmp_path / "other ring").exists()
    assert ring.read_bytes() == before
    opens_and_rolls(folder)


@pytest.mark.parametrize("how", ["renamed", "copied, and the original removed"])
def test_a_store_that_was_moved_has_its_ring(folder: Path, tmp_path: Path, how: str) -> None:
    moved = tmp_path / "moved"
    if how == "renamed":
        folder.rename(moved)
    else:
        shutil.copytree(folder, moved)
        with open_store(moved, opener=KEY) as store:
            assert store.session(ADMIN).keys.state().ring_of == str(folder)
        shutil.rmtree(folder)
    opens_and_rolls(moved)
    # Whatever comes to where it was is the copy now.
    shutil.copytree(moved, folder)
    with open_store(folder, opener=KEY) as store, pytest.raises(SharedRingError):
        store.session(ADMIN).keys.roll()
    (tmp_path / "link").symlink_to(moved)
    opens_and_rolls(tmp_path / "link")


def test_a_store_opens_where_its_ring_cannot_be_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    folder.rename(tmp_path / "moved")
    monkeypatch.setattr(ring_file, "replacing", full)
    with open_store(tmp_path / "moved", opener=KEY) as store:
        assert is_whole(store)
        with pytest.raises(StoreFullError):
            store.session(ADMIN).keys.create()
    monkeypatch.undo()
    opens_and_rolls(tmp_path / "moved")


def test_a_ring_that_could_not_be_read_again_is_not_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (tmp_path / "ring").read_bytes()
    with open_store(folder, opener=KEY) as store:
        monkeypatch.setattr(ring_file, "MOST_BYTES", len(before))
        with pytest.raises(StoreError, match="too large"):
            store.session(ADMIN).keys.create()
    assert (tmp_path / "ring").read_bytes() == before
    with open_store(folder, opener=KEY) as store:
        assert is_whole(store)
