"""A store in a folder of this machine."""

from __future__ import annotations

from reviewer.storage.local.store import LocalStore, create, open_store

__all__ = ["LocalStore", "create", "open_store"]
