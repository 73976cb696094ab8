"""Making and opening stores in folders, and what is said when that cannot be."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    RefusedError,
    StoreBusyError,
    StoreDamagedError,
    StoreExistsError,
    StoreFullError,
    StoreNewerError,
    StoreNotFoundError,
    UsageError,
)
from reviewer.models.access import Privilege
from reviewer.models.recording import RecordingKind
from reviewer.models.search import Search
from reviewer.storage.catalogue import landing, schema
from reviewer.storage.local import LocalStore, create, open_store
from reviewer.storage.local.clock import now_us
from tests.helpers.stores import (
    ADMIN,
    SETTINGS,
    make_giid,
    make_incoming,
    make_recording,
    make_store,
    make_wav,
    picture_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


CHILD = Path(__file__).with_name("child.py")
EVERYTHING = Search()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with make_store(tmp_path) as made:
        yield made


# --- making ----------------------------------------------------------------------------------


def test_a_new_store(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "down" / "store"
    with create(folder, settings=SETTINGS, admin_login="anna", admin_name="Анна") as store:
        me = store.session("anna").people.me
        assert (me.display_name, me.roles) == ("Анна", ("administrator",))
        assert (store.url, store.schema_version) == (str(folder), schema.VERSION)
    assert {path.name for path in folder.iterdir()} == {"catalogue.sqlite", "vault"}


def test_categories_are_named_in_the_centres_language(tmp_path: Path) -> None:
    russian = replace(SETTINGS, language="ru")
    with create(tmp_path / "s", settings=russian, admin_login=ADMIN) as store:
        names = [c.name for c in store.session().evaluations.categories()]
    assert names[0] == "Приветствие"


def test_the_system_user_is_the_first_administrator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "somebody")
    with create(tmp_path / "s", settings=SETTINGS) as store:
        assert store.session().people.me.login == "somebody"


def test_a_folder_with_something_in_it_is_not_made_a_store(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    for folder in (tmp_path, tmp_path / "mine.txt"):
        with pytest.raises(StoreExistsError):
            create(folder, settings=SETTINGS, admin_login=ADMIN)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_store_is_not_made_over_a_store(store: LocalStore) -> None:
    before = picture_of(store.folder)
    with pytest.raises(StoreExistsError):
        create(store.folder, settings=SETTINGS, admin_login=ADMIN)
    assert picture_of(store.folder) == before


@pytest.mark.parametrize("there", [True, False], ids=["empty folder", "no folder"])
def test_what_cannot_be_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    from reviewer.storage.catalogue import founding

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    folder = tmp_path / "a" / "b"
    if there:
        folder.mkdir(parents=True)
    monkeypatch.setattr(founding, "write_settings", full)
    with pytest.raises(StoreFullError):
        create(folder, settings=SETTINGS, admin_login=ADMIN)
    assert [str(path) for path in tmp_path.rglob("*")] == (
        [str(tmp_path / "a"), str(folder)] if there else []
    )


@pytest.mark.parametrize("login", ["", "  ", "two words", "line\nbreak"])
def test_an_administrator_without_a_proper_login(tmp_path: Path, login: str) -> None:
    with pytest.raises(UsageError):
        create(tmp_path / "s", settings=SETTINGS, admin_login=login)
    assert list(tmp_path.iterdir()) == []


# --- opening ---------------------------------------------------------------------------------


def test_there_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path, tmp_path / "nowhere", tmp_path / "file"):
        with pytest.raises(StoreNotFoundError) as caught:
            open_store(folder)
        assert str(folder) in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def newer(folder: Path, version: int) -> None:
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as raw:
        raw.execute("UPDATE meta SET value = ? WHERE key = 'version'", (str(version),))
        raw.execute(f"PRAGMA user_version={version}")
        raw.commit()
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def test_a_newer_store_is_refused_and_not_changed_by_a_bit(store: LocalStore) -> None:
    store.session(ADMIN).intake.put([make_incoming(1)])
    store.close()
    newer(store.folder, schema.VERSION + 1)
    before = picture_of(store.folder)
    with pytest.raises(StoreNewerError) as caught:
        open_store(store.folder)
    assert caught.value.fields["found"] == schema.VERSION + 1
    assert "newer version" in str(caught.value)
    assert picture_of(store.folder) == before


def test_a_store_made_newer_by_a_program_that_crashed(store: LocalStore) -> None:
    """The version may be in the write-ahead log alone."""
    store.close()
    raw = sqlite3.connect(store.folder / "catalogue.sqlite")
    try:
        raw.execute("PRAGMA wal_autocheckpoint=0")
        raw.execute("UPDATE meta SET value = '99' WHERE key = 'version'")
        raw.execute("PRAGMA user_version=99")
        raw.commit()
        with pytest.raises(StoreNewerError):
            open_store(store.folder)
    finally:
        raw.close()


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_what_is_no_catalogue_is_refused_and_not_changed(store: LocalStore, content: bytes) -> None:
    store.close()
    path = store.folder / "catalogue.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreDamagedError):
        open_store(store.folder)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite")) as raw:
        raw.execute("CREATE TABLE meta (key, value)")
        raw.commit()
    with pytest.raises(StoreDamagedError) as caught:
        open_store(tmp_path)
    assert "not a catalogue of Reviewer" in str(caught.value)


def test_a_torn_catalogue_is_called_damaged(store: LocalStore) -> None:
    session = store.session(ADMIN)
    session.intake.put(make_incoming(n, recordings=(), content={}) for n in range(300))
    store.close()
    path = store.folder / "catalogue.sqlite"
    data = bytearray(path.read_bytes())
    data[4096 * 2 :] = b"\xa5" * (len(data) - 4096 * 2)
    path.write_bytes(data)
    with pytest.raises(StoreDamagedError) as caught, open_store(store.folder) as opened:
        opened.session(ADMIN).interactions.search(EVERYTHING)
    assert "damaged" in str(caught.value)


# --- faults while it is open -----------------------------------------------------------------


def test_a_catalogue_that_another_program_holds(store: LocalStore) -> None:
    with open_store(store.folder, busy_ms=50) as impatient:
        session = impatient.session(ADMIN)
        with closing(sqlite3.connect(store.folder / "catalogue.sqlite")) as other:
            other.isolation_level = None
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusyError) as caught:
                session.intake.put([make_incoming(1)])
            assert caught.value.retryable
            assert session.interactions.count(EVERYTHING).n == 0
            other.execute("ROLLBACK")
        session.intake.put([make_incoming(1)])
        assert impatient.examine() == ()


def small_disk(folder: Path, size: str) -> bool:
    """Mount a small file system on a folder; return whether that is allowed here."""
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Path]:
    """A folder with little room: a small file system, or files that may not grow."""
    import resource

    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() == 0 and small_disk(folder, "3m"):
        yield folder
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, before[1]))
    yield folder
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_while_content_is_written(limited: Path) -> None:
    with create(limited / "store", settings=SETTINGS, admin_login=ADMIN) as store:
        session = store.session(ADMIN)
        session.intake.put([make_incoming(1)])
        recording = make_incoming(2).interaction.recordings
        big = make_incoming(2, recordings=recording, content={0: b"x" * (4 << 20)})
        with pytest.raises(StoreFullError) as caught:
            session.intake.put([make_incoming(3), big, make_incoming(4)])
        assert "no space left" in str(caught.value)
        # Neither a part of the big one nor the others of its batch.
        assert session.interactions.count(EVERYTHING).n == 1
        assert store.examine() == ()
        kept = session.interactions.get(make_giid(1)).recordings[0].object_id
        files = [p.name for p in (limited / "store" / "vault").rglob("*") if p.is_file()]
        assert files == [kept]
        session.intake.put([make_incoming(3), make_incoming(4)])
        assert session.interactions.count(EVERYTHING).n == 3


def test_a_full_disk_while_facts_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put([make_incoming(1)])
        database = store._core.database
        with database.plain() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        # The driver's own limit of pages, on every connection from here on.
        from sqlalchemy import event

        def limit(raw: sqlite3.Connection, _record: object) -> None:
            raw.execute(f"PRAGMA max_page_count={pages + 20}").close()

        database._engine.dispose()
        event.listen(database._engine, "connect", limit)
        with pytest.raises(StoreFullError):
            session.intake.put(make_incoming(n) for n in range(2, 400))
        event.remove(database._engine, "connect", limit)
        database._engine.dispose()
        assert session.interactions.count(EVERYTHING).n == 1
        session.intake.put(make_incoming(n) for n in range(2, 30))
        assert session.interactions.count(EVERYTHING).n == 29
    with open_store(tmp_path / "store") as again:
        assert again.examine() == ()


def test_two_programs_bring_in_the_same_at_once(store: LocalStore) -> None:
    with open_store(store.folder) as other:
        sessions = [store.session(ADMIN), other.session(ADMIN)]
        outcomes: list[str] = []

        def work(session) -> None:
            landed, _ = session.intake.put(make_incoming(n) for n in range(60))
            outcomes.extend(item.outcome.value for item in landed)

        threads = [threading.Thread(target=work, args=(session,)) for session in sessions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["added"] * 60 + ["unchanged"] * 60
        assert sessions[0].interactions.count(EVERYTHING).n == 60
        assert store.examine() == ()
        files = [p for p in (store.folder / "vault").rglob("*") if p.is_file()]
        assert len(files) == 60


def objects_in(store: LocalStore) -> set[str]:
    return {path.name for path in (store.folder / "vault").rglob("*") if path.is_file()}


def test_content_that_was_replaced_is_removed(store: LocalStore) -> None:
    session = store.session(ADMIN)
    session.intake.put([make_incoming(1)])
    (before,) = objects_in(store)
    recordings = make_incoming(1).interaction.recordings
    session.intake.put([make_incoming(1, recordings=recordings, content={0: make_wav(2.0)})])
    (after,) = objects_in(store)
    assert before != after
    assert store.examine() == ()


def test_replaced_screen_video_stays_where_others_show_it(store: LocalStore) -> None:
    screen = make_recording(kind=RecordingKind.SCREEN, segment_number=None)
    session = store.session(ADMIN)
    for number in (1, 2):
        item = make_incoming(number, recordings=(screen,), content={0: b"one"})
        session.intake.put([item])
    session.intake.put([make_incoming(1, recordings=(screen,), content={0: b"other"})])
    assert len(objects_in(store)) == 2
    session.intake.put([make_incoming(2, recordings=(screen,), content={0: b"other"})])
    assert len(objects_in(store)) == 1
    assert store.examine() == ()


def test_a_system_that_does_not_tell_its_user(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", unknown)
    assert store.session().people.me.login == ADMIN


def test_much_content_makes_several_transactions(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reviewer.storage.local import intake

    monkeypatch.setattr(intake, "BATCH_BYTES", 40_000)
    landed, changes = store.session(ADMIN).intake.put(make_incoming(n) for n in range(10))
    assert [item.outcome.value for item in landed] == ["added"] * 10
    assert len(changes.interactions) == 10
    assert len(objects_in(store)) == 10
    assert store.examine() == ()


def test_an_import_that_was_swept_meanwhile_says_so(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import that took longer than it may and was taken for one left behind."""
    settle = store._core.vault.settle

    def swept() -> None:
        settle()
        with closing(sqlite3.connect(store.folder / "catalogue.sqlite")) as raw:
            raw.execute("DELETE FROM pending_unlink")
            raw.commit()

    monkeypatch.setattr(store._core.vault, "settle", swept)
    with pytest.raises(StoreBusyError):
        store.session(ADMIN).intake.put([make_incoming(1)])
    monkeypatch.undo()
    assert objects_in(store) == set()
    assert store.session(ADMIN).interactions.count(EVERYTHING).n == 0


