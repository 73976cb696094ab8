"""The folder vault: objects are there whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import subprocess
import sys
import tempfile
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.errors import (
    ContentError,
    ContentMissingError,
    StoreError,
    StoreFullError,
    StoreNotFoundError,
    StoreNotWritableError,
)
from reviewer.models.bytesource import ByteSource, MemorySource
from reviewer.models.ids import ObjectId
from reviewer.storage.atomic import replacing
from reviewer.storage.faults import fault_of
from reviewer.storage.vault import folder
from reviewer.storage.vault.contract import new_object_id
from reviewer.storage.vault.folder import FolderVault, chunks, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def vault(tmp_path: Path) -> FolderVault:
    return FolderVault(tmp_path / "vault", "the store")


class Failing(MemorySource):
    """A source that cannot be read past `good` bytes."""

    good = 3 << 20

    @property
    def size(self) -> int:
        return 5 << 20

    def read_at(self, offset: int, length: int) -> bytes:
        if offset >= self.good:
            raise OSError(errno.EIO, "Input/output error")
        return b"x" * length


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def files_of(tmp_path: Path) -> list[str]:
    return [path.name for path in tmp_path.rglob("*") if path.is_file()]


def test_names_are_random_and_of_128_bits() -> None:
    names = {new_object_id() for _ in range(1000)}
    assert len(names) == 1000
    assert all(len(name) == 32 and int(name, 16) >= 0 for name in names)


@settings(max_examples=20, deadline=None)
@given(size=st.sampled_from([0, 1, 44, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20]))
def test_what_is_put_comes_back(tmp_path_factory: pytest.TempPathFactory, size: int) -> None:
    vault = FolderVault(tmp_path_factory.mktemp("vault"), "the store")
    data = os.urandom(size)
    stored = vault.put(new_object_id(), MemorySource(data))
    vault.settle()
    assert (stored.bytes, stored.sha256) == (size, hashlib.sha256(data).hexdigest())
    with closing(vault.open(stored.object_id, "call.wav")) as source:
        assert isinstance(source, ByteSource)
        assert (source.name, source.size) == ("call.wav", size)
        assert source.read_at(0, size + 10) == data
        assert source.read_at(size // 2, 7) == data[size // 2 : size // 2 + 7]
        assert digest_of(source) == (stored.sha256, size)


def test_objects_are_sharded_by_their_first_digits(vault: FolderVault, tmp_path: Path) -> None:
    name = ObjectId("ab" + "0" * 30)
    vault.put(name, MemorySource(b"x"))
    assert (tmp_path / "vault" / "ab" / name).read_bytes() == b"x"


@pytest.mark.parametrize("good", [0, 3 << 20])
def test_a_source_that_fails_leaves_nothing(
    vault: FolderVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good: int
) -> None:
    monkeypatch.setattr(Failing, "good", good)
    with pytest.raises(ContentError) as caught:
        vault.put(new_object_id(), Failing(b"", "broken.wav"))
    assert (
        str(caught.value)
        == "The recording broken.wav cannot be used: the disk could not read or write it"
    )
    assert files_of(tmp_path) == []


def test_a_source_that_ends_early_is_refused() -> None:
    class Short(MemorySource):
        @property
        def size(self) -> int:
            return 10

    with pytest.raises(ContentError):
        list(chunks(Short(b"12345")))


def test_an_object_that_is_not_there(vault: FolderVault) -> None:
    name = new_object_id()
    assert not vault.exists(name)
    with pytest.raises(ContentMissingError) as caught:
        vault.open(name, "call.wav")
    assert "call.wav" in str(caught.value)
    vault.delete(name)
    vault.delete_part(name)
    assert list(vault.list()) == []


def test_deleting(vault: FolderVault, tmp_path: Path) -> None:
    name = vault.put(new_object_id(), MemorySource(b"x")).object_id
    part = tmp_path / "vault" / name[:2] / (name + ".part")
    part.write_bytes(b"half")
    assert {(kept.object_id, kept.bytes, kept.whole) for kept in vault.list()} == {
        (name, 1, True),
        (name, 4, False),
    }
    vault.delete_part(name)
    assert vault.exists(name)
    part.write_bytes(b"half")
    vault.delete(name)
    assert not vault.exists(name)
    assert files_of(tmp_path) == []


def test_deleting_many_tells_what_is_gone(vault: FolderVault, tmp_path: Path) -> None:
    names = [vault.put(new_object_id(), MemorySource(b"x")).object_id for _ in range(5)]
    never, stuck, half = new_object_id(), names[0], names[1]
    # A folder in a file's place cannot be unlinked, whoever tries.
    path = tmp_path / "vault" / stuck[:2] / stuck
    path.unlink()
    (path / "in the way").mkdir(parents=True)
    (tmp_path / "vault" / half[:2] / (half + ".part")).write_bytes(b"half")
    assert vault.delete_all([*names, never]) == {*names[1:], never}
    assert files_of(tmp_path) == []
    assert path.is_dir()
    assert FolderVault(tmp_path / "none", "a store").delete_all(names) == set(names)


def test_of_what_is_lost_the_interrupted_write_goes(vault: FolderVault, tmp_path: Path) -> None:
    there, lost = (vault.put(new_object_id(), MemorySource(b"x")).object_id for _ in range(2))
    path = tmp_path / "vault" / lost[:2] / lost
    path.rename(path.with_name(lost + ".part"))
    assert vault.delete_all([there, lost], keyless=True) == {there, lost}
    assert files_of(tmp_path) == []


def test_what_was_put_is_on_the_disk_when_it_is_settled(
    vault: FolderVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bytes, then its name; and not a file's at a time, which takes many times as long."""
    brought: list[Path] = []
    monkeypatch.setattr(
        os, "fsync", lambda each: brought.append(Path(f"/proc/self/fd/{each}").readlink())
    )
    names = [vault.put(new_object_id(), MemorySource(b"x")).object_id for _ in range(5)]
    dropped, *names = names
    vault.delete(dropped)
    assert brought == []
    vault.settle()
    assert [path.name for path in brought[:4]] == names
    assert {path.name for path in brought[4:]} >= {name[:2] for name in names}
    brought.clear()
    vault.settle()
    assert brought == []


