"""After a deletion, no byte of what was deleted is in the store's files."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from reviewer.crypto.secret import Secret
from reviewer.models.audit import Act
from reviewer.models.bytesource import MemorySource
from reviewer.models.derived import DerivedKind
from reviewer.models.erasure import CutPiece, Shared, What
from reviewer.models.ids import MediaUs, WallUs
from reviewer.models.interaction import Message
from reviewer.models.recording import PartyRole, RecordingKind, Span
from reviewer.models.search import Search
from reviewer.storage.catalogue import fulltext, landing, texts
from reviewer.storage.catalogue.sqlite.database import SqliteDatabase
from reviewer.storage.local import Encryption, create, open_store
from reviewer.storage.vault import key_store
from reviewer.storage.vault.contract import new_object_id
from reviewer.storage.vault.derived import name_of
from tests.helpers.stores import (
    ADMIN,
    SETTINGS,
    STARTED_US,
    make_giid,
    make_incoming,
    make_recording,
    make_segment,
    make_store,
)

if TYPE_CHECKING:
    from pathlib import Path

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.erasure import SharedPiece
    from reviewer.storage.local import LocalStore

SECRET = "Квартальный отчёт плутония"
WAVE = b"a waveform nobody else has" * 50
SOUND = b"RIFF" + bytes(40) + b"a sound nobody else makes" * 50

RECORDINGS = (make_recording(STARTED_US, source_name="one.wav"),)


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SQLite leave what is deleted where it is, as it does but on Debian, unless it is told."""
    connect = sqlite3.connect

    def careless(*arguments: Any, **more: Any) -> sqlite3.Connection:
        raw = connect(*arguments, **more)
        raw.execute("PRAGMA secure_delete=OFF").close()
        return raw

    monkeypatch.setattr(sqlite3, "connect", careless)


def filled(tmp_path: Path) -> LocalStore:
    store = make_store(tmp_path)
    items = [
        make_incoming(
            number,
            messages=(
                Message(
                    WallUs(STARTED_US),
                    PartyRole.CUSTOMER,
                    "Клиент",
                    SECRET if number == 1 else f"Обычный разговор номер {number}",
                ),
            ),
            **({"content": {0: SOUND}, "recordings": RECORDINGS} if number == 1 else {}),
        )
        for number in range(1, 30)
    ]
    session = store.session(ADMIN)
    session.intake.put(items)
    call = session.interactions.get(make_giid(1))
    for kind in DerivedKind:
        session.derived.keep(call.id, call.recordings[0], kind, WAVE)
    return store


def traces(folder: Path) -> set[str]:
    """Return which words of the secret are in which file, also as stems and parts of words."""
    words = ["плутони", "квартальн", "Квартальный", "отчет", "отчёт"]
    found = set()
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        found |= {f"{path.name}: {word}" for word in words if word.encode() in data}
        found |= {f"{path.name}: sound"} if b"a sound nobody else makes" in data else set()
        found |= {f"{path.name}: waveform"} if b"a waveform nobody else has" in data else set()
    return found


def test_nothing_of_it_is_in_any_file(tmp_path: Path) -> None:
    with filled(tmp_path) as store:
        assert traces(store.folder)
        session = store.session(ADMIN)
        ids = [session.interactions.find(make_giid(1))]
        session.erasure.erase(ids, [What.VOICE, What.TRANSCRIPT], "asked", shared=Shared.CUT)
        assert session.interactions.count(Search()).n == 29
        assert traces(store.folder) == set()
    assert traces(store.folder) == set()


def test_nothing_is_in_any_file_of_what_an_import_took_the_place_of(tmp_path: Path) -> None:
    with filled(tmp_path) as store:
        said = Message(WallUs(STARTED_US), PartyRole.CUSTOMER, "Клиент", "Совсем другой разговор")
        sound = SOUND.replace(b"nobody else", b"everybody") + b"and longer than before"
        again = make_incoming(1, messages=(said,), recordings=RECORDINGS, content={0: sound})
        (landed,), _ = store.session(ADMIN).intake.put([again])
        assert landed.replaces
        assert not {"sound", "waveform"} & {one.partition(": ")[2] for one in traces(store.folder)}
    # Words are in the log beside the catalogue, and in the indexes, until that is over.
    assert traces(store.folder) == set()


