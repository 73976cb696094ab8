"""From a store's address to the store.

What keeps stores is imported when one is opened: it takes most of a command's start, and many
commands only read an address, or end before.
"""

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
from reviewer.paths import typed_path
from reviewer.storage.catalogue.postgresql import address as server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.models.progress import Watch
    from reviewer.models.settings import StoreSettings
    from reviewer.storage.local import Encryption
    from reviewer.storage.local.unlocking import Opener
    from reviewer.storage.store import Store

_DRIVER: Final = frozenset({"psycopg", "psycopg_binary", "psycopg_c"})


def open_address(url: str, watch: Watch | None = None, *, opener: Opener = None) -> Store:
    """Open the store at an address.

    That is a folder, as a path or a `file:` URL, or `postgresql://user@host/database?media=FOLDER`.

    Args:
        url: The address.
        watch: Told how far it is where the store is of an older format, and stops that.
        opener: What opens it if it is encrypted; see `open_store`.

    Raises:
        UsageError: An address of a kind that this program does not know, or that cannot be read;
        DriverMissingError: What speaks to such a server is not installed; StoreError and its
        kinds as `open_store` and `open_on_server`.
    """
    if server.is_server(url):
        # Imported here: few programs speak to a server.
        with driver_of(url):
            from reviewer.storage.local.postgresql import open_on_server
        return open_on_server(server.parse(url), watch=watch, opener=opener)
    from reviewer.storage.local import open_store

    return open_store(folder_of(url), watch=watch, opener=opener)


def import_rest() -> None:
    """Import what a store needs later than for its opening, such as to answer a search.

    So that the first one to ask does not wait for it: a tenth of a second. Thread: any.
    """
    from reviewer.storage.local.session import import_facets

    import_facets()


def create_address(
    url: str,
    *,
    settings: StoreSettings,
    admin_login: str,
    admin_name: str = "",
    encryption: Encryption | None = None,
) -> Store:
    """Make a new store at an address, and open it.

    Raises:
        UsageError, DriverMissingError as `open_address`; StoreError and its kinds as `create` and
        `create_on_server`.
    """
    if server.is_server(url):
        with driver_of(url):
            from reviewer.storage.local.postgresql import create_on_server
        return create_on_server(
            server.parse(url),
            settings=settings,
            admin_login=admin_login,
            admin_name=admin_name,
            encryption=encryption,
        )
    from reviewer.storage.local import create

    return create(
        folder_of(url),
        settings=settings,
        admin_login=admin_login,
        admin_name=admin_name,
        encryption=encryption,
    )


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


def driver_version(url: str) -> str | None:
    """Return which version of what speaks to the server of an address there is; None: none needed.

    Raises:
        DriverMissingError: It is not installed.
    """
    if not server.is_server(url):
        return None
    with driver_of(url):
        from reviewer.storage.catalogue.postgresql.database import DRIVER_VERSION
    return DRIVER_VERSION


def is_on_server(url: str) -> bool:
    """Return whether an address is one of a store on a server."""
    return server.is_server(url)


def require_no_secret(url: str) -> None:
    """Refuse an address with a password in it, where others can read it.

    Raises:
        UsageError: It has one.
    """
    if server.is_server(url) and server.has_secret(url):
        reason = N_(
            "a password in an argument can be read by every program of this machine; put it into "
            "the file .pgpass or into $PGPASSWORD"
        )
        raise UsageError(reason=reason)


def lasting(url: str) -> str:
    """Return an address as it can be remembered: complete, and without what is secret in it."""
    return server.shown(url) if server.is_server(url) else str(folder_of(url).resolve())


def shown(url: str) -> str:
    """Return an address as it can be shown, as it was given but for what is secret in it."""
    return server.shown(url) if server.is_server(url) else url


def name_of(url: str) -> str:
    """Return what a new store at an address is called: its folder's or its database's name."""
    if server.is_server(url):
        return server.database_of(server.parse(url))
    return folder_of(url).resolve().name


def content_folder(url: str) -> Path:
    """Return the folder that a store's content is in.

    Raises:
        UsageError: The address cannot be read.
    """
    return server.parse(url).media if server.is_server(url) else folder_of(url)


def is_store(url: str) -> bool:
    """Return whether there is a store at an address, without opening it; a server is not asked."""
    if server.is_server(url):
        return True
    from reviewer.storage.local import is_store_folder

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
        return typed_path(text)
    if scheme == "file":
        # Imported here: it brings a whole HTTP client along, and few addresses are URLs.
        from urllib.request import url2pathname

        return Path(url2pathname(unquote(urlsplit(text).path)))
    raise UsageError(reason=Reason(N_("{address} is not the address of a store"), address=text))