def test_a_folder_that_another_program_made_is_on_the_disk_with_what_is_put_into_it(
    vault: FolderVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have been killed before it settled; an object in a folder without name is lost."""
    brought: list[Path] = []
    monkeypatch.setattr(
        os, "fsync", lambda each: brought.append(Path(f"/proc/self/fd/{each}").readlink())
    )
    killed = FolderVault(tmp_path / "vault", "the store")
    killed.put(ObjectId("ab" + "0" * 30), MemorySource(b"x"))
    vault.put(ObjectId("ab" + "1" * 30), MemorySource(b"x"))
    vault.settle()
    assert set(brought[1:]) == {tmp_path / "vault" / "ab", tmp_path / "vault"}
    # Once is enough.
    brought.clear()
    vault.put(ObjectId("ab" + "2" * 30), MemorySource(b"x"))
    vault.settle()
    assert brought[1:] == [tmp_path / "vault" / "ab"]


def test_without_another_thread_all_is_brought_to_the_disk(
    vault: FolderVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought: list[str] = []
    monkeypatch.setattr(
        os, "fsync", lambda each: brought.append(Path(f"/proc/self/fd/{each}").readlink().name)
    )

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    put = [vault.put(new_object_id(), MemorySource(b"x")).object_id for _ in range(40)]
    vault.settle()
    assert set(put) <= set(brought)


def test_what_fails_while_more_is_put_is_told_before_the_end(
    vault: FolderVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it may be taken for being there, whoever tried, and however late."""

    fsync = os.fsync

    def fail(each: int) -> None:
        if stat.S_ISREG(os.fstat(each).st_mode):
            raise OSError(errno.EIO, "worn out")
        fsync(each)

    def put_and_settle() -> None:
        # The last one may hear of it already; settling has but folders left to bring.
        for _ in range(folder._MOST_OPEN):
            vault.put(new_object_id(), MemorySource(b"x"))
        vault.settle()

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StoreError):
        put_and_settle()
    monkeypatch.undo()
    vault.put(new_object_id(), MemorySource(b"x"))
    vault.settle()


def test_not_too_many_files_wait_to_be_on_the_disk(vault: FolderVault) -> None:
    before = open_files()
    for _ in range(200):
        vault.put(new_object_id(), MemorySource(b"x"))
        assert open_files() <= before + 2 * folder._MOST_OPEN + 1
    vault.settle()
    assert open_files() <= before + 1
    for _ in range(4):
        vault.put(new_object_id(), MemorySource(bytes(folder._MOST_WAITING)))
        assert open_files() <= before + 2
    vault.settle()


def test_a_disk_that_fails_is_told_when_settling(
    vault: FolderVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    before = open_files()
    for _ in range(3):
        vault.put(new_object_id(), MemorySource(b"x"))
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StoreFullError):
        vault.settle()
    assert open_files() <= before


def in_thread(run: Callable[[], None]) -> tuple[threading.Thread, list[Exception]]:
    """Start something in a thread; what it raises is in the list when that has ended."""
    raised: list[Exception] = []

    def all_of_it() -> None:
        try:
            run()
        except StoreError as error:
            raised.append(error)

    thread = threading.Thread(target=all_of_it)
    thread.start()
    return thread, raised


