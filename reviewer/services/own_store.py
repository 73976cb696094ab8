"""Opening a folder as a store: the one that is in it, or a new one where it is empty.

Used by window and command line alike.
"""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import tzlocal

from reviewer.errors import StoreLockedError, StoreNotFoundError
from reviewer.messages import language
from reviewer.models.settings import StoreSettings, check_time_zone
from reviewer.storage.address import create_address, name_of
from reviewer.storage.local import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from reviewer.models.progress import Watch
    from reviewer.storage.local import Encryption


def make_store(
    place: Path | str,
    *,
    name: str = "",
    time_zone: str = "",
    admin: str = "",
    encryption: Encryption | None = None,
) -> StoreSettings:
    """Make a store in an empty or new folder, or at another address.

    Args:
        place: Where.
        name: The centre's name; empty: the folder's or the database's.
        time_zone: The centre's IANA zone; empty: this machine's.
        admin: Login of the first administrator; empty: the system's login.
        encryption: How it is encrypted; None: it is in the clear.

    Returns:
        What holds in the new store.

    Raises:
        UsageError: There is no such time zone.
        StoreExistsError: Something is there already.
        StoreNotWritableError: Nothing can be written there; other kinds of StoreError.
    """
    address = str(place)
    login = admin or getpass.getuser()
    settings = StoreSettings(
        name=name or name_of(address),
        time_zone=check_time_zone(time_zone or tzlocal.get_localzone_name()),
        language=language(),
    )
    create_address(
        address, settings=settings, admin_login=login, admin_name=login, encryption=encryption
    ).close()
    return settings


def ready_store(folder: Path, watch: Watch | None = None) -> bool:
    """See to it that there is a store in a folder that can be opened.

    `watch` is told how far it is where the store is of an older format, and stops that.

    Returns:
        Whether it was made just now, because the folder was empty.

    Raises:
        StoreExistsError: The folder holds other files.
        StoreError and its kinds: The store in it cannot be opened, or none can be made.
    """
    try:
        open_store(folder, watch=watch).close()
    except StoreNotFoundError:
        make_store(folder)
        return True
    except StoreLockedError:
        # It is there; its own window asks for what opens it.
        return False
    return False
