"""From a store's address to the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from reviewer.errors import N_, Reason, ReviewerError, StoreNotFoundError, UsageError
from reviewer.storage.local import is_store_folder, open_store

if TYPE_CHECKING:
    from reviewer.storage.store import Store


def open_address(url: str) -> Store:
    """Open the store at an address: a folder, as a path or a `file:` URL.

    Raises:
        UsageError: An address of a kind that this program does not know; StoreError and its
        kinds as `open_store`.
    """
    return open_store(folder_of(url))


def is_store(url: str) -> bool:
    """Return whether there is a store at an address, without opening it."""
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
