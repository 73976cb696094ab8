"""A disk that is full in the middle of whatever is written: said plainly, nothing half done.

Each work is tried with more and more room, so that it fails at ever later steps; afterwards there
is room again, the store opens, and the same work comes to its end.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reviewer.crypto.secret import Secret
from reviewer.errors import StoreFullError, StoreNotWritableError
from reviewer.models.encryption import ALL_SEALED
from reviewer.models.erasure import Shared, What
from reviewer.models.progress import NoProgress
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.models.scoring import CategoryScore
from reviewer.models.search import Search
from reviewer.services.copying import restore_store
from reviewer.storage.local import Encryption, copying, create, encryption, moving, open_store
from tests.helpers.stores import ADMIN, SETTINGS, make_giid, make_incoming, make_wav

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from reviewer.storage.local import LocalStore
    from reviewer.storage.store import Session

KEY = Secret(b"k" * 32)
COUNT = 6
SECONDS = 1.5
SIZE = "12m"
ROOMS = (0, 60_000, 250_000)
MANY_ROOMS = (0, 20_000, 40_000, 60_000, 90_000, 130_000, 160_000, 220_000, 300_000, 450_000)
"""Bytes that are left; the most is about what each work takes."""


class Disk:
    """A folder whose room can be taken and given back."""

    def __init__(self, folder: Path, *, small: bool) -> None:
        self.folder = folder
        self._small = small
        self._limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def leave(self, room: int) -> None:
        """Take all room but so many bytes."""
        if not self._small:
            # No small file system can be made here: no file may grow instead.
            resource.setrlimit(resource.RLIMIT_FSIZE, (max(room, 1), self._limits[1]))
            return
        found = os.statvfs(self.folder)
        with (self.folder / "ballast").open("wb") as ballast:
            ballast.write(bytes(max(0, found.f_bavail * found.f_frsize - room)))

    def give_back(self) -> None:
        """Let there be room again."""
        resource.setrlimit(resource.RLIMIT_FSIZE, self._limits)
        (self.folder / "ballast").unlink(missing_ok=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    small = os.geteuid() == 0 and not subprocess.run(mount, capture_output=True).returncode  # noqa: PLW1510 (answered by its code)
    made = Disk(folder, small=small)
    yield made
    made.give_back()
    if small:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def incoming(number: int):
    return make_incoming(number, content={0: sound(number)}, recordings=recordings(number))


def recordings(number: int):
    return make_incoming(number).interaction.recordings


def sound(number: int) -> bytes:
    return make_wav(SECONDS, seed=number)


def make(folder: Path, what: str) -> None:
    """Make a store for a work; those of keys are encrypted."""
    how = None if what == "encrypt" else Encryption(None, key_file=KEY)
    with create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how) as store:
        store.session(ADMIN).intake.put(incoming(n) for n in range(1, COUNT + 1))


def work(store: LocalStore, what: str) -> None:
    """Do it, or go on with it."""
    session = store.session(ADMIN)
    ids = list(session.interactions.ids(Search()))
    if what == "import":
        session.intake.put(incoming(n) for n in range(1, COUNT * 2 + 1))
    elif what == "evaluate":
        for number in ids:
            session.evaluations.save(number, 1, [CategoryScore("Greeting", 7)], "n" * 20_000)
    elif what == "erase":
        session.erasure.erase(sorted(ids), [What.VOICE], "asked", shared=Shared.CUT)
    elif what == "roll":
        session.keys.roll()
    elif what == "reencrypt":
        session.keys.create()
        session.keys.reencrypt(afresh=True)
    elif what == "decrypt" and store.is_encrypted:
        session.keys.decrypt()
    elif what == "encrypt":
        if store.is_encrypted:
            session.keys.reencrypt()
        else:
            how = Encryption(None, ALL_SEALED, key_file=KEY)
            encryption.encrypt(store._core, how, NoProgress())


def check(store: LocalStore) -> None:
    """Assert that every interaction has its content or a tombstone, and the log is whole."""
    session = store.session(ADMIN)
    for number in range(1, len(session.interactions.ids(Search())) + 1):
        kept = session.interactions.get(make_giid(number))
        (recording,) = kept.recordings
        there = recording.state is RecordingState.AVAILABLE
        assert there == (not kept.tombstones)
        if there:
            with closing(session.content.open(kept.id, recording)) as source:
                assert source.read_at(0, 999_999) == sound(number)
    assert session.audit.verify().faults == ()


def evaluated(session: Session) -> int:
    ids = session.interactions.ids(Search())
    return sum(len(session.evaluations.of(number)) for number in ids)


WORKS = ("import", "evaluate", "erase", "roll", "reencrypt", "decrypt", "encrypt")


@pytest.mark.parametrize("what", WORKS)
def test_a_full_disk(disk: Disk, tmp_path: Path, what: str) -> None:
    fill_again_and_again(disk, tmp_path / "template", what, ROOMS)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("what", WORKS)
def test_a_disk_that_is_full_at_many_steps(disk: Disk, tmp_path: Path, what: str) -> None:
    fill_again_and_again(disk, tmp_path / "template", what, MANY_ROOMS)


def fill_again_and_again(disk: Disk, template: Path, what: str, rooms: Sequence[int]) -> None:
    """Try a work with each room, and let it come to its end afterwards."""
    make(template, what)
    said: list[str] = []
    for room in rooms:
        folder = disk.folder / "store"
        shutil.copytree(template, folder)
        with open_store(folder, opener=KEY) as store:
            # What opening and the first search need is there before the disk is full.
            store.session(ADMIN).interactions.search(Search())
            disk.leave(room)
            try:
                work(store, what)
            except StoreFullError as error:
                said.append(str(error))
            disk.give_back()
            check(store)
        with open_store(folder, opener=KEY) as store:
            check(store)
            work(store, what)
            check_done(store, what)
            store._core.sweep()
            let_be_due(store)
            assert store.examine() == ()
        shutil.rmtree(folder)
    assert said
    place = str(disk.folder / "store")
    assert all("no space left" in sentence and place in sentence for sentence in said)


@pytest.mark.parametrize("what", ["back_up", "move", "restore"])
def test_a_copy_that_its_disk_is_full_for_names_its_place(
    disk: Disk, tmp_path: Path, what: str
) -> None:
    """The store's was named, or the store called damaged, whose disk has room and which is well."""
    how = Encryption(None, key_file=KEY)
    target, backup = disk.folder / "copy", tmp_path / "backup"
    with create(tmp_path / "s", settings=SETTINGS, admin_login=ADMIN, encryption=how) as store:
        store.session(ADMIN).intake.put(incoming(n) for n in range(1, COUNT + 1))
        copying.back_up(store._core, backup, NoProgress())
        acts = {
            "back_up": lambda: copying.back_up(store._core, target, NoProgress()),
            "move": lambda: moving.move(store._core, target, NoProgress()),
            "restore": lambda: restore_store(backup, target, KEY, lambda s: s.session(ADMIN)),
        }
        # Its files, and a page that each of them begins.
        size = sum(path.stat().st_size for path in backup.rglob("*"))
        for room in range(0, size, size // 5):
            disk.leave(room)
            # A database may find no room where it does not say that this is it.
            with pytest.raises((StoreFullError, StoreNotWritableError)) as told:
                acts[what]()
            disk.give_back()
            assert told.value.fields["store"] == str(target)
            assert "space" in str(told.value)
            assert [path for path in disk.folder.iterdir() if path.name != "ballast"] == []
        assert store.examine() == ()


def let_be_due(store: LocalStore) -> None:
    with store._core.database.write() as connection:
        connection.exec_driver_sql("UPDATE pending_unlink SET due_us = 0")
    store._core.sweep()


def check_done(store: LocalStore, what: str) -> None:
    check(store)
    session = store.session(ADMIN)
    count = len(session.interactions.ids(Search()))
    assert count == (COUNT * 2 if what == "import" else COUNT)
    if what == "evaluate":
        assert evaluated(session) >= COUNT
    if what == "erase":
        kept = [session.interactions.get(make_giid(n)) for n in range(1, COUNT + 1)]
        assert {stone.kind for call in kept for stone in call.tombstones} == {RecordingKind.VOICE}
        assert all(call.tombstones for call in kept)
    assert store.is_encrypted == (what != "decrypt")