def test_what_was_being_computed_when_all_was_killed_is_not_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled(tmp_path) as store:
        session = store.session(ADMIN)
        call = session.interactions.get(make_giid(1))
        session.erasure.erase([call.id], [What.VOICE, What.TRANSCRIPT], "asked", shared=Shared.CUT)
        # As a kill between the writing and the keeping leaves it: written after the deletion.
        object_id = new_object_id()
        mark = name_of(object_id, DerivedKind.PEAKS)
        with store._core.database.write() as connection:
            landing.enter_pending(connection, [mark], 0)
        store._core.derived.put(object_id, DerivedKind.PEAKS, WAVE)
        assert traces(store.folder)
    with open_store(store.folder) as again:
        assert traces(store.folder) == set()
        assert not again.examine()


def test_a_deletion_that_was_killed_before_the_end_is_ended_at_the_next_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled(tmp_path) as store:
        session = store.session(ADMIN)
        ids = [session.interactions.find(make_giid(1))]
        # As a kill just after the commit leaves it.
        monkeypatch.setattr(fulltext, "purge", lambda database: None)
        monkeypatch.setattr(type(store._core), "destroy", lambda core, objects: set())
        session.erasure.erase(ids, [What.VOICE, What.TRANSCRIPT], "asked", shared=Shared.CUT)
        assert traces(store.folder)
    monkeypatch.undo()
    with open_store(store.folder) as again:
        assert traces(store.folder) == set()
        assert not again.examine()


def test_what_is_deleted_is_told_so_though_its_key_cannot_be_destroyed_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_store, "_BUSY_S", 0.02)
    span = Span(MediaUs(0), WallUs(STARTED_US), 120_000_000)
    video = make_recording(
        kind=RecordingKind.SCREEN, segment_number=None, spans=(span,), media_type="video/webm"
    )
    starts = {1: STARTED_US, 2: STARTED_US + 60_000_000}
    items = [
        make_incoming(
            number,
            started_us=start,
            segments=(make_segment(started_us=start),),
            recordings=(video,),
            content={0: b"a piece of video"},
        )
        for number, start in starts.items()
    ]
    how = Encryption(None, key_file=Secret.random())
    folder = tmp_path / "sealed"
    other: list[sqlite3.Connection] = []

    def cut(piece: SharedPiece, source: ByteSource) -> CutPiece:
        left = Span(MediaUs(0), WallUs(starts[2]), 60_000_000)
        return CutPiece(lambda: MemorySource(b"left", "left"), "video/webm", (left,))

    def occupied(act: Act) -> None:
        # The pen writes into the log within the transaction that deletes: keys are busy from then.
        if act is Act.DELETED:
            other[0].execute("BEGIN IMMEDIATE")

    with create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how) as store:
        session = store.session(ADMIN)
        session.intake.put(items)
        before = session.interactions.get(make_giid(1)).recordings[0]
        assert before.object_id is not None
        keys = store._core.keeper.keys  # type: ignore[union-attr]
        other.append(sqlite3.connect(folder / "keys.db", isolation_level=None))
        pen = session._pen
        series = pen.series
        monkeypatch.setattr(
            type(pen), "series", lambda pen, act, *more: (occupied(act), series(act, *more))[1]
        )
        ids = [session.interactions.find(make_giid(1))]
        told, _ = session.erasure.erase(ids, [What.SCREEN], "asked", shared=Shared.CUT, cutter=cut)
        assert (list(told.interactions), told.failed) == ([make_giid(1)], ())
        assert told.lingering == 1
        assert keys.get(before.object_id) is not None
        other[0].execute("ROLLBACK")
        other[0].close()
        monkeypatch.undo()
        # The next deletion takes it along.
        ids = [session.interactions.find(make_giid(2))]
        told, _ = session.erasure.erase(ids, [What.SCREEN], "asked", shared=Shared.CUT)
        assert told.lingering == 0
        assert keys.get(before.object_id) is None
        assert not store._core.vault.exists(before.object_id)


