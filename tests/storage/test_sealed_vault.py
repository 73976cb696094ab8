"""The sealed vault: nothing readable on the disk, nothing but what was put ever given out."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import threading
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest

from reviewer.crypto.ring import ClosedRing, KeyRing, LockKind
from reviewer.crypto.secret import Secret
from reviewer.crypto.stream import SealedSource
from reviewer.errors import (
    CancelledError,
    ContentDamagedError,
    ContentError,
    ContentKeyGoneError,
    ContentMissingError,
    KeyRingDamagedError,
    KeyRingMissingError,
    StoreClosedError,
    StoreDamagedError,
    StoreFullError,
    WrongPassphraseError,
)
from reviewer.models.bytesource import FileSource, MemorySource
from reviewer.models.progress import NoProgress
from reviewer.storage.vault import key_store
from reviewer.storage.vault.contract import is_sealed, new_object_id
from reviewer.storage.vault.folder import FolderVault, digest_of
from reviewer.storage.vault.keeper import KeyKeeper
from reviewer.storage.vault.ring_file import NAME as RING
from reviewer.storage.vault.ring_file import RingFile
from reviewer.storage.vault.sealed import SealedVault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from reviewer.models.ids import ObjectId

FILE_KEY = Secret(b"f" * 32)
WORDS = "Иванова +7 495 123-45-67 ".encode()


def open_keeper(folder: Path) -> KeyKeeper:
    """Open the keys of a store as another program does."""
    ring = ClosedRing(RingFile(folder, "the store").read(), "the store")
    return KeyKeeper(folder, "the store", ring.open(LockKind.FILE, FILE_KEY))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ring = KeyRing.make(1).with_secret(LockKind.FILE, FILE_KEY, 1)
    KeyKeeper.make(tmp_path, "the store", ring).close()
    return tmp_path


@pytest.fixture
def keeper(folder: Path) -> Iterator[KeyKeeper]:
    with closing(open_keeper(folder)) as opened:
        yield opened


@pytest.fixture
def vault(folder: Path, keeper: KeyKeeper) -> SealedVault:
    return SealedVault(FolderVault(folder / "vault", "the store"), keeper)


def put(vault: SealedVault, data: bytes, *, sealed: bool = True) -> ObjectId:
    object_id = vault.put(new_object_id(sealed=sealed), MemorySource(data)).object_id
    vault.settle()
    return object_id


def content_of(vault: SealedVault, object_id: ObjectId) -> bytes:
    with closing(vault.open(object_id, "call.wav")) as source:
        return source.read_at(0, source.size)


def path_of(folder: Path, object_id: ObjectId) -> Path:
    return folder / "vault" / object_id[:2] / object_id


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("size", [0, 1, 65_480, 65_481, 1 << 20, (3 << 20) + 17])
def test_what_is_put_comes_back(vault: SealedVault, folder: Path, size: int) -> None:
    data = os.urandom(size)
    name = new_object_id(sealed=True)
    stored = vault.put(name, MemorySource(data))
    assert (stored.bytes, stored.sha256) == (size, hashlib.sha256(data).hexdigest())
    # Before its key is kept and after it.
    assert content_of(vault, name) == data
    vault.settle()
    with closing(vault.open(name, "call.wav")) as source:
        assert (source.name, source.size) == ("call.wav", size)
        assert source.read_at(size // 2, 99_999) == data[size // 2 :][:99_999]
        assert digest_of(source) == (stored.sha256, size)
    with closing(open_keeper(folder)) as other:
        assert (
            content_of(SealedVault(FolderVault(folder / "vault", "the store"), other), name) == data
        )
    (kept,) = vault.list()
    assert (kept.object_id, kept.bytes, kept.whole) == (name, size, True)


def test_nothing_readable_is_on_the_disk(vault: SealedVault, folder: Path) -> None:
    name = put(vault, WORDS * 5000)
    assert is_sealed(name)
    with closing(vault.open(name, "call.wav")) as source:
        source.read_at(70_000, 10)
        assert WORDS[:8] not in everything_in(folder)
    assert put(vault, WORDS * 5000, sealed=False)
    assert WORDS[:8] in everything_in(folder)


def test_an_object_is_a_stream_bound_to_its_name_and_kind(
    vault: SealedVault, keeper: KeyKeeper, folder: Path
) -> None:
    """So another implementation reads it, and no other object passes for it, key or not."""
    name = put(vault, WORDS * 5000)
    key = keeper.data_key(name, "content", "call.wav")
    with FileSource(path_of(folder, name)) as file:
        assert SealedSource(file, key, name.encode() + b"content").read_at(0, 8) == WORDS[:8]
        for other in (name.encode(), b"content", new_object_id(sealed=True).encode() + b"content"):
            with pytest.raises(ContentDamagedError):
                SealedSource(file, key, other)


def test_a_source_that_fails_leaves_neither_file_nor_key(vault: SealedVault, folder: Path) -> None:
    class Failing(MemorySource):
        def read_at(self, offset: int, length: int) -> bytes:
            raise OSError(5, "Input/output error")

    name = new_object_id(sealed=True)
    with pytest.raises(ContentError, match=r"broken\.wav"):
        vault.put(name, Failing(b"x" * 100, "broken.wav"))
    vault.settle()
    assert not vault.exists(name)
    assert list(vault.list()) == []
    with closing(sqlite3.connect(folder / "keys.db")) as raw:
        assert raw.execute("SELECT count(*) FROM wrapped").fetchone() == (0,)


def test_objects_in_each_others_place_are_refused(vault: SealedVault, folder: Path) -> None:
    one, other = (put(vault, os.urandom(1000)) for _ in range(2))
    first, second = path_of(folder, one), path_of(folder, other)
    first.rename(folder / "aside")
    second.rename(first)
    (folder / "aside").rename(second)
    for name in (one, other):
        with pytest.raises(ContentDamagedError, match=r"call\.wav"):
            vault.open(name, "call.wav")


def test_keys_in_each_others_place_are_refused(vault: SealedVault, folder: Path) -> None:
    one, other = (put(vault, os.urandom(1000)) for _ in range(2))
    with closing(sqlite3.connect(folder / "keys.db")) as raw:
        (key,) = raw.execute("SELECT key FROM wrapped WHERE object_id = ?", (other,)).fetchone()
        raw.execute("UPDATE wrapped SET key = ? WHERE object_id = ?", (key, one))
        raw.commit()
    with pytest.raises(ContentDamagedError, match=r"call\.wav"):
        vault.open(one, "call.wav")


def test_nothing_in_the_clear_takes_a_sealed_ones_place(vault: SealedVault, folder: Path) -> None:
    name = put(vault, b"sealed")
    path_of(folder, name).write_bytes(b"a forged recording" * 100)
    with pytest.raises(ContentDamagedError):
        vault.open(name, "call.wav")
    vault.destroy_keys([name])
    with pytest.raises(ContentKeyGoneError):
        vault.open(name, "call.wav")
    with pytest.raises(ContentKeyGoneError):
        FolderVault(folder / "vault", "the store").open(name, "call.wav")


def test_an_object_of_another_kind_is_refused(
    vault: SealedVault, folder: Path, keeper: KeyKeeper
) -> None:
    name = put(vault, b"content")
    derived = SealedVault(FolderVault(folder / "vault", "the store"), keeper, kind="derived")
    with pytest.raises(ContentDamagedError):
        derived.open(name, "call.wav")


def test_a_destroyed_key_is_nowhere(vault: SealedVault, folder: Path, keeper: KeyKeeper) -> None:
    names = [put(vault, b"secret") for _ in range(3)]
    found = [keeper.keys.get(name) for name in names]
    vault.destroy_keys(names[:2])
    left = b"".join(path.read_bytes() for path in folder.glob("keys.db*"))
    for name, key in zip(names, found, strict=True):
        assert key is not None
        assert (key.key in left) is (name is names[2])
    for name in names[:2]:
        with pytest.raises(ContentKeyGoneError, match=r"call\.wav"):
            vault.open(name, "call.wav")
    assert content_of(vault, names[2]) == b"secret"


def test_deleting_takes_the_key_along(vault: SealedVault, keeper: KeyKeeper, folder: Path) -> None:
    name = put(vault, b"x")
    vault.delete(name)
    vault.delete(name)
    assert keeper.keys.get(name) is None
    assert not vault.exists(name)
    with pytest.raises(ContentMissingError):
        vault.open(name, "call.wav")
    # Also of one that was never made part of anything.
    name = vault.put(new_object_id(sealed=True), MemorySource(b"x")).object_id
    vault.delete(name)
    vault.settle()
    assert keeper.keys.among([name]) == set()
    assert [path for path in (folder / "vault").rglob("*") if path.is_file()] == []


def test_deleting_many_takes_their_keys_along(
    vault: SealedVault, keeper: KeyKeeper, folder: Path
) -> None:
    names = [put(vault, b"secret") for _ in range(3)]
    clear = put(vault, b"open", sealed=False)
    assert vault.delete_all([*names[:2], clear]) == {*names[:2], clear}
    assert keeper.keys.among(names) == {names[2]}
    assert [vault.exists(name) for name in (*names, clear)] == [False, False, True, False]
    assert content_of(vault, names[2]) == b"secret"


def test_what_keeps_its_key_keeps_its_bytes(
    vault: SealedVault, keeper: KeyKeeper, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes without a key are nothing, but a key that is left opens every copy of the bytes."""
    keeper.close()
    monkeypatch.setattr(key_store, "_BUSY_S", 0.05)
    keeper = open_keeper(folder)
    vault = SealedVault(vault.plain, keeper)
    name = put(vault, b"secret")
    clear = put(vault, b"open", sealed=False)
    with closing(sqlite3.connect(folder / "keys.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert vault.delete_all([name, clear]) == {clear}
    assert content_of(vault, name) == b"secret"
    assert vault.delete_all([name]) == {name}
    keeper.close()


def test_copies_in_other_states(vault: SealedVault, folder: Path) -> None:
    clear = put(vault, WORDS * 9, sealed=False)
    sealed, again, back = (new_object_id(sealed=sealed) for sealed in (True, True, False))
    for source, target in ((clear, sealed), (sealed, again), (again, back)):
        with closing(vault.open(source, "call.wav")) as content:
            vault.put(target, content)
        vault.settle()
        assert content_of(vault, target) == WORDS * 9
    assert path_of(folder, back).read_bytes() == WORDS * 9
    assert path_of(folder, sealed).read_bytes() != path_of(folder, again).read_bytes()


# --- the ring over time ----------------------------------------------------------------------


def test_old_keys_go_on_decrypting_until_all_is_rewrapped(
    vault: SealedVault, keeper: KeyKeeper
) -> None:
    old = [put(vault, b"old") for _ in range(1200)]
    keeper.change(lambda ring: ring.with_new_key(2))
    new = put(vault, b"new")
    assert keeper.keys.counts() == {1: 1200, 2: 1}
    assert content_of(vault, old[0]) == b"old"
    assert keeper.rewrap(NoProgress()) == (1200, [])
    assert keeper.keys.counts() == {2: 1201}
    assert keeper.rewrap(NoProgress()) == (0, [])
    assert keeper.keys.retire(2)
    keeper.change(lambda ring: ring.without_old_keys(2, 3))
    assert content_of(vault, old[-1]) == b"old"
    assert content_of(vault, new) == b"new"


def test_rewrapping_can_be_stopped_and_goes_on(vault: SealedVault, keeper: KeyKeeper) -> None:
    class Stopping(NoProgress):
        calls = 0

        def raise_if_cancelled(self) -> None:
            self.calls += 1
            if self.calls > 2:
                raise CancelledError(resume="")

    for _ in range(1200):
        vault.put(new_object_id(sealed=True), MemorySource(b"x"))
    vault.settle()
    keeper.change(lambda ring: ring.with_new_key(2))
    with pytest.raises(CancelledError):
        keeper.rewrap(Stopping())
    assert keeper.keys.counts() == {1: 200, 2: 1000}
    assert not keeper.keys.retire(2)
    assert keeper.rewrap(NoProgress()) == (200, [])


def test_a_key_that_opens_nothing_does_not_stop_the_rest(
    vault: SealedVault, keeper: KeyKeeper, folder: Path
) -> None:
    names = [put(vault, b"x") for _ in range(5)]
    with closing(sqlite3.connect(folder / "keys.db")) as raw:
        raw.execute("UPDATE wrapped SET key = zeroblob(60) WHERE object_id = ?", (names[2],))
        raw.commit()
    keeper.change(lambda ring: ring.with_new_key(2))
    assert keeper.rewrap(NoProgress()) == (4, [names[2]])
    assert not keeper.keys.retire(2)


def test_a_backup_of_before_is_dead_after_the_roll(
    vault: SealedVault, keeper: KeyKeeper, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Content and wrapped keys of before, with the ring of after: nothing opens."""
    gone, kept = put(vault, b"deleted later"), put(vault, b"kept")
    backup = tmp_path_factory.mktemp("backup") / "store"
    shutil.copytree(folder, backup)
    vault.delete(gone)
    keeper.change(lambda ring: ring.with_new_key(2))
    keeper.rewrap(NoProgress())
    assert keeper.keys.retire(2)
    keeper.change(lambda ring: ring.without_old_keys(2, 3))
    assert content_of(vault, kept) == b"kept"
    shutil.copyfile(folder / RING, backup / RING)
    with closing(open_keeper(backup)) as keys:
        old = SealedVault(FolderVault(backup / "vault", "the store"), keys)
        assert old.exists(gone)
        for name in (gone, kept):
            with pytest.raises(ContentKeyGoneError):
                old.open(name, "call.wav")


def test_another_program_makes_a_new_key(vault: SealedVault, folder: Path) -> None:
    with closing(open_keeper(folder)) as other:
        other.change(lambda ring: ring.with_new_key(2))
        theirs = SealedVault(FolderVault(folder / "vault", "the store"), other)
        name = put(theirs, b"wrapped by a key we do not know")
    assert content_of(vault, name) == b"wrapped by a key we do not know"


def test_another_program_destroys_the_key_we_wrap_with(
    vault: SealedVault, keeper: KeyKeeper, folder: Path
) -> None:
    """What is put meanwhile must not be wrapped by a key that is about to be no more."""
    name = vault.put(new_object_id(sealed=True), MemorySource(b"put meanwhile")).object_id
    with closing(open_keeper(folder)) as other:
        other.change(lambda ring: ring.with_new_key(2))
        other.rewrap(NoProgress())
        assert other.keys.retire(2)
        other.change(lambda ring: ring.without_old_keys(2, 3))
    assert keeper.ring.current.number == 1
    vault.settle()
    assert keeper.keys.counts() == {2: 1}
    with closing(open_keeper(folder)) as other:
        theirs = SealedVault(FolderVault(folder / "vault", "the store"), other)
        assert content_of(theirs, name) == b"put meanwhile"


def test_another_program_changes_the_lock(keeper: KeyKeeper, folder: Path) -> None:
    with closing(open_keeper(folder)) as other:
        other.change(lambda ring: ring.with_secret(LockKind.FILE, Secret.random(), 2))
    with pytest.raises(WrongPassphraseError):
        keeper.change(lambda ring: ring.with_new_key(3))


def test_a_ring_that_cannot_be_written_stays_as_it_was(
    keeper: KeyKeeper, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    before = (folder / RING).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreFullError):
        keeper.change(lambda ring: ring.with_new_key(2))
    assert (folder / RING).read_bytes() == before
    assert keeper.ring.current.number == 1
    monkeypatch.undo()
    assert keeper.change(lambda ring: ring.with_new_key(2)).current.number == 2


# --- the files -------------------------------------------------------------------------------


def test_a_ring_kept_elsewhere(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("stick") / "deep" / "calls.ring"
    with closing(open_keeper(folder)) as keeper:
        keeper.move_ring(elsewhere)
        assert keeper.ring_path == elsewhere
        keeper.change(lambda ring: ring.with_new_key(2))
        keeper.move_ring(elsewhere)
    sign = (folder / RING).read_bytes()
    assert b"locks" not in sign
    assert len(sign) < 500
    with closing(open_keeper(folder)) as keeper:
        assert keeper.ring.current.number == 2
    aside = elsewhere.rename(elsewhere.with_name("aside"))
    with pytest.raises(KeyRingMissingError, match=r"calls\.ring"):
        open_keeper(folder)
    aside.rename(elsewhere)
    with closing(open_keeper(folder)) as keeper:
        keeper.move_ring(folder / RING)
        assert keeper.ring.current.number == 2
    assert not elsewhere.exists()
    with closing(open_keeper(folder)):
        pass


@pytest.mark.parametrize(
    "document", [b"", b"[]", b"[" + b" " * (16 << 20) + b"]", b'{"reviewer_ring": 7}']
)
def test_a_damaged_ring_is_named(folder: Path, document: bytes) -> None:
    (folder / RING).write_bytes(document)
    with pytest.raises(KeyRingDamagedError, match="the store"):
        open_keeper(folder)


def test_a_database_of_keys_that_is_missing_or_none(folder: Path) -> None:
    (folder / "keys.db").rename(folder / "aside")
    with pytest.raises(StoreDamagedError, match=r"keys\.db"):
        open_keeper(folder)
    for content in (b"no database" * 99, b""):
        (folder / "keys.db").write_bytes(content)
        with pytest.raises(StoreDamagedError):
            open_keeper(folder)


def test_a_closed_keeper_says_so(folder: Path, vault: SealedVault) -> None:
    name = put(vault, b"x")
    keeper = open_keeper(folder)
    keeper.close()
    keeper.close()
    with pytest.raises(StoreClosedError):
        keeper.data_key(name, "content", "call.wav")


def test_a_half_written_sealed_object_is_known_as_such(vault: SealedVault, folder: Path) -> None:
    name = put(vault, b"x" * 1000)
    part = path_of(folder, name).with_name(name + ".part")
    part.write_bytes(b"half")
    assert {(kept.object_id, kept.whole) for kept in vault.list()} == {(name, True), (name, False)}
    vault.delete_part(name)
    assert [kept.whole for kept in vault.list()] == [True]


def test_every_byte_of_an_object_counts(vault: SealedVault, folder: Path) -> None:
    """A changed or missing byte of the file: nothing of the bad segment comes out."""
    data = os.urandom(700)
    name = put(vault, data)
    path = path_of(folder, name)
    sound = path.read_bytes()
    for at in range(len(sound)):
        for changed in (sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :], sound[:at]):
            path.write_bytes(changed)
            with suppress(ContentDamagedError):
                vault.open(name, "call.wav")
                pytest.fail(f"byte {at} was not missed")
    path.write_bytes(sound)
    assert content_of(vault, name) == data


@pytest.mark.parametrize(
    "spoiled",
    [
        "UPDATE wrapped SET ring_key = 'x'",
        "UPDATE state SET value = 'x' WHERE key = 'oldest'",
        "DROP TABLE state",
    ],
)
def test_what_somebody_put_into_the_database_of_keys_is_named(
    vault: SealedVault, keeper: KeyKeeper, folder: Path, spoiled: str
) -> None:
    name = put(vault, b"x")
    with closing(sqlite3.connect(folder / "keys.db")) as raw, raw:
        raw.execute(spoiled)
    with pytest.raises(StoreDamagedError, match=r"keys\.db"):
        keeper.change(lambda ring: ring.with_new_key(2))
    assert keeper.ring.current.number == 1
    if "wrapped" in spoiled:
        with pytest.raises(ContentDamagedError, match=r"call\.wav"):
            vault.open(name, "call.wav")


def test_a_key_that_was_destroyed_is_not_entered_again_by_a_thread_that_was_held_up(
    vault: SealedVault, keeper: KeyKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One thread enters what all have put; another enters its own meanwhile, and deletes it."""
    name = vault.put(new_object_id(sealed=True), MemorySource(WORDS)).object_id

    def deletes() -> None:
        vault.settle()
        vault.delete(name)

    other = threading.Thread(target=deletes)
    enter = keeper.enter

    def held_up(kind: str, keys: Mapping[ObjectId, Secret]) -> None:
        monkeypatch.setattr(keeper, "enter", enter)
        other.start()
        # It ends by then, unless it waits its turn.
        other.join(0.2)
        enter(kind, keys)

    monkeypatch.setattr(keeper, "enter", held_up)
    vault.settle()
    other.join()
    assert keeper.keys.get(name) is None


@pytest.mark.parametrize("value", ["'a text as long as a wrapped key is, more or less'", "7"])
def test_a_row_of_keys_that_is_none_is_refused_by_name(
    vault: SealedVault, keeper: KeyKeeper, folder: Path, value: str
) -> None:
    """Whoever may change the file can put anything into it."""
    name = put(vault, WORDS)
    with closing(sqlite3.connect(folder / "keys.db")) as raw:
        raw.execute(f"UPDATE wrapped SET key = {value}")  # noqa: S608 (of the test's own)
        raw.commit()
    with pytest.raises(ContentDamagedError) as told:
        content_of(vault, name)
    assert told.value.fields["name"] == "call.wav"
    with closing(sqlite3.connect(folder / "keys.db")) as raw:
        raw.execute("UPDATE wrapped SET kind = x'00ff'")
        raw.commit()
    keeper.change(lambda ring: ring.with_new_key(2))
    assert keeper.rewrap(NoProgress()) == (0, [name])
