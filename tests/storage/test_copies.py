"""A whole store backed up, restored and moved: whole, verified, or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reviewer.crypto.secret import Secret
from reviewer.errors import (
    CancelledError,
    FileUnusableError,
    OriginalLeftError,
    RefusedError,
    ReviewerError,
    StoreBusyError,
    StoreDamagedError,
    StoreLockedError,
    StoreNotFoundError,
)
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.progress import NoProgress, Watch
from reviewer.models.search import Search
from reviewer.services.copying import copied_sentences, restore_store
from reviewer.storage.local import Encryption, create, open_store
from reviewer.storage.local.copying import restore
from reviewer.storage.local.core import Core
from tests.helpers.stores import ADMIN, SETTINGS, make_incoming, make_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.storage.local import LocalStore
    from reviewer.storage.store import Store

PASSPHRASE = "a passphrase of some length"


@pytest.fixture(params=["clear", "encrypted", "ring elsewhere"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalStore]:
    encryption = None
    if request.param != "clear":
        ring = tmp_path / "ring.json" if request.param == "ring elsewhere" else None
        encryption = Encryption(PASSPHRASE, ring_at=ring)
    with create(
        tmp_path / "store", settings=SETTINGS, admin_login=ADMIN, encryption=encryption
    ) as made:
        made.session(ADMIN).intake.put([make_incoming(n) for n in range(1, 6)])
        yield made


def way_in(store: LocalStore) -> str | None:
    return store.way_in or None


def contents(store: Store) -> dict[str, bytes]:
    """Return all recorded bytes, by interaction."""
    session = store.session(ADMIN)
    found = {}
    for number in session.interactions.ids(Search()):
        call = session.interactions.get_by_id(number)
        with closing(session.content.open(call.id, call.recordings[0])) as source:
            found[str(call.giid)] = source.read_at(0, source.size)
    return found


def log_in(store: Store):
    return store.session(ADMIN)


def acts(store: Store) -> set[str]:
    entries = store.session(ADMIN).audit.entries(AuditQuery(), limit=1000)
    return {entry.act for entry in entries}


def test_what_was_backed_up_comes_back_whole(store: LocalStore, tmp_path: Path) -> None:
    backup, again = tmp_path / "backup", tmp_path / "again"
    wanted = contents(store)
    done = store.session(ADMIN).copies.back_up(backup)
    assert (done.missing, bool(done.ring)) == (0, (tmp_path / "ring.json").exists())
    assert Act.BACKED_UP in acts(store)
    # What comes later is not in it.
    store.session(ADMIN).intake.put([make_incoming(9)])
    if shutil.which("sha256sum"):
        command = ["sha256sum", "--quiet", "-c", "SHA256SUMS"]
        subprocess.run(command, cwd=backup, check=True)
    opener = way_in(store)
    restore_store(backup, again, opener, log_in)
    with open_store(again, opener=opener) as restored:
        assert contents(restored) == wanted
        assert restored.examine() == ()
        assert Act.RESTORED in acts(restored)
        assert restored.session(ADMIN).audit.verify().holds
        assert [place.is_here for place in log_in(restored).people.sign_ins()] == [True]
    modes = {path.stat().st_mode & 0o077 for path in [backup, *backup.rglob("*")]}
    assert modes == {0}


def test_what_is_done_to_the_keys_of_a_restored_store_leaves_the_original_alone(
    tmp_path: Path,
) -> None:
    """They shared the ring that is kept elsewhere: a roll in one closed the other for good."""
    ring, folder = tmp_path / "ring.json", tmp_path / "store"
    key = Secret(b"k" * 32)
    how = Encryption(None, key_file=key, ring_at=ring)
    with create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how) as made:
        made.session(ADMIN).intake.put([make_incoming(1)])
        made.session(ADMIN).copies.back_up(tmp_path / "backup")
        wanted = contents(made)
    again = tmp_path / "again"
    done = restore_store(tmp_path / "backup", again, key, log_in)
    assert done.other_ring == str(ring)
    assert str(ring) in copied_sentences(again, done)[-1]
    before = ring.read_bytes()
    with open_store(again, opener=key) as restored:
        (entry,) = restored.session(ADMIN).audit.entries(AuditQuery(acts=(Act.RESTORED.value,)))
        assert entry.detail == {"ring": "own"}
        restored.session(ADMIN).keys.roll()
        restored.session(ADMIN).keys.decrypt()
        assert contents(restored) == wanted
    assert ring.read_bytes() == before
    with open_store(folder, opener=key) as original:
        assert contents(original) == wanted


def test_a_backup_of_which_a_byte_was_changed_is_refused(store, tmp_path: Path) -> None:
    backup, again = tmp_path / "backup", tmp_path / "again"
    store.session(ADMIN).copies.back_up(backup)
    for path in sorted(path for path in backup.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        damages = [whole[:-1] + bytes([whole[-1] ^ 1]), None]
        for damage in damages:
            if damage is None:
                path.unlink()
            else:
                path.write_bytes(damage)
            if path.name == "backup.json" and damage is not None:
                continue
            with pytest.raises((StoreDamagedError, FileUnusableError)):
                restore_store(backup, again, way_in(store), log_in)
            assert not again.exists()
        path.write_bytes(whole)
    assert {path.name for path in tmp_path.iterdir()} >= {"backup", "store"}
    assert not list(tmp_path.glob("again*"))


@pytest.mark.parametrize(
    "name", ["../out", "/out", "vault/../../out", "vault\\..\\..\\out", "c:out"]
)
def test_a_backup_whose_names_lead_out_of_it_is_none(tmp_path: Path, name: str) -> None:
    with make_store(tmp_path) as made:
        made.session(ADMIN).copies.back_up(tmp_path / "backup")
    sums = tmp_path / "backup" / "SHA256SUMS"
    sums.write_text(f"{sums.read_text()}{'0' * 64}  {name}\n")
    with pytest.raises(FileUnusableError):
        restore_store(tmp_path / "backup", tmp_path / "again", None, log_in)
    assert {path.name for path in tmp_path.iterdir()} == {"store", "backup"}


def test_who_may_not_gets_no_copy(store: LocalStore, tmp_path: Path) -> None:
    admin = store.session(ADMIN)
    admin.people.add_user("anna", "Anna", ["manager"])
    backup, again = tmp_path / "backup", tmp_path / "again"
    anna = store.session("anna")
    for call in (lambda: anna.copies.back_up(backup), lambda: anna.copies.move(again)):
        with pytest.raises(RefusedError):
            call()
    admin.copies.back_up(backup)
    with pytest.raises(RefusedError):
        restore_store(backup, again, way_in(store), lambda made: made.session("anna"))
    if store.is_encrypted:
        with pytest.raises(StoreLockedError):
            restore_store(backup, again, None, log_in)
    assert {path.name for path in tmp_path.iterdir()} <= {"store", "backup", "ring.json"}


def test_a_place_that_is_taken_or_within_the_store_is_refused(store, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "kept").write_text("mine")
    copies = store.session(ADMIN).copies
    for target in (taken, store.folder, store.folder / "inner", tmp_path):
        for act in (copies.back_up, copies.move):
            with pytest.raises(FileUnusableError):
                act(target)
    # Of a place where no folder can be made it is not said that a store is missing there.
    for act in (copies.back_up, copies.move):
        with pytest.raises(FileUnusableError, match="a part of its path is no folder"):
            act(taken / "kept" / "inner")
    assert (taken / "kept").read_text() == "mine"
    assert len(contents(store)) == 5


def test_stopped_it_leaves_nothing(store: LocalStore, tmp_path: Path) -> None:
    stopped = Watch()
    stopped.cancel()
    for act in (store.session(ADMIN).copies.back_up, store.session(ADMIN).copies.move):
        with pytest.raises(CancelledError):
            act(tmp_path / "backup", progress=stopped)
    assert {path.name for path in tmp_path.iterdir()} <= {"store", "ring.json"}
    assert len(contents(store)) == 5


@pytest.fixture
def other_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on another disk than the test's own."""
    here = tmp_path.stat().st_dev
    places = (Path("/dev/shm"), Path("/var/tmp"), Path.cwd())  # noqa: S108 (file systems)
    others = [place for place in places if place.is_dir() and place.stat().st_dev != here]
    place = Path(tempfile.mkdtemp(dir=others[0]))
    yield place
    shutil.rmtree(place)