def test_who_settles_waits_for_what_another_is_bringing_to_the_disk(
    vault: FolderVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        vault.put(new_object_id(), MemorySource(b"x"))
    fsync, reached, go_on = os.fsync, threading.Event(), threading.Event()
    brought: list[int] = []

    def slow(each: int) -> None:
        reached.set()
        assert go_on.wait(20)
        fsync(each)
        brought.append(each)

    monkeypatch.setattr(os, "fsync", slow)
    first, _ = in_thread(vault.settle)
    assert reached.wait(20)
    second, _ = in_thread(vault.settle)
    second.join(0.2)
    assert second.is_alive()
    go_on.set()
    second.join(20)
    assert len(brought) >= 2
    first.join(20)


def test_a_disk_that_fails_is_told_to_all_whose_files_were_brought_there(
    vault: FolderVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    def put() -> None:
        vault.put(new_object_id(), MemorySource(b"x"))

    put()
    monkeypatch.setattr(os, "fsync", fail)
    thread, raised = in_thread(lambda: (put(), vault.settle())[0])
    thread.join(20)
    assert [type(error) for error in raised] == [StoreFullError]
    with pytest.raises(StoreFullError):
        vault.settle()
    monkeypatch.undo()
    put()
    vault.settle()


def test_a_folder_that_may_not_be_read_is_told_as_such() -> None:
    """In a process that gives up the superuser's rights first."""
    with tempfile.TemporaryDirectory(prefix="reviewer-test-") as name:
        Path(name).chmod(0o755)
        vault = FolderVault(Path(name) / "vault", "the store")
        object_id = vault.put(new_object_id(), MemorySource(b"x")).object_id
        shard = Path(name) / "vault" / object_id[:2]
        shard.chmod(0o000)
        told = subprocess.run(
            [sys.executable, "-c", _WITHOUT_RIGHTS, name, object_id],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
        )
        shard.chmod(0o755)
    assert told.stdout.split() == [StoreError.code, StoreError.code]


_WITHOUT_RIGHTS = """
import os, sys
from pathlib import Path
from reviewer.errors import StoreError
from reviewer.models.ids import ObjectId
from reviewer.storage.vault.folder import FolderVault

vault = FolderVault(Path(sys.argv[1]) / "vault", "the store")
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
for ask in (lambda: vault.exists(ObjectId(sys.argv[2])), lambda: list(vault.list())):
    try:
        ask()
    except StoreError as error:
        print(error.code)
"""


def test_files_of_others_are_left_alone(vault: FolderVault, tmp_path: Path) -> None:
    vault.put(new_object_id(), MemorySource(b"x"))
    (tmp_path / "vault" / "readme.txt").write_text("mine")
    (tmp_path / "vault" / "ab").mkdir(exist_ok=True)
    (tmp_path / "vault" / "ab" / "notes.txt").write_text("mine")
    assert len(list(vault.list())) == 1


def test_what_may_be_there_is_told_of_many(vault: FolderVault, tmp_path: Path) -> None:
    few, many = "aa", "bb"
    whole, half, never = (ObjectId(few + new_object_id()[2:]) for _ in range(3))
    vault.put(whole, MemorySource(b"x"))
    (tmp_path / "vault" / few / f"{half}.part").write_bytes(b"half")
    assert vault.perhaps_there([whole, half, never]) == {whole, half}
    assert vault.perhaps_there([never]) == set()
    # Of a folder that is full nobody looks whether it is.
    for _ in range(folder._LOOKED_THROUGH + 1):
        vault.put(ObjectId(many + new_object_id()[2:]), MemorySource(b"x"))
    hidden = ObjectId(many + new_object_id()[2:])
    assert vault.perhaps_there([hidden, new_object_id()]) >= {hidden}
    assert FolderVault(tmp_path / "none", "a store").perhaps_there([whole]) == set()


def test_an_object_being_read_can_be_deleted(vault: FolderVault) -> None:
    name = vault.put(new_object_id(), MemorySource(b"12345")).object_id
    with closing(vault.open(name, "call.wav")) as source:
        vault.delete(name)
        assert source.read_at(1, 3) == b"234"


def test_a_closed_source_says_so(vault: FolderVault) -> None:
    source = vault.open(vault.put(new_object_id(), MemorySource(b"1")).object_id, "call.wav")
    source.close()
    source.close()
    with pytest.raises(ContentError) as caught:
        source.read_at(0, 1)
    assert "it is closed" in str(caught.value)


def test_a_folder_in_an_objects_place(vault: FolderVault, tmp_path: Path) -> None:
    name = new_object_id()
    (tmp_path / "vault" / name[:2] / name).mkdir(parents=True)
    with pytest.raises(ContentError):
        vault.open(name, "call.wav")


# --- writing whole or not at all -------------------------------------------------------------


def test_a_file_is_replaced_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with replacing(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert files_of(tmp_path) == ["file"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_write_that_fails_changes_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def write() -> None:
        with replacing(path) as file:
            file.write(b"new")
            raise error

    with pytest.raises(error):
        write()
    assert path.read_bytes() == b"old"
    assert files_of(tmp_path) == ["file"]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StoreFullError),
        (errno.EDQUOT, StoreFullError),
        (errno.EFBIG, StoreFullError),
        (errno.EACCES, StoreNotWritableError),
        (errno.EROFS, StoreNotWritableError),
        (errno.ENOENT, StoreNotFoundError),
        (errno.EIO, StoreError),
    ],
)
def test_what_errors_of_the_file_system_mean(number: int, kind: type) -> None:
    fault = fault_of(OSError(number, os.strerror(number)), "the store")
    assert type(fault) is kind
    assert "the store" in str(fault)
