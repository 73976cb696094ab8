"""A store in a folder of this machine."""

from __future__ import annotations

from reviewer.storage.local.store import LocalStore, create, is_store_folder, open_store

__all__ = ["LocalStore", "create", "is_store_folder", "open_store"]
