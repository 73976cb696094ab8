"""Which stores were opened on this machine, remembered between runs.

A small JSON file in the user's settings folder; a damaged or unwritable one is as good as none,
since it holds nothing that the user made.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from reviewer.paths import settings_folder

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)
_MOST = 10


def _file() -> Path:
    return settings_folder() / "stores.json"


def recent_stores() -> tuple[str, ...]:
    """Return addresses of the stores opened before, the last one first."""
    try:
        stored = json.loads(_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        _log.info("list of recent stores unreadable: %s", type(error).__name__)
        return ()
    if not isinstance(stored, list):
        return ()
    return tuple(address for address in stored if isinstance(address, str))


def last_store() -> str | None:
    """Return the address of the store opened last, if any."""
    recent = recent_stores()
    return recent[0] if recent else None


def remember_store(address: str) -> None:
    """Put a store first in the list."""
    addresses = [address, *(a for a in recent_stores() if a != address)][:_MOST]
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        _file().write_text(json.dumps(addresses, ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        _log.info("list of recent stores not written: %s", type(error).__name__)
