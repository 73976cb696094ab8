"""A store encrypted, decrypted and changed in its locks: all or nothing."""

from __future__ import annotations

import errno
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from reviewer.crypto.secret import Secret
from reviewer.errors import (
    CancelledError,
    ContentDamagedError,
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreLockedError,
    UsageError,
    WrongPassphraseError,
)
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.encryption import ALL_SEALED, SealedKind
from reviewer.models.progress import NoProgress
from reviewer.models.settings import Feature
from reviewer.storage.catalogue.sqlite import lone_file
from reviewer.storage.local import Encryption, LocalStore, create, encryption, open_store
from reviewer.storage.vault.keeper import KeyKeeper
from tests.helpers.encrypted import (
    EVERYTHING,
    KEY,
    PASSPHRASE,
    PLANTED,
    content_of,
    encrypt_quickly,
    planted,
    traces,
)
from tests.helpers.stores import ADMIN, SETTINGS, make_giid, make_incoming, make_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from reviewer.crypto.ring import KeyRing
    from reviewer.storage.store import Session


@contextmanager
def catalogue_taken(folder: Path) -> Iterator[None]:
    """Let another thread hold the catalogue for writing, as another program may for long."""
    taken, enough = threading.Event(), threading.Event()
    with open_store(folder, opener=PASSPHRASE) as other:

        def hold() -> None:
            with other._core.database.write():
                taken.set()
                enough.wait(60)

        holder = threading.Thread(target=hold)
        holder.start()
        taken.wait(60)
        try:
            yield
        finally:
            enough.set()
            holder.join()


class SpoiledError(Exception):
    """What goes wrong when the entry in the log is to be kept."""


@contextmanager
def commit_spoiled(store: LocalStore) -> Iterator[None]:
    """Let the end of every transaction that writes fail."""
    database = store._core.database
    writing = database._writing

    @contextmanager
    def spoiled(connection: Connection, *, foreign_keys: bool) -> Iterator[None]:
        with writing(connection, foreign_keys=foreign_keys):
            yield
            raise SpoiledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_writing", spoiled)
        yield


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_opens_a_store_changes_with_its_entry_in_the_log_or_not_at_all(
    tmp_path: Path, when: str
) -> None:
    folder = tmp_path / "store"
    create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=Encryption(PASSPHRASE)).close()
    with open_store(folder, opener=PASSPHRASE, busy_ms=50) as store:
        keys = store.session(ADMIN).keys
        recovery = keys.make_recovery()
        locks, ring = keys.state().locks, keys.state().ring
        spoiling = catalogue_taken(folder) if when == "before" else commit_spoiled(store)
        with spoiling:
            for change in (
                keys.make_recovery,
                lambda: keys.change_passphrase(PASSPHRASE, "quite another one"),
                lambda: keys.make_key_file(tmp_path / "key"),
                lambda: keys.move_ring(tmp_path / "ring"),
                lambda: keys.set_sealed({SealedKind.VOICE}),
            ):
                with pytest.raises((StoreBusyError, SpoiledError)):
                    change()
        assert keys.check_recovery(recovery)
        assert (keys.state().locks, keys.state().ring) == (locks, ring)
        assert keys.state().sealed == ALL_SEALED
        assert sorted(tmp_path.iterdir()) == [folder]
        with catalogue_taken(folder), pytest.raises(StoreBusyError):
            keys.create()
        assert len(keys.state().keys) == 1
    open_store(folder, opener=PASSPHRASE).close()
    with pytest.raises(WrongPassphraseError):
        open_store(folder, opener="quite another one")


def test_a_conversion_that_came_to_nothing_is_told_so(tmp_path: Path) -> None:
    class Stopping(NoProgress):
        def raise_if_cancelled(self) -> None:
            raise CancelledError(resume="")

    with make_store(tmp_path) as store:
        admin = store.session(ADMIN)
        admin.intake.put(make_incoming(n) for n in range(200))
        with pytest.raises(CancelledError):
            admin.keys.encrypt(PASSPHRASE, ALL_SEALED, progress=Stopping())
        admin.keys.encrypt(PASSPHRASE, ALL_SEALED)
        found = admin.audit.entries(AuditQuery(acts=(Act.ENCRYPTION_CHANGED.value,)))
        told = [(entry.detail.get("encrypted"), entry.detail.get("stopped")) for entry in found]
        assert told == [(1, None), (0, 1), (1, None)]


