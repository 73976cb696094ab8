"""The key ring: what wraps the data keys of objects and opens the catalogue, itself locked.

A ring is a small document that each of its locks opens alone: a passphrase, the recovery key, the
system's key store, a key file. Every version of it is sealed with a key of its own, wrapped by
each lock's; inside are the keys for content (the last one wraps new data keys, earlier ones go on
unwrapping), the catalogue's key, and the locks' own keys, so that who has opened a ring can write
the next version for every lock.
"""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from reviewer.crypto.passphrase import Derivation
from reviewer.crypto.secret import Secret
from reviewer.crypto.wrapping import (
    NotOpenedError,
    derive,
    unwrap,
    wrap,
    wrapping_purpose,
)
from reviewer.errors import N_, KeyRingDamagedError, WrongPassphraseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORMAT: Final = 1
MOST_BYTES: Final = 16 << 20
"""Size beyond which a file is no ring; one that could be so large is not written."""
_WAY_IN: Final = "reviewer-lock-1 "


class LockKind(StrEnum):
    """What opens a ring. Values are stored."""

    PASSPHRASE = "passphrase"  # noqa: S105 (a name)
    RECOVERY = "recovery"
    SYSTEM = "system"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Lock:
    """One way to open a ring.

    Attributes:
        made_us: When it was set, microseconds UTC.
        derivation: How its key comes of a passphrase; None where the secret is random.
    """

    kind: LockKind
    made_us: int
    derivation: Derivation | None = None

    def key_of(self, secret: str | Secret) -> Secret | None:
        """Return the lock's key; None where such a secret is nothing to this lock."""
        if isinstance(secret, str):
            return self.derivation.derive(secret) if self.derivation is not None else None
        return derive(secret, f"reviewer lock {self.kind}") if self.derivation is None else None

    def plain(self) -> dict[str, Any]:
        """Return it as JSON values."""
        derivation = self.derivation.plain() if self.derivation is not None else None
        return {"kind": self.kind.value, "made_us": self.made_us, "derivation": derivation}

    @classmethod
    def of_plain(cls, values: Mapping[str, Any]) -> Lock:
        """Return it from JSON values; raises ValueError, KeyError, TypeError."""
        derivation = values["derivation"]
        return cls(
            LockKind(values["kind"]),
            int(values["made_us"]),
            None if derivation is None else Derivation.of_plain(derivation),
        )


@dataclass(frozen=True, slots=True)
class RingKey:
    """A key for content.

    Attributes:
        number: Grows; never used again.
        made_us: When it was made, microseconds UTC.
        secret: The key; None after it was destroyed.
        destroyed_us: When that was.
    """

    number: int
    made_us: int
    secret: Secret | None
    destroyed_us: int | None = None


