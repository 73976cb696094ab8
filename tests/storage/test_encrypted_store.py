"""Encrypted stores: what opens them, what is on their disk, and what becomes of their keys."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from reviewer.crypto.key_file import key_file_text, read_key_file
from reviewer.crypto.recovery import print_recovery
from reviewer.crypto.secret import Secret
from reviewer.errors import (
    CancelledError,
    ContentDamagedError,
    ContentKeyGoneError,
    FileUnusableError,
    KeyRingDamagedError,
    KeyRingMissingError,
    NotEncryptedError,
    OwnRequestError,
    RefusedError,
    SecondPersonError,
    StoreBusyError,
    StoreDamagedError,
    StoreFullError,
    StoreLockedError,
    StoreNewerError,
    StoreUnreachableError,
    UsageError,
    WrongPassphraseError,
)
from reviewer.models.access import Privilege
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.encryption import ALL_SEALED, SealedKind
from reviewer.models.erasure import Shared, What
from reviewer.models.ids import WallUs
from reviewer.models.interaction import Channel, Message
from reviewer.models.progress import NoProgress
from reviewer.models.recording import PartyRole, RecordingKind, RecordingState
from reviewer.models.requests import Guarded
from reviewer.models.search import Search
from reviewer.models.settings import Feature, SettingsChange
from reviewer.storage.catalogue import resealing, schema
from reviewer.storage.local import Encryption, LocalStore, create, encryption, open_store
from reviewer.storage.vault.contract import is_sealed
from tests.helpers.stores import (
    ADMIN,
    SETTINGS,
    STARTED_US,
    make_giid,
    make_incoming,
    make_recording,
    make_store,
    make_wav,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from reviewer.models.interaction import Interaction
    from reviewer.storage.store import Incoming, Session

KEY = Secret(b"k" * 32)
PASSPHRASE = "правильная лошадь"
EVERYTHING = Search()
PLANTED = ("Квартальный отчёт", "Плутониевская", "+7 495 777-66-55", "секретная-запись.wav")
"""A message, a name, a number and the name of a file that are nowhere in the clear."""


def make_encrypted(folder: Path, **values: object) -> LocalStore:
    how = Encryption(None, key_file=KEY, **values)  # type: ignore[arg-type]
    return create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with make_encrypted(tmp_path / "store") as made:
        yield made


@pytest.fixture
def admin(store: LocalStore) -> Session:
    return store.session(ADMIN)


def planted(number: int = 1) -> Incoming:
    """Return an interaction with something to be found in everything of it."""
    words, name, phone, file = PLANTED
    return make_incoming(
        number,
        from_address=phone,
        from_name=name,
        recordings=(make_recording(source_name=file),),
        content={0: words.encode() * 9000},
        messages=(Message(WallUs(STARTED_US), PartyRole.CUSTOMER, name, words),),
        custom=(("Region", name),),
        subject=words,
    )


def content_of(session: Session, kept: Interaction, place: int = 0) -> bytes:
    with closing(session.content.open(kept.id, kept.recordings[place])) as source:
        return source.read_at(0, source.size)


def traces(folder: Path) -> set[str]:
    """Return which planted words are in files below a folder, or in their names."""
    found = set()
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for word in PLANTED:
            for text in (word, word.casefold(), word.replace("ё", "е").casefold()):
                digits = "".join(c for c in text if c.isdigit())
                texts = [text, *([digits] if len(digits) > 5 else [])]
                for each in texts:
                    if each in path.name or any(
                        each.encode(code) in data for code in ("utf-8", "utf-16-le", "utf-16-be")
                    ):
                        found.add(f"{word}: {path.name}")
    return found


IN_CLEAR = {"catalogue.sqlite", "content.json", "vault"}
"""What lies in the folder of a store in the clear into which something came."""

# --- making and opening ----------------------------------------------------------------------


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


# --- what is on the disk ---------------------------------------------------------------------


def test_nothing_planted_is_on_the_disk(admin: Session, store: LocalStore) -> None:
    admin.intake.put([planted(n) for n in range(3)])
    admin.memory.keep("search", PLANTED)
    admin.interactions.search(EVERYTHING)
    admin.interactions.complete("name", PLANTED[1][:3])
    kept = admin.interactions.get(make_giid(1))
    assert PLANTED[0].encode() in content_of(admin, kept)
    # While it is open, with its write-ahead log, and closed.
    assert traces(store.folder) == set()
    store.close()
    assert traces(store.folder) == set()


def test_the_search_for_traces_finds_them_in_the_clear(tmp_path: Path) -> None:
    """Otherwise the test above would show nothing."""
    with make_store(tmp_path) as store:
        store.session(ADMIN).intake.put([planted()])
        found = {trace.partition(":")[0] for trace in traces(store.folder)}
    assert found == set(PLANTED)


@pytest.mark.parametrize(
    ("kind", "channel", "medium", "tick"),
    [
        (RecordingKind.VOICE, Channel.VOICE, "", SealedKind.VOICE),
        (RecordingKind.VOICE_TRANSCRIPT, Channel.VOICE, "", SealedKind.VOICE),
        (RecordingKind.CPA, Channel.VOICE, "", SealedKind.VOICE),
        (RecordingKind.SCREEN, Channel.CHAT, "web", SealedKind.SCREEN),
        (RecordingKind.CHAT_TRANSCRIPT, Channel.CHAT, "web", SealedKind.CHAT),
        (RecordingKind.CHAT_TRANSCRIPT, Channel.CHAT, "SMS", SealedKind.SMS),
        (RecordingKind.EMAIL, Channel.EMAIL, "", SealedKind.EMAIL),
    ],
)
def test_only_what_is_ticked_is_sealed(
    tmp_path: Path, kind: RecordingKind, channel: Channel, medium: str, tick: SealedKind
) -> None:
    facts = {
        "channel": channel,
        "medium": medium,
        "recordings": (make_recording(kind=kind),),
    }
    with make_encrypted(tmp_path / "store", sealed=frozenset({tick})) as store:
        admin = store.session(ADMIN)
        admin.intake.put([make_incoming(1, content={0: b"one"}, **facts)])
        admin.keys.set_sealed(ALL_SEALED - {tick})
        admin.intake.put([make_incoming(2, content={0: b"two"}, **facts)])
        one, two = (admin.interactions.get(make_giid(n)) for n in (1, 2))
        names = [kept.recordings[0].object_id for kept in (one, two)]
        assert [is_sealed(name) for name in names if name] == [True, False]
        assert (content_of(admin, one), content_of(admin, two)) == (b"one", b"two")
        # The other is found once it is ticked again, and sealed by re-encryption.
        assert admin.keys.state().in_clear == 0
        admin.keys.set_sealed(ALL_SEALED)
        assert admin.keys.state().in_clear == 1
        done, _ = admin.keys.reencrypt()
        assert (done.sealed, done.failed, admin.keys.state().in_clear) == (1, (), 0)
        two = admin.interactions.get(make_giid(2))
        assert is_sealed(two.recordings[0].object_id or "")  # type: ignore[arg-type]
        assert content_of(admin, two) == b"two"
        assert store.examine() == ()


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


# --- keys over time --------------------------------------------------------------------------


def test_keys_are_listed_with_when_they_were_made(admin: Session) -> None:
    admin.intake.put([make_incoming(1)])
    admin.keys.create()
    admin.intake.put([make_incoming(2), make_incoming(3)])
    state = admin.keys.state()
    assert [(key.number, key.objects, key.current) for key in state.keys] == [
        (2, 2, True),
        (1, 1, False),
    ]
    assert state.keys[0].made_us > state.keys[1].made_us > 0
    assert state.outdated == 1
    done, _ = admin.keys.reencrypt()
    assert (done.rewrapped, admin.keys.state().outdated) == (1, 0)
    assert content_of(admin, admin.interactions.get(make_giid(1))) == make_wav(seed=1)


def test_re_encrypting_afresh_gives_every_object_a_key_of_its_own_anew(
    admin: Session, store: LocalStore
) -> None:
    admin.intake.put(make_incoming(n) for n in range(7))
    before = admin.interactions.get(make_giid(1)).recordings[0].object_id
    admin.keys.create()
    done, _ = admin.keys.reencrypt(afresh=True)
    assert (done.sealed, done.rewrapped) == (7, 0)
    after = admin.interactions.get(make_giid(1))
    assert after.recordings[0].object_id != before
    assert content_of(admin, after) == make_wav(seed=1)
    assert store.examine() == ()
    assert len([path for path in (store.folder / "vault").rglob("*") if path.is_file()]) == 7


def test_what_was_swept_while_it_was_re_encrypted_is_not_referred_to(
    admin: Session, store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine slept for an hour, and another program took it for left behind."""
    admin.intake.put(make_incoming(n) for n in range(3))
    settle = store._core.vault.settle

    def swept() -> None:
        settle()
        with store._core.database.write() as connection:
            connection.exec_driver_sql("UPDATE pending_unlink SET due_us = 1")
        store._core.sweep()

    admin.keys.create()
    monkeypatch.setattr(store._core.vault, "settle", swept)
    with pytest.raises(StoreBusyError):
        admin.keys.reencrypt(afresh=True)
    monkeypatch.undo()
    for n in range(3):
        assert content_of(admin, admin.interactions.get(make_giid(n))) == make_wav(seed=n)
    done, _ = admin.keys.reencrypt(afresh=True)
    assert done.sealed == 3
    assert store.examine() == ()


