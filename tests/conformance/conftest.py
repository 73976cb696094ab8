"""The stores that the conformance suite runs against, and who uses them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from reviewer.storage.address import open_address
from reviewer.storage.local import Encryption, create, open_store
from tests.helpers.postgresql import ServerStores
from tests.helpers.stores import ADMIN, KEY, SETTINGS, make_encrypted, make_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reviewer.storage.store import Session, Store


class StoreFactory(Protocol):
    """Makes empty stores with the administrator `ADMIN`, and opens them again."""

    def make(self) -> Store: ...

    def reopen(self, store: Store) -> Store: ...

    def close(self) -> None: ...


class LocalStores:
    """Stores in folders, on SQLite in the clear."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: list[Store] = []

    def make(self) -> Store:
        if not self._opened:
            return self._keep(make_store(self._folder))
        folder = self._folder / f"store-{len(self._opened)}"
        return self._keep(create(folder, settings=SETTINGS, admin_login=ADMIN))

    def reopen(self, store: Store) -> Store:
        store.close()
        return self._keep(open_store(Path(store.url)))

    def close(self) -> None:
        for store in self._opened:
            store.close()

    def _keep(self, store: Store) -> Store:
        self._opened.append(store)
        return store


class EncryptedStores(LocalStores):
    """Stores in folders, everything of them encrypted; a key file opens them at once."""

    def make(self) -> Store:
        folder = self._folder / f"store-{len(self._opened)}"
        if not self._opened:
            return self._keep(make_encrypted(folder))
        how = Encryption(None, key_file=KEY)
        return self._keep(create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how))

    def reopen(self, store: Store) -> Store:
        store.close()
        return self._keep(open_store(Path(store.url), opener=KEY))


class OnServer:
    """Stores with their catalogue on PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        self._made = ServerStores(folder)
        self._opened: list[Store] = []

    def make(self) -> Store:
        self._opened.append(self._made.make())
        return self._opened[-1]

    def reopen(self, store: Store) -> Store:
        store.close()
        self._opened.append(open_address(store.url))
        return self._opened[-1]

    def close(self) -> None:
        for store in self._opened:
            store.close()
        self._made.close()


_KINDS: dict[str, Callable[[Path], StoreFactory]] = {
    "sqlite": LocalStores,
    "sqlcipher": EncryptedStores,
    "postgresql": OnServer,
}


@pytest.fixture(params=sorted(_KINDS))
def store_factory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreFactory]:
    factory = _KINDS[request.param](tmp_path)
    yield factory
    factory.close()


@pytest.fixture
def store(store_factory: StoreFactory) -> Store:
    return store_factory.make()


@pytest.fixture
def admin(store: Store) -> Session:
    return store.session(ADMIN)