def test_what_is_being_swept_becomes_part_of_nothing(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program has read that an import was left behind, and is about to destroy it."""
    settle = store._core.vault.settle

    def swept() -> None:
        settle()
        with store._core.database.write() as connection:
            connection.exec_driver_sql("UPDATE pending_unlink SET due_us = 1")
            due, used = landing.condemn(connection, now_us())
            assert (len(due), used) == (1, set())

    monkeypatch.setattr(store._core.vault, "settle", swept)
    with pytest.raises(StoreBusyError):
        store.session(ADMIN).intake.put([make_incoming(1)])
    monkeypatch.undo()
    assert store.session(ADMIN).interactions.count(EVERYTHING).n == 0
    store._core.sweep()
    assert objects_in(store) == set()


def test_what_was_mended_away_becomes_part_of_nothing(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store was looked over while the machine that imports slept."""
    settle = store._core.vault.settle

    def mended() -> None:
        settle()
        for path in (store.folder / "vault").rglob("*"):
            os.utime(path, (0, 0))
        (finding,) = store.examine(repair=True)
        assert (finding.code, finding.repaired) == ("orphan_object", True)

    monkeypatch.setattr(store._core.vault, "settle", mended)
    with pytest.raises(StoreBusyError):
        store.session(ADMIN).intake.put([make_incoming(1)])
    monkeypatch.undo()
    assert store.session(ADMIN).interactions.count(EVERYTHING).n == 0
    assert store.examine() == ()


def test_nobody_hands_out_more_than_they_have(store: LocalStore) -> None:
    """Managing users is one privilege, granting another."""
    store.session(ADMIN).people.add_user("clerk", "Clerk", [])
    with closing(sqlite3.connect(store.folder / "catalogue.sqlite")) as raw:
        raw.execute("INSERT INTO roles (id, key, title) VALUES (50, 'clerk', 'Clerk')")
        raw.execute("INSERT INTO role_privileges VALUES (50, 'admin.users')")
        raw.execute("INSERT INTO role_privileges VALUES (50, 'of a newer program')")
        raw.execute("INSERT INTO user_roles SELECT id, 50 FROM users WHERE login = 'clerk'")
        raw.commit()
    clerk = store.session("clerk").people
    assert clerk.me.privileges == {Privilege.ADMIN_USERS}
    with pytest.raises(RefusedError):
        clerk.add_user("accomplice", "Accomplice", ["administrator"])
    clerk.add_user("colleague", "Colleague", ["clerk"])
    assert len(clerk.users()) == 3


@pytest.mark.parametrize("text", ["", "{", "nonsense"])
def test_a_damaged_memory_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.memory.keep("search", 1)
        with closing(sqlite3.connect(store.folder / "catalogue.sqlite")) as raw:
            raw.execute("UPDATE remembered SET json = ?", (text,))
            raw.commit()
        again = store.session(ADMIN)
        assert again.memory.recall("search") is None
        again.memory.keep("search", 2)
        assert store.session(ADMIN).memory.recall("search") == 2
