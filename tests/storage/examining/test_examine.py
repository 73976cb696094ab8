"""What the examination of a local store finds, and what it mends."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reviewer.crypto.secret import Secret
from reviewer.errors import (
    CancelledError,
    StoreDamagedError,
)
from reviewer.models.access import Privilege
from reviewer.models.ids import ObjectId
from reviewer.models.interaction import Agent
from reviewer.models.progress import NoProgress
from reviewer.models.search import Search
from reviewer.storage.catalogue import landing
from reviewer.storage.local import Encryption, LocalStore, create, open_store
from reviewer.storage.vault.contract import new_object_id
from tests.helpers.stores import (
    ADMIN,
    SETTINGS,
    STARTED_US,
    make_giid,
    make_incoming,
    make_recording,
    make_segment,
    make_wav,
)
from tests.storage.examining.steps import change, file_of, told

if TYPE_CHECKING:
    from pathlib import Path

HOUR_S = 3600


def test_a_recording_that_is_there_twice_is_told(store: LocalStore) -> None:
    """As imports left it that met a folder and a copy of it."""
    start = STARTED_US + 8 * 3_600_000_000
    sound = make_wav(seed=8)
    two = tuple(make_recording(start, source_name=name) for name in ("a/8.wav", "b/8.wav"))
    once_more = make_recording(start + 60_000_000, source_name="a/9.wav")
    store.session(ADMIN).intake.put(
        [make_incoming(8, recordings=(*two, once_more), content={0: sound, 1: sound, 2: sound})]
    )
    (finding,) = store.examine(repair=True)
    assert (finding.code, finding.repaired) == ("doubled_recording", False)
    assert finding.name == f"b/8.wav ({make_giid(8)})"


class Told:
    """Keeps what a progress bar would say."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        self.names.append(what)

    def raise_if_cancelled(self) -> None:
        pass


@pytest.mark.parametrize("sees_all", [True, False])
def test_what_may_not_be_seen_is_not_named_by_what_is_wrong_with_it(
    store: LocalStore, sees_all: bool
) -> None:
    """A file is called by a customer's number, and a GIID says that there was a call."""
    admin = store.session(ADMIN)
    claims = make_segment(service="Claims", agent=Agent("igor", "Игорь", "Орлов", team="Claims"))
    admin.intake.put([make_incoming(7, segments=(claims,))])
    listening = Privilege.LISTEN_ALL if sees_all else Privilege.LISTEN_TEAMS
    role, _ = admin.people.add_role("Machinist", {Privilege.ADMIN_SETTINGS, listening})
    admin.people.add_user("machinist", "", [role.key], teams=["Sales"])
    for number in (1, 7):
        file_of(store, number).unlink()
    change(store, "UPDATE interactions SET segment_count = 9")
    change(store, "UPDATE segments SET number = 4")
    bar = Told()
    session = store.session("machinist")
    found = session.centre.examine(progress=bar)
    kinds = [finding.code for finding in found]
    assert (kinds.count("index"), kinds.count("missing_object")) == (4, 2)
    told = " ".join([*bar.names, *(finding.name for finding in found)])
    assert make_giid(1) in told
    assert "call-1.wav" in told
    assert (make_giid(7) in told, "call-7.wav" in told) == (sees_all, sees_all)


@pytest.mark.parametrize("ending", ["", ".part"])
def test_what_was_left_behind_is_removed_when_old(store: LocalStore, ending: str) -> None:
    name = new_object_id()
    path = store.folder / "vault" / name[:2] / (name + ending)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"left")
    # It may be an import that runs in another program.
    assert told(store, repair=True) == []
    assert path.exists()
    past = path.stat().st_mtime - HOUR_S - 60
    os.utime(path, (past, past))
    assert told(store) == [("orphan_object", True, False)]
    assert path.exists()
    assert told(store, repair=True) == [("orphan_object", True, True)]
    assert not path.exists()
    assert told(store) == []