@dataclass(frozen=True, slots=True)
class KeyRing:
    """An opened ring; changing it gives another one. Thread: any.

    Attributes:
        ring_id: Tells rings apart, in the system's key store for one.
        keys: Keys for content by number; the last one is the current.
        catalogue: Keys of the catalogue's file, the newest first; several while it is changed.
        locks: What opens it.
        lock_keys: Their keys.
        opened_by: The lock it was opened by.
        seals_catalogue: Whether the catalogue's file is encrypted, so that none in the clear takes
            its place.
        home: Folder of the store that the ring belongs to, where it is kept elsewhere; "": it is
            in that folder, or nobody has noted it yet.
    """

    ring_id: str
    keys: tuple[RingKey, ...]
    catalogue: tuple[Secret, ...]
    locks: tuple[Lock, ...] = ()
    lock_keys: Mapping[LockKind, Secret] = field(default_factory=dict)
    opened_by: LockKind | None = None
    seals_catalogue: bool = False
    home: str = ""

    @classmethod
    def make(cls, now_us: int) -> KeyRing:
        """Return a new ring with its first key; it has no lock yet."""
        first = RingKey(1, now_us, Secret.random())
        return cls(str(uuid.uuid4()), (first,), (Secret.random(),))

    # --- keys

    @property
    def current(self) -> RingKey:
        """The key that wraps new data keys."""
        return self.keys[-1]

    def has(self, number: int) -> bool:
        """Return whether there is a key of that number that was not destroyed."""
        return any(key.number == number and key.secret is not None for key in self.keys)

    def wrap(self, data_key: Secret, kind: bytes, object_id: str) -> tuple[int, bytes]:
        """Return the number of the current key, and an object's data key wrapped by it."""
        number, secret = self.current.number, self.current.secret
        if secret is None:
            raise NotOpenedError
        return number, wrap(secret, data_key.data, wrapping_purpose(number, kind, object_id))

    def unwrap(self, number: int, wrapped: bytes, kind: bytes, object_id: str) -> Secret:
        """Return an object's data key.

        Raises:
            NotOpenedError: The key of that number is not here, or this is not its work.
        """
        for key in self.keys:
            if key.number == number and key.secret is not None:
                return unwrap(key.secret, wrapped, wrapping_purpose(number, kind, object_id))
        raise NotOpenedError

    def with_new_key(self, now_us: int) -> KeyRing:
        """Return a ring with a new current key; earlier ones are kept."""
        key = RingKey(self.current.number + 1, now_us, Secret.random())
        return replace(self, keys=(*self.keys, key))

    def with_new_catalogue_key(self) -> KeyRing:
        """Return a ring with a fresh key for the catalogue, in front of those it has.

        None of them is given up: the file may be under any of them.
        """
        return replace(self, catalogue=(Secret.random(), *self.catalogue))

    def without_old_keys(self, number: int, now_us: int) -> KeyRing:
        """Return a ring without earlier keys for content: what they wrapped is lost with them.

        Args:
            number: Keys before this one are destroyed. Later ones stay: another program may have
                made them meanwhile.
            now_us: When, microseconds UTC.
        """
        keys = tuple(
            key
            if key.number >= number or key.secret is None
            else replace(key, secret=None, destroyed_us=now_us)
            for key in self.keys
        )
        return replace(self, keys=keys)

    def with_catalogue_key(self, key: Secret) -> KeyRing:
        """Return a ring whose one key for the catalogue is what its file is under now."""
        return replace(self, catalogue=(key,))

    def sealing_catalogue(self, *, sealed: bool) -> KeyRing:
        """Return a ring that notes whether the catalogue's file is encrypted."""
        return replace(self, seals_catalogue=sealed)

    def at_home(self, folder: str) -> KeyRing:
        """Return a ring that notes the folder of the store that it belongs to; "": its own."""
        return replace(self, home=folder)

    # --- locks

    def with_passphrase(
        self, passphrase: str, now_us: int, derivation: Derivation | None = None
    ) -> KeyRing:
        """Return a ring that this passphrase opens, and no earlier one."""
        lock = Lock(LockKind.PASSPHRASE, now_us, derivation or Derivation.fresh())
        return self.with_lock(lock, lock.key_of(passphrase))

    def with_secret(self, kind: LockKind, secret: Secret, now_us: int) -> KeyRing:
        """Return a ring that a random secret opens, and no earlier one of its kind."""
        lock = Lock(kind, now_us)
        return self.with_lock(lock, lock.key_of(secret))

    def without_lock(self, kind: LockKind) -> KeyRing:
        """Return a ring that a kind of lock no longer opens.

        Where it was opened by that one, another one it has takes its place.
        """
        locks = tuple(lock for lock in self.locks if lock.kind is not kind)
        keys = {other: key for other, key in self.lock_keys.items() if other is not kind}
        opened_by = self.opened_by
        if opened_by is kind:
            opened_by = next(iter(keys), None)
        return replace(self, locks=locks, lock_keys=keys, opened_by=opened_by)

    def with_locks_of(self, before: KeyRing) -> KeyRing:
        """Return a ring with the locks that it had before, and the keys that it has now."""
        return replace(
            self, locks=before.locks, lock_keys=before.lock_keys, opened_by=before.opened_by
        )

    def lock(self, kind: LockKind) -> Lock | None:
        """Return the lock of a kind, None if there is none."""
        return next((lock for lock in self.locks if lock.kind is kind), None)

    @property
    def way_in(self) -> str:
        """A text that opens this ring for another process of the program; as secret as a key."""
        if self.opened_by is None:
            raise NotOpenedError
        return f"{_WAY_IN}{self.opened_by} {self.lock_keys[self.opened_by].data.hex()}"

    def is_opened_by(self, kind: LockKind, secret: str | Secret) -> bool:
        """Return whether a secret is the one that a lock was set with."""
        lock = self.lock(kind)
        return lock is not None and lock.key_of(secret) == self.lock_keys[kind]

    def with_lock(self, lock: Lock, key: Secret | None) -> KeyRing:
        """Return a ring that a lock opens by its key, and no earlier lock of its kind.

        Raises:
            NotOpenedError: There is no key: what it came of is nothing to such a lock.
        """
        if key is None:
            raise NotOpenedError
        rest = self.without_lock(lock.kind)
        return replace(
            rest,
            locks=(*rest.locks, lock),
            lock_keys={**rest.lock_keys, lock.kind: key},
            opened_by=self.opened_by or lock.kind,
        )

    # --- the document

    def document(self) -> bytes:
        """Return the ring sealed for its locks, to be kept in a file."""
        seal = Secret.random()
        head: dict[str, Any] = {"reviewer_ring": FORMAT, "ring": self.ring_id, "locks": []}
        for lock in self.locks:
            plain = lock.plain()
            wrapped = wrap(self.lock_keys[lock.kind], seal.data, _lock_purpose(self.ring_id, plain))
            head["locks"].append(plain | {"seal": _to_text(wrapped)})
        body = json.dumps(self._inside(), separators=(",", ":")).encode()
        head["keys"] = _to_text(wrap(seal, body, _ring_purpose(head)))
        return json.dumps(head, indent=1).encode() + b"\n"

    def _inside(self) -> dict[str, Any]:
        return {
            "keys": [
                {
                    "number": key.number,
                    "made_us": key.made_us,
                    "key": None if key.secret is None else key.secret.data.hex(),
                    "destroyed_us": key.destroyed_us,
                }
                for key in self.keys
            ],
            "catalogue": [key.data.hex() for key in self.catalogue],
            "locks": {kind.value: key.data.hex() for kind, key in self.lock_keys.items()},
            "seals_catalogue": self.seals_catalogue,
            "home": self.home,
        }

    def reopened(self, document: bytes, store: str) -> KeyRing:
        """Return what another program made of the ring meanwhile.

        Raises:
            WrongPassphraseError: The lock this one was opened by was changed.
            KeyRingDamagedError: It is no ring.
        """
        closed = ClosedRing(document, store)
        if self.opened_by is None:
            raise WrongPassphraseError(store=store)
        return closed.open_with(self.opened_by, self.lock_keys[self.opened_by])

    def wipe(self) -> None:
        """Overwrite every key in memory; the ring cannot be used after."""
        for secret in self._secrets():
            secret.wipe()

    def _secrets(self) -> Iterator[Secret]:
        yield from (key.secret for key in self.keys if key.secret is not None)
        yield from self.catalogue
        yield from self.lock_keys.values()


