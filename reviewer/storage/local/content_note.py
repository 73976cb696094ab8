"""A note beside the content of how far the catalogue was when some last came in.

It names an entry of the audit log. A catalogue without that entry is an older one, put back from
a copy while the content stayed: what such a one does not know of is nothing left behind, and
nobody may remove it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from reviewer.errors import ReviewerError
from reviewer.storage.atomic import AS_FOLDER, PRIVATE, replacing, settle
from reviewer.storage.catalogue import audit
from reviewer.storage.faults import telling

if TYPE_CHECKING:
    from pathlib import Path

    from reviewer.storage.catalogue.engine import Database

NAME: Final = "content.json"


class ContentNote:
    """The note in a store's folder. Thread: any.

    Args:
        folder: Where the vault lies.
        database: The catalogue.
    """

    def __init__(self, folder: Path, database: Database) -> None:
        self._path = folder / NAME
        self._database = database

    def is_ahead(self) -> bool:
        """Return whether content came in that the catalogue cannot know of.

        A note that cannot be read says so as well.

        Raises:
            StoreError.
        """
        with telling(self._database.store):
            try:
                told = self._path.read_bytes()
            except FileNotFoundError:
                return False
        try:
            noted = json.loads(told)
            number, hash_ = int(noted["entry"]), bytes.fromhex(noted["hash"])
        except (ValueError, KeyError, TypeError, RecursionError):
            return True
        with self._database.read() as connection:
            return audit.hash_at(connection, number) != hash_

    def write(self, *, anyway: bool = False) -> None:
        """Note how far the catalogue is, after content came in; keep a note that is ahead of it.

        `anyway`: also such a one is replaced, and what the catalogue does not know of is left over.

        A kill before it leaves the note of earlier content, which is true as well, or none.

        Raises:
            StoreFullError, StoreNotWritableError.
        """
        if not anyway and self.is_ahead():
            return
        with self._database.read() as connection:
            number, hash_ = audit.end_of(connection)
        # A folder on a server is shared by those who use the store; another is its owner's alone.
        mode = PRIVATE if self._database.dialect == "sqlite" else AS_FOLDER
        with telling(self._database.store):
            with replacing(self._path, mode=mode) as file:
                file.write(json.dumps({"entry": number, "hash": hash_.hex()}).encode())
            settle(self._path.parent)

    def make_up(self) -> None:
        """Note it where a kill came between the first content and its note; else do nothing."""
        with suppress(ReviewerError):
            with telling(self._database.store):
                there = self._path.exists()
            if not there:
                self.write()