def test_what_was_re_encrypted_and_got_no_answer_stays(
    admin: Session, store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin.intake.put(make_incoming(n) for n in range(3))
    admin.keys.create()
    replace_object = resealing.replace_object
    write = store._core.database.write
    refers = []

    def noted(*values: object) -> bool:
        refers.append(True)
        return replace_object(*values)

    @contextmanager
    def losing(**how: object) -> Iterator[Connection]:
        with write(**how) as connection:
            yield connection
        if refers:
            refers.clear()
            raise StoreUnreachableError(store=store.url, reason="it went away")

    monkeypatch.setattr(resealing, "replace_object", noted)
    monkeypatch.setattr(store._core.database, "write", losing)
    with pytest.raises(StoreUnreachableError):
        admin.keys.reencrypt(afresh=True)
    monkeypatch.undo()
    for n in range(3):
        assert content_of(admin, admin.interactions.get(make_giid(n))) == make_wav(seed=n)
    store._core.sweep()
    assert store.examine() == ()


def test_a_copy_of_before_is_dead_after_a_deletion_and_a_roll(
    admin: Session, store: LocalStore, tmp_path: Path
) -> None:
    """All files of before with the ring of after: neither content nor texts can be read."""
    admin.intake.put([planted(1), planted(2)])
    backup = tmp_path / "backup"
    shutil.copytree(store.folder, backup)
    first = admin.interactions.get(make_giid(1))
    admin.erasure.erase([first.id], {What.VOICE}, "asked for", shared=Shared.CUT)
    done, _ = admin.keys.roll()
    assert done.failed == ()
    second = admin.interactions.get(make_giid(2))
    assert content_of(admin, second) == PLANTED[0].encode() * 9000
    store.close()
    # The ring alone, and the ring with everything else that belongs to keys.
    for names in (["keyring.json"], ["keyring.json", "keys.db"]):
        for name in names:
            shutil.copyfile(store.folder / name, backup / name)
        with pytest.raises(StoreDamagedError, match="its key ring does not open it"):
            open_store(backup, opener=KEY)
    # And the content of before under the catalogue of after.
    shutil.copyfile(store.folder / "catalogue.sqlite", backup / "catalogue.sqlite")
    for beside in backup.glob("catalogue.sqlite-*"):
        beside.unlink()
    with open_store(backup, opener=KEY) as old:
        session = old.session(ADMIN)
        gone = first.recordings[0].object_id
        assert gone is not None
        assert old._core.vault.exists(gone)
        with pytest.raises(ContentKeyGoneError, match=r"call\.wav"):
            old._core.vault.open(gone, "call.wav")
        assert session.interactions.count(EVERYTHING).n == 2


def test_rolling_takes_the_catalogue_along(admin: Session, store: LocalStore) -> None:
    admin.intake.put(make_incoming(n) for n in range(20))
    before = (store.folder / "catalogue.sqlite").read_bytes()
    admin.keys.roll()
    admin.keys.roll()
    assert [key.objects for key in admin.keys.state().keys] == [20, 0, 0]
    assert not any(
        page in (store.folder / "catalogue.sqlite").read_bytes()
        for page in (before[at : at + 4096] for at in range(0, len(before), 4096))
    )
    # The session goes on, and so does another program after it.
    assert admin.interactions.count(EVERYTHING).n == 20
    store.close()
    with open_store(store.folder, opener=KEY) as again:
        assert again.session(ADMIN).interactions.count(EVERYTHING).n == 20
        assert again.examine() == ()


def test_a_key_that_opens_nothing_stops_a_roll_and_is_named(
    admin: Session, store: LocalStore
) -> None:
    admin.intake.put(make_incoming(n) for n in range(3))
    broken = admin.interactions.get(make_giid(1)).recordings[0].object_id
    with closing(sqlite3.connect(store.folder / "keys.db")) as raw:
        raw.execute("UPDATE wrapped SET key = zeroblob(60) WHERE object_id = ?", (broken,))
        raw.commit()
    done, _ = admin.keys.roll()
    assert [name for name, _ in done.failed] == [f"call-1.wav ({make_giid(1)})"]
    assert "call-1.wav" in done.failed[0][1]
    state = admin.keys.state()
    assert (state.unfinished, state.keys[1].destroyed_us) == (True, None)
    (finding,) = store.examine()
    assert (finding.code, "call-1.wav" in finding.name) == ("damaged_object", True)


@pytest.mark.parametrize("where", ["middle", "end"])
def test_damage_that_opening_or_reading_finds_is_noted(
    admin: Session, store: LocalStore, where: str
) -> None:
    long = make_recording(seconds=20)
    told = make_incoming(1, recordings=(long,), content={0: make_wav(20)})
    admin.intake.put([make_incoming(0), told])
    call = admin.interactions.get(make_giid(1))
    name = str(call.recordings[0].object_id)
    path = store.folder / "vault" / name[:2] / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2 if where == "middle" else -20] ^= 1
    path.write_bytes(data)
    with (
        pytest.raises(ContentDamagedError),
        closing(admin.content.open(call.id, call.recordings[0])) as source,
    ):
        source.read_at(0, source.size)
    (row,) = admin.interactions.rows([call.id])
    assert row.voice is RecordingState.DAMAGED
    assert [finding.code for finding in store.examine()] == ["damaged_object"]
    # The next import brings it back.
    admin.intake.put([told])
    (row,) = admin.interactions.rows([call.id])
    assert row.voice is RecordingState.AVAILABLE
    assert {finding.code for finding in store.examine()} <= {"orphan_object"}


