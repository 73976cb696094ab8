"""A store with its catalogue on a PostgreSQL server and its content in a folder.

The folder has a mark of the store that it belongs to: the wrong one, or an empty one because a
disk is not mounted, would have every recording missing and strange files to remove.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect, select

from reviewer.errors import (
    N_,
    KeyRingMissingError,
    ReviewerError,
    StoreDamagedError,
    StoreError,
    StoreExistsError,
    StoreNotFoundError,
    StoreNotWritableError,
)
from reviewer.storage.atomic import AS_FOLDER, make_folder, replacing, settle
from reviewer.storage.catalogue import founding, migrations, schema, text_index
from reviewer.storage.catalogue.engine import BUSY_MS
from reviewer.storage.catalogue.postgresql import tables
from reviewer.storage.catalogue.postgresql.database import PostgresDatabase
from reviewer.storage.faults import telling
from reviewer.storage.local import settling
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.core import Core
from reviewer.storage.local.encryption import begin, remove_left_keys, sealing, vault_of
from reviewer.storage.local.journal import Journal
from reviewer.storage.local.login import system_login
from reviewer.storage.local.person_names import checked_login
from reviewer.storage.local.store import LocalStore, first_categories
from reviewer.storage.local.unlocking import open_ring
from reviewer.storage.vault.folder import FolderVault
from reviewer.storage.vault.keeper import KeyKeeper
from reviewer.storage.vault.key_store import NAME as KEYS
from reviewer.storage.vault.key_store import KeyStore
from reviewer.storage.vault.ring_file import NAME as RING
from reviewer.storage.vault.ring_file import RingFile

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from reviewer.models.progress import Watch
    from reviewer.models.settings import StoreSettings
    from reviewer.storage.catalogue.postgresql.address import ServerAddress
    from reviewer.storage.local.encryption import Encryption
    from reviewer.storage.local.unlocking import Opener

MARK: Final = "reviewer-store.json"
_ENCODING: Final = "UTF8"


def create_on_server(
    address: ServerAddress,
    *,
    settings: StoreSettings,
    admin_login: str | None = None,
    admin_name: str = "",
    encryption: Encryption | None = None,
) -> LocalStore:
    """Make a new store in an empty database and an empty or new folder, and open it.

    Args:
        address: Where.
        settings: The centre's; categories are named in its language.
        admin_login: The first administrator's; None: the system user's.
        admin_name: Their name; "": the login.
        encryption: How its content is sealed; None: it is in the clear.

    Raises:
        StoreExistsError: Something is there; UsageError: the login cannot be used, or the address
        not read; StoreUnreachableError, StoreRefusedError, StoreNotWritableError and other kinds
        of StoreError: nothing is left behind.

    Thread: any.
    """
    login = checked_login(system_login() if admin_login is None else admin_login)
    if encryption is not None:
        encryption.check()
        settings = sealing(settings, encryption.sealed)
    beginning = founding.Beginning(
        settings, first_categories(settings), login, admin_name or login, now_us()
    )
    media, store = address.media, address.shown
    with telling(store):
        if media.exists() and (not media.is_dir() or any(media.iterdir())):
            raise StoreExistsError(store=str(media))
        there = media.is_dir()
        # One that is there is as its administrator made it, for all who use the store.
        make_folder(media)
    database = PostgresDatabase(address)
    try:
        with database.write() as connection:
            _require_unicode(connection, store)
            _require_tables(connection, store, there=False)
            tables.create(connection)
            store_id = founding.fill(connection, beginning)
            tables.settle_numbers(connection)
            # Before the catalogue is there for good: a mark of nothing is easily removed.
            _write_mark(media, store_id)
            if encryption is not None:
                begin(media, store, encryption).close()
    except BaseException:
        _take_back(media, store, there=there, sealed=encryption is not None)
        raise
    finally:
        database.close()
    opener = None if encryption is None else encryption.passphrase or encryption.key_file
    return open_on_server(address, opener=opener)


def _take_back(media: Path, store: str, *, there: bool, sealed: bool) -> None:
    """Remove what was begun in the folder of a store that could not be made."""
    with suppress(OSError, ReviewerError):
        if sealed:
            RingFile(media, store).remove()
    with suppress(OSError):
        for path in media.glob(KEYS + "*"):
            path.unlink()
        (media / MARK).unlink(missing_ok=True)
        if not there:
            media.rmdir()


def open_on_server(
    address: ServerAddress,
    *,
    opener: Opener = None,
    busy_ms: int = BUSY_MS,
    watch: Watch | None = None,
) -> LocalStore:
    """Open a store on a server, brought to this program's format.

    Its catalogue is the server's to encrypt; its content is sealed where its folder has a ring.

    Args:
        address: Where it is.
        opener: What opens its key ring, if it has one; see `store.open_store`.
        busy_ms: How long calls wait for another program's write.
        watch: Told how far it is where the store is of an older format, and stops that.

    Raises:
        UsageError: The address cannot be read. StoreUnreachableError, StoreRefusedError,
        StoreNotFoundError, StoreNewerError, StoreDamagedError, StoreNotWritableError: nothing
        was changed. StoreLockedError, WrongPassphraseError, KeyRingMissingError: it is encrypted,
        and this does not open it. StoreBusyError, StoreFullError: its format could not be brought
        up to date.

    Thread: any.
    """
    store = address.shown
    database = PostgresDatabase(address, busy_ms=busy_ms)
    keeper: KeyKeeper | None = None
    try:
        _require_store(database, address)
        keeper = _keeper_of(database, address, opener)
        migrations.migrate(database, watch=watch)
        text_index.settle(database)
        with database.read() as connection:
            settings = founding.read_settings(connection)
            store_id = founding.read_id(connection)
        if keeper is None:
            remove_left_keys(database, address.media)
        else:
            keeper.note_home()
        core = Core(
            database,
            vault_of(FolderVault(address.media, store), keeper),
            settings,
            address.media,
            store_id,
            Journal(database, store_id),
            keeper,
        )
        core.sweep()
        if keeper is not None:
            settling.note_done(core)
            settling.note_locks(core)
    except BaseException:
        database.close()
        if keeper is not None:
            keeper.close()
        raise
    return LocalStore(core)


def _keeper_of(
    database: PostgresDatabase, address: ServerAddress, opener: Opener
) -> KeyKeeper | None:
    """Return what keeps the keys of a store on a server, None where its content is in the clear."""
    if RingFile(address.media, address.shown).is_there:
        ring = open_ring(address.media, address.shown, opener)
        return KeyKeeper(address.media, address.shown, ring)
    _require_no_keys(database, address.media, address.shown)
    return None


def _require_store(database: PostgresDatabase, address: ServerAddress) -> None:
    """Refuse what is no store that this program can bring to its format, changing nothing."""
    store = address.shown
    with database.read() as connection:
        _require_unicode(connection, store)
        _require_tables(connection, store, there=True)
        version = migrations.version_of(connection)
        migrations.check(version, store, dialect=database.dialect)
        _require_folder(address.media, _store_id(connection), store)


def _require_no_keys(database: PostgresDatabase, media: Path, store: str) -> None:
    """Refuse a store that is encrypted and has no ring: it would take in content in the clear.

    A killed conversion leaves the setting without keys, or keys without the setting.
    """
    with database.read() as connection:
        sealed = bool(founding.read_settings(connection).sealed)
    if not sealed or not (media / KEYS).is_file():
        return
    keys = KeyStore(media / KEYS, store)
    try:
        if keys.counts():
            raise KeyRingMissingError(store=store, ring=str(media / RING))
    finally:
        keys.close()


def _require_unicode(connection: Connection, store: str) -> None:
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != _ENCODING:
        raise StoreError(store=store, reason=N_("its database is not in UTF-8"))


def _require_tables(connection: Connection, store: str, *, there: bool) -> None:
    if bool(inspect(connection).get_table_names()) is not there:
        raise StoreNotFoundError(store=store) if there else StoreExistsError(store=store)


def _store_id(connection: Connection) -> str | None:
    table = schema.meta
    return connection.execute(select(table.c.value).where(table.c.key == "store_id")).scalar()


def _write_mark(folder: Path, store_id: str) -> None:
    with replacing(folder / MARK, mode=AS_FOLDER) as file:
        file.write(json.dumps({"store_id": store_id}).encode())
    settle(folder)


def _require_folder(folder: Path, store_id: str | None, store: str) -> None:
    if store_id is None:
        raise StoreDamagedError(store=store, reason=N_("it is not a catalogue of Reviewer"))
    try:
        mark = json.loads((folder / MARK).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        mark = None
    except ValueError:
        mark = ""
    if mark is None:
        reason = N_("the folder of its media is not there, or is empty")
        raise StoreError(store=store, reason=reason)
    if not isinstance(mark, dict) or mark.get("store_id") != store_id:
        raise StoreError(store=store, reason=N_("the folder of its media is that of another store"))
    if not os.access(folder, os.W_OK):
        raise StoreNotWritableError(store=store)
