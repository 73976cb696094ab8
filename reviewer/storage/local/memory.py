"""What a user's window keeps in a local store between runs."""

from __future__ import annotations

import json
import logging
import threading
from typing import TYPE_CHECKING, Final, cast

from reviewer.storage.atomic import replacing
from reviewer.storage.faults import telling

if TYPE_CHECKING:
    from reviewer.models.access import User
    from reviewer.storage.local.core import Core

_log = logging.getLogger(__name__)
_FOLDER: Final = "remembered"


class LocalMemory:
    """The `Memory` of one user of a local store: a small file of their own beside the catalogue.

    It lies in the store and not among the window's settings, because it may hold what customers
    said or are called by: whoever may not read the store may not read it either.
    """

    def __init__(self, core: Core, user: User) -> None:
        self._store = core.database.store
        self._path = core.folder / _FOLDER / f"{user.id}.json"
        self._lock = threading.Lock()
        self._values = self._read()

    def recall(self, key: str) -> object:
        """Return what was kept; see `Memory.recall`."""
        return self._values.get(key)

    def keep(self, key: str, value: object) -> None:
        """Keep a value; see `Memory.keep`."""
        with self._lock, telling(self._store):
            # Another window of the same user may have kept something else meanwhile.
            values = {**self._read(), key: value}
            self._path.parent.mkdir(exist_ok=True)
            with replacing(self._path) as file:
                file.write(json.dumps(values, ensure_ascii=False).encode())
            self._values = values

    def _read(self) -> dict[str, object]:
        try:
            found = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            _log.info("what the window kept is unreadable: %s", type(error).__name__)
            return {}
        return cast("dict[str, object]", found) if isinstance(found, dict) else {}