def test_what_has_lost_its_key_says_so_until_an_import_brings_it_back(
    admin: Session, store: LocalStore
) -> None:
    admin.intake.put(make_incoming(n) for n in range(3))
    gone = admin.interactions.get(make_giid(1)).recordings[0].object_id
    with closing(sqlite3.connect(store.folder / "keys.db")) as raw:
        raw.execute("DELETE FROM wrapped WHERE object_id = ?", (gone,))
        raw.commit()
    for repair, repaired in ((False, False), (True, True)):
        (finding,) = store.examine(repair=repair)
        told = (finding.code, finding.detail, finding.repairable, finding.repaired)
        assert told == ("damaged_object", "its key is gone", True, repaired)
    (finding,) = store.examine(repair=True)
    assert (finding.code, finding.detail) == ("lost_object", "its key is gone")
    call = admin.interactions.get(make_giid(1))
    assert call.recordings[0].state is RecordingState.MISSING
    (row,) = admin.interactions.rows([call.id])
    assert row.voice is RecordingState.MISSING
    with pytest.raises(ContentKeyGoneError):
        admin.content.open(call.id, call.recordings[0])
    admin.intake.put([make_incoming(1)])
    call = admin.interactions.get(make_giid(1))
    admin.content.open(call.id, call.recordings[0]).close()