@pytest.mark.parametrize("far", [False, True])
def test_a_store_is_moved_whole(store: LocalStore, tmp_path: Path, other_disk, far: bool) -> None:
    target = (other_disk if far else tmp_path) / "moved"
    wanted, opener, folder = contents(store), way_in(store), store.folder
    store.session(ADMIN).copies.move(target)
    assert not folder.exists()
    assert not list(folder.parent.glob("*.moved"))
    assert not list(target.parent.glob("*-part"))
    assert (target / "content.json").is_file()
    assert not list(target.glob("moving*"))
    with open_store(target, opener=opener) as moved:
        assert contents(moved) == wanted
        assert moved.examine() == ()
        assert Act.MOVED in acts(moved)
    with pytest.raises(ReviewerError):
        store.session(ADMIN).interactions.count(Search())


def test_a_store_that_is_opened_through_a_link_is_moved(tmp_path: Path) -> None:
    """The link was moved, which led nowhere from there."""
    with make_store(tmp_path) as made:
        made.session(ADMIN).intake.put([make_incoming(1)])
        wanted = contents(made)
    link = tmp_path / "link"
    link.symlink_to("store")
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere" / "moved"
    with open_store(link) as linked:
        linked.session(ADMIN).copies.move(target)
    assert target.is_dir()
    assert not target.is_symlink()
    assert not (tmp_path / "store").exists()
    with open_store(target) as moved:
        assert contents(moved) == wanted


