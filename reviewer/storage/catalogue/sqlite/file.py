"""The catalogue as a file: making a new one, and what its header tells without changing it.

Imported inside `storage` only. Whatever looks at a catalogue goes through SQLite: POSIX locks are
the process's, and closing any other descriptor of the file would drop those of a store that this
process has open, of which SQLite knows.
"""

from __future__ import annotations

import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from reviewer.errors import N_, StoreDamagedError
from reviewer.storage.atomic import make_private
from reviewer.storage.catalogue import fulltext, schema
from reviewer.storage.catalogue.fields import metadata
from reviewer.storage.catalogue.founding import fill
from reviewer.storage.catalogue.sqlite import driver
from reviewer.storage.catalogue.sqlite.columns import layout

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reviewer.crypto.secret import Secret
    from reviewer.storage.catalogue.founding import Beginning

NAME: Final = "catalogue.sqlite"
APPLICATION_ID: Final = 0x52765772
"""Written into the file's header, so that tools can tell what it is."""

_UNTOUCHED: Final = "immutable=1"
_HEADER_BYTES: Final = 100
_LOOKS: Final = 3
_BESIDE: Final = (("-wal", "mode=ro"), ("-journal", "mode=rw"))
"""Endings of what may have pages of the file, and how to open it to have them."""
_AGAIN_S: Final = 0.01
"""How often a header that no key opens is read, and after how long: another program may be writing
it just then, which nothing keeps us from seeing."""


def look(path: Path, store: str) -> int:
    """Return the format's version from the file's header, changing nothing.

    Opening a database can alter it (recovery after a crash); so a format that is not for this
    program is recognised before.

    Raises:
        StoreDamagedError: It is no catalogue. OSError: It cannot be read.
    """
    with closing(driver.connect(path, None, options=_UNTOUCHED)) as raw:
        found = _header(raw) if path.stat().st_size >= _HEADER_BYTES else None
    if found is None:
        raise StoreDamagedError(store=store, reason=N_("it is not a database"))
    return _checked(*found, store)


def id_in_clear(path: Path) -> str | None:
    """Return what a store in the clear is known by, changing nothing; None: it cannot be told."""
    with closing(driver.connect(path, None, options=_UNTOUCHED)) as raw:
        try:
            found = raw.execute("SELECT value FROM meta WHERE key = 'store_id'").fetchone()
        except driver.driver_errors():
            return None
    return None if found is None else str(found[0]).lower()


def is_clear(path: Path, *, by_cipher: bool) -> bool:
    """Return whether a file is a database in the clear.

    Args:
        path: The file.
        by_cipher: Whether this process may have it open by SQLCipher; else by SQLite. The two
            know nothing of each other's locks.
    """
    if not by_cipher:
        raw = driver.connect(path, None, options=_UNTOUCHED)
    else:
        raw = driver.sqlcipher().connect(
            f"{path.absolute().as_uri()}?{_UNTOUCHED}", uri=True, isolation_level=None
        )
    try:
        if by_cipher:
            driver.be_quiet(raw)
        return _header(raw) is not None
    finally:
        raw.close()


def look_inside(path: Path, store: str, keys: Sequence[Secret]) -> tuple[int, Secret]:
    """Return the format's version of an encrypted file, and which key opens it, changing nothing.

    Raises:
        StoreDamagedError: None of them opens it, or it is no catalogue.
    """
    for number, key in enumerate([*keys] * _LOOKS):
        if number and not number % len(keys):
            time.sleep(_AGAIN_S)
        with closing(driver.connect(path, key, options=_UNTOUCHED)) as raw:
            found = _header(raw)
        if found is not None:
            return _checked(*found, store), key
    for key in keys:
        found = _header_beside(path, key)
        if found is not None:
            return _checked(*found, store), key
    raise StoreDamagedError(store=store, reason=N_("its key ring does not open it"))


def _checked(application: int, version: int, store: str) -> int:
    """Return the format's version of what is a catalogue of Reviewer.

    Raises:
        StoreDamagedError: It is none.
    """
    if application != APPLICATION_ID:
        raise StoreDamagedError(store=store, reason=N_("it is not a catalogue of Reviewer"))
    return version


def _header(raw: Any) -> tuple[int, int] | None:
    """Return application and version that a file's header names; None: it cannot be read.

    The header may name more pages than the file has: a program that was killed while it brought
    the log into the file had written the first page and not yet the last. The log still has them,
    so that is no damage; SQLite, which does not look at the log here, would say that it is, unless
    the file is opened as one to mend.
    """
    try:
        raw.execute("PRAGMA writable_schema=ON").close()
        (application,) = raw.execute("PRAGMA application_id").fetchone()
        (version,) = raw.execute("PRAGMA user_version").fetchone()
    except driver.driver_errors():
        return None
    return int(application), int(version)


def _header_beside(path: Path, key: Secret) -> tuple[int, int] | None:
    """Return what lies beside an encrypted file says of its header; None: it says nothing.

    A power cut may leave the first page half written, which fails its check then: while the log is
    brought into the file, and the log has it whole, which is read without changing either; or
    while somebody begins to have the file alone, and the journal has it as it was, from which
    SQLite takes it back, whatever the key.
    """
    for ending, options in _BESIDE:
        use = partial(driver.connect, path, key, options=options)
        try:
            if not path.with_name(path.name + ending).stat().st_size:
                continue
            raw = driver.first_use(path, use, _header, 0)
        except driver.driver_errors(OSError):
            continue
        if raw is None:
            return None
        with closing(raw):
            found = _header(raw)
        if found is not None:
            return found
    return None


def make(path: Path, beginning: Beginning, key: Secret | None = None) -> None:
    """Make a new catalogue in a file that is not there yet.

    Args:
        path: Where; a half-made file is the caller's to remove.
        beginning: What is in it at first.
        key: What it is encrypted with; None: it is in the clear.

    Raises:
        sqlite3.Error, sqlalchemy.exc.DBAPIError, OSError.
    """
    make_private(path)
    raw = driver.connect(path, key, check_same_thread=False)
    try:
        raw.execute("PRAGMA journal_mode=DELETE").close()
        raw.execute(f"PRAGMA application_id={APPLICATION_ID:d}").close()
        engine = create_engine(
            "sqlite://",
            module=driver.driver_of(key),
            creator=lambda: raw,
            poolclass=StaticPool,
            hide_parameters=True,
        )
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            metadata.create_all(connection, checkfirst=False)
            fulltext.create(connection)
            layout.create(connection)
            fill(connection, beginning)
            connection.exec_driver_sql(f"PRAGMA user_version={schema.VERSION:d}")
            connection.commit()
        raw.execute("PRAGMA journal_mode=WAL").close()
    finally:
        raw.close()
