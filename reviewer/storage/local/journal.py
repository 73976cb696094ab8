"""Writing the audit log of a store: the key that signs it, and a pen for each session.

What changes something is told in the transaction that changes it, so that there is neither a
change without its entry nor an entry without its change. What only reads is told before the
content is handed out.
"""

from __future__ import annotations

import platform
import threading
import time
from typing import TYPE_CHECKING, Final

from reviewer.crypto.secret import Secret
from reviewer.crypto.signing import Signer, is_signed, new_signing_key
from reviewer.models.audit import MAX_ORIGIN, Act, Event, Purpose, Series
from reviewer.models.ids import WallUs
from reviewer.storage.catalogue import audit, founding, sign_ins
from reviewer.storage.local.clock import now_us

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from sqlalchemy import Connection

    from reviewer.models.audit import Detail
    from reviewer.models.ids import Giid, InteractionId
    from reviewer.storage.catalogue.engine import Database

_KEY: Final = "audit_key"
"""Key in `meta` of the private key: it signs against those who change the log from outside the
program; whoever owns the whole store is caught by anchors kept elsewhere only."""
_AGAIN_S: Final = 60.0
"""The same user doing the same to the same within this time is one entry."""
_REMEMBERED: Final = 4_096


class Journal:
    """The log of an open store. Thread: any.

    Args:
        database: The catalogue.
        store_id: What the store is known by.
        clock: Says when something was done, microseconds UTC.
    """

    def __init__(
        self, database: Database, store_id: str, clock: Callable[[], int] = now_us
    ) -> None:
        self._database = database
        self.store_id = store_id
        self.clock = clock
        with database.read() as connection:
            kept = founding.read_meta(connection, _KEY)
        self._signer = Signer(Secret(bytes.fromhex(kept))) if kept else self._begin()

    @property
    def public(self) -> bytes:
        """The key that the log's end is verified with, 32 bytes."""
        return self._signer.public

    def write(self, connection: Connection, events: Sequence[Event]) -> range:
        """Enter events in the transaction of what they tell; return their entries' numbers."""
        return audit.append(connection, self.store_id, events, self._signer.sign)

    def write_series(self, connection: Connection, series: Series) -> range:
        """Enter the same done to very many; as `write`."""
        return audit.append_series(connection, self.store_id, series, self._signer.sign)

    def record(self, *events: Event, sign_in: int = 0) -> None:
        """Enter events that changed nothing, in a transaction of their own.

        Args:
            events: What was done.
            sign_in: Where the user who did it is signed in, which is used then; 0: not told.

        Raises:
            StoreError: They could not be written; what they tell of must not happen then.
        """
        with self._database.write() as connection:
            self.write(connection, events)
            if sign_in and events:
                sign_ins.touch(connection, sign_in, events[-1].at_us)

    def sign(self, message: bytes) -> bytes:
        """Return this store's signature of a message, 64 bytes."""
        return self._signer.sign(message)

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Return whether this store's key signed a message."""
        return is_signed(message, signature, self.public)

    def _begin(self) -> Signer:
        with self._database.write() as connection:
            # Another program may have begun it meanwhile.
            kept = founding.read_meta(connection, _KEY)
            key = Secret(bytes.fromhex(kept)) if kept else new_signing_key()
            signer = Signer(key)
            if not kept:
                founding.write_meta(connection, _KEY, key.data.hex())
                begun_us = self.clock()
                audit.begin(connection, self.store_id, "", begun_us, signer.public, signer.sign)
        return signer


class Pen:
    """Writes what one session does into the log. Thread: any.

    Attributes:
        sign_in: Where the user is signed in, 0 before they are.
        reasons: Interactions that the user said why to open.

    Args:
        journal: The store's.
        login: Whose session.
        origin: From where: a face of the program; the machine's name is added.
    """

    def __init__(self, journal: Journal, login: str, origin: str) -> None:
        self.journal = journal
        self._login = login
        self._origin = origin_of(origin)
        self.sign_in = 0
        self.reasons: set[int] = set()
        self._lock = threading.Lock()
        self._done_s: dict[Hashable, float] = {}

    def event(
        self,
        act: Act,
        interaction_id: InteractionId | int = 0,
        giid: Giid | str = "",
        detail: Detail | None = None,
    ) -> Event:
        """Return an event of now."""
        now = WallUs(self.journal.clock())
        return Event(now, self._login, act, interaction_id, giid, detail or {}, self._origin)

    def series(
        self, act: Act, at_us: WallUs, items: Sequence[tuple[InteractionId, Giid, str]]
    ) -> Series:
        """Return the same done to very many; `items`: see `Series`."""
        return Series(at_us, self._login, act, self._origin, items)

    def write(
        self,
        connection: Connection,
        act: Act,
        interaction_id: InteractionId | int = 0,
        giid: Giid | str = "",
        detail: Detail | None = None,
    ) -> None:
        """Enter what the transaction of `connection` does."""
        self.journal.write(connection, [self.event(act, interaction_id, giid, detail)])

    def record(
        self,
        act: Act,
        interaction_id: InteractionId | int = 0,
        giid: Giid | str = "",
        detail: Detail | None = None,
    ) -> None:
        """Enter what reads only, in a transaction of its own."""
        event = self.event(act, interaction_id, giid, detail)
        self.journal.record(event, sign_in=self.sign_in)

    def record_once(
        self,
        act: Act,
        interaction_id: InteractionId | int = 0,
        giid: Giid | str = "",
        detail: Detail | None = None,
        *,
        same: Hashable = None,
    ) -> None:
        """Enter what reads only, unless the session told the same within a minute.

        Args:
            act: What.
            interaction_id: On which interaction.
            giid: Its GIID.
            detail: What more there is to say.
            same: What else makes it the same, beside act and interaction.
        """
        key = (act, int(interaction_id), same)
        with self._lock:
            if self._is_recent(key):
                return
            self.record(act, interaction_id, giid, detail)
            if len(self._done_s) >= _REMEMBERED:
                self._done_s.clear()
            self._done_s[key] = time.monotonic()

    def read(self, purpose: Purpose, interaction_id: InteractionId, giid: Giid | str) -> None:
        """Enter that an interaction is read, before it is handed out.

        Preparing what the session has open anyway tells nothing new.
        """
        if purpose is Purpose.PREPARE:
            opened = (Act.OPENED, int(interaction_id), None)
            with self._lock:
                if opened in self._done_s:
                    return
        self.record_once(purpose.act, interaction_id, giid)

    def _is_recent(self, key: Hashable) -> bool:
        done_s = self._done_s.get(key)
        return done_s is not None and time.monotonic() - done_s < _AGAIN_S


def origin_of(face: str) -> str:
    """Return where something is done from: the program's face and this machine's name."""
    machine = platform.node()
    return f"{face}@{machine}"[:MAX_ORIGIN] if machine else face[:MAX_ORIGIN]
