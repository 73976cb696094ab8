"""From a store's address to the store."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from reviewer.errors import (
    N_,
    DriverMissingError,
    Reason,
    ReviewerError,
    StoreNotFoundError,
    UsageError,
)
from reviewer.storage.catalogue.postgresql import address as server
from reviewer.storage.local import is_store_folder, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.storage.store import Store

_DRIVER: Final = frozenset({"psycopg", "psycopg_binary", "psycopg_c"})


def open_address(url: str) -> Store:
    """Open the store at an address.

    That is a folder, as a path or a `file:` URL, or `postgresql://user@host/database?media=FOLDER`.

    Raises:
        UsageError: An address of a kind that this program does not know, or that cannot be read;
        DriverMissingError: What speaks to such a server is not installed; StoreError and its
        kinds as `open_store` and `open_on_server`.
    """
    if server.is_server(url):
        # Imported here: few programs speak to a server.
        with driver_of(url):
            from reviewer.storage.local.postgresql import open_on_server
        return open_on_server(server.parse(url))
    return open_store(folder_of(url))


@contextmanager
def driver_of(url: str) -> Iterator[None]:
    """Tell of a driver that an import within does not find, as an error of the store."""
    try:
        yield
    except ImportError as error:
        # Without a name: it is installed, but not what it needs itself.
        if error.name is not None and error.name.partition(".")[0] not in _DRIVER:
            raise
        raise DriverMissingError(store=server.shown(url)) from error


def lasting(url: str) -> str:
    """Return an address as it can be remembered: complete, and without what is secret in it."""
    return server.shown(url) if server.is_server(url) else str(folder_of(url).resolve())


def is_store(url: str) -> bool:
    """Return whether there is a store at an address, without opening it; a server is not asked."""
    if server.is_server(url):
        return True
    try:
        return is_store_folder(folder_of(url))
    except ReviewerError:
        return False


def folder_of(url: str) -> Path:
    """Return the folder that an address names.

    Raises:
        UsageError: It names no folder; StoreNotFoundError: it is empty.
    """
    text = url.strip()
    if not text:
        raise StoreNotFoundError(store=url)
    scheme = urlsplit(text).scheme
    # One letter before the colon is a drive of Windows.
    if len(scheme) <= 1 or ("://" not in text and scheme != "file"):
        return Path(text).expanduser()
    if scheme == "file":
        # Imported here: it brings a whole HTTP client along, and few addresses are URLs.
        from urllib.request import url2pathname

        return Path(url2pathname(unquote(urlsplit(text).path)))
    raise UsageError(reason=Reason(N_("{address} is not the address of a store"), address=text))
