"""A catalogue's file that nobody else has open: written anew under another key, or in the clear.

Imported inside `storage` only.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.dialects.sqlite import dialect

from reviewer.errors import N_, CancelledError, StoreDamagedError
from reviewer.storage.atomic import flush, inode, make_private, settle
from reviewer.storage.catalogue.sqlite import driver

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from sqlalchemy import Select

    from reviewer.crypto.secret import Secret
    from reviewer.models.progress import Progress

NEW: Final = ".new"
"""Ending of a file that is being written and does not count yet."""
_INSTRUCTIONS: Final = 20_000
_CHUNK: Final = 1 << 20


def write_copy(
    raw: Any, path: Path, key: Secret | None, store: str, *, by_cipher: bool = False
) -> None:
    """Write what a connection sees into a new file under the same key, and look it over.

    Args:
        raw: The connection, in no transaction: else it would wait for itself.
        path: The new file.
        key: Of both.
        store: What errors call the store.
        by_cipher: Whether `raw` is SQLCipher's also in the clear.

    Raises:
        StoreDamagedError: It cannot be read whole. What the driver raises.
    """
    make_private(path)
    if key is None and by_cipher:
        made: Any = driver.sqlcipher().connect(str(path), isolation_level=None)
    else:
        made = driver.connect(path, key)
    with closing(made):
        raw.backup(made)
        made.execute("PRAGMA journal_mode=DELETE").fetchall()
        if made.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
            raise StoreDamagedError(store=store, reason=N_("a part of it cannot be read"))


class LoneFile:
    """The file, open to this one connection of all programs. Thread: one.

    Args:
        path: The file.
        key: What it is encrypted with, None: it is in the clear.
        busy_s: How long to wait for another program.

    Raises:
        What the driver raises: another program has it open.
    """

    def __init__(self, path: Path, key: Secret | None, busy_s: float) -> None:
        self._path = path
        self._key = key
        before = inode(path)
        self._overwritten = -1
        # Only what was replaced is overwritten: until then it is the one that counts.
        self._is_replaced = False
        self._pages = 0
        self._raw: Any = driver.first_use(path, self._open, self._lock, busy_s)
        self._is_there = bool(self._pages) and before == inode(path)

    def _open(self) -> Any:
        # The same library in both states: it reads files in the clear, too.
        raw = driver.sqlcipher().connect(
            f"{self._path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=0
        )
        try:
            driver.be_quiet(raw)
            if self._key is not None:
                driver.unlock(raw, self._key)
        except BaseException:
            raw.close()
            raise
        return raw

    def _lock(self, raw: Any) -> None:
        # Readers and writers of other programs hold a lock on the file as long as they have it
        # open; this one stays until it is closed.
        raw.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()
        raw.execute("PRAGMA journal_mode=DELETE").fetchall()
        raw.execute("BEGIN EXCLUSIVE")
        raw.execute("COMMIT")
        (self._pages,) = raw.execute("PRAGMA page_count").fetchone()

    @property
    def is_there(self) -> bool:
        """Whether this is the file that has the name.

        Another program may have put a new one in its place after this was opened and before it
        was locked; what it left of the old one is empty.
        """
        return self._is_there

    @property
    def key(self) -> Secret | None:
        """What the file is encrypted with now."""
        return self._key

    def rewrite(self, key: Secret | None, store: str, progress: Progress) -> None:
        """Write the whole catalogue under another key, or in the clear, in place of this file.

        Until everything is written and on the disk, the file is as it was; it is overwritten
        before it is given up, as far as a disk does that.

        Raises:
            CancelledError: Asked to stop; StoreDamagedError: it cannot be read whole. The file
            is as it was, unless `key` says otherwise: then an interruption may bring it back.
        """
        new = self._path.with_name(self._path.name + NEW)
        for path in (new, new.with_name(new.name + "-journal")):
            path.unlink(missing_ok=True)
        make_private(new)
        try:
            self._write(new, key, store, progress)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
        if sys.platform == "win32":
            # A file that is open cannot be replaced there.
            self._raw.close()
        else:
            # A descriptor of the old file: closing it would give the lock up, so not yet.
            self._overwritten = os.open(self._path, os.O_WRONLY)
        try:
            # The log went with its name only. Beside the new file it would count as that one's.
            settle(self._path.parent)
            new.replace(self._path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
        self._is_replaced = True
        self._key = key
        settle(self._path.parent)

    def _write(self, new: Path, key: Secret | None, store: str, progress: Progress) -> None:
        cancelled: list[CancelledError] = []
        size = self._path.stat().st_size

        def ask() -> bool:
            try:
                progress.raise_if_cancelled()
            except CancelledError as error:
                cancelled.append(error)
                return True
            with suppress(OSError):
                progress.report(min(new.stat().st_size, size), size)
            return False

        text = driver.raw_key(key) if key is not None else bytearray()
        self._raw.execute("ATTACH DATABASE ? AS other KEY ?", (str(new), text.decode()))
        text[:] = bytes(len(text))
        self._raw.set_progress_handler(ask, _INSTRUCTIONS)
        try:
            for line in ("PRAGMA other.synchronous=FULL", "PRAGMA fullfsync=ON"):
                self._raw.execute(line).fetchall()
            self._raw.execute("SELECT sqlcipher_export('other')").fetchall()
            for name in ("user_version", "application_id"):
                (value,) = self._raw.execute(f"PRAGMA main.{name}").fetchone()
                self._raw.execute(f"PRAGMA other.{name}={value:d}").fetchall()
            if self._raw.execute("PRAGMA other.quick_check(1)").fetchall() != [("ok",)]:
                raise StoreDamagedError(store=store, reason=N_("a part of it cannot be read"))
        except driver.driver_errors():
            if cancelled:
                raise cancelled[0] from None
            raise
        finally:
            self._raw.set_progress_handler(None, 0)
            with suppress(*driver.driver_errors()):
                self._raw.execute("DETACH DATABASE other")

    def finds(self, statement: Select[Any]) -> bool:
        """Return whether a statement without parameters finds anything."""
        text = statement.compile(dialect=dialect(), compile_kwargs={"literal_binds": True})
        return self._raw.execute(str(text)).fetchone() is not None

    def copy_to(self, path: Path, store: str) -> None:
        """Write the catalogue into a new file under the same key, and look it over.

        Raises:
            StoreDamagedError: It cannot be read whole.
        """
        write_copy(self._raw, path, self._key, store, by_cipher=True)

    def close(self) -> None:
        """Overwrite what was replaced, and give the lock up; may be called twice."""
        if self._overwritten >= 0 and self._is_replaced:
            # Whoever waits for the old file finds nothing in it.
            size = os.fstat(self._overwritten).st_size
            with suppress(OSError):
                for at in range(0, size, _CHUNK):
                    os.pwrite(self._overwritten, bytes(min(_CHUNK, size - at)), at)
                flush(self._overwritten)
            with suppress(OSError):
                os.ftruncate(self._overwritten, 0)
        if self._raw is not None:
            self._raw.close()
        if self._overwritten >= 0:
            os.close(self._overwritten)
            self._overwritten = -1

    def __enter__(self) -> LoneFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
