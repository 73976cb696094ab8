"""A store in a folder of this machine: a catalogue file beside a vault of objects."""

from __future__ import annotations

import os
import shutil
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reviewer.errors import (
    ReviewerError,
    StoreBusyError,
    StoreDamagedError,
    StoreExistsError,
    StoreIsBackupError,
    StoreNotFoundError,
    StoreNotWritableError,
    StoreReadOnlyError,
    StoreUnreadableError,
)
from reviewer.messages import speaking, translated
from reviewer.models.copies import ABOUT, SUMS
from reviewer.models.progress import NoProgress
from reviewer.models.scoring import DEFAULT_CATEGORIES
from reviewer.storage.atomic import PRIVATE_FOLDER, guard_folder, make_folder, settle
from reviewer.storage.catalogue import founding, migrations, schema, text_index
from reviewer.storage.catalogue.engine import BUSY_MS
from reviewer.storage.catalogue.founding import Beginning
from reviewer.storage.catalogue.sqlite import file
from reviewer.storage.catalogue.sqlite.columns import in_step
from reviewer.storage.catalogue.sqlite.database import SqliteDatabase, translating
from reviewer.storage.faults import telling
from reviewer.storage.local import memory, settling
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.core import Core
from reviewer.storage.local.encryption import (
    begin,
    catalogue_key,
    is_still_clear,
    note_sealed,
    remove_left_keys,
    remove_unused_keys,
    sealing,
    vault_of,
)
from reviewer.storage.local.journal import Journal
from reviewer.storage.local.login import let_in, log_in, system_login
from reviewer.storage.local.session import LocalSession
from reviewer.storage.local.unlocking import is_opener, open_ring
from reviewer.storage.vault.folder import FolderVault
from reviewer.storage.vault.keeper import KeyKeeper
from reviewer.storage.vault.key_store import NAME as KEYS
from reviewer.storage.vault.ring_file import NAME as RING
from reviewer.storage.vault.ring_file import RingFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from reviewer.crypto.ring import KeyRing
    from reviewer.crypto.secret import Secret
    from reviewer.models.progress import Progress, Watch
    from reviewer.models.settings import StoreSettings
    from reviewer.storage.local.encryption import Encryption
    from reviewer.storage.local.unlocking import Opener
    from reviewer.storage.state import Finding, StoreStats

