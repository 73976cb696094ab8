"""What errors of the server and its driver mean for a store. Imported inside `storage` only.

The driver's own words reach nobody: they quote what is stored, are in the server's language, and
may have parts of the address in them.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from reviewer.errors import (
    N_,
    CancelledError,
    InternalError,
    ReviewerError,
    StoreBusyError,
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreNotFoundError,
    StoreNotWritableError,
    StoreRefusedError,
    StoreUnreachableError,
)
from reviewer.storage.faults import telling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reviewer.models.progress import Cancellation

CANCELLED: Final = "57014"

_KINDS: Final[Mapping[str, type[StoreError]]] = {
    "40001": StoreBusyError,
    "40P01": StoreBusyError,
    "55006": StoreBusyError,
    "55P03": StoreBusyError,
    CANCELLED: StoreBusyError,
    "53300": StoreBusyError,
    "53100": StoreFullError,
    "25006": StoreNotWritableError,
    "3D000": StoreNotFoundError,
}
_NO_RIGHTS: Final = "42501"
_DAMAGED: Final[Mapping[str, str]] = {
    "XX001": N_("a part of it cannot be read"),
    "XX002": N_("an index does not agree with its table"),
    "42P01": N_("it is not a catalogue of Reviewer"),
    "42703": N_("it is not a catalogue of Reviewer"),
}
_LOST: Final = ("08", "57P")
"""Beginnings of states in which the server is not there, or is going."""


@contextmanager
def translating(store: str, cancel: Cancellation | None = None) -> Iterator[None]:
    """Raise what driver and file system raise as errors of the store at `store`."""
    try:
        with telling(store):
            yield
    except (DBAPIError, psycopg.Error) as error:
        raise translate(error, store, cancel) from error
    except PoolTimeoutError as error:
        raise StoreBusyError(store=store) from error


def translate(
    error: DBAPIError | psycopg.Error, store: str, cancel: Cancellation | None = None
) -> ReviewerError:
    """Return what an error of the driver means for the store at `store`."""
    driver = error.orig if isinstance(error, DBAPIError) else error
    state = state_of(error)
    if state is None and isinstance(driver, psycopg.OperationalError):
        return _unconnected(driver, store)
    if state is None:
        return InternalError(reason=type(driver).__name__)
    if state == CANCELLED and cancel is not None and cancel.is_cancelled:
        return CancelledError(resume="")
    if state in _KINDS:
        return _KINDS[state](store=store)
    if state in _DAMAGED:
        return StoreDamagedError(store=store, reason=_DAMAGED[state])
    if state == _NO_RIGHTS:
        reason = N_("the database does not give this user the rights it needs")
        return StoreRefusedError(store=store, reason=reason)
    if state.startswith("28"):
        return StoreRefusedError(store=store, reason=_WRONG)
    if state.startswith(_LOST):
        return StoreUnreachableError(store=store, reason=N_("the connection was lost"))
    if state.startswith("53"):
        return StoreError(store=store, reason=N_("the server has not enough memory for it"))
    return InternalError(reason=f"{type(driver).__name__} {state}")


def state_of(error: DBAPIError | psycopg.Error) -> str | None:
    """Return the five characters by which SQL names an error; None where there are none."""
    driver = error.orig if isinstance(error, DBAPIError) else error
    return getattr(driver, "sqlstate", None)


_WRONG: Final = N_("the user's name, the password or the name of the database is wrong")


def _unconnected(driver: psycopg.OperationalError, store: str) -> ReviewerError:
    """Return why no connection came about, or why one broke; the server tells no state then."""
    told = str(driver)
    connection = driver.pgconn
    if connection is not None and connection.needs_password:
        reason = N_(
            "the server asks for a password; put it into the file .pgpass or into $PGPASSWORD"
        )
        return StoreRefusedError(store=store, reason=reason)
    if "FATAL:" not in told:
        return StoreUnreachableError(store=store, reason=_why_unreachable(told))
    # Only the server's words tell these apart, where they are English.
    if "password authentication failed" in told:
        reason = N_("the user's name or the password is wrong")
        return StoreRefusedError(store=store, reason=reason)
    if 'database "' in told and "does not exist" in told:
        return StoreNotFoundError(store=store)
    if "too many" in told or "remaining connection slots" in told:
        return StoreBusyError(store=store)
    if "starting up" in told or "shutting down" in told:
        return StoreUnreachableError(store=store, reason=N_("the server is not ready yet"))
    return StoreRefusedError(store=store, reason=_WRONG)


def _why_unreachable(told: str) -> str:
    if "resolve" in told or "translate host name" in told:
        return N_("there is no such host")
    if "refused" in told or "No such file" in told:
        return N_("no server listens there")
    if "timeout" in told or "timed out" in told:
        return N_("it does not answer")
    if "SSL" in told or "certificate" in told:
        return N_("no secure connection with it came about")
    return N_("no connection came about")
