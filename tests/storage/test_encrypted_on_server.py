"""Encrypted stores with their catalogue on PostgreSQL: their content is sealed in their folder."""

from __future__ import annotations

import threading
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    KeyRingMissingError,
    KeyRingOlderError,
    StoreError,
    StoreLockedError,
    WrongPassphraseError,
)
from reviewer.models.bytesource import MemorySource
from reviewer.models.encryption import ALL_SEALED, SealedKind
from reviewer.models.progress import NoProgress
from reviewer.models.search import Search
from reviewer.models.settings import Feature
from reviewer.storage.catalogue import landing
from reviewer.storage.catalogue.postgresql.address import parse
from reviewer.storage.local import Encryption
from reviewer.storage.local.postgresql import create_on_server, open_on_server
from reviewer.storage.vault.contract import new_object_id
from tests.helpers.encrypted import begin_import
from tests.helpers.postgresql import server
from tests.helpers.stores import ADMIN, SETTINGS, make_giid, make_incoming, make_recording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reviewer.storage.catalogue.postgresql.address import ServerAddress
    from reviewer.storage.store import Incoming, Session

PASSPHRASE = "правильная лошадь"
PLANTED = "секретная запись".encode()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[ServerAddress]:
    name = server().new_database()
    yield parse(server().url(name, media=tmp_path / "media"))
    server().drop(name)


def incoming(number: int) -> Incoming:
    recordings = (make_recording(source_name=f"{number}.wav"),)
    content = {0: PLANTED * 9000 + b"%d" % number}
    return make_incoming(number, recordings=recordings, content=content)


def put(session: Session, number: int) -> None:
    session.intake.put([incoming(number)])


def content_of(session: Session, number: int) -> bytes:
    kept = session.interactions.get(make_giid(number))
    with closing(session.content.open(kept.id, kept.recordings[0])) as source:
        return source.read_at(0, source.size)


def objects(media: Path) -> list[bytes]:
    """Return the objects of content in a folder, as they are on the disk."""
    beside = ("keyring.json", "keys.db", "reviewer-store.json", "content.json")
    files = [path for path in media.rglob("*") if path.is_file()]
    return [path.read_bytes() for path in files if not path.name.startswith(beside)]


def test_content_is_sealed_and_opens_with_the_passphrase_alone(address: ServerAddress) -> None:
    how = Encryption(PASSPHRASE)
    with create_on_server(address, settings=SETTINGS, admin_login=ADMIN, encryption=how) as made:
        assert made.is_encrypted
        assert Feature.ENCRYPTION in made.settings.features
        put(made.session(ADMIN), 1)
    (kept,) = objects(address.media)
    assert kept
    assert PLANTED not in kept
    with pytest.raises(StoreLockedError):
        open_on_server(address)
    with pytest.raises(WrongPassphraseError):
        open_on_server(address, opener=PASSPHRASE.upper())
    with open_on_server(address, opener=PASSPHRASE) as store:
        session = store.session(ADMIN)
        assert content_of(session, 1) == PLANTED * 9000 + b"1"
        assert store.settings.sealed == ALL_SEALED
        done, _ = session.keys.roll()
        assert (done.rewrapped, done.failed) == (1, ())
        session.keys.change_passphrase(PASSPHRASE, "a new passphrase")
        assert store.examine() == ()
    with open_on_server(address, opener="a new passphrase") as store:
        assert content_of(store.session(ADMIN), 1) == PLANTED * 9000 + b"1"


def test_from_the_clear_and_back(address: ServerAddress) -> None:
    with create_on_server(address, settings=SETTINGS, admin_login=ADMIN) as store:
        session = store.session(ADMIN)
        put(session, 1)
        done, _ = session.keys.encrypt(PASSPHRASE, ALL_SEALED)
        assert (done.sealed, done.failed) == (1, ())
        put(session, 2)
        assert not any(PLANTED in kept for kept in objects(address.media))
        assert store.examine() == ()
    with open_on_server(address, opener=PASSPHRASE) as store:
        session = store.session(ADMIN)
        done, _ = session.keys.decrypt()
        assert (done.unsealed, done.failed, store.is_encrypted) == (2, (), False)
    with open_on_server(address) as store:
        session = store.session(ADMIN)
        assert [content_of(session, n).startswith(PLANTED) for n in (1, 2)] == [True, True]
        assert store.examine() == ()


def test_without_its_ring_it_does_not_open_as_one_in_the_clear(address: ServerAddress) -> None:
    how = Encryption(PASSPHRASE)
    with create_on_server(address, settings=SETTINGS, admin_login=ADMIN, encryption=how) as store:
        put(store.session(ADMIN), 1)
    ring = address.media / "keyring.json"
    aside = ring.rename(address.media.parent / "aside")
    with pytest.raises(KeyRingMissingError, match=r"keyring\.json"):
        open_on_server(address, opener=PASSPHRASE)
    aside.rename(ring)
    with open_on_server(address, opener=PASSPHRASE) as store:
        assert store.session(ADMIN).interactions.count(Search()).n == 1