VAULT: Final = "vault"
_TRIES: Final = 5


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
        """The centre's settings, as everybody may know them."""
        return self._core.settings.for_everybody()

    @property
    def schema_version(self) -> int:
        """Version of the catalogue's format."""
        return schema.VERSION

    def session(
        self,
        login: str | None = None,
        *,
        password: str | None = None,
        ticket: str = "",
        origin: str = "program",
    ) -> LocalSession:
        """Open a user's view; see `Store.session`."""
        if ticket:
            user, pen = let_in(self._core, ticket, origin)
        else:
            user, pen = log_in(self._core, login, password, origin)
        return LocalSession(self, self._core, user, pen)

    def stats(self) -> StoreStats:
        """Return sizes and counts of everything, as who owns its files may know them.

        Users are told by `Centre.stats`.
        """
        # Imported here, as below: opening a store does without.
        from reviewer.storage.local.centre import count_everything

        return count_everything(self._core)

    def examine(
        self, *, repair: bool = False, progress: Progress | None = None
    ) -> tuple[Finding, ...]:
        """Look the store over without asking for whom, as who owns its files may.

        Users do so by `Centre.examine`.
        """
        from reviewer.storage.local.examine import examine

        return examine(self._core, progress or NoProgress(), repair=repair)

    @property
    def is_encrypted(self) -> bool:
        """Whether its catalogue and content are encrypted."""
        return self._core.keeper is not None

    @property
    def way_in(self) -> str:
        """What opens it for another process; see `Store.way_in`."""
        return self._core.keeper.ring.way_in if self._core.keeper is not None else ""

    def opens_with(self, text: str) -> bool:
        """Return whether a text opens it; see `Store.opens_with`."""
        return self._core.keeper is not None and is_opener(self._core.keeper.ring, text)

    def close(self) -> None:
        """Close it; may be called twice."""
        self._core.close()

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
    encryption: Encryption | None = None,
    clock: Callable[[], int] = now_us,
) -> LocalStore:
    """Make a new store in an empty or new folder, and open it.

    Args:
        folder: Where; folders above it are made as needed.
        settings: The centre's; categories are named in its language.
        admin_login: The first administrator's; None: the system user's.
        admin_name: Their name; "": the login.
        encryption: How it is encrypted; None: it is in the clear.
        clock: Says when what is done until it is closed was done, microseconds UTC.

    Raises:
        StoreExistsError: Something is there; UsageError: login or passphrase cannot be used;
        StoreNotWritableError, StoreFullError: nothing is left behind.

    Thread: any.
    """
    # Imported here: opening a store does without.
    from reviewer.storage.local.person_names import checked_login

    folder = Path(folder).absolute()
    store = str(folder)
    login = checked_login(system_login() if admin_login is None else admin_login)
    if encryption is not None:
        encryption.check()
    with telling(store):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise StoreExistsError(store=store)
    made = _first_missing(folder)
    categories = first_categories(settings)
    keeper: KeyKeeper | None = None
    try:
        with telling(store):
            _make_folder(folder, store)
            # Also where it was there: from now on it holds customers' data.
            guard_folder(folder)
            (folder / VAULT).mkdir(PRIVATE_FOLDER)
        if encryption is not None:
            settings = sealing(settings, encryption.sealed)
            keeper = begin(folder, store, encryption, seals_catalogue=True)
        with translating(store):
            path = folder / (file.NAME + ".new")
            beginning = Beginning(settings, categories, login, admin_name or login, clock())
            file.make(path, beginning, catalogue_key(keeper))
        with telling(store):
            path.replace(folder / file.NAME)
            settle(folder)
    except BaseException:
        _remove(folder, made, keeper)
        raise
    return _open(folder, store, BUSY_MS, catalogue_key(keeper), keeper, clock=clock)


def _make_folder(folder: Path, store: str) -> None:
    try:
        make_folder(folder)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise StoreNotWritableError(store=store) from error


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


def open_store(
    folder: Path,
    *,
    opener: Opener = None,
    busy_ms: int = BUSY_MS,
    watch: Watch | None = None,
) -> LocalStore:
    """Open the store in a folder, brought to this program's format.

    Args:
        folder: Where it is.
        opener: What opens it if it is encrypted: its passphrase or recovery key, or the secret of
            a key file; None: the system's key store, if it was ever put there.
        busy_ms: How long calls wait for another program's write.
        watch: Told how far it is where the store is of an older format, and stops that.

    Raises:
        StoreNotFoundError, StoreIsBackupError, StoreUnreadableError, StoreNotWritableError,
        StoreNewerError, StoreDamagedError: nothing was changed. StoreLockedError,
        WrongPassphraseError, UsageError: it is encrypted, and this does not open it.
        StoreBusyError, StoreFullError: its format could not be brought up to date.
        CancelledError: Stopped; the store is of a format between the old one and the present.

    Thread: any; a passphrase takes half a second.
    """
    folder = Path(folder).absolute()
    for _ in range(_TRIES):
        before = _files_of(folder)
        try:
            return _open_once(folder, opener, busy_ms, watch)
        except (StoreDamagedError, StoreNotWritableError):
            # Another program may have written it anew under another key, just in between: it was
            # opened as it was before, which is empty now and which SQLite does not write to.
            if _files_of(folder) == before:
                raise
    raise StoreBusyError(store=str(folder))


def _files_of(folder: Path) -> list[tuple[int, int]]:
    """Return what tells catalogue and key ring of a store from others in their places."""
    paths = [folder / file.NAME]
    with suppress(ReviewerError):
        paths.append(RingFile(folder, str(folder)).path)
    found: list[tuple[int, int]] = []
    for path in paths:
        with suppress(OSError):
            status = path.stat()
            found.append((status.st_ino, status.st_mtime_ns))
    return found