def test_what_was_begun_and_did_not_come_to_its_end_is_told_so(
    admin: Session, store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was entered before it began, so the log would say that it was done."""

    class Stopping(NoProgress):
        def raise_if_cancelled(self) -> None:
            raise CancelledError(resume="")

    admin.intake.put(make_incoming(n) for n in range(3))
    change, changes = KeyKeeper.change, []

    def full(keeper: KeyKeeper, how: Callable[[KeyRing], KeyRing]) -> KeyRing:
        changes.append(how)
        if len(changes) == 2:
            raise StoreFullError(store=store.url)
        return change(keeper, how)

    monkeypatch.setattr(KeyKeeper, "change", full)
    with pytest.raises(StoreFullError):
        admin.keys.roll()
    for act in (
        lambda: admin.keys.reencrypt(afresh=True, progress=Stopping()),
        lambda: admin.copies.back_up(tmp_path / "backup", progress=Stopping()),
    ):
        with pytest.raises(CancelledError):
            act()
    acts = (Act.KEYS_ROLLED, Act.REENCRYPTED, Act.BACKED_UP)
    found = admin.audit.entries(AuditQuery(acts=tuple(act.value for act in acts)))
    told = [(entry.act, entry.detail.get("stopped")) for entry in reversed(found)]
    assert told == [
        (Act.KEYS_ROLLED, None),
        (Act.KEYS_ROLLED, 1),
        (Act.REENCRYPTED, 1),
        (Act.BACKED_UP, None),
        (Act.BACKED_UP, 1),
    ]


# --- from the clear and back -----------------------------------------------------------------


def test_there_and_back_again(tmp_path: Path) -> None:
    with make_store(tmp_path) as store:
        admin = store.session(ADMIN)
        admin.intake.put([planted(n) for n in range(5)])
        admin.memory.keep("search", "kept")
        done, changes = admin.keys.encrypt(PASSPHRASE, ALL_SEALED)
        assert (done.sealed, done.failed, changes.settings) == (5, (), True)
        assert store.is_encrypted
        with pytest.raises(UsageError, match="already"):
            admin.keys.encrypt(PASSPHRASE, ALL_SEALED)
        # The session that is open goes on.
        assert admin.interactions.count(EVERYTHING).n == 5
        kept = admin.interactions.get(make_giid(1))
        assert content_of(admin, kept) == PLANTED[0].encode() * 9000
        admin.intake.put([planted(6)])
        assert traces(store.folder) == set()
        assert store.examine() == ()
    with pytest.raises(StoreLockedError):
        open_store(store.folder)
    with open_store(store.folder, opener=PASSPHRASE) as again:
        admin = again.session(ADMIN)
        assert admin.memory.recall("search") == "kept"
        done, _ = admin.keys.decrypt()
        assert (done.unsealed, done.failed, again.is_encrypted) == (6, (), False)
        assert content_of(admin, kept) == PLANTED[0].encode() * 9000
        assert admin.keys.state().encrypted is False
    assert {path.name for path in store.folder.iterdir()} == {
        "catalogue.sqlite",
        "content.json",
        "vault",
    }
    with open_store(store.folder) as clear:
        assert Feature.ENCRYPTION not in clear.settings.features
        assert clear.examine() == ()
        assert clear.session(ADMIN).interactions.count(EVERYTHING).n == 6


def test_a_catalogue_in_use_by_another_program_is_not_converted(tmp_path: Path) -> None:
    with make_store(tmp_path) as store:
        admin = store.session(ADMIN)
        admin.intake.put([planted()])
        # SQLite keeps its locks by process; another library is as good as another program.
        import sqlcipher3.dbapi2

        path = store.folder / "catalogue.sqlite"
        with closing(sqlcipher3.dbapi2.connect(str(path))) as other:
            other.execute("SELECT count(*) FROM interactions").fetchall()
            with pytest.raises(StoreBusyError):
                encrypt_quickly(store)
        assert not store.is_encrypted
        assert admin.interactions.count(EVERYTHING).n == 1
        encrypt_quickly(store)
        assert store.is_encrypted


def test_a_conversion_that_is_stopped_changes_nothing(tmp_path: Path) -> None:
    class Stopping(NoProgress):
        def raise_if_cancelled(self) -> None:
            raise CancelledError(resume="")

    with make_store(tmp_path) as store:
        store.session(ADMIN).intake.put(make_incoming(n) for n in range(200))
        with pytest.raises(CancelledError):
            encryption.encrypt(store._core, Encryption(None, key_file=KEY), Stopping())
        assert not store.is_encrypted
        assert store.session(ADMIN).interactions.count(EVERYTHING).n == 200
        assert not list(store.folder.glob("catalogue.sqlite.new*"))
    with open_store(store.folder) as again:
        assert again.examine() == ()
        encrypt_quickly(again)
    with open_store(store.folder, opener=KEY) as again:
        assert again.session(ADMIN).interactions.count(EVERYTHING).n == 200


def test_a_full_disk_while_converting_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reviewer.storage.vault import folder as vault_folder

    with make_store(tmp_path) as store:
        admin = store.session(ADMIN)
        admin.intake.put([planted(n) for n in range(3)])

        def full(*_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(vault_folder, "replacing", full)
        with pytest.raises(StoreFullError):
            encrypt_quickly(store)
        monkeypatch.undo()
        # The catalogue is encrypted, the content is still to come.
        assert admin.keys.state().in_clear == 3
        assert content_of(admin, admin.interactions.get(make_giid(1)))
        done, _ = admin.keys.reencrypt()
        assert (done.sealed, admin.keys.state().in_clear) == (3, 0)
        assert traces(store.folder) == set()


def test_content_that_cannot_be_read_keeps_the_keys(admin: Session, store: LocalStore) -> None:
    admin.intake.put(make_incoming(n) for n in range(3))
    name = admin.interactions.get(make_giid(1)).recordings[0].object_id
    assert name is not None
    path = store.folder / "vault" / name[:2] / name
    sound = path.read_bytes()
    path.write_bytes(sound[:-1])
    done, _ = admin.keys.decrypt()
    assert done.unsealed == 2
    assert [failed for failed, _ in done.failed] == [f"call-1.wav ({make_giid(1)})"]
    assert store.is_encrypted
    with pytest.raises(ContentDamagedError):
        content_of(admin, admin.interactions.get(make_giid(1)))
    path.write_bytes(sound)
    done, _ = admin.keys.decrypt()
    assert (done.unsealed, store.is_encrypted) == (1, False)


def test_an_import_that_read_an_interaction_before_it_was_rewritten_reads_it_again(
    admin: Session, store: LocalStore
) -> None:
    """Otherwise it would bring back the names of objects that are gone."""
    from reviewer.storage.catalogue import landing

    admin.intake.put([make_incoming(1)])
    with store._core.database.read() as connection:
        before = landing.find_known(connection, [make_giid(1)])
    admin.keys.create()
    admin.keys.reencrypt(afresh=True)
    with store._core.database.read() as connection:
        assert landing.find_known(connection, [make_giid(1)]) != before


def test_orphaned_keys_are_found_and_removed(admin: Session, store: LocalStore) -> None:
    admin.intake.put([make_incoming(1)])
    keys = store._core.keeper
    assert keys is not None
    name = "0" * 31 + "s"
    keys.enter("content", {name: Secret.random()})  # type: ignore[dict-item]
    (finding,) = store.examine()
    assert (finding.code, finding.name, finding.repairable) == ("orphan_key", name, True)
    (finding,) = store.examine(repair=True)
    assert finding.repaired
    assert store.examine() == ()


@pytest.mark.parametrize("replaced", [False, True])
@pytest.mark.parametrize("act", ["encrypt", "decrypt", "roll"])
def test_a_catalogue_that_may_not_be_on_the_disk_yet_opens_either_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, replaced: bool
) -> None:
    """Its new key was removed with what else the failed act had made.

    Or, where the disk failed before the new one had its name, the old one was overwritten.
    """
    told: list[Path] = []

    def fail(folder: Path) -> None:
        told.append(folder)
        if len(told) == 1 + replaced:
            raise OSError(errno.EIO, "Input/output error")

    with make_store(tmp_path) as store:
        folder, admin = store.folder, store.session(ADMIN)
        admin.intake.put([make_incoming(1)])
        if act != "encrypt":
            encrypt_quickly(store)
        acts: dict[str, Callable[[], object]] = {
            "encrypt": lambda: encrypt_quickly(store),
            "decrypt": admin.keys.decrypt,
            "roll": admin.keys.roll,
        }
        monkeypatch.setattr(lone_file, "settle", fail)
        with pytest.raises(StoreError, match="could not read or write"):
            acts[act]()
        monkeypatch.undo()
    with open_store(folder, opener=KEY) as store:
        assert store.is_encrypted == (act != ("decrypt" if replaced else "encrypt"))
        assert not list(folder.glob("*.new*"))
        admin = store.session(ADMIN)
        content_of(admin, admin.interactions.get(make_giid(1)))
        admin.intake.put([make_incoming(2)])
        assert store.examine() == ()
