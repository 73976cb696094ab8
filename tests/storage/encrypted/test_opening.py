"""What opens an encrypted store, and what does not."""

from __future__ import annotations

import errno
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from reviewer.crypto.key_file import key_file_text, read_key_file
from reviewer.crypto.recovery import print_recovery
from reviewer.crypto.ring import LockKind
from reviewer.crypto.secret import Secret
from reviewer.errors import (
    ContentKeyUnknownError,
    FileUnusableError,
    KeyRingDamagedError,
    KeyRingMissingError,
    KeyRingOlderError,
    NotEncryptedError,
    RefusedError,
    StoreDamagedError,
    StoreFullError,
    StoreLockedError,
    StoreNewerError,
    UsageError,
    WrongPassphraseError,
)
from reviewer.models.access import Privilege
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.encryption import ALL_SEALED
from reviewer.models.settings import Feature
from reviewer.storage.catalogue import schema
from reviewer.storage.local import Encryption, LocalStore, create, open_store
from reviewer.storage.local.encryption import keeper_of
from tests.helpers.encrypted import (
    EVERYTHING,
    KEY,
    PASSPHRASE,
    PLANTED,
    content_of,
    make_encrypted,
    planted,
)
from tests.helpers.stores import ADMIN, SETTINGS, make_giid, make_incoming, make_store

if TYPE_CHECKING:
    from pathlib import Path

    from reviewer.models.audit import Detail
    from reviewer.storage.store import Session


def test_a_passphrase_opens_it_and_nothing_else_does(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    how = Encryption(PASSPHRASE)
    with create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how) as made:
        assert made.is_encrypted
        made.session(ADMIN).intake.put([planted()])
    assert {path.name for path in folder.iterdir()} == {
        "catalogue.sqlite",
        "content.json",
        "keyring.json",
        "keys.db",
        "vault",
    }
    with pytest.raises(StoreLockedError, match=r"is encrypted\. It opens with its passphrase"):
        open_store(folder)
    with pytest.raises(WrongPassphraseError, match="keyboard layout"):
        open_store(folder, opener=PASSPHRASE.upper())
    with open_store(folder, opener=PASSPHRASE) as store:
        session = store.session(ADMIN)
        kept = session.interactions.get(make_giid(1))
        assert content_of(session, kept).startswith(PLANTED[0].encode())
        assert store.settings.sealed == ALL_SEALED
        assert Feature.ENCRYPTION in store.settings.features


@pytest.mark.parametrize("passphrase", [None, "", "short", " " * 12])
def test_without_a_proper_passphrase_nothing_is_made(
    tmp_path: Path, passphrase: str | None
) -> None:
    how = Encryption(passphrase)
    with pytest.raises(UsageError):
        create(tmp_path / "s", settings=SETTINGS, admin_login=ADMIN, encryption=how)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("elsewhere", [True, False])
def test_what_cannot_be_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: bool
) -> None:
    from reviewer.storage.catalogue import founding

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(founding, "write_settings", full)
    (tmp_path / "s").mkdir()
    with pytest.raises(StoreFullError):
        make_encrypted(tmp_path / "s", ring_at=tmp_path / "ring" if elsewhere else None)
    assert [path.name for path in tmp_path.rglob("*")] == ["s"]


def test_a_damaged_or_missing_ring_is_named(store: LocalStore) -> None:
    store.close()
    path = store.folder / "keyring.json"
    sound = path.read_bytes()
    path.write_bytes(sound.replace(b"reviewer_ring", b"reviewer_Ring"))
    with pytest.raises(KeyRingDamagedError, match="damaged"):
        open_store(store.folder, opener=KEY)
    path.unlink()
    with pytest.raises(StoreDamagedError, match="not a database"):
        open_store(store.folder, opener=KEY)
    path.write_bytes(sound)
    open_store(store.folder, opener=KEY).close()


def test_the_ring_of_another_store_does_not_open_it(store: LocalStore, tmp_path: Path) -> None:
    store.close()
    with make_encrypted(tmp_path / "other"):
        pass
    shutil.copyfile(tmp_path / "other" / "keyring.json", store.folder / "keyring.json")
    with pytest.raises(StoreDamagedError, match="its key ring does not open it"):
        open_store(store.folder, opener=KEY)


def test_a_newer_encrypted_store_is_refused_and_not_changed_by_a_bit(store: LocalStore) -> None:
    store.session(ADMIN).intake.put([make_incoming(1)])
    with store._core.database.write() as connection:
        connection.exec_driver_sql(f"PRAGMA user_version={schema.VERSION + 1}")
    store._core.database.tidy()
    store.close()
    before = {path: path.read_bytes() for path in store.folder.rglob("*") if path.is_file()}
    with pytest.raises(StoreNewerError):
        open_store(store.folder, opener=KEY)
    after = {path: path.read_bytes() for path in store.folder.rglob("*") if path.is_file()}
    assert after == before


