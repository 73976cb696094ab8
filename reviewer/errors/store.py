"""Errors of the store as a whole: opening it, its keys, its disk."""

from __future__ import annotations

from reviewer.errors.base import N_, ReviewerError


class StoreError(ReviewerError):
    """Parent of what can be wrong with a store as a whole."""

    code = "store.error"
    template = N_("The store {store} cannot be used: {reason}")
    exit_code = 4


class StoreNotFoundError(StoreError):
    """There is no store at that address."""

    code = "store.not_found"
    template = N_("There is no store at {store}. Make one with: reviewer init {store}")
    http_status = 404


class StoreIsBackupError(StoreError):
    """A backup is to be opened as if it were a store."""

    code = "store.is_backup"
    template = N_(
        "{store} is a backup, which stays as it is. Make a store of it in another folder with: "
        "reviewer restore {store} FOLDER"
    )
    http_status = 409
    exit_code = 2


class StoreExistsError(StoreError):
    """A new store was asked for where something is already."""

    code = "store.exists"
    template = N_("{store} already holds a store or other files; choose an empty folder.")
    http_status = 409
    exit_code = 2


class StoreNewerError(StoreError):
    """The store was written by a newer version of the program."""

    code = "store.newer"
    template = N_(
        "The store {store} was made by a newer version of Reviewer (format {found}; this one "
        "knows formats up to {known}). Install the newer version to open it; nothing was changed."
    )
    http_status = 409


class StoreUnreachableError(StoreError):
    """The server that has the store is not there, or is going."""

    code = "store.unreachable"
    template = N_("The server of the store {store} cannot be reached: {reason}.")
    http_status = 503
    retryable = True


class StoreRefusedError(StoreError):
    """The server that has the store does not let the user in, or not do what is needed."""

    code = "store.refused"
    template = N_("The server of the store {store} refuses: {reason}.")
    http_status = 403
    exit_code = 3


class DriverMissingError(StoreError):
    """What speaks to a server of this kind is not installed."""

    code = "store.no_driver"
    template = N_(
        "The store {store} is on a PostgreSQL server, and what speaks to it is not installed. "
        "Install it with: pip install 'psycopg[binary]'"
    )


class StoreNotWritableError(StoreError):
    """The folder of the store does not allow writing."""

    code = "store.not_writable"
    template = N_(
        "The store {store} cannot be written to. Check the folder's rights and free space."
    )
    http_status = 507


class StoreReadOnlyError(StoreNotWritableError):
    """A store that cannot be written to is not opened: nothing is shown that the log has not."""

    code = "store.read_only"
    template = N_(
        "The store {store} cannot be written to, and so it cannot be opened: who logs in, "
        "searches or listens is entered in its audit log before anything is shown. Get the right "
        "to write to its folder, or copy the folder to where you may write."
    )


class StoreUnreadableError(StoreNotWritableError):
    """The folder of the store, or its catalogue, does not allow reading."""

    code = "store.unreadable"
    template = N_(
        "The store {store} cannot be read: you have no right to read its files. Get the right to "
        "read and write them, or ask their owner."
    )
    http_status = 403


class OriginalLeftError(StoreError):
    """A store was moved, and what it was moved from could not be removed."""

    code = "store.original_left"
    template = N_(
        "The store is at {store} now, whole, but {folder} could not be removed: {reason}. "
        "The recordings are in it still: remove it by hand."
    )
    exit_code = 1


class StoreBusyError(StoreError):
    """Another process holds the catalogue for longer than we wait."""

    code = "store.busy"
    template = N_("The store {store} is busy with another program. Try again in a moment.")
    http_status = 503
    retryable = True


class StoreDamagedError(StoreError):
    """The catalogue cannot be read."""

    code = "store.damaged"
    template = N_("The catalogue of the store {store} is damaged: {reason}")
    exit_code = 5


class StoreFullError(StoreError):
    """No space is left for what was to be written."""

    code = "store.full"
    template = N_("There is no space left in {store}. What was being written was not kept.")
    http_status = 507


class StoreClosedError(StoreError):
    """A call came after the store was closed."""

    code = "store.closed"
    template = N_("The store {store} is closed.")
    is_bug = True


class StoreLockedError(StoreError):
    """An encrypted store was to be opened without anything that opens it."""

    code = "store.locked"
    template = N_("The store {store} is encrypted. It opens with its passphrase or recovery key.")
    http_status = 401
    exit_code = 3


class WrongPassphraseError(StoreLockedError):
    """What was given does not open the store."""

    code = "store.wrong_passphrase"
    template = N_(
        "This is not the passphrase of the store {store}, nor its recovery key. Check the keyboard "
        "layout and Caps Lock."
    )


class NotEncryptedError(StoreError):
    """Keys were asked for in a store that has none."""

    code = "store.not_encrypted"
    template = N_("The store {store} is not encrypted. Encrypt it with: reviewer keys encrypt")
    http_status = 409
    exit_code = 2


class KeyRingDamagedError(StoreDamagedError):
    """The file that holds a store's keys cannot be read: without it, nothing can."""

    code = "store.key_ring"
    template = N_(
        "The key ring of the store {store} is damaged: {reason}. Put back the last copy of it."
    )


class KeyRingMissingError(KeyRingDamagedError):
    """The store is encrypted, and the file with its keys is not where it should be."""

    code = "store.key_ring_missing"
    template = N_(
        "The store {store} is encrypted, and its key ring is not at {ring}. Put it back there: "
        "nothing opens the store without it."
    )


class KeyRingOlderError(StoreError):
    """Keys were to be changed in a ring that lacks some: another one has them."""

    code = "store.key_ring_older"
    template = N_(
        "The key ring {ring} is an older copy: content of the store {store} is under key {number}, "
        "which it does not have. Put the newest copy in its place; until then no key is changed."
    )
    http_status = 409


class SharedRingError(StoreError):
    """A store's folder was copied while its ring was kept elsewhere: the ring is the other's."""

    code = "store.shared_ring"
    template = N_(
        "The key ring {ring} belongs to the store {other}, of which {store} is a copy: changing "
        "it here would close that one for good. Where the other is not needed any more, remove "
        "it; else give this store a key ring of its own: reviewer keys ring FILE"
    )
    http_status = 409


class SystemKeysError(ReviewerError):
    """The system's key store is absent or refuses."""

    code = "keys.system"
    template = N_(
        "The system's key store cannot be used: {reason}. The passphrase opens the store as before."
    )
