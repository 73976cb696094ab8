"""Cutting anew at import, mending a store, bringing it to the next format: killed at any instant.

After every kill the store opens, nothing is half done, what was deleted does not come back, what
is there stays, and the work goes on where it stopped.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from reviewer.crypto.secret import Secret
from reviewer.errors import ContentMissingError, NotFoundError
from reviewer.models.erasure import Shared, What
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.models.search import Search
from reviewer.storage.local import Encryption, LocalStore, create, open_store
from reviewer.storage.store import Outcome
from reviewer.storage.vault.contract import new_object_id
from reviewer.storage.vault.sealed import CONTENT
from tests.helpers.killing import kill_again_and_again
from tests.helpers.stores import ADMIN, SETTINGS, make_giid, make_wav
from tests.storage.erase_child import COUNT, LEFT, covered, cut, piece

CHILD = Path(__file__).with_name("mending_child.py")
STORES = Path(__file__).parents[1] / "data" / "stores"
KEY = Secret(b"k" * 32)
HOUR_S = 3600
LOST = range(0, COUNT, 4)
"""Whose sound is lost."""
ORPHANS = 40
NOTES = 400


def command(what: str, folder: Path, *, encrypted: bool) -> list[str]:
    return [sys.executable, str(CHILD), what, str(folder), KEY.data.hex() if encrypted else ""]


def made(folder: Path, *, encrypted: bool) -> LocalStore:
    how = Encryption(None, key_file=KEY) if encrypted else None
    return create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how)


def opened(folder: Path, *, encrypted: bool) -> LocalStore:
    return open_store(folder, opener=KEY if encrypted else None)


def files_of(folder: Path) -> set[str]:
    return {path.name for path in (folder / "vault").rglob("*") if path.is_file()}


def objects_of(store: LocalStore) -> set[str]:
    session = store.session(ADMIN)
    calls = [session.interactions.get(make_giid(number)) for number in range(COUNT)]
    return {r.object_id for call in calls for r in call.recordings if r.object_id}


def sweep_all(store: LocalStore) -> None:
    """Remove what is planned as well, as an hour later."""
    with store._core.database.write() as connection:
        connection.exec_driver_sql("UPDATE pending_unlink SET due_us = 0")
    store._core.sweep()


# --- cutting anew ------------------------------------------------------------------------------


def make_cut(folder: Path, *, encrypted: bool) -> None:
    """Make a store of every other call, whose screen video, half of a piece, was deleted."""
    with made(folder, encrypted=encrypted) as store:
        session = store.session(ADMIN)
        session.intake.put(covered(number) for number in range(0, COUNT, 2))
        ids = list(session.interactions.ids(Search()))
        session.erasure.erase(ids, [What.SCREEN], "asked", shared=Shared.CUT, cutter=cut)


def check_cut(folder: Path, *, encrypted: bool) -> None:
    with opened(folder, encrypted=encrypted) as store:
        there = cut_calls(store)
        assert set(range(0, COUNT, 2)) <= there
        assert store.session(ADMIN).audit.verify().faults == ()
        assert {finding.code for finding in store.examine()} <= {"orphan_object", "orphan_key"}
    assert all(b"a piece of" not in path.read_bytes() for path in files(folder))


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "vault").rglob("*") if path.is_file()]


def cut_calls(store: LocalStore) -> set[int]:
    """Assert of all calls that are there what is left of their video; return which are."""
    session = store.session(ADMIN)
    there: set[int] = set()
    for number in range(COUNT):
        try:
            call = session.interactions.get(make_giid(number))
        except NotFoundError:
            continue
        there.add(number)
        sound, screen = call.recordings
        with closing(session.content.open(call.id, sound)) as source:
            assert source.read_at(0, 99_999) == make_wav(0.05, seed=number)
        if number % 2 == 0:
            assert (screen.state, screen.object_id) == (RecordingState.DELETED, None)
            continue
        with closing(session.content.open(call.id, screen)) as source:
            assert source.read_at(0, 99_999) == LEFT
        assert [span.wall_start_us for span in screen.spans] == [call.started_us]
    return there


def check_cut_end(folder: Path, *, encrypted: bool) -> None:
    check_cut(folder, encrypted=encrypted)
    with opened(folder, encrypted=encrypted) as store:
        sweep_all(store)
        assert cut_calls(store) == set(range(COUNT))
        items = (covered(number) for number in range(COUNT))
        landed, _ = store.session(ADMIN).intake.put(items, cutter=cut)
        assert {one.outcome for one in landed} == {Outcome.UNCHANGED}
        assert cut_calls(store) == set(range(COUNT))
        assert store.examine() == ()
        assert files_of(folder) == objects_of(store)


# --- mending -----------------------------------------------------------------------------------


def make_damaged(folder: Path, *, encrypted: bool) -> None:
    """Make a store that lacks files, has files and keys of nothing, and rows that drifted."""
    with made(folder, encrypted=encrypted) as store:
        session = store.session(ADMIN)
        session.intake.put(covered(number) for number in range(COUNT))
        for number in LOST:
            sound = session.interactions.get(make_giid(number)).recordings[0]
            assert sound.object_id is not None
            (folder / "vault" / sound.object_id[:2] / sound.object_id).unlink()
        for _ in range(ORPHANS):
            name = new_object_id()
            path = folder / "vault" / name[:2] / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"of nothing")
            os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 2 * HOUR_S))
        if store._core.keeper is not None:
            keys = {new_object_id(sealed=True): Secret(bytes(32)) for _ in range(ORPHANS)}
            store._core.keeper.enter(CONTENT, keys)
        with store._core.database.write() as connection:
            connection.exec_driver_sql("UPDATE interactions SET hold_us = 7")


def check_damaged(folder: Path, *, encrypted: bool) -> None:
    with opened(folder, encrypted=encrypted) as store:
        session = store.session(ADMIN)
        for number in range(COUNT):
            call = session.interactions.get(make_giid(number))
            sound, screen = call.recordings
            with closing(session.content.open(call.id, screen)) as source:
                assert source.read_at(0, 99_999) == piece(number)
            assert screen.state is RecordingState.AVAILABLE
            if number in LOST:
                assert sound.state in {RecordingState.AVAILABLE, RecordingState.MISSING}
                assert sound.object_id is not None
                (row,) = session.interactions.rows([call.id])
                assert row.voice is sound.state
                with pytest.raises(ContentMissingError):
                    session.content.open(call.id, sound)
                continue
            assert (sound.kind, sound.state) == (RecordingKind.VOICE, RecordingState.AVAILABLE)
            with closing(session.content.open(call.id, sound)) as source:
                assert source.read_at(0, 99_999) == make_wav(0.05, seed=number)
        assert session.audit.verify().faults == ()


def check_damaged_end(folder: Path, *, encrypted: bool) -> None:
    check_damaged(folder, encrypted=encrypted)
    with opened(folder, encrypted=encrypted) as store:
        found = [finding.code for finding in store.examine()]
        assert found == ["lost_object"] * len(LOST)
        lost = {store.session(ADMIN).interactions.get(make_giid(n)).recordings[0] for n in LOST}
        assert files_of(folder) == objects_of(store) - {each.object_id for each in lost}


# --- the next format ---------------------------------------------------------------------------


def make_older(folder: Path) -> None:
    """Make a store of format 12 that knows of much cut video, which moves to another table."""
    shutil.copytree(STORES / "v12", folder)
    left = {"object": "ab", "bytes": 3, "sha256": "cd", "media_type": "video/webm", "spans": []}
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as raw, raw:
        raw.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [(f"cut:{number:064x}:{number}", json.dumps(left)) for number in range(NOTES)],
        )


def check_older(folder: Path) -> None:
    """Assert that the catalogue is of one format or of another, before it is opened again."""
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as raw:
        ((version,),) = raw.execute("SELECT value FROM meta WHERE key = 'version'").fetchall()
        assert raw.execute("PRAGMA user_version").fetchone() == (int(version),)
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        ((before,),) = raw.execute("SELECT count(*) FROM meta WHERE key LIKE 'cut:%'").fetchall()
        tables = {name for (name,) in raw.execute("SELECT name FROM sqlite_master")}
        assert ("cut_pieces" in tables) == ("lifted_holds" in tables) == (int(version) > 12)
        if int(version) == 12:
            assert before == NOTES
            return
        assert before == 0
        assert raw.execute("SELECT count(*) FROM cut_pieces").fetchone() == (NOTES,)


def check_older_end(folder: Path) -> None:
    check_older(folder)
    with open_store(folder) as store:
        session = store.session(ADMIN)
        call = session.interactions.get(make_giid(1))
        with closing(session.content.open(call.id, call.recordings[0])) as source:
            assert source.read_at(0, 99_999) == make_wav(0.1)
        assert session.audit.verify().faults == ()
        assert store.examine() == ()


ALL = {
    "recut": (make_cut, check_cut, check_cut_end),
    "repair": (make_damaged, check_damaged, check_damaged_end),
}
"""Of each work what makes a store for it, what must hold then, and what at its end."""


def tried(base: Path, what: str, kills: int, seed: int, *, encrypted: bool) -> None:
    make, check, check_end = ALL[what]
    kill_again_and_again(
        base,
        kills,
        seed,
        make=partial(make, encrypted=encrypted),
        command=partial(command, what, encrypted=encrypted),
        check=partial(check, encrypted=encrypted),
        check_end=partial(check_end, encrypted=encrypted),
    )


def tried_older(base: Path, kills: int, seed: int) -> None:
    kill_again_and_again(
        base,
        kills,
        seed,
        make=make_older,
        command=partial(command, "migrate", encrypted=False),
        check=check_older,
        check_end=check_older_end,
    )


WORKS = ("recut", "repair")


@pytest.mark.parametrize("what", WORKS)
def test_killed(tmp_path: Path, what: str) -> None:
    tried(tmp_path, what, kills=2, seed=5, encrypted=what == "recut")


def test_killed_between_formats(tmp_path: Path) -> None:
    tried_older(tmp_path, kills=2, seed=5)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("what", WORKS)
@pytest.mark.parametrize("seed", range(4))
def test_killed_many_times(tmp_path: Path, what: str, seed: int, encrypted: bool) -> None:
    tried(tmp_path, what, kills=9, seed=seed, encrypted=encrypted)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(4))
def test_killed_between_formats_many_times(tmp_path: Path, seed: int) -> None:
    tried_older(tmp_path, kills=9, seed=seed)
