"""A store in a folder of this machine."""

from __future__ import annotations

from reviewer.storage.local.encryption import Encryption
from reviewer.storage.local.store import LocalStore, create, is_store_folder, open_store

__all__ = ["Encryption", "LocalStore", "create", "is_store_folder", "open_store"]