def test_every_page_of_the_catalogue_is_authenticated(store: LocalStore) -> None:
    store.session(ADMIN).intake.put(make_incoming(n) for n in range(50))
    store.close()
    path = store.folder / "catalogue.sqlite"
    data = bytearray(path.read_bytes())
    for page in range(1, len(data) // 4096):
        data[page * 4096 + 100] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoreDamagedError), open_store(store.folder, opener=KEY) as opened:
        opened.session(ADMIN).interactions.search(EVERYTHING)


# --- locks -----------------------------------------------------------------------------------


def test_another_passphrase(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    how = Encryption(PASSPHRASE)
    with create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how) as store:
        keys = store.session(ADMIN).keys
        with pytest.raises(WrongPassphraseError):
            keys.change_passphrase("not the old one", "a new passphrase")
        with pytest.raises(UsageError):
            keys.change_passphrase(PASSPHRASE, "short")
        keys.change_passphrase(PASSPHRASE, "a new passphrase")
    with pytest.raises(WrongPassphraseError):
        open_store(folder, opener=PASSPHRASE)
    open_store(folder, opener="a new passphrase").close()


def test_the_recovery_key(store: LocalStore, admin: Session) -> None:
    with pytest.raises(UsageError):
        admin.keys.check_recovery("XXXX")
    first = admin.keys.make_recovery()
    assert admin.keys.check_recovery(first.lower().replace("-", " "))
    second = admin.keys.make_recovery()
    assert not admin.keys.check_recovery(first)
    assert not admin.keys.check_recovery(print_recovery(Secret.random()))
    store.close()
    with pytest.raises(WrongPassphraseError):
        open_store(store.folder, opener=first)
    mistyped = ("B" if second[0] != "B" else "C") + second[1:]
    with pytest.raises(WrongPassphraseError):
        # There is no passphrase that it could be instead.
        open_store(store.folder, opener="no recovery key at all")
    with pytest.raises(UsageError, match="mistyped"):
        open_store(store.folder, opener=mistyped)
    # Who has lost the passphrase sets another one by it.
    with open_store(store.folder, opener=second) as opened:
        opened.session(ADMIN).keys.change_passphrase(second, PASSPHRASE)
    open_store(store.folder, opener=PASSPHRASE).close()


def test_a_key_file(tmp_path: Path, store: LocalStore, admin: Session) -> None:
    path = tmp_path / "unattended.key"
    admin.keys.make_key_file(path)
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileUnusableError):
        admin.keys.make_key_file(path)
    store.close()
    with pytest.raises(WrongPassphraseError):
        open_store(store.folder, opener=KEY)
    secret = read_key_file(path.read_text())
    open_store(store.folder, opener=secret).close()
    assert read_key_file("a passphrase") is None
    with pytest.raises(UsageError, match="cut or changed"):
        read_key_file(key_file_text(KEY)[:-5])


def test_the_ring_kept_elsewhere(tmp_path: Path) -> None:
    elsewhere = tmp_path / "stick" / "calls.ring"
    with make_encrypted(tmp_path / "store", ring_at=elsewhere) as store:
        admin = store.session(ADMIN)
        admin.intake.put([planted()])
        assert admin.keys.state().ring == str(elsewhere)
        copy = tmp_path / "copy"
    shutil.copytree(tmp_path / "store", copy)
    open_store(tmp_path / "store", opener=KEY).close()
    aside = elsewhere.rename(tmp_path / "aside")
    for folder in (copy, tmp_path / "store"):
        with pytest.raises(KeyRingMissingError, match=r"calls\.ring"):
            open_store(folder, opener=KEY)
    aside.rename(elsewhere)
    with open_store(tmp_path / "store", opener=KEY) as store:
        admin = store.session(ADMIN)
        admin.keys.move_ring(None)
        assert admin.keys.state().ring == str(tmp_path / "store" / "keyring.json")
    assert not elsewhere.exists()
    open_store(tmp_path / "store", opener=KEY).close()


