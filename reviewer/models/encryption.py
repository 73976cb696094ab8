"""What is stored encrypted: kinds of content that the administrator ticks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from reviewer.errors import N_
from reviewer.models.recording import RecordingKind

if TYPE_CHECKING:
    from collections.abc import Mapping


class SealedKind(StrEnum):
    """A kind of content that can be stored encrypted. Values are stored: never change one."""

    CHAT = "chat"
    SMS = "sms"
    EMAIL = "email"
    SCREEN = "screen"
    VOICE = "voice"


ALL_SEALED: Final = frozenset(SealedKind)

TITLES: Final[Mapping[SealedKind, str]] = {
    SealedKind.CHAT: N_("chats"),
    SealedKind.SMS: N_("SMS"),
    SealedKind.EMAIL: N_("stored emails with attachments"),
    SealedKind.SCREEN: N_("screen recordings"),
    SealedKind.VOICE: N_("voice recordings with their transcripts"),
}
"""What a kind is called, as message ids."""

_SMS: Final = "sms"
_KINDS: Final = {
    RecordingKind.SCREEN: SealedKind.SCREEN,
    RecordingKind.EMAIL: SealedKind.EMAIL,
    RecordingKind.CHAT_TRANSCRIPT: SealedKind.CHAT,
}


def sealed_kind(kind: RecordingKind, medium: str) -> SealedKind:
    """Return which tick decides about a recording.

    Args:
        kind: The recording's.
        medium: Its interaction's; an SMS is a chat whose medium is SMS.
    """
    found = _KINDS.get(kind, SealedKind.VOICE)
    if found is SealedKind.CHAT and medium.casefold() == _SMS:
        return SealedKind.SMS
    return found


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """A key for content, without what it is.

    Attributes:
        number: Grows.
        made_us: When it was made, microseconds UTC.
        destroyed_us: When it was destroyed; None while it decrypts.
        objects: How many objects it protects.
        current: Whether new content comes under it.
    """

    number: int
    made_us: int
    destroyed_us: int | None
    objects: int
    current: bool


@dataclass(frozen=True, slots=True)
class EncryptionState:
    """How a store is encrypted.

    Attributes:
        encrypted: Whether it is at all.
        sealed: Kinds of content that are.
        keys: Its keys, the current one first.
        locks: What opens it (`passphrase`, `recovery`, `system`, `file`), and when it was set.
        ring: Where its key ring is; "" for none.
        ring_of: Folder of another store that the ring belongs to, of which this is a copy; "": it
            is its own.
        in_clear: Objects of those kinds that are still in the clear.
        outdated: Objects under an earlier key than the current.
        unknown: Objects under later keys than the ring has: it is an older copy.
        unfinished: Whether destroying earlier keys was interrupted and can go on.
    """

    encrypted: bool
    sealed: frozenset[SealedKind] = frozenset()
    keys: tuple[KeyInfo, ...] = ()
    locks: tuple[tuple[str, int], ...] = ()
    ring: str = ""
    ring_of: str = ""
    in_clear: int = 0
    outdated: int = 0
    unknown: int = 0
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Reencrypted:
    """What re-encryption did.

    Attributes:
        sealed: Objects that were sealed, or given a key of their own anew.
        unsealed: Objects that are in the clear now.
        rewrapped: Objects whose key came under the current one.
        failed: Name and sentence of what could not be read; it is as it was.
    """

    sealed: int = 0
    unsealed: int = 0
    rewrapped: int = 0
    failed: tuple[tuple[str, str], ...] = ()