def test_where_a_folder_of_the_same_disk_takes_no_other_it_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a folder is mounted a second time: the system refuses to rename from one to it."""
    target, rename = tmp_path / "mounted" / "moved", Path.rename

    def crossing(path: Path, to: Path) -> Path:
        if path.name == "store" and to == target:
            raise OSError(errno.EXDEV, "across")
        return rename(path, to)

    with make_store(tmp_path) as made:
        made.session(ADMIN).intake.put([make_incoming(1)])
        wanted = contents(made)
        monkeypatch.setattr(Path, "rename", crossing)
        made.session(ADMIN).copies.move(target)
    assert [path.name for path in tmp_path.iterdir()] == ["mounted"]
    with open_store(target) as moved:
        assert contents(moved) == wanted


def test_of_a_folder_that_cannot_be_renamed_the_store_alone_is_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of the root of a disk, which holds what is nothing of the store's as well."""
    target, rename = tmp_path / "moved", Path.rename

    def busy(path: Path, to: Path) -> Path:
        if path.name == "store":
            raise OSError(errno.EBUSY, "mounted")
        return rename(path, to)

    with make_store(tmp_path) as made:
        made.session(ADMIN).intake.put([make_incoming(1)])
        wanted = contents(made)
        other = made.folder / "lost+found"
        other.mkdir()
        (other / "kept").write_text("mine")
        monkeypatch.setattr(Path, "rename", busy)
        made.session(ADMIN).copies.move(target)
    assert [path.name for path in (tmp_path / "store").rglob("*")] == ["lost+found", "kept"]
    with open_store(target) as moved:
        assert contents(moved) == wanted


