"""A system's key store for tests: in memory, where `keyring` looks for one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import keyring
from keyring.backend import KeyringBackend

if TYPE_CHECKING:
    from collections.abc import Iterator


class InMemory(KeyringBackend):
    """A key store of the kind that others plug into `keyring`."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@contextmanager
def key_store_in_memory() -> Iterator[InMemory]:
    """Let the system have such a one for the length of a block."""
    before, store = keyring.get_keyring(), InMemory()
    keyring.set_keyring(store)
    try:
        yield store
    finally:
        keyring.set_keyring(before)
