"""What a user's window keeps in a local store between runs."""

from __future__ import annotations

import json
import logging
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from reviewer.storage.catalogue import remembered

if TYPE_CHECKING:
    from reviewer.models.access import User
    from reviewer.storage.local.core import Core

_log = logging.getLogger(__name__)
_FOLDER: Final = "remembered"


class LocalMemory:
    """The `Memory` of one user of a local store: rows of their own in the catalogue.

    It is in the store and not among the window's settings, because it may hold what customers
    said or are called by: whoever may not read the store may not read it either.
    """

    def __init__(self, core: Core, user: User) -> None:
        self._database = core.database
        self._user = user
        self._lock = threading.Lock()
        with core.database.read() as connection:
            texts = remembered.load(connection, user.id)
        self._values = {key: _value_of(text) for key, text in texts.items()}

    def recall(self, key: str) -> object:
        """Return what was kept; see `Memory.recall`."""
        return self._values.get(key)

    def keep(self, key: str, value: object) -> None:
        """Keep a value; see `Memory.keep`."""
        text = json.dumps(value, ensure_ascii=False)
        with self._lock, self._database.write() as connection:
            if value is None:
                remembered.forget(connection, self._user.id, key)
            else:
                remembered.keep(connection, self._user.id, {key: text})
            self._values[key] = json.loads(text)


def take_in(core: Core) -> None:
    """Bring what formats before 8 kept in files beside the catalogue into it.

    A file that cannot be read is left where it is.
    """
    folder = core.folder / _FOLDER
    if not folder.is_dir():
        return
    with core.database.read() as connection:
        users = remembered.user_ids(connection)
    for path in folder.glob("*.json"):
        if not path.stem.isdigit() or int(path.stem) not in users:
            continue
        try:
            found = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            _log.info("what the window kept is unreadable: %s", type(error).__name__)
            continue
        if isinstance(found, dict):
            texts = {key: json.dumps(value, ensure_ascii=False) for key, value in found.items()}
            with core.database.write() as connection:
                remembered.keep(connection, int(path.stem), texts)
        with suppress(OSError):
            path.unlink()
    with suppress(OSError):
        folder.rmdir()


def _value_of(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None