def test_what_was_agreed_to_and_failed_waits_for_another_try(
    admin: Session, store: LocalStore
) -> None:
    admin.intake.put(make_incoming(n) for n in range(2))
    for login in ("olga", "boris"):
        admin.people.add_user(login, login, ["administrator"])
    admin.centre.change(SettingsChange(second_person=frozenset(Guarded)))
    request, _ = store.session("olga").requests.ask_roll("a backup is lost")
    broken = admin.interactions.get(make_giid(1))
    with closing(sqlite3.connect(store.folder / "keys.db")) as raw:
        raw.execute(
            "UPDATE wrapped SET key = zeroblob(60) WHERE object_id = ?",
            (broken.recordings[0].object_id,),
        )
        raw.commit()
    boris = store.session("boris")
    boris.requests.approve(request.number)
    assert admin.keys.state().unfinished
    # Nor are keys destroyed in another way.
    for act in (admin.keys.decrypt, lambda: admin.keys.reencrypt(afresh=True)):
        with pytest.raises(SecondPersonError):
            act()
    assert store.is_encrypted
    assert [one.number for one in boris.requests.pending()] == [request.number]
    admin.erasure.erase([broken.id], {What.VOICE}, "broken", shared=Shared.CUT)
    boris.requests.approve(request.number)
    assert not admin.keys.state().unfinished
    assert boris.requests.pending() == ()
    (entry,) = admin.audit.entries(AuditQuery(acts=("keys.rolled",)))
    assert (entry.detail["asked_by"], entry.detail["approved_by"]) == ("olga", "boris")


