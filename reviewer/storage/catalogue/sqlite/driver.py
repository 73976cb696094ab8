"""Which driver opens a catalogue's file: SQLite in the clear, SQLCipher where it is encrypted.

Imported inside `storage` only.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, cast

from reviewer.storage.atomic import inode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from reviewer.crypto.secret import Secret

_SQLCIPHER: Final = "sqlcipher3.dbapi2"
_AGAIN_S: Final = 0.01
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def driver_of(key: Secret | None) -> ModuleType:
    """Return the driver's module; SQLCipher's is imported when it is first needed."""
    return sqlite3 if key is None else sqlcipher()


def sqlcipher() -> ModuleType:
    """Return SQLCipher's module; files in the clear it opens as well."""
    return import_module(_SQLCIPHER)


def driver_errors(*more: type[Exception]) -> tuple[type[Exception], ...]:
    """Return the bases of what the drivers raise that are in use, and `more`."""
    imported = sys.modules.get(_SQLCIPHER)
    return (sqlite3.Error, *more) if imported is None else (sqlite3.Error, imported.Error, *more)


def connect(
    path: Path, key: Secret | None, *, options: str = "mode=rw", **arguments: Any
) -> sqlite3.Connection:
    """Open a file, with its key where it has one; whether the key is right shows at first use.

    Args:
        path: The file.
        key: Of 32 bytes; None: the file is in the clear.
        options: Query of the file's URI.
        arguments: For the driver.
    """
    driver = driver_of(key)
    uri = f"{path.absolute().as_uri()}?{options}"
    raw = cast(
        "sqlite3.Connection", driver.connect(uri, uri=True, isolation_level=None, **arguments)
    )
    if key is not None:
        try:
            unlock(raw, key)
        except BaseException:
            raw.close()
            raise
    return raw


def first_use(
    path: Path, connect: Callable[[], Any], use: Callable[[Any], object], busy_s: float
) -> Any | None:
    """Open a file and use it for the first time, waiting for who has it alone.

    SQLite itself would wait for the file that it opened, whatever has the name by then. What was
    replaced is empty, and SQLite takes the log beside it, which is the new one's, for none of an
    empty file's and removes it: with what others have just committed.

    Args:
        path: The file.
        connect: Opens it without waiting for anybody, and reads nothing of it.
        use: Locks it, or opens the log beside it.
        busy_s: How long to wait; later statements wait as long.

    Returns:
        None: Another file has taken its place meanwhile.

    Raises:
        What the driver raises: somebody has it alone for longer.
    """
    until_s = time.monotonic() + busy_s
    before = inode(path)
    while True:
        raw = connect()
        try:
            if inode(path) != before:
                raw.close()
                return None
            use(raw)
            raw.execute(f"PRAGMA busy_timeout={round(busy_s * 1000):d}").close()
        except BaseException as error:
            raw.close()
            if inode(path) != before:
                # What it says is of a file that is empty by now, and where nothing is written to.
                return None
            if _code(error) not in _BUSY or time.monotonic() >= until_s:
                raise
        else:
            return raw
        time.sleep(_AGAIN_S)


def is_not_opened(error: BaseException) -> bool:
    """Return whether a file is under another key, or none: to SQLite it is not a database then."""
    return _code(error) == sqlite3.SQLITE_NOTADB


def _code(error: BaseException) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def unlock(raw: Any, key: Secret) -> None:
    """Give a connection of SQLCipher its key, in the format of its version 4."""
    be_quiet(raw)
    text = raw_key(key)
    raw.set_key(text)
    text[:] = bytes(len(text))
    raw.execute("PRAGMA cipher_compatibility=4").fetchall()


def be_quiet(raw: Any) -> None:
    """Keep SQLCipher from telling of wrong keys on the process's standard error."""
    raw.execute("PRAGMA cipher_log_level=NONE").fetchall()


def raw_key(key: Secret) -> bytearray:
    """Return a key as SQLCipher takes it without deriving another one: x'...'; wipe it."""
    text = bytearray(b"x'")
    for byte in key.data:
        text += b"%02x" % byte
    text += b"'"
    return text
