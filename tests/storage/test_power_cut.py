"""A power cut at any instant: what was not brought to the disk may be lost, in any part.

Whatever is left, the store opens, nothing is half there, what was acknowledged is so, and the work
goes on and comes to its end. `tests/helpers/power.py` says what may be left. The kill tests say
what must hold; here it must of a disk, and not of what the system still had in memory.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reviewer.crypto.key_file import read_key_file
from reviewer.crypto.secret import Secret
from reviewer.models.progress import NoProgress
from reviewer.storage.local import open_store
from reviewer.storage.local.copying import restore
from tests.helpers.power import Disk
from tests.helpers.stores import make_store, make_wav
from tests.helpers.tracing import record
from tests.storage import keep_child as keep
from tests.storage import test_encrypted_kill as crypt
from tests.storage import test_erase_kill as erase
from tests.storage import test_kill as clear
from tests.storage import test_mending_kill as mending
from tests.storage.erase_child import piece, word

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

KEEP_CHILD = Path(__file__).with_name("keep_child.py")
KEY = Secret(b"k" * 32)
IMPORTED = 21
STATES = 100
"""So many of what a cut may leave are tried for each work and seed."""
FEWEST = 20
"""A work that leaves fewer has hardly been looked at."""
ENDS = 8
"""After one in so many the work goes on to its end: starting a process takes long."""

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]


def cut_again_and_again(
    base: Path,
    seed: int,
    *,
    make: Callable[[Path], None],
    command: Callable[[Path], Sequence[str]],
    check: Callable[[Path, tuple[str, ...]], None],
    check_end: Callable[[Path], None],
) -> None:
    """Let a work be done once, and look at what power cuts might have left of it.

    Args:
        base: Where there is room.
        seed: Of what is lost.
        make: Makes a folder to work in.
        command: Works in it, and says what was done.
        check: What must hold after a cut, given what was said before it.
        check_end: What must hold when the work came to its end.
    """
    looked_at = base / "disk"
    looked_at.mkdir()
    folder = looked_at / "store"
    make(folder)
    recording = record(command(folder), looked_at, base)
    assert recording.whole().look() == Disk.of(looked_at, count(1)).look()
    chance = random.Random(seed)  # noqa: S311 (what is lost)
    number = -1
    for number, state in enumerate(recording.states(chance, STATES)):
        state.disk.write(looked_at)
        try:
            check(folder, state.said)
            if "done" not in state.said and number % ENDS == 0:
                subprocess.run(command(folder), stdout=subprocess.DEVNULL, check=True)
                check_end(folder)
            elif "done" in state.said:
                check_end(folder)
        except BaseException as error:
            error.add_note(f"cut after {state.at} of {len(recording.steps)} steps: {state.how}")
            raise
    assert number > FEWEST


# --- encrypting, decrypting, rolling, re-encrypting, importing ---------------------------------


def check_encrypted(what: str, folder: Path, _said: tuple[str, ...]) -> None:
    with crypt.opened(folder) as store:
        crypt.check_whole(store, everything=what != "import")


@pytest.mark.parametrize("what", crypt.WORKS)
@pytest.mark.parametrize("seed", range(2))
def test_keys(tmp_path: Path, what: str, seed: int) -> None:
    cut_again_and_again(
        tmp_path,
        seed,
        make=partial(crypt.make, encrypted=what != "encrypt", filled=what != "import"),
        command=partial(crypt.command, what),
        check=partial(check_encrypted, what),
        check_end=partial(crypt.check_end, what=what),
    )


def check_imported(folder: Path, said: tuple[str, ...]) -> None:
    with open_store(folder) as store:
        there = clear.check_whole(store)
    assert "done" not in said or there == IMPORTED


def test_import_in_the_clear(tmp_path: Path) -> None:
    cut_again_and_again(
        tmp_path,
        0,
        make=lambda folder: make_store(folder.parent).close(),
        command=lambda folder: [
            *(sys.executable, str(clear.CHILD), "import", str(folder), str(IMPORTED))
        ],
        check=check_imported,
        check_end=lambda folder: check_imported(folder, ("done",)),
    )


# --- deleting ----------------------------------------------------------------------------------


def check_erased(what: str, folder: Path, said: tuple[str, ...], *, encrypted: bool) -> None:
    if what == "bulk" and "done" in said and not encrypted:
        data = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        for number in range(erase.COUNT):
            assert word(number).encode() not in data
            assert piece(number) not in data
            assert make_wav(0.05, seed=number) not in data
    told = erase.Told()
    told.take(list(said))
    with erase.opened(folder, encrypted=encrypted) as store:
        erase.check_whole(store, what, told)


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("what", erase.WORKS)
def test_deleting(tmp_path: Path, what: str, *, encrypted: bool) -> None:
    cut_again_and_again(
        tmp_path,
        len(what),
        make=partial(erase.make, what=what, encrypted=encrypted),
        command=partial(erase.command, what, encrypted=encrypted),
        check=partial(check_erased, what, encrypted=encrypted),
        check_end=partial(erase.check_end, what=what, told=erase.Told(), encrypted=encrypted),
    )


# --- cutting anew, mending, the next format ----------------------------------------------------


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("what", mending.WORKS)
def test_mending(tmp_path: Path, what: str, *, encrypted: bool) -> None:
    make, check, check_end = mending.ALL[what]
    cut_again_and_again(
        tmp_path,
        len(what),
        make=partial(make, encrypted=encrypted),
        command=partial(mending.command, what, encrypted=encrypted),
        check=lambda folder, _said: check(folder, encrypted=encrypted),
        check_end=partial(check_end, encrypted=encrypted),
    )


def test_between_formats(tmp_path: Path) -> None:
    cut_again_and_again(
        tmp_path,
        0,
        make=mending.make_older,
        command=partial(mending.command, "migrate", encrypted=False),
        check=lambda folder, _said: mending.check_older(folder),
        check_end=mending.check_older_end,
    )


# --- the store as a whole ----------------------------------------------------------------------


def make_kept(folder: Path, what: str, *, encrypted: bool) -> None:
    if what == "create":
        return
    keep.make(folder, KEY if encrypted else None)
    if what == "restore":
        keep.back_up(folder, KEY if encrypted else None)


def command_of(what: str, folder: Path, *, encrypted: bool) -> list[str]:
    key = KEY.data.hex() if encrypted else ""
    return [sys.executable, str(KEEP_CHILD), what, str(folder), key]


def check_there(
    folder: Path, *, encrypted: bool, at_least: int = keep.COUNT, beside: bool = False
) -> None:
    """Assert that the store in a folder opens and is whole."""
    with open_store(folder, opener=KEY if encrypted else None) as store:
        assert crypt.check_whole(store, everything=False, beside=beside) >= at_least


def check_kept(what: str, folder: Path, said: tuple[str, ...], *, encrypted: bool) -> None:
    is_done = "done" in said
    copy, target = keep.copy_of(folder), keep.target_of(folder)
    if what in {"rename", "move"}:
        # It is in one place or the other, and once it is said to be moved in one of them only.
        there = [each for each in (folder, target) if (each / "catalogue.sqlite").exists()]
        assert there == [target] if is_done else there
        for each in there:
            check_there(each, encrypted=encrypted, beside=not is_done)
        return
    if what == "locks":
        check_locks(folder, said)
        return
    if what != "create" or "made" in said or (folder / "catalogue.sqlite").exists():
        at_least = 0 if what == "create" and not is_done else keep.COUNT
        check_there(folder, encrypted=encrypted, at_least=at_least)
    if what == "back-up" and (is_done or copy.exists()):
        restore(copy, target, NoProgress(), lambda *_: None)
        check_there(target, encrypted=encrypted)
        shutil.rmtree(target)
    if what == "restore" and (is_done or target.exists()):
        check_there(target, encrypted=encrypted)


def check_locks(folder: Path, said: tuple[str, ...]) -> None:
    """Assert that what was given to the store opens it, and what was taken from it does not."""
    recovery = [line.partition(" ")[2] for line in said if line.startswith("recovery ")]
    with keep.opened_by_file(folder, KEY) as store:
        assert store.opens_with(keep.NEW) != store.opens_with(keep.OLD)
        assert "passphrase" not in said or store.opens_with(keep.NEW)
        # It may be another one already that was not told of.
        assert not recovery or "file" not in said or store.opens_with(recovery[0])
    if "file" in said:
        (file,) = keep.key_files_of(folder)
        open_store(folder, opener=read_key_file(file.read_text())).close()


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("what", ["create", "back-up", "restore", "rename", "move"])
def test_store(tmp_path: Path, what: str, *, encrypted: bool) -> None:
    check = partial(check_kept, what, encrypted=encrypted)
    cut_again_and_again(
        tmp_path,
        len(what),
        make=partial(make_kept, what=what, encrypted=encrypted),
        command=partial(command_of, what, encrypted=encrypted),
        check=check,
        check_end=lambda folder: check(folder, ("begun", "done")),
    )


@pytest.mark.parametrize("what", ["ring", "locks"])
def test_ring(tmp_path: Path, what: str) -> None:
    check = partial(check_kept, what, encrypted=True)

    def check_end(folder: Path) -> None:
        check(folder, ("begun", "done"))
        assert what == "locks" or keep.ring_of(folder).is_file()

    cut_again_and_again(
        tmp_path,
        len(what),
        make=partial(make_kept, what=what, encrypted=True),
        command=partial(command_of, what, encrypted=True),
        check=check,
        check_end=check_end,
    )


# --- once more ---------------------------------------------------------------------------------


def cut_while_opening(
    base: Path,
    *,
    make: Callable[[Path], None],
    command: Callable[[Path], Sequence[str]],
    check: Callable[[Path, tuple[str, ...]], None],
    encrypted: bool,
) -> None:
    """Cut a work, and then the opening that goes on with what the cut left."""
    looked_at = base / "disk"
    looked_at.mkdir()
    folder = looked_at / "store"
    make(folder)
    chance = random.Random(len(command(folder)))  # noqa: S311 (what is lost)
    first = record(command(folder), looked_at, base)
    for state in first.states(chance, STATES // 10):
        state.disk.write(looked_at)
        opening = record(mending.command("migrate", folder, encrypted=encrypted), looked_at, base)
        for again in opening.states(chance, 10):
            again.disk.write(looked_at)
            try:
                check(folder, state.said)
            except BaseException as error:
                error.add_note(f"cut after {state.at} steps: {state.how}")
                error.add_note(f"cut while opening after {again.at} steps: {again.how}")
                raise


@pytest.mark.parametrize("encrypted", [False, True])
def test_opening_after_a_cut_of_deleting(tmp_path: Path, *, encrypted: bool) -> None:
    cut_while_opening(
        tmp_path,
        make=partial(erase.make, what="bulk", encrypted=encrypted),
        command=partial(erase.command, "bulk", encrypted=encrypted),
        check=partial(check_erased, "bulk", encrypted=encrypted),
        encrypted=encrypted,
    )


@pytest.mark.parametrize("what", ["encrypt", "decrypt", "roll"])
def test_opening_after_a_cut_of_keys(tmp_path: Path, what: str) -> None:
    cut_while_opening(
        tmp_path,
        make=partial(crypt.make, encrypted=what != "encrypt", filled=True),
        command=partial(crypt.command, what),
        check=partial(check_encrypted, what),
        encrypted=True,
    )
