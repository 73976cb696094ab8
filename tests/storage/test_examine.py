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
    ContentDamagedError,
    ContentMissingError,
    StoreDamagedError,
)
from reviewer.models.access import Privilege
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.criteria.line import parse_line
from reviewer.models.erasure import RetentionRule, Shared, What
from reviewer.models.ids import ObjectId
from reviewer.models.interaction import Agent
from reviewer.models.progress import NoProgress
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.models.search import Search
from reviewer.models.timeline import lay_out
from reviewer.services.hear import hear_waiting
from reviewer.storage.catalogue import landing
from reviewer.storage.local import Encryption, LocalStore, create, open_store
from reviewer.storage.store import Outcome
from reviewer.storage.vault.contract import new_object_id
from tests.helpers.stores import (
    ADMIN,
    SETTINGS,
    STARTED_US,
    make_giid,
    make_incoming,
    make_recording,
    make_segment,
    make_store,
    make_wav,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOUR_S = 3600


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with make_store(tmp_path) as made:
        made.session(ADMIN).intake.put(make_incoming(n) for n in range(1, 4))
        yield made


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


def test_a_missing_file(store: LocalStore) -> None:
    file_of(store, 1).unlink()
    (finding,) = store.examine()
    assert (finding.code, finding.repairable) == ("missing_object", True)
    assert finding.name == f"call-1.wav ({make_giid(1)})"
    session = store.session(ADMIN)
    call = session.interactions.get(make_giid(1))
    assert call.recordings[0].state is RecordingState.AVAILABLE
    with pytest.raises(ContentMissingError):
        session.content.open(call.id, call.recordings[0])


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


def test_a_file_that_stays_missing_is_told_as_lost(store: LocalStore) -> None:
    path = file_of(store, 1)
    there = path.read_bytes()
    path.unlink()
    assert told(store, repair=True) == [("missing_object", True, True)]
    session = store.session(ADMIN)
    call = session.interactions.get(make_giid(1))
    assert call.recordings[0].state is RecordingState.MISSING
    assert call.tombstones == ()
    (row,) = session.interactions.rows([call.id])
    assert row.voice is RecordingState.MISSING
    with pytest.raises(ContentMissingError):
        session.content.open(call.id, call.recordings[0])
    # It goes on being told, by name, and nothing is left to mend.
    (finding,) = store.examine(repair=True)
    assert (finding.code, finding.repaired) == ("lost_object", True)
    assert finding.name == f"call-1.wav ({make_giid(1)})"
    # It was found behind the cupboard.
    path.write_bytes(there)
    assert told(store) == [("found_object", True, False)]
    assert told(store, repair=True) == [("found_object", True, True)]
    call = session.interactions.get(make_giid(1))
    assert call.recordings[0].state is RecordingState.AVAILABLE
    with closing(session.content.open(call.id, call.recordings[0])) as source:
        assert source.read_at(0, source.size) == there
    assert store.examine() == ()


def test_a_damaged_file_in_a_lost_ones_place_stays_lost(store: LocalStore) -> None:
    path = file_of(store, 1)
    path.unlink()
    store.examine(repair=True)
    path.write_bytes(b"something else")
    assert told(store, repair=True) == [("lost_object", False, True)]
    call = store.session(ADMIN).interactions.get(make_giid(1))
    assert call.recordings[0].state is RecordingState.MISSING


def test_an_empty_folder_of_content_is_no_loss(store: LocalStore) -> None:
    """Its disk is not there; once it is, everything is."""
    shutil.move(store.folder / "vault", store.folder / "elsewhere")
    (store.folder / "vault").mkdir()
    assert {code for code, _, repaired in told(store, repair=True) if not repaired} == {
        "missing_object"
    }
    (store.folder / "vault").rmdir()
    shutil.move(store.folder / "elsewhere", store.folder / "vault")
    assert store.examine() == ()


def test_what_was_lost_comes_back_with_the_next_import(store: LocalStore) -> None:
    before = file_of(store, 1)
    before.unlink()
    store.examine(repair=True)
    session = store.session(ADMIN)
    (landed,), _ = session.intake.put([make_incoming(1)])
    assert landed.outcome is Outcome.UPDATED
    call = session.interactions.get(make_giid(1))
    assert call.recordings[0].state is RecordingState.AVAILABLE
    assert len(call.recordings) == 1
    assert file_of(store, 1) != before
    assert store.examine() == ()
    (landed,), _ = session.intake.put([make_incoming(1)])
    assert landed.outcome is Outcome.UNCHANGED


def test_what_is_lost_and_held_comes_back_with_the_next_import(store: LocalStore) -> None:
    session = store.session(ADMIN)
    session.keeping.hold([session.interactions.find(make_giid(1))], "court")
    file_of(store, 1).unlink()
    store.examine(repair=True)
    (landed,), _ = session.intake.put([make_incoming(1)])
    assert landed.outcome is Outcome.UPDATED
    call = session.interactions.get(make_giid(1))
    assert call.recordings[0].state is RecordingState.AVAILABLE
    # Nothing was replaced: there was nothing.
    assert session.audit.entries(AuditQuery(acts=(Act.CONTENT_REPLACED.value,))) == ()
    assert store.examine() == ()


def test_what_is_lost_is_deleted_with_the_rest(store: LocalStore) -> None:
    """It may turn up again, and must be nothing then."""
    path = file_of(store, 1)
    there = path.read_bytes()
    path.unlink()
    store.examine(repair=True)
    session = store.session(ADMIN)
    number = session.interactions.find(make_giid(1))
    session.erasure.erase([number], [What.VOICE], "why", shared=Shared.CUT)
    call = session.interactions.get(make_giid(1))
    assert call.recordings[0].state is RecordingState.DELETED
    assert [stone.kind for stone in call.tombstones] == [RecordingKind.VOICE]
    path.write_bytes(there)
    assert store.examine() == ()
    assert not path.exists()
    assert session.erasure.verify_certificate(session.erasure.certificate([number])) == ()


@pytest.mark.parametrize("change_", ["shorter", "longer", "a bit", "emptied"])
def test_a_damaged_file(store: LocalStore, change_: str) -> None:
    path = file_of(store, 2)
    data = bytearray(path.read_bytes())
    if change_ == "a bit":
        data[1000] ^= 1
    else:
        data = {"shorter": data[:-1], "longer": data + b"x", "emptied": bytearray()}[change_]
    path.write_bytes(data)
    # What can be opened all the same is heard; what cannot says so once it is mended.
    opens = change_ == "a bit"
    assert told(store) == [("damaged_object", True, False)]
    session = store.session(ADMIN)
    call = session.interactions.get(make_giid(2))
    if not opens:
        with pytest.raises(ContentDamagedError):
            session.content.open(call.id, call.recordings[0])
    assert told(store, repair=True) == [("damaged_object", True, True)]
    call = session.interactions.get(make_giid(2))
    expected = RecordingState.DAMAGED if opens else RecordingState.MISSING
    assert (call.recordings[0].state, call.recordings[0].object_id is None) == (expected, False)
    if opens:
        session.content.open(call.id, call.recordings[0]).close()
    known = "damaged_object" if opens else "lost_object"
    assert told(store, repair=True) == [(known, False, True)]
    # The next import brings it back.
    session.intake.put([make_incoming(2)])
    call = session.interactions.get(make_giid(2))
    session.content.open(call.id, call.recordings[0]).close()
    assert {finding.code for finding in store.examine()} <= {"orphan_object"}


def test_damage_is_told_until_the_file_is_whole_again(store: LocalStore) -> None:
    path = file_of(store, 1)
    there = path.read_bytes()
    path.write_bytes(there[:-1] + b"x")
    store.examine(repair=True)
    session = store.session(ADMIN)
    number = session.interactions.find(make_giid(1))
    (row,) = session.interactions.rows([number])
    assert row.voice is RecordingState.DAMAGED
    assert number not in session.interactions.ids(Search(parse_line("recording:yes")))
    # A backup had it.
    path.write_bytes(there)
    assert told(store) == [("found_object", True, False)]
    assert told(store, repair=True) == [("found_object", True, True)]
    (row,) = session.interactions.rows([number])
    assert row.voice is RecordingState.AVAILABLE
    assert number in session.hearing.unheard()
    assert store.examine() == ()


def test_damage_is_noted_by_whoever_reads_it_whole(store: LocalStore) -> None:
    path = file_of(store, 1)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    session = store.session(ADMIN)
    call = session.interactions.get(make_giid(1))
    with closing(session.content.open(call.id, call.recordings[0])) as source:
        source.read_at(0, 100)
        assert session.interactions.get(make_giid(1)).recordings[0].is_there
        source.read_at(100, source.size)
    now = session.interactions.get(make_giid(1))
    assert now.recordings[0].state is RecordingState.DAMAGED
    # What can be read of it is heard.
    assert len(lay_out(now).sound) == len(lay_out(call).sound) == 1
    assert told(store) == [("damaged_object", False, True)]


def test_what_is_damaged_is_deleted_and_expires_with_the_rest(store: LocalStore) -> None:
    for number in (1, 2):
        path = file_of(store, number)
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    store.examine(repair=True)
    session = store.session(ADMIN)
    first, second = (session.interactions.find(make_giid(n)) for n in (1, 2))
    gone = file_of(store, 1)
    session.erasure.erase([first], [What.VOICE], "why", shared=Shared.CUT)
    assert not gone.exists()
    session.keeping.set_rules([RetentionRule("", What.VOICE, 1)])
    assert second in dict(session.keeping.due())[What.VOICE]
    gone = file_of(store, 2)
    session.erasure.expire()
    assert not gone.exists()
    assert store.examine() == ()


def test_listening_notes_what_is_damaged(store: LocalStore) -> None:
    path = file_of(store, 1)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    session = store.session(ADMIN)
    hear_waiting(session, NoProgress())
    states = [session.interactions.get(make_giid(n)).recordings[0].state for n in (1, 2)]
    assert states == [RecordingState.DAMAGED, RecordingState.AVAILABLE]


def test_what_is_lost_expires_with_the_rest(store: LocalStore) -> None:
    """Its key, and its waveform, would stay for ever; and the file may turn up."""
    path = file_of(store, 1)
    data = path.read_bytes()
    path.unlink()
    store.examine(repair=True)
    session = store.session(ADMIN)
    session.keeping.set_rules([RetentionRule("", What.VOICE, 1)])
    session.erasure.expire()
    (recording,) = session.interactions.get(make_giid(1)).recordings
    assert (recording.state, recording.object_id) == (RecordingState.EXPIRED, None)
    assert session.keeping.due() == ()
    path.write_bytes(data)
    store.examine()
    assert not path.exists()


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


def test_a_file_that_cannot_be_opened_is_damaged(store: LocalStore) -> None:
    path = file_of(store, 1)
    path.unlink()
    path.mkdir()
    assert [finding.code for finding in store.examine()] == ["damaged_object"]


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


def grow_old(vault: Path) -> None:
    for path in vault.rglob("*"):
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 2 * HOUR_S))