def test_an_older_ring_is_told_where_something_comes_in(address: ServerAddress) -> None:
    """It was told that another program is busy, for ever."""
    how = Encryption(PASSPHRASE)
    with create_on_server(address, settings=SETTINGS, admin_login=ADMIN, encryption=how) as store:
        ring = address.media / "keyring.json"
        older = ring.read_bytes()
        put(store.session(ADMIN), 1)
        store.session(ADMIN).keys.roll()
    ring.write_bytes(older)
    with (
        open_on_server(address, opener=PASSPHRASE) as store,
        pytest.raises(KeyRingOlderError, match="under key 2"),
    ):
        put(store.session(ADMIN), 2)


def test_who_had_it_open_before_its_encryption_changed_brings_nothing_in(
    address: ServerAddress,
) -> None:
    """Its keys would be entered in a file that is gone, or content come in in the clear."""
    with create_on_server(address, settings=SETTINGS, admin_login=ADMIN) as store:
        session = store.session(ADMIN)
        put(session, 1)
        with open_on_server(address) as clear:
            before = clear.session(ADMIN)
            session.keys.encrypt(PASSPHRASE, ALL_SEALED)
            with pytest.raises(StoreError, match="open it again"):
                put(before, 2)
        assert not any(PLANTED in kept for kept in objects(address.media))
        with open_on_server(address, opener=PASSPHRASE) as sealed:
            before = sealed.session(ADMIN)
            put(before, 2)
            session.keys.decrypt()
            with pytest.raises(StoreError, match="open it again"):
                put(before, 3)
        put(session, 3)
        assert [content_of(session, n).startswith(PLANTED) for n in (1, 2, 3)] == [True] * 3
        assert store.examine() == ()


def test_what_comes_in_while_it_is_decrypted_is_in_the_clear_too(
    address: ServerAddress,
) -> None:
    how = Encryption(PASSPHRASE)
    with create_on_server(address, settings=SETTINGS, admin_login=ADMIN, encryption=how) as store:
        session = store.session(ADMIN)
        put(session, 1)
        with open_on_server(address, opener=PASSPHRASE) as theirs:
            calls = iter([begin_import(theirs.session(ADMIN), incoming(2))])

            class Importing(NoProgress):
                def report(self, done: int, total: int | None = None, what: str = "") -> None:
                    for each in calls:
                        each()

            done, _ = session.keys.decrypt(progress=Importing())
        assert (done.unsealed, done.failed) == (1, ())
        assert [content_of(session, n).startswith(PLANTED) for n in (1, 2)] == [True, True]


def test_who_had_it_open_in_the_clear_gives_it_no_keys_in_place_of_those_it_has(
    address: ServerAddress,
) -> None:
    """They were written over the first ones, and what those had sealed was lost."""
    with create_on_server(address, settings=SETTINGS, admin_login=ADMIN) as store:
        session = store.session(ADMIN)
        put(session, 1)
        with open_on_server(address) as clear:
            session.keys.encrypt(PASSPHRASE, ALL_SEALED)
            with pytest.raises(StoreError, match="open it again"):
                clear.session(ADMIN).keys.encrypt("another passphrase", {SealedKind.SCREEN})
        put(session, 2)
        assert session.keys.state().sealed == ALL_SEALED
    with open_on_server(address, opener=PASSPHRASE) as store:
        session = store.session(ADMIN)
        assert [content_of(session, n).startswith(PLANTED) for n in (1, 2)] == [True, True]
        assert not any(PLANTED in kept for kept in objects(address.media))


def test_of_two_who_encrypt_it_at_once_one_does(address: ServerAddress) -> None:
    with (
        create_on_server(address, settings=SETTINGS, admin_login=ADMIN) as store,
        open_on_server(address) as other,
    ):
        put(store.session(ADMIN), 1)
        ways = {PASSPHRASE: store, "another passphrase": other}
        opened: list[str] = []

        def encrypt(passphrase: str) -> None:
            with suppress(StoreError):
                ways[passphrase].session(ADMIN).keys.encrypt(passphrase, ALL_SEALED)
                opened.append(passphrase)

        threads = [threading.Thread(target=encrypt, args=(each,)) for each in ways]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    (passphrase,) = opened
    with open_on_server(address, opener=passphrase) as store:
        assert content_of(store.session(ADMIN), 1).startswith(PLANTED)
        assert store.session(ADMIN).keys.state().sealed == ALL_SEALED
        assert store.examine() == ()


def test_who_had_it_open_in_the_clear_removes_nothing_that_is_sealed(
    address: ServerAddress,
) -> None:
    """They have no keys, and those of what they remove would stay."""
    with create_on_server(address, settings=SETTINGS, admin_login=ADMIN) as store:
        session, core = store.session(ADMIN), store._core
        with open_on_server(address) as clear:
            session.keys.encrypt(PASSPHRASE, ALL_SEALED)
            left = new_object_id(sealed=True)
            core.vault.put(left, MemorySource(PLANTED))
            core.vault.settle()
            with core.database.write() as connection:
                landing.enter_pending(connection, [left], 0)
            clear._core.sweep()
        assert core.vault.exists(left)
        core.sweep()
        assert not core.vault.exists(left)
        assert core.keeper is not None
        assert core.keeper.keys.get(left) is None
