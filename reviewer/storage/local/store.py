"""A store in a folder of this machine: a catalogue file beside a vault of objects."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reviewer.errors import (
    StoreExistsError,
    StoreNotFoundError,
    StoreNotWritableError,
)
from reviewer.messages import speaking, translated
from reviewer.models.progress import NoProgress
from reviewer.models.scoring import DEFAULT_CATEGORIES
from reviewer.storage.atomic import settle
from reviewer.storage.catalogue import founding, migrations, schema, texts, upkeep
from reviewer.storage.catalogue.engine import BUSY_MS
from reviewer.storage.catalogue.founding import Beginning
from reviewer.storage.catalogue.sqlite import file
from reviewer.storage.catalogue.sqlite.database import SqliteDatabase, translating
from reviewer.storage.faults import telling
from reviewer.storage.local import memory
from reviewer.storage.local.core import Core, now_us
from reviewer.storage.local.examine import examine
from reviewer.storage.local.journal import Journal
from reviewer.storage.local.login import log_in, system_login
from reviewer.storage.local.people import checked_login
from reviewer.storage.local.session import LocalSession
from reviewer.storage.vault.folder import FolderVault

if TYPE_CHECKING:
    from types import TracebackType

    from reviewer.models.progress import Progress
    from reviewer.models.settings import StoreSettings
    from reviewer.storage.store import Finding, StoreStats

VAULT: Final = "vault"


class LocalStore:
    """The `Store` whose catalogue and vault this process itself works with. Thread: any.

    In a folder: made by `create`, opened by `open_store`; with its catalogue on a server: see
    `postgresql`.
    """

    def __init__(self, core: Core) -> None:
        self._core = core

    @property
    def url(self) -> str:
        """Its folder, or its address on a server without what is secret in it."""
        return self._core.database.store

    @property
    def folder(self) -> Path:
        """Its folder; of a store on a server that of its media."""
        return self._core.folder

    @property
    def id(self) -> str:
        """What it is known by wherever it lies."""
        return self._core.store_id

    @property
    def settings(self) -> StoreSettings:
        """The centre's settings."""
        return self._core.settings

    @property
    def schema_version(self) -> int:
        """Version of the catalogue's format."""
        return schema.VERSION

    def session(
        self, login: str | None = None, *, password: str | None = None, origin: str = "program"
    ) -> LocalSession:
        """Open a user's view; see `Store.session`."""
        user, pen = log_in(self._core, login, password, origin)
        return LocalSession(self, self._core, user, pen)

    def stats(self) -> StoreStats:
        """Return sizes and counts."""
        size_bytes = self._core.database.size_bytes()
        with self._core.database.read() as connection:
            return upkeep.count_all(connection, size_bytes)

    def examine(
        self, *, repair: bool = False, progress: Progress | None = None
    ) -> tuple[Finding, ...]:
        """Look the store over; see `Store.examine`."""
        return examine(self._core, progress or NoProgress(), repair=repair)

    def close(self) -> None:
        """Close it; may be called twice."""
        self._core.database.close()

    def __enter__(self) -> LocalStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def create(
    folder: Path,
    *,
    settings: StoreSettings,
    admin_login: str | None = None,
    admin_name: str = "",
) -> LocalStore:
    """Make a new store in an empty or new folder, and open it.

    Args:
        folder: Where; folders above it are made as needed.
        settings: The centre's; categories are named in its language.
        admin_login: The first administrator's; None: the system user's.
        admin_name: Their name; "": the login.

    Raises:
        StoreExistsError: Something is there; UsageError: the login cannot be used;
        StoreNotWritableError, StoreFullError: nothing is left behind.

    Thread: any.
    """
    folder = Path(folder).absolute()
    store = str(folder)
    login = checked_login(system_login() if admin_login is None else admin_login)
    with telling(store):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise StoreExistsError(store=store)
    made = _first_missing(folder)
    categories = first_categories(settings)
    try:
        with telling(store):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / VAULT).mkdir()
        with translating(store):
            path = folder / (file.NAME + ".new")
            beginning = Beginning(settings, categories, login, admin_name or login, now_us())
            file.make(path, beginning)
        with telling(store):
            path.replace(folder / file.NAME)
            settle(folder)
    except BaseException:
        _remove(folder, made)
        raise
    return open_store(folder)


def first_categories(settings: StoreSettings) -> tuple[str, ...]:
    """Return the names of the categories that a new store has, in its language."""
    with speaking(settings.language):
        return tuple(translated(name) for name in DEFAULT_CATEGORIES)


def is_store_folder(folder: Path) -> bool:
    """Return whether a folder looks like a store; a folder that cannot be read does not."""
    try:
        return (folder / file.NAME).is_file()
    except OSError:
        return False


def open_store(folder: Path, *, busy_ms: int = BUSY_MS) -> LocalStore:
    """Open the store in a folder, brought to this program's format.

    Args:
        folder: Where it is.
        busy_ms: How long calls wait for another program's write.

    Raises:
        StoreNotFoundError, StoreNotWritableError, StoreNewerError, StoreDamagedError: nothing
        was changed. StoreBusyError, StoreFullError: its format could not be brought up to date.

    Thread: any.
    """
    folder = Path(folder).absolute()
    store = str(folder)
    path = folder / file.NAME
    with telling(store):
        if not path.is_file():
            raise StoreNotFoundError(store=store)
        migrations.check(file.look(path, store), store)
    for place in (folder, path, folder / VAULT):
        if place.exists() and not os.access(place, os.W_OK):
            raise StoreNotWritableError(store=store)
    database = SqliteDatabase(path, store, busy_ms=busy_ms)
    try:
        migrations.migrate(database)
        texts.settle(database)
        with database.read() as connection:
            settings = founding.read_settings(connection)
            store_id = founding.read_id(connection)
        vault = FolderVault(folder / VAULT, store)
        core = Core(database, vault, settings, folder, store_id, Journal(database, store_id))
        core.sweep()
        memory.take_in(core)
        texts.finish_purge(database)
    except BaseException:
        database.close()
        raise
    return LocalStore(core)


def _first_missing(folder: Path) -> Path | None:
    """Return the uppermost folder that is not there yet, None where all are."""
    missing = None
    while not folder.exists():
        missing = folder
        folder = folder.parent
    return missing


def _remove(folder: Path, made: Path | None) -> None:
    """Remove what was made of a store that could not be made."""
    if made is not None:
        shutil.rmtree(made, ignore_errors=True)
        return
    shutil.rmtree(folder / VAULT, ignore_errors=True)
    for path in folder.glob(file.NAME + "*"):
        path.unlink(missing_ok=True)
