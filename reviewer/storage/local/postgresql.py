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
    StoreDamagedError,
    StoreError,
    StoreExistsError,
    StoreNotFoundError,
    StoreNotWritableError,
)
from reviewer.storage.atomic import replacing, settle
from reviewer.storage.catalogue import founding, migrations, schema, texts
from reviewer.storage.catalogue.engine import BUSY_MS
from reviewer.storage.catalogue.postgresql import tables
from reviewer.storage.catalogue.postgresql.database import PostgresDatabase
from reviewer.storage.faults import telling
from reviewer.storage.local.core import Core, now_us
from reviewer.storage.local.journal import Journal
from reviewer.storage.local.login import system_login
from reviewer.storage.local.people import checked_login
from reviewer.storage.local.store import LocalStore, first_categories
from reviewer.storage.vault.folder import FolderVault

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from reviewer.models.progress import Watch
    from reviewer.models.settings import StoreSettings
    from reviewer.storage.catalogue.postgresql.address import ServerAddress

MARK: Final = "reviewer-store.json"
_ENCODING: Final = "UTF8"


def create_on_server(
    address: ServerAddress,
    *,
    settings: StoreSettings,
    admin_login: str | None = None,
    admin_name: str = "",
) -> LocalStore:
    """Make a new store in an empty database and an empty or new folder, and open it.

    Args:
        address: Where.
        settings: The centre's; categories are named in its language.
        admin_login: The first administrator's; None: the system user's.
        admin_name: Their name; "": the login.

    Raises:
        StoreExistsError: Something is there; UsageError: the login cannot be used, or the address
        not read; StoreUnreachableError, StoreRefusedError, StoreNotWritableError and other kinds
        of StoreError: nothing is left behind.

    Thread: any.
    """
    login = checked_login(system_login() if admin_login is None else admin_login)
    beginning = founding.Beginning(
        settings, first_categories(settings), login, admin_name or login, now_us()
    )
    media, store = address.media, address.shown
    with telling(store):
        if media.exists() and (not media.is_dir() or any(media.iterdir())):
            raise StoreExistsError(store=str(media))
        there = media.is_dir()
        media.mkdir(parents=True, exist_ok=True)
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
    except BaseException:
        with suppress(OSError):
            (media / MARK).unlink(missing_ok=True)
            if not there:
                media.rmdir()
        raise
    finally:
        database.close()
    return open_on_server(address)


def open_on_server(
    address: ServerAddress, *, busy_ms: int = BUSY_MS, watch: Watch | None = None
) -> LocalStore:
    """Open a store on a server, brought to this program's format.

    Args:
        address: Where it is.
        busy_ms: How long calls wait for another program's write.
        watch: Told how far it is where the store is of an older format, and stops that.

    Raises:
        UsageError: The address cannot be read. StoreUnreachableError, StoreRefusedError,
        StoreNotFoundError, StoreNewerError, StoreDamagedError, StoreNotWritableError: nothing
        was changed. StoreBusyError, StoreFullError: its format could not be brought up to date.

    Thread: any.
    """
    store = address.shown
    database = PostgresDatabase(address, busy_ms=busy_ms)
    try:
        with database.read() as connection:
            _require_unicode(connection, store)
            _require_tables(connection, store, there=True)
            version = migrations.version_of(connection)
            migrations.check(version, store, dialect=database.dialect)
            _require_folder(address.media, _store_id(connection), store)
        migrations.migrate(database, watch=watch)
        texts.settle(database)
        with database.read() as connection:
            settings = founding.read_settings(connection)
            store_id = founding.read_id(connection)
        core = Core(
            database,
            FolderVault(address.media, store),
            settings,
            address.media,
            store_id,
            Journal(database, store_id),
        )
        core.sweep()
        texts.finish_purge(database)
    except BaseException:
        database.close()
        raise
    return LocalStore(core)


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
    with replacing(folder / MARK) as file:
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