def test_decrypting_and_fresh_keys_are_done_when_another_agrees(
    admin: Session, store: LocalStore
) -> None:
    admin.intake.put([make_incoming(1)])
    for login in ("olga", "boris"):
        admin.people.add_user(login, login, ["administrator"])
    admin.keys.create()
    admin.centre.change(SettingsChange(second_person=frozenset({Guarded.KEY_DESTRUCTION})))
    olga, boris = store.session("olga"), store.session("boris")
    fresh, _ = olga.requests.ask_fresh("the key became known")
    clear, _ = olga.requests.ask_decrypt("nobody needs it encrypted")
    for request in (fresh, clear):
        with pytest.raises(OwnRequestError):
            olga.requests.approve(request.number)
    before = admin.interactions.get(make_giid(1)).recordings[0].object_id
    boris.requests.approve(fresh.number)
    assert admin.interactions.get(make_giid(1)).recordings[0].object_id != before
    assert store.is_encrypted
    assert [one.kind for one in boris.requests.pending()] == [Guarded.DECRYPTION]
    boris.requests.approve(clear.number)
    assert not store.is_encrypted
    assert boris.requests.pending() == ()
    call = admin.interactions.get(make_giid(1))
    admin.content.open(call.id, call.recordings[0]).close()
    for act in ("reencrypted", "encryption.changed"):
        entry = admin.audit.entries(AuditQuery(acts=(act,)))[0]
        assert (entry.detail["asked_by"], entry.detail["approved_by"]) == ("olga", "boris")