def test_nobody_comes_into_a_store_that_was_moved_before_it_is_removed(
    tmp_path: Path, other_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waited for it worked on what went: what they brought in was lost."""
    folder, close = tmp_path / "store", Core.close
    came: list[str] = []

    def come_first(core: Core) -> None:
        monkeypatch.setattr(Core, "close", close)
        try:
            with open_store(folder) as other:
                other.session(ADMIN).intake.put([make_incoming(7)])
            came.append("in")
        except StoreNotFoundError:
            came.append("too late")
        close(core)

    with make_store(tmp_path) as made:
        monkeypatch.setattr(Core, "close", come_first)
        made.session(ADMIN).copies.move(other_disk / "moved")
    assert came == ["too late"]


class Spoiling(NoProgress):
    """Changes a byte of what was copied, once all of it was."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        for catalogue in self._folder.glob("*-part/catalogue.sqlite"):
            path = next(path for path in catalogue.parent.rglob("vault/*/*"))
            path.write_bytes(b"?" + path.read_bytes()[1:])


@pytest.mark.parametrize("act", ["back_up", "move"])
def test_a_copy_that_is_not_what_was_written_is_none(
    store: LocalStore, other_disk: Path, act: str
) -> None:
    wanted, target = contents(store), other_disk / "copy"
    copies = store.session(ADMIN).copies
    with pytest.raises(StoreDamagedError) as told:
        getattr(copies, act)(target, progress=Spoiling(other_disk))
    assert told.value.fields["store"] == str(target)
    assert list(other_disk.iterdir()) == []
    assert contents(store) == wanted


def test_a_folder_of_somebody_else_beside_a_copy_stays(tmp_path: Path) -> None:
    mine = tmp_path / "backup.part"
    mine.mkdir()
    (mine / "kept").write_text("mine")
    with make_store(tmp_path) as made:
        made.session(ADMIN).copies.back_up(tmp_path / "backup")
    assert (mine / "kept").read_text() == "mine"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with make_store(tmp_path) as made:
        # Its bytes are the process's own memory: at its beginning there is nothing to be read.
        unreadable = made.folder / "vault" / "ab" / f"ab{'0' * 30}"
        unreadable.parent.mkdir(exist_ok=True)
        unreadable.symlink_to("/proc/self/mem")
        with pytest.raises(FileUnusableError) as told:
            made.session(ADMIN).copies.back_up(tmp_path / "backup")
    assert str(unreadable) in str(told.value)
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_an_original_that_cannot_be_removed_is_told(
    store: LocalStore, tmp_path: Path, other_disk: Path
) -> None:
    target, folder = other_disk / "moved", store.folder
    wanted, opener = contents(store), way_in(store)
    in_the_way = folder.with_name("store.moved")
    in_the_way.mkdir()
    (in_the_way / "kept").write_text("mine")
    with pytest.raises(OriginalLeftError) as told:
        store.session(ADMIN).copies.move(target)
    assert str(folder) in str(told.value)
    assert str(target) in str(told.value)
    # Nothing of either is lost, and the log of the new one tells of no failure.
    assert folder.is_dir()
    assert (in_the_way / "kept").read_text() == "mine"
    with open_store(target, opener=opener) as moved:
        assert contents(moved) == wanted
        entries = moved.session(ADMIN).audit.entries(AuditQuery(), limit=1000)
        assert [entry.act for entry in entries].count(Act.MOVED) == 1


def test_a_store_that_another_program_has_open_stays(store: LocalStore, tmp_path: Path) -> None:
    with open_store(store.folder, opener=way_in(store), busy_ms=50) as other:
        other.session(ADMIN).interactions.count(Search())
        command = [sys.executable, "-c", MOVING, str(store.folder), str(tmp_path / "x")]
        given = {**os.environ, "WAY_IN": store.way_in}
        told = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    assert StoreBusyError.__name__ in told.stderr, told.stderr
    assert len(contents(store)) == 5
    assert not (tmp_path / "x").exists()


MOVING = """
import os, sys
from pathlib import Path
from reviewer.storage.local import open_store
with open_store(Path(sys.argv[1]), opener=os.environ["WAY_IN"] or None, busy_ms=50) as store:
    store.session().copies.move(Path(sys.argv[2]))
"""
COPYING = """
import os, sys
from pathlib import Path
from reviewer.storage.local import open_store
with open_store(Path(sys.argv[1]), opener=os.environ["WAY_IN"] or None) as store:
    print("begun", flush=True)
    getattr(store.session().copies, sys.argv[3])(Path(sys.argv[2]))
"""


@pytest.mark.parametrize("note", ["{", "[]", '{"other": ""}', '{"other": 7}', '{"other": "x"}'])
def test_a_note_of_another_store_that_is_none_tells_of_nothing(tmp_path: Path, note: str) -> None:
    with make_store(tmp_path) as store:
        (store.folder / "moving.json").write_text(note)
        assert store.examine() == ()


MOVING_UNTIL = """
import os, sys
from pathlib import Path
from reviewer.storage.local import moving, open_store
with open_store(Path(sys.argv[1]), opener=os.environ["WAY_IN"] or None) as store:
    setattr(moving, sys.argv[3], lambda *_: os._exit(9))
    store.session().copies.move(Path(sys.argv[2]))
"""


def move_until(step: str, store: LocalStore, target: Path) -> None:
    """Move a store in a program that dies at a step."""
    given = {**os.environ, "WAY_IN": store.way_in}
    store.close()
    command = [sys.executable, "-c", MOVING_UNTIL, str(store.folder), str(target), step]
    told = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    assert told.returncode == 9, told.stderr


def second_of(folder: Path, opener: str | None) -> list[str]:
    """Return where what is left of the same store is, by what looking it over says."""
    with open_store(folder, opener=opener) as opened:
        return [found.name for found in opened.examine() if found.code == "second_store"]


def test_two_stores_that_a_kill_left_of_one_tell_of_each_other(
    store: LocalStore, other_disk: Path
) -> None:
    """It was killed once the new one was there, and before the other was none any more."""
    folder, target, opener = store.folder, other_disk / "moved", way_in(store)
    move_until("_put_aside", store, target)
    assert second_of(target, opener) == [str(folder)]
    assert second_of(folder, opener) == [str(target)]
    shutil.rmtree(folder)
    with create(folder, settings=SETTINGS, admin_login=ADMIN):
        # Another store in the place of the one that was moved is nothing of it.
        assert second_of(target, opener) == []
    assert not list(target.glob("moving*"))


@pytest.mark.parametrize("step", ["give_name", "_remove_original"])
def test_parts_of_a_store_that_a_kill_left_elsewhere_are_told(
    tmp_path: Path, other_disk: Path, step: str
) -> None:
    with make_store(tmp_path) as made:
        made.session(ADMIN).intake.put([make_incoming(1)])
    folder, target = made.folder, other_disk / "moved"
    move_until(step, made, target)
    if step == "give_name":
        assert second_of(folder, None) == [str(other_disk / "moved.reviewer-part")]
        with open_store(folder) as again:
            again.session(ADMIN).copies.move(target)
    else:
        left = tmp_path / "store.moved"
        assert second_of(target, None) == [str(left)]
        shutil.rmtree(left)
    assert second_of(target, None) == []
    assert not list(target.glob("moving*"))


@pytest.mark.parametrize("act", ["back_up", "move"])
@pytest.mark.parametrize("kills", [3, pytest.param(40, marks=[pytest.mark.long])])
def test_a_kill_at_any_instant_leaves_a_whole_copy_or_none(
    tmp_path: Path, other_disk: Path, act: str, kills: int
) -> None:
    folder = tmp_path / "store"
    with create(folder, settings=SETTINGS, admin_login=ADMIN) as made:
        made.session(ADMIN).intake.put([make_incoming(n) for n in range(1, 20)])
        wanted = contents(made)
    target = other_disk / "copy"
    seen = set()
    for number in range(kills):
        command = [sys.executable, "-c", COPYING, str(folder), str(target), act]
        given = {**os.environ, "WAY_IN": ""}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=given) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "begun\n"
            # The instant of the kill is what is tried; a child that ends sooner is not awaited.
            with suppress(subprocess.TimeoutExpired):
                child.wait(0.4 * number / kills)
            child.send_signal(signal.SIGKILL)
        seen.add((folder.exists(), target.exists()))
        for place in (folder, target):
            if place.exists() and (act == "move" or place == folder):
                with open_store(place) as kept:
                    assert contents(kept) == wanted
        if target.exists():
            if act == "back_up":
                restore_store(target, other_disk / "again", None, log_in)
                shutil.rmtree(other_disk / "again")
                shutil.rmtree(target)
            elif folder.exists():
                shutil.rmtree(target)
            else:
                shutil.move(target, folder)
    assert seen <= {(True, False), (True, True), (False, True)}


def test_who_gives_up_at_the_very_end_of_restoring_finds_nothing(
    store: LocalStore, tmp_path: Path
) -> None:
    backup, target, watch = tmp_path / "backup", tmp_path / "again", Watch()
    store.session(ADMIN).copies.back_up(backup)
    with pytest.raises(CancelledError):
        restore(backup, target, watch, lambda *_: watch.cancel())
    assert not list(tmp_path.glob("again*"))


def test_who_gives_up_at_the_very_end_of_backing_up_finds_nothing(
    store: LocalStore, tmp_path: Path
) -> None:
    class AtTheEnd(NoProgress):
        def raise_if_cancelled(self) -> None:
            if any(path.stat().st_size for path in tmp_path.glob("*-part/SHA256SUMS")):
                raise CancelledError(resume="")

    with pytest.raises(CancelledError):
        store.session(ADMIN).copies.back_up(tmp_path / "backup", progress=AtTheEnd())
    assert not list(tmp_path.glob("backup*"))