def test_words_that_another_program_still_reads_go_when_it_ends(tmp_path: Path) -> None:
    filled(tmp_path).close()
    with open_store(tmp_path / "store", busy_ms=20) as store:
        session = store.session(ADMIN)
        ids = [session.interactions.find(make_giid(1))]
        other = sqlite3.connect(store.folder / "catalogue.sqlite", isolation_level=None)
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM interactions").fetchall()
        what = [What.VOICE, What.TRANSCRIPT]
        told, _ = session.erasure.erase(ids, what, "asked", shared=Shared.CUT)
        assert len(told.interactions) == 1
        assert told.words_linger
        assert traces(store.folder)
        other.execute("COMMIT")
        other.close()
        told, _ = session.erasure.erase(ids, what, "asked", shared=Shared.CUT)
        assert not told.words_linger
        assert traces(store.folder) == set()


def test_words_go_in_steps_between_which_others_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote: list[float] = []

    def write_meanwhile(seconds: float) -> None:
        with closing(sqlite3.connect(tmp_path / "store" / "catalogue.sqlite", timeout=0)) as other:
            other.execute("UPDATE meta SET value = value")
            other.commit()
        wrote.append(seconds)

    with filled(tmp_path) as store:
        session = store.session(ADMIN)
        ids = [session.interactions.find(make_giid(1))]
        monkeypatch.setattr(fulltext, "_PAGES", 1)
        monkeypatch.setattr(time, "sleep", write_meanwhile)
        told, _ = session.erasure.erase(
            ids, [What.VOICE, What.TRANSCRIPT], "asked", shared=Shared.CUT
        )
        assert wrote
        assert not told.words_linger
        assert traces(store.folder) == set()
        assert not store.examine()


def test_words_that_are_deleted_while_others_are_purged_are_purged_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tidy = SqliteDatabase.tidy

    def and_more(database: SqliteDatabase) -> None:
        tidy(database)
        monkeypatch.undo()
        with database.write() as connection:
            texts.mark_unpurged(connection)

    with filled(tmp_path) as store:
        session = store.session(ADMIN)
        ids = [session.interactions.find(make_giid(1))]
        monkeypatch.setattr(SqliteDatabase, "tidy", and_more)
        told, _ = session.erasure.erase(ids, [What.TRANSCRIPT], "asked", shared=Shared.CUT)
        assert told.words_linger
        store._core.sweep()
        assert not texts.is_unpurged(store._core.database)


def test_a_kill_before_the_log_was_emptied_is_made_good_at_the_next_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(database: SqliteDatabase) -> None:
        raise KeyboardInterrupt

    store = filled(tmp_path)
    session = store.session(ADMIN)
    ids = [session.interactions.find(make_giid(1))]
    # A reader of another program keeps SQLite from emptying the log at the end.
    other = sqlite3.connect(store.folder / "catalogue.sqlite", isolation_level=None)
    other.execute("SELECT count(*) FROM interactions").fetchall()
    monkeypatch.setattr(SqliteDatabase, "tidy", killed)
    with pytest.raises(KeyboardInterrupt):
        session.erasure.erase(ids, [What.VOICE, What.TRANSCRIPT], "asked", shared=Shared.CUT)
    monkeypatch.undo()
    store.close()
    assert traces(store.folder)
    with open_store(store.folder) as again:
        assert traces(again.folder) == set()
    other.close()


def test_a_destroyed_key_that_another_program_still_reads_goes_when_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_store, "_BUSY_S", 0.02)
    folder = tmp_path / "sealed"
    how = Encryption(None, key_file=Secret.random())

    def holds(key: bytes) -> bool:
        return any(key in path.read_bytes() for path in folder.glob("keys.db*"))

    with create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how) as store:
        session = store.session(ADMIN)
        session.intake.put([make_incoming(1)])
        (recording,) = session.interactions.get(make_giid(1)).recordings
        assert recording.object_id is not None
        keys = store._core.keeper.keys  # type: ignore[union-attr]
        wrapped = keys.get(recording.object_id)
        assert wrapped is not None
        other = sqlite3.connect(folder / "keys.db", isolation_level=None)
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM wrapped").fetchall()
        ids = [session.interactions.find(make_giid(1))]
        session.erasure.erase(ids, [What.VOICE], "asked", shared=Shared.CUT)
        assert keys.get(recording.object_id) is None
        assert holds(wrapped.key)
        other.execute("COMMIT")
        other.close()
        session.erasure.erase(ids, [What.VOICE], "asked", shared=Shared.CUT)
        assert not holds(wrapped.key)
