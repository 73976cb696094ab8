"""Which driver opens a catalogue's file: SQLite in the clear, SQLCipher where it is encrypted.

Imported inside `storage` only.
"""

from __future__ import annotations

import sqlite3
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from reviewer.crypto.secret import Secret

_SQLCIPHER: Final = "sqlcipher3.dbapi2"


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