def test_an_unfinished_roll_opens_and_goes_on(
    admin: Session, store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin.intake.put(make_incoming(n) for n in range(3))

    class Stopping(NoProgress):
        def report(self, done: int, total: int | None = None, what: str = "") -> None:
            raise CancelledError(resume="")

    with pytest.raises(CancelledError):
        admin.keys.roll(progress=Stopping())
    store.close()
    with open_store(store.folder, opener=KEY) as again:
        session = again.session(ADMIN)
        assert session.keys.state().unfinished
        session.keys.roll()
        state = session.keys.state()
        assert not state.unfinished
        assert [key.number for key in state.keys if key.destroyed_us is None] == [2]
        assert content_of(session, session.interactions.get(make_giid(1))) == make_wav(seed=1)


# --- all or nothing --------------------------------------------------------------------------


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


# --- a catalogue in the clear where none may be ----------------------------------------------


def put_a_clear_one(folder: Path, base: Path) -> None:
    """Put another store's catalogue in place of that of a store that is closed."""
    for path in folder.glob("catalogue.sqlite*"):
        path.unlink()
    create(base / "clear", settings=SETTINGS, admin_login=ADMIN).close()
    shutil.copyfile(base / "clear" / "catalogue.sqlite", folder / "catalogue.sqlite")


@pytest.mark.parametrize("how", ["made", "encrypted later", "rolled", "of before the note"])
def test_a_clear_catalogue_in_place_of_an_encrypted_one_is_refused(
    tmp_path: Path, how: str
) -> None:
    folder = tmp_path / "store"
    if how == "encrypted later":
        with create(folder, settings=SETTINGS, admin_login=ADMIN) as made:
            encrypt_quickly(made)
    else:
        make_encrypted(folder).close()
    if how == "rolled":
        with open_store(folder, opener=KEY) as made:
            made.session(ADMIN).keys.roll()
    if how == "of before the note":
        with open_store(folder, opener=KEY) as made:
            keeper = encryption.keeper_of(made._core)
            keeper.change(lambda ring: ring.sealing_catalogue(sealed=False))
        open_store(folder, opener=KEY).close()
    put_a_clear_one(folder, tmp_path)
    before = (folder / "catalogue.sqlite").read_bytes()
    with pytest.raises(StoreLockedError):
        open_store(folder)
    with pytest.raises(StoreDamagedError, match="in the clear was put in its place"):
        open_store(folder, opener=KEY)
    assert (folder / "catalogue.sqlite").read_bytes() == before


def test_a_decryption_killed_before_its_ring_was_gone_ends_at_the_next_opening(
    store: LocalStore,
) -> None:
    store.session(ADMIN).intake.put([make_incoming(1)])
    kept = {name: (store.folder / name).read_bytes() for name in ("keyring.json", "keys.db")}
    keeper = encryption.keeper_of(store._core)
    ring = keeper.ring.sealing_catalogue(sealed=False).document()
    store.session(ADMIN).keys.decrypt()
    store.close()
    for name, data in (kept | {"keyring.json": ring}).items():
        (store.folder / name).write_bytes(data)
    with pytest.raises(StoreLockedError):
        open_store(store.folder)
    with open_store(store.folder, opener=KEY) as again:
        assert not again.is_encrypted
        assert again.session(ADMIN).interactions.count(EVERYTHING).n == 1
    assert {path.name for path in store.folder.iterdir()} == {
        "catalogue.sqlite",
        "content.json",
        "vault",
    }
    open_store(store.folder).close()


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


def encrypt_quickly(store: LocalStore) -> None:
    encryption.encrypt(store._core, Encryption(None, key_file=KEY), NoProgress())


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