def _open_once(folder: Path, opener: Opener, busy_ms: int, watch: Watch | None) -> LocalStore:
    """Open the store in a folder as its files are now."""
    store = str(folder)
    path = folder / file.NAME
    ring: KeyRing | None = None
    key: Secret | None = None
    with telling(store):
        if not _is_readable_file(path, store):
            raise StoreNotFoundError(store=store)
        if (folder / ABOUT).is_file() and (folder / SUMS).is_file():
            # Working on it would spoil what it is verified by.
            raise StoreIsBackupError(store=store)
        if RingFile(folder, store).is_there:
            ring = open_ring(folder, store, opener)
        if ring is None or is_still_clear(path, store, ring):
            version = file.look(path, store)
        else:
            version, key = file.look_inside(path, store, ring.catalogue)
        migrations.check(version, store)
    for place in (folder, path, folder / VAULT):
        if place.exists() and not os.access(place, os.W_OK):
            raise StoreReadOnlyError(store=store)
    if ring is not None and key is None:
        with closing(SqliteDatabase(path, store, busy_ms=busy_ms)) as database:
            remove_unused_keys(database, folder, ring)
    keeper = KeyKeeper(folder, store, ring) if ring is not None and key is not None else None
    return _open(folder, store, busy_ms, key, keeper, watch)


def _is_readable_file(path: Path, store: str) -> bool:
    """Return whether a store's catalogue is there.

    Raises:
        StoreUnreadableError: It, or the folder it is in, may not be read.
    """
    try:
        there = path.is_file()
    except PermissionError as error:
        raise StoreUnreadableError(store=store) from error
    if there and not os.access(path, os.R_OK):
        raise StoreUnreadableError(store=store)
    return there


def _open(
    folder: Path,
    store: str,
    busy_ms: int,
    key: Secret | None,
    keeper: KeyKeeper | None,
    watch: Watch | None = None,
    clock: Callable[[], int] = now_us,
) -> LocalStore:
    """Open the store in a folder with the keys at hand; they are closed if that fails."""
    path = folder / file.NAME
    keys = tuple if keeper is None else keeper.catalogue_keys
    database = SqliteDatabase(path, store, busy_ms=busy_ms, key=key, keys=keys)
    try:
        migrations.migrate(database, watch=watch)
        text_index.settle(database)
        in_step.settle(database)
        with database.read() as connection:
            settings = founding.read_settings(connection)
            store_id = founding.read_id(connection)
            # None rewrites the file while we read: what one left behind goes.
            database.remove_unfinished()
            note_sealed(keeper)
        if keeper is None:
            remove_left_keys(database, folder)
        else:
            keeper.note_home()
        vault = vault_of(FolderVault(folder / VAULT, store), keeper)
        journal = Journal(database, store_id, clock)
        core = Core(database, vault, settings, folder, store_id, journal, keeper, clock=clock)
        core.sweep()
        if keeper is not None:
            settling.note_done(core)
            settling.note_locks(core)
        memory.take_in(core)
    except BaseException:
        database.close()
        if keeper is not None:
            keeper.close()
        raise
    return LocalStore(core)


def _first_missing(folder: Path) -> Path | None:
    """Return the uppermost folder that is not there yet, None where all are."""
    missing = None
    while not folder.exists():
        missing = folder
        folder = folder.parent
    return missing


def _remove(folder: Path, made: Path | None, keeper: KeyKeeper | None) -> None:
    """Remove what was made of a store that could not be made."""
    if keeper is not None:
        keeper.close()
        with suppress(ReviewerError):
            RingFile(folder, str(folder)).remove()
    if made is not None:
        shutil.rmtree(made, ignore_errors=True)
        return
    shutil.rmtree(folder / VAULT, ignore_errors=True)
    for name in (file.NAME, KEYS, RING):
        for path in folder.glob(name + "*"):
            path.unlink(missing_ok=True)
