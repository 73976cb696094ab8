"""What becomes of the keys of an encrypted store: lists, re-encryption, rolls after deletions."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    CancelledError,
    ContentDamagedError,
    ContentKeyGoneError,
    OwnRequestError,
    SecondPersonError,
    StoreBusyError,
    StoreDamagedError,
    StoreUnreachableError,
)
from reviewer.models.access import Privilege
from reviewer.models.audit import AuditQuery
from reviewer.models.erasure import Shared, What
from reviewer.models.progress import NoProgress
from reviewer.models.recording import RecordingState
from reviewer.models.requests import Guarded
from reviewer.models.settings import SettingsChange
from reviewer.storage.catalogue import resealing
from reviewer.storage.local import LocalStore, open_store
from tests.helpers.encrypted import EVERYTHING, KEY, PLANTED, content_of, planted
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_recording, make_wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from reviewer.storage.store import Session


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


def test_what_may_not_be_seen_is_not_named_by_what_cannot_be_moved(
    admin: Session, store: LocalStore
) -> None:
    admin.intake.put([make_incoming(1)])
    role, _ = admin.people.add_role("Locksmith", {Privilege.ADMIN_ENCRYPTION})
    admin.people.add_user("locksmith", "", [role.key])
    broken = admin.interactions.get(make_giid(1)).recordings[0].object_id
    with closing(sqlite3.connect(store.folder / "keys.db")) as raw:
        raw.execute("UPDATE wrapped SET key = zeroblob(60) WHERE object_id = ?", (broken,))
        raw.commit()
    keys = store.session("locksmith").keys
    keys.create()
    for done, _ in (keys.reencrypt(afresh=True), keys.roll()):
        ((name, sentence),) = done.failed
        assert (name, "call-1" in sentence, make_giid(1) in sentence) == (broken, False, False)


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
        assert [key.number for key in state.keys if key.destroyed_us is None] == [3]
        assert content_of(session, session.interactions.get(make_giid(1))) == make_wav(seed=1)