def test_an_old_part_beside_its_object(store: LocalStore) -> None:
    path = file_of(store, 1)
    part = path.with_name(path.name + ".part")
    part.write_bytes(b"left")
    os.utime(part, (1_600_000_000, 1_600_000_000))
    assert told(store, repair=True) == [("orphan_object", True, True)]
    assert path.exists()
    assert not part.exists()


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("UPDATE interactions SET segment_count = 5", "segment_count"),
        ("UPDATE interactions SET voice_state = NULL", "voice_state"),
        ("UPDATE interactions SET from_fold = 'x'", "from_fold"),
        ("UPDATE interactions SET agent_id = NULL", "agent_id"),
        ("UPDATE interactions SET evaluated = 1", "evaluated"),
        ("UPDATE interactions SET hold_us = 7", "hold_us"),
    ],
)
def test_rows_that_drifted_are_mended(store: LocalStore, line: str, column: str) -> None:
    before = store.session(ADMIN).interactions.search(Search())
    change(store, line)
    findings = store.examine()
    assert [(f.code, f.repairable, f.repaired) for f in findings] == [("index", True, False)] * 3
    assert all(finding.name.endswith(f": {column}") for finding in findings)
    assert told(store, repair=True) == [("index", True, True)] * 3
    assert told(store) == []
    assert store.session(ADMIN).interactions.search(Search()) == before


def test_an_index_that_drifted_is_made_anew(store: LocalStore) -> None:
    folder = store.folder
    store.close()
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as raw:
        # An index that knows nothing of a row: taken out while a row is added.
        raw.execute("PRAGMA writable_schema=ON")
        (line,) = raw.execute("SELECT sql FROM sqlite_master WHERE name='ix_from'").fetchone()
        raw.execute("UPDATE sqlite_master SET sql=NULL, type='x', name='y' WHERE name='ix_from'")
        raw.commit()
        assert line
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as raw:
        raw.execute("PRAGMA writable_schema=ON")
        raw.execute("UPDATE interactions SET from_fold = '000' || from_fold")
        raw.execute(
            "UPDATE sqlite_master SET sql=?, type='index', name='ix_from' WHERE name='y'", (line,)
        )
        raw.commit()
        raw.execute("PRAGMA writable_schema=RESET")
    with open_store(folder) as again:
        codes = {finding.code for finding in again.examine()}
        assert codes == {"index"}
        assert all(finding.repaired for finding in again.examine(repair=True))
        assert again.examine() == ()


def test_a_reference_to_nothing(store: LocalStore) -> None:
    change(store, "DELETE FROM agents")
    findings = store.examine(repair=True)
    assert {finding.code for finding in findings} >= {"catalogue"}
    assert not any(f.repairable for f in findings if f.code == "catalogue")


def test_a_torn_catalogue_is_told_of(store: LocalStore) -> None:
    with closing(sqlite3.connect(store.folder / "catalogue.sqlite")) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        (root,) = raw.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'messages'"
        ).fetchone()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
    store.close()
    path = store.folder / "catalogue.sqlite"
    data = bytearray(path.read_bytes())
    data[(root - 1) * size : root * size] = b"\xa5" * size
    path.write_bytes(data)
    with open_store(store.folder) as again:
        assert {finding.code for finding in again.examine(repair=True)} == {"catalogue"}


def test_it_can_be_stopped_and_says_how_far_it_is(store: LocalStore) -> None:
    class Stopping(NoProgress):
        def __init__(self) -> None:
            self.said: list[str] = []

        def report(self, done: int, total: int | None = None, what: str = "") -> None:
            self.said.append(f"{done}/{total} {what}".strip())

        def raise_if_cancelled(self) -> None:
            if len(self.said) > 2:
                raise CancelledError(resume="")

    progress = Stopping()
    with pytest.raises(CancelledError):
        store.examine(progress=progress)
    assert progress.said[0] == "0/3"
    assert progress.said[1].startswith("0/3 call-")


def test_a_text_that_is_none_is_told_as_damage_without_its_words(store: LocalStore) -> None:
    change(store, "UPDATE segments SET party = CAST(X'37393136ff' AS TEXT)")
    session = store.session(ADMIN)
    with pytest.raises(StoreDamagedError) as caught:
        session.interactions.get(make_giid(1))
    assert "7916" not in str(caught.value)
    assert [finding.code for finding in store.examine()] == ["catalogue"]