def test_a_ring_is_not_put_where_something_is(tmp_path: Path, admin: Session) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(FileUnusableError):
        admin.keys.move_ring(tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"
    # What stands in the way of the place is told of it, not of the store.
    with pytest.raises(FileUnusableError, match="ring cannot be used: a part of its path is no"):
        admin.keys.move_ring(tmp_path / "mine" / "ring")
    assert admin.keys.state().ring.endswith("keyring.json")


def test_keys_are_for_those_with_the_privilege(store: LocalStore, admin: Session) -> None:
    admin.people.add_user("manager", "Manager", ["qm_manager"])
    keys = store.session("manager").keys
    assert Privilege.ADMIN_ENCRYPTION not in store.session("manager").people.me.privileges
    before = (store.folder / "keyring.json").read_bytes()
    for call in (
        keys.state,
        keys.create,
        keys.reencrypt,
        keys.roll,
        keys.decrypt,
        keys.make_recovery,
        lambda: keys.encrypt(PASSPHRASE, ALL_SEALED),
        lambda: keys.set_sealed(ALL_SEALED),
        lambda: keys.change_passphrase("", PASSPHRASE),
        lambda: keys.check_recovery(print_recovery(KEY)),
        lambda: keys.use_system(kept=True),
        lambda: keys.make_key_file(store.folder / "key"),
        lambda: keys.move_ring(None),
    ):
        with pytest.raises(RefusedError):
            call()
    assert (store.folder / "keyring.json").read_bytes() == before


def test_a_store_in_the_clear_has_no_keys(tmp_path: Path) -> None:
    with make_store(tmp_path) as store:
        keys = store.session(ADMIN).keys
        assert not keys.state().encrypted
        for call in (keys.create, keys.reencrypt, keys.roll, keys.decrypt, keys.make_recovery):
            with pytest.raises(NotEncryptedError):
                call()


def test_what_was_done_to_keys_is_in_the_audit_log(admin: Session) -> None:
    admin.keys.create()
    admin.keys.reencrypt()
    admin.keys.roll()
    admin.keys.make_recovery()
    acts = [entry.act for entry in admin.audit.export()]
    for act in (Act.KEY_CREATED, Act.REENCRYPTED, Act.KEYS_ROLLED, Act.ENCRYPTION_CHANGED):
        assert act in acts


def test_an_older_copy_of_the_ring_is_told_and_takes_no_new_keys(
    store: LocalStore, admin: Session
) -> None:
    """A key of the same number as one that it lacks would part content between two rings."""
    admin.intake.put([make_incoming(1)])
    ring = store.folder / "keyring.json"
    older = ring.read_bytes()
    admin.keys.create()
    admin.intake.put([make_incoming(2)])
    store.close()
    newest = ring.read_bytes()
    ring.write_bytes(older)
    with open_store(store.folder, opener=KEY) as opened:
        session = opened.session(ADMIN)
        content_of(session, session.interactions.get(make_giid(1)))
        with pytest.raises(ContentKeyUnknownError, match="older copy"):
            content_of(session, session.interactions.get(make_giid(2)))
        assert session.keys.state().unknown == 1
        (finding,) = opened.examine(repair=True)
        assert (finding.repaired, "older copy" in finding.detail) == (False, True)
        for act in (session.keys.create, session.keys.roll, session.keys.make_recovery):
            with pytest.raises(KeyRingOlderError, match="under key 2"):
                act()
    assert ring.read_bytes() == older
    ring.write_bytes(newest)
    with open_store(store.folder, opener=KEY) as opened:
        session = opened.session(ADMIN)
        assert session.keys.state().unknown == 0
        session.keys.roll()
        content_of(session, session.interactions.get(make_giid(2)))


def test_a_ring_that_a_kill_left_where_it_was_to_be_is_no_obstacle(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with make_encrypted(tmp_path / "store", ring_at=first) as store:
        keys = store.session(ADMIN).keys
        # Killed before the sign led there.
        second.write_bytes(first.read_bytes())
        keys.move_ring(second)
        assert (first.exists(), keys.state().ring) == (False, str(second))
        with make_encrypted(tmp_path / "other", ring_at=first):
            pass
        theirs = first.read_bytes()
        with pytest.raises(FileUnusableError):
            keys.move_ring(first)
        assert first.read_bytes() == theirs


def test_a_lock_that_a_kill_left_unnoted_is_in_the_log_from_the_next_opening_on(
    admin: Session, store: LocalStore
) -> None:
    """The ring is a file of its own: it was written, and the catalogue did not come to say so."""

    def noted() -> list[Detail]:
        query = AuditQuery(acts=(Act.ENCRYPTION_CHANGED.value,))
        return [entry.detail for entry in admin.audit.entries(query)]

    admin.keys.make_recovery()
    told = noted()
    secret = Secret.random()
    keeper_of(store._core).change(lambda ring: ring.with_secret(LockKind.RECOVERY, secret, 1))
    for _ in range(2):
        store.close()
        with open_store(store.folder, opener=KEY) as again:
            admin = again.session(ADMIN)
            assert noted() == [{"lock": "recovery", "found": 1}, *told]
    # What the log tells of is not told again.
    with open_store(store.folder, opener=KEY) as again:
        admin = again.session(ADMIN)
        admin.keys.make_recovery()
        told = noted()
    with open_store(store.folder, opener=KEY) as again:
        admin = again.session(ADMIN)
        assert noted() == told
