"""What is on the disk of an encrypted store; a catalogue in the clear where none may be."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import StoreDamagedError, StoreError, StoreLockedError
from reviewer.models.encryption import ALL_SEALED, SealedKind
from reviewer.models.interaction import Channel
from reviewer.models.recording import RecordingKind
from reviewer.storage.local import LocalStore, create, encryption, open_store
from reviewer.storage.vault.contract import is_sealed
from reviewer.storage.vault.ring_file import RingFile
from tests.helpers.encrypted import (
    EVERYTHING,
    KEY,
    PLANTED,
    content_of,
    encrypt_quickly,
    make_encrypted,
    planted,
    traces,
)
from tests.helpers.stores import (
    ADMIN,
    SETTINGS,
    make_giid,
    make_incoming,
    make_recording,
    make_store,
)

if TYPE_CHECKING:
    from pathlib import Path

    from reviewer.storage.store import Session


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
    facts = {"channel": channel, "medium": medium, "recordings": (make_recording(kind=kind),)}
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


def test_one_killed_before_its_keys_were_gone_ends_at_the_next_opening(store: LocalStore) -> None:
    store.session(ADMIN).intake.put([planted(1)])
    keys = (store.folder / "keys.db").read_bytes()
    store.session(ADMIN).keys.decrypt()
    store.close()
    (store.folder / "keys.db").write_bytes(keys)
    with closing(sqlite3.connect(store.folder / "catalogue.sqlite", isolation_level=None)) as raw:
        # Somebody writes: that they are about to encrypt the store, it may be, by these keys.
        raw.execute("BEGIN IMMEDIATE")
        open_store(store.folder, busy_ms=20).close()
        assert (store.folder / "keys.db").read_bytes() == keys
        raw.execute("ROLLBACK")
    open_store(store.folder).close()
    assert not list(store.folder.glob("keys.db*"))
    # Not while anything is sealed: the ring may be found again.
    (store.folder / "keys.db").write_bytes(keys)
    with closing(sqlite3.connect(store.folder / "catalogue.sqlite")) as raw, raw:
        raw.execute("UPDATE recordings SET object_id = ?", ("a" * 31 + "s",))
    open_store(store.folder).close()
    assert (store.folder / "keys.db").read_bytes() == keys


def test_a_ring_elsewhere_is_given_up_before_it_is_gone(tmp_path: Path) -> None:
    """Killed in between, the store does not ask for a ring that nobody has any more."""
    with make_encrypted(tmp_path / "store", ring_at=tmp_path / "ring") as store:
        pass
    (tmp_path / "ring").unlink()
    # What cannot be unlinked ends it there.
    (tmp_path / "ring").mkdir()
    with pytest.raises(StoreError):
        RingFile(store.folder, "the store").remove()
    assert not RingFile(store.folder, "the store").is_there