@pytest.mark.parametrize("name", ["text_stems", "text_words"])
def test_an_index_of_words_out_of_step_is_made_anew(store: LocalStore, name: str) -> None:
    part = name.removeprefix("text_")
    change(store, f"INSERT INTO {name} (rowid, {part}) VALUES (5, 'planted')")  # noqa: S608 (own names)
    assert told(store) == [("index", True, False)]
    assert told(store, repair=True) == [("index", True, True)]
    assert told(store) == []


def test_an_index_of_words_made_by_another_rule_is_made_anew(store: LocalStore) -> None:
    change(store, "INSERT INTO text_stems (text_stems) VALUES ('delete-all')")
    change(store, "UPDATE meta SET value = 'snowball 1' WHERE key = 'stems'")
    store.close()
    with open_store(store.folder) as opened:
        assert opened.examine() == ()


@pytest.mark.parametrize("encrypted", [False, True])
def test_what_an_older_catalogue_does_not_know_of_stays(tmp_path: Path, encrypted: bool) -> None:
    how, key = None, None
    if encrypted:
        key = Secret(b"k" * 32)
        how = Encryption(None, key_file=key)
    folder, copy = tmp_path / "calls", tmp_path / "copy.sqlite"
    with create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how) as store:
        store.session(ADMIN).intake.put([make_incoming(1)])
    shutil.copy(folder / "catalogue.sqlite", copy)
    with open_store(folder, opener=key) as store:
        store.session(ADMIN).intake.put([make_incoming(2), make_incoming(3)])
        # The copy was taken while this came in: its list says that it is due to go.
        planned = ObjectId(file_of(store, 2).name)
    newer = tmp_path / "newer.sqlite"
    shutil.move(folder / "catalogue.sqlite", newer)
    shutil.copy(copy, folder / "catalogue.sqlite")
    grow_old(folder / "vault")
    with open_store(folder, opener=key) as store:
        with store._core.database.write() as connection:
            landing.enter_pending(connection, [planned], 1)
        store._core.sweep()
        for repair in (False, True):
            found = [(f.code, f.repairable, f.repaired) for f in store.examine(repair=repair)]
            assert ("older_catalogue", False, False) in found
            assert ("orphan_object", False, False) in found
            assert not any(repairable or repaired for _, repairable, repaired in found)
        # Nor does what comes in now make it as new as the content.
        store.session(ADMIN).intake.put([make_incoming(4)])
        assert "older_catalogue" in {finding.code for finding in store.examine(repair=True)}
    shutil.copy(newer, folder / "catalogue.sqlite")
    with open_store(folder, opener=key) as store:
        session = store.session(ADMIN)
        for number in (1, 2, 3):
            call = session.interactions.get(make_giid(number))
            session.content.open(call.id, call.recordings[0]).close()
        # What came in by the older one alone is what is left over now.
        grow_old(folder / "vault")
        assert {f.code for f in store.examine(repair=True)} == {"orphan_object"}
        assert store.examine() == ()


def test_without_the_note_an_older_catalogue_is_taken_for_the_newest(tmp_path: Path) -> None:
    folder, copy = tmp_path / "calls", tmp_path / "copy.sqlite"
    with create(folder, settings=SETTINGS, admin_login=ADMIN) as store:
        store.session(ADMIN).intake.put([make_incoming(1)])
    shutil.copy(folder / "catalogue.sqlite", copy)
    with open_store(folder) as store:
        store.session(ADMIN).intake.put([make_incoming(2)])
    shutil.copy(copy, folder / "catalogue.sqlite")
    grow_old(folder / "vault")
    (folder / "content.json").write_text("{")
    with open_store(folder) as store:
        assert "older_catalogue" in {finding.code for finding in store.examine(repair=True)}
        (folder / "content.json").unlink()
        (finding,) = store.examine(repair=True)
        assert (finding.code, finding.repaired) == ("orphan_object", True)


def test_an_import_makes_up_for_a_note_that_a_kill_came_before(tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    with create(folder, settings=SETTINGS, admin_login=ADMIN) as store:
        intake = store.session(ADMIN).intake
        intake.put([make_incoming(1)], dry_run=True)
        assert not (folder / "content.json").exists()
        intake.put([make_incoming(1)])
        (folder / "content.json").unlink()
        intake.put([make_incoming(1)])
        assert (folder / "content.json").is_file()


def grow_old(vault: Path) -> None:
    for path in vault.rglob("*"):
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 2 * HOUR_S))