class ClosedRing:
    """A ring's document before it is opened.

    Args:
        document: As it was in the file.
        store: What errors call the store.

    Raises:
        KeyRingDamagedError: It is none.
    """

    def __init__(self, document: bytes, store: str) -> None:
        self._store = store
        try:
            head = json.loads(document)
            if head["reviewer_ring"] != FORMAT:
                raise KeyRingDamagedError(store=store, reason=N_("its format is not known here"))
            self.ring_id = str(uuid.UUID(head["ring"]))
            self._seals: dict[LockKind, bytes] = {}
            locks: list[Lock] = []
            for values in head["locks"]:
                lock = Lock.of_plain(values)
                self._seals[lock.kind] = _of_text(values["seal"])
                locks.append(lock)
            self.locks = tuple(locks)
            self._body = _of_text(head.pop("keys"))
            self._purpose = _ring_purpose(head)
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            RecursionError,
            TypeError,
            ValueError,
        ):
            raise self._damaged() from None

    def lock(self, kind: LockKind) -> Lock | None:
        """Return the lock of a kind, None if there is none."""
        return next((lock for lock in self.locks if lock.kind is kind), None)

    def open(self, kind: LockKind, secret: str | Secret) -> KeyRing:
        """Open it; for a passphrase this takes half a second.

        Raises:
            WrongPassphraseError: It does not open; KeyRingDamagedError: what is inside is damaged.
        """
        lock = self.lock(kind)
        key = lock.key_of(secret) if lock is not None else None
        if key is None:
            raise WrongPassphraseError(store=self._store)
        return self.open_with(kind, key)

    def open_by_way_in(self, text: str) -> KeyRing | None:
        """Open it with what `KeyRing.way_in` gave; None where the text is no such thing.

        Raises as `open`.
        """
        kind, _, key = text.removeprefix(_WAY_IN).partition(" ")
        if not text.startswith(_WAY_IN) or kind not in set(LockKind):
            return None
        try:
            return self.open_with(LockKind(kind), _secret(key))
        except ValueError:
            return None

    def open_with(self, kind: LockKind, key: Secret) -> KeyRing:
        """Open it with a lock's key. Raises as `open`."""
        lock = self.lock(kind)
        if lock is None:
            raise WrongPassphraseError(store=self._store)
        try:
            seal = unwrap(key, self._seals[kind], _lock_purpose(self.ring_id, lock.plain()))
        except NotOpenedError:
            raise WrongPassphraseError(store=self._store) from None
        try:
            body = unwrap(seal, self._body, self._purpose)
            return self._ring_of(json.loads(bytes(body.data)), kind)
        except (NotOpenedError, ValueError, KeyError, TypeError):
            raise self._damaged() from None

    def _ring_of(self, inside: Mapping[str, Any], kind: LockKind) -> KeyRing:
        keys = tuple(
            RingKey(
                values["number"],
                values["made_us"],
                None if values["key"] is None else _secret(values["key"]),
                values["destroyed_us"],
            )
            for values in inside["keys"]
        )
        return KeyRing(
            ring_id=self.ring_id,
            keys=keys,
            catalogue=tuple(_secret(text) for text in inside["catalogue"]),
            locks=self.locks,
            lock_keys={LockKind(name): _secret(text) for name, text in inside["locks"].items()},
            opened_by=kind,
            # Rings of before the note was made are told so when they are next opened.
            seals_catalogue=inside.get("seals_catalogue") is True,
            home=str(inside.get("home", "")),
        )

    def _damaged(self) -> KeyRingDamagedError:
        return KeyRingDamagedError(store=self._store, reason=N_("it was changed or cut"))


def _lock_purpose(ring_id: str, lock: Mapping[str, Any]) -> bytes:
    return f"reviewer ring lock 1\0{ring_id}\0".encode() + _canonical(lock)


def _ring_purpose(head: Mapping[str, Any]) -> bytes:
    return b"reviewer ring 1\0" + _canonical(head)


def _canonical(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode()


def _to_text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _of_text(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    if _to_text(data) != text:
        # Bits that mean nothing were changed: it is not what was written.
        raise ValueError
    return data


def _secret(text: str) -> Secret:
    return Secret(bytes.fromhex(text))
