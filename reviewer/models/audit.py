"""The audit log: who did what to what and when, chained so that a change shows.

Each entry's hash covers the hash before it, so that an entry changed, removed or moved breaks the
chain; the last hash is signed, so that a cut end shows too, and can be taken out of the store as
an anchor, so that even a log made anew as a whole shows. Values only; imports nothing below.

An entry holds no text, number or name of a customer: it stays when content is deleted for good.
The one text that a user types into it is why something sensitive was opened; who asks says so.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from reviewer.errors import N_, Reason, UsageError
from reviewer.models.access import Privilege

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from reviewer.models.ids import Giid, InteractionId, WallUs

Detail: TypeAlias = "Mapping[str, str | int | list[str]]"
"""What more there is to say of an act: codes, counts and names of our own kinds."""

# Made once: `json.dumps` with options of its own makes an encoder a call. The array that is
# chained is put together of its parts: an encoder takes twice as long, and there are very many.
_quoted = json.encoder.encode_basestring
_encode_sorted = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode

NOTHING_BEFORE: Final = bytes(32)
"""The hash before the first entry."""
MAX_ORIGIN: Final = 200
MAX_OPENING_REASON: Final = 300
"""Characters of why something sensitive was opened."""


class Act(StrEnum):
    """What was done. Values are stored and chained: never change one."""

    LOG_BEGUN = "log.begun"
    LOGGED_IN = "login"
    LOGIN_FAILED = "login.failed"
    LOCKED_OUT = "login.locked"
    UNLOCKED = "login.unlocked"
    SIGNED_OUT = "login.signed_out"
    REASON_GIVEN = "reason.given"
    SEARCHED = "searched"
    OPENED = "opened"
    PLAYED = "played"
    PREPARED = "prepared"
    DOWNLOADED = "downloaded"
    LINK_COPIED = "link.copied"
    EXPORTED = "exported"
    CLIPPED = "clipped"
    EVALUATED = "evaluated"
    COMMENTED = "commented"
    COMMENT_DELETED = "comment.deleted"
    TAGGED = "tagged"
    DISPOSITION_CHANGED = "disposition.changed"
    IMPORTED = "imported"
    DELETED = "deleted"
    EXPIRED = "expired"
    REDACTED = "redacted"
    ERASING_ABANDONED = "erasing.abandoned"
    REQUEST_MADE = "request.made"
    REQUEST_APPROVED = "request.approved"
    REQUEST_REFUSED = "request.refused"
    CONTENT_REPLACED = "content.replaced"
    TAKEN_IN = "interaction.taken_in"
    HOLD_SET = "hold.set"
    HOLD_LIFTED = "hold.lifted"
    RETENTION_CHANGED = "retention.changed"
    RETENTION_RUN = "retention.run"
    ASKED_WHAT_IF = "asked.what_if"
    USER_ADDED = "user.added"
    USER_CHANGED = "user.changed"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 (what was done)
    ROLE_ADDED = "role.added"
    ROLE_CHANGED = "role.changed"
    ROLE_DELETED = "role.deleted"
    SETTINGS_CHANGED = "settings.changed"
    CATEGORIES_CHANGED = "categories.changed"
    SET_SHARED = "set.shared"
    SET_CHANGED = "set.changed"
    SET_DELETED = "set.deleted"
    KEY_CREATED = "key.created"
    KEYS_ROLLED = "keys.rolled"
    KEY_DESTROYED = "key.destroyed"
    REENCRYPTED = "reencrypted"
    ENCRYPTION_CHANGED = "encryption.changed"
    EXAMINED = "store.examined"
    REPAIRED = "store.repaired"
    CATALOGUE_ACCEPTED = "store.catalogue_accepted"
    BACKED_UP = "store.backed_up"
    RESTORED = "store.restored"
    MOVED = "store.moved"
    LOG_VIEWED = "log.viewed"
    LOG_EXPORTED = "log.exported"


_A = Act
TITLES: Final[Mapping[Act, str]] = {
    _A.LOG_BEGUN: N_("log begun"),
    _A.LOGGED_IN: N_("logged in"),
    _A.LOGIN_FAILED: N_("login failed"),
    _A.LOCKED_OUT: N_("locked out"),
    _A.UNLOCKED: N_("unlocked"),
    _A.SIGNED_OUT: N_("signed out elsewhere"),
    _A.REASON_GIVEN: N_("said why before opening"),
    _A.SEARCHED: N_("searched"),
    _A.OPENED: N_("opened"),
    _A.PLAYED: N_("played"),
    _A.PREPARED: N_("prepared for opening"),
    _A.DOWNLOADED: N_("downloaded"),
    _A.LINK_COPIED: N_("copied a link"),
    _A.EXPORTED: N_("exported"),
    _A.CLIPPED: N_("made a clip"),
    _A.EVALUATED: N_("evaluated"),
    _A.COMMENTED: N_("commented"),
    _A.COMMENT_DELETED: N_("deleted a comment"),
    _A.TAGGED: N_("changed tags"),
    _A.DISPOSITION_CHANGED: N_("changed the disposition"),
    _A.IMPORTED: N_("brought in"),
    _A.DELETED: N_("deleted content"),
    _A.EXPIRED: N_("expired content"),
    _A.REDACTED: N_("redacted"),
    _A.ERASING_ABANDONED: N_("gave up a deletion"),
    _A.REQUEST_MADE: N_("asked for a second person"),
    _A.REQUEST_APPROVED: N_("agreed to what another asked for"),
    _A.REQUEST_REFUSED: N_("refused what was asked for"),
    _A.CONTENT_REPLACED: N_("replaced content by an import"),
    _A.TAKEN_IN: N_("took in another interaction by an import"),
    _A.HOLD_SET: N_("set a legal hold"),
    _A.HOLD_LIFTED: N_("lifted a legal hold"),
    _A.RETENTION_CHANGED: N_("changed retention rules"),
    _A.RETENTION_RUN: N_("ran retention"),
    _A.ASKED_WHAT_IF: N_("asked what would be lost"),
    _A.USER_ADDED: N_("added a user"),
    _A.USER_CHANGED: N_("changed a user"),
    _A.PASSWORD_CHANGED: N_("changed a password"),
    _A.ROLE_ADDED: N_("added a role"),
    _A.ROLE_CHANGED: N_("changed a role"),
    _A.ROLE_DELETED: N_("deleted a role"),
    _A.SETTINGS_CHANGED: N_("changed settings"),
    _A.CATEGORIES_CHANGED: N_("changed evaluation categories"),
    _A.SET_SHARED: N_("shared a criteria set"),
    _A.SET_CHANGED: N_("changed a shared criteria set"),
    _A.SET_DELETED: N_("deleted a criteria set"),
    _A.KEY_CREATED: N_("created a key"),
    _A.KEYS_ROLLED: N_("rolled the keys"),
    _A.KEY_DESTROYED: N_("destroyed a key"),
    _A.REENCRYPTED: N_("re-encrypted"),
    _A.ENCRYPTION_CHANGED: N_("changed encryption"),
    _A.EXAMINED: N_("examined the store"),
    _A.REPAIRED: N_("repaired the store"),
    _A.CATALOGUE_ACCEPTED: N_("took an older catalogue as it is"),
    _A.BACKED_UP: N_("backed up the store"),
    _A.RESTORED: N_("restored the store from a backup"),
    _A.MOVED: N_("moved the store"),
    _A.LOG_VIEWED: N_("viewed the audit log"),
    _A.LOG_EXPORTED: N_("exported the audit log"),
}
"""What an act is called, as message ids."""

_CODE: Final = re.compile(r"[a-z0-9_.-]{0,40}", re.ASCII)


def check_reported(detail: Detail) -> None:
    """Refuse what is no code or count: the log is to hold nothing that somebody typed.

    Raises:
        UsageError: It has something else in it.
    """
    texts = list(detail)
    for value in detail.values():
        texts += value if isinstance(value, list) else [value] if isinstance(value, str) else []
    if not all(map(_CODE.fullmatch, texts)):
        raise UsageError(reason=N_("the audit log takes codes and counts only"))


REPORTED: Final = frozenset(
    {_A.PLAYED, _A.LINK_COPIED, _A.DOWNLOADED, _A.EXPORTED, _A.CLIPPED, _A.ASKED_WHAT_IF}
)
"""Acts that only those who work with the store know of, and tell it; all others it knows itself."""


class Purpose(StrEnum):
    """What an interaction or its content is read for; the log tells one from the other."""

    VIEW = "view"
    PLAY = "play"
    PREPARE = "prepare"
    DOWNLOAD = "download"
    EXPORT = "export"
    CLIP = "clip"

    @property
    def act(self) -> Act:
        """What the log calls it."""
        return _ACTS[self]

    @property
    def takes(self) -> Privilege | None:
        """The privilege without which nothing is read for it; None: seeing it is enough."""
        return _TAKEN.get(self)


_ACTS: Final[Mapping[Purpose, Act]] = {
    Purpose.VIEW: Act.OPENED,
    Purpose.PLAY: Act.PLAYED,
    Purpose.PREPARE: Act.PREPARED,
    Purpose.DOWNLOAD: Act.DOWNLOADED,
    Purpose.EXPORT: Act.EXPORTED,
    Purpose.CLIP: Act.CLIPPED,
}
_TAKEN: Final[Mapping[Purpose, Privilege]] = {
    Purpose.DOWNLOAD: Privilege.DOWNLOAD,
    Purpose.EXPORT: Privilege.EXPORT_MANUAL,
    Purpose.CLIP: Privilege.CLIP,
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something done, on its way into the log.

    Attributes:
        login: Who; as it was typed where the login failed.
        interaction_id: On what; 0 for nothing of the kind.
        giid: Its GIID, "" for none.
        detail: What more there is to say.
        origin: From where: the program's face and the machine.
    """

    at_us: WallUs
    login: str
    act: Act
    interaction_id: InteractionId | int = 0
    giid: Giid | str = ""
    detail: Detail = field(default_factory=dict)
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """The same act done to very many at one instant, on its way into the log.

    Attributes:
        items: On which interaction, its GIID, and the detail as it is written.
    """

    at_us: WallUs
    login: str
    act: Act
    origin: str
    items: Sequence[tuple[InteractionId, Giid, str]]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry of the log.

    Attributes:
        number: Its place, from 1, without gaps.
        act: Its stored value: a newer program may know more acts.
        giid: "" for none; `hidden` where the reader may not see the interaction.
    """

    number: int
    at_us: WallUs
    login: str
    act: str
    interaction_id: InteractionId | int
    giid: Giid | str
    detail: Detail
    origin: str
    hash: bytes = field(repr=False)
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Anchor:
    """The end of the log at some instant, signed, to be kept outside of the store.

    Attributes:
        store_id: Which store.
        number: Of its last entry then.
        hash: Of that entry.
        public: Who signed: an Ed25519 public key, 32 bytes.
        signature: Of `head_message`, 64 bytes.
    """

    store_id: str
    number: int
    at_us: WallUs
    hash: bytes
    public: bytes
    signature: bytes


class FaultKind(StrEnum):
    """What can be wrong with a log."""

    CHANGED = "changed"
    MISSING = "missing"
    NOT_FOLLOWING = "not_following"
    CUT = "cut"
    UNSIGNED = "unsigned"
    ANCHOR = "anchor"


FAULTS: Final[Mapping[FaultKind, str]] = {
    FaultKind.CHANGED: N_("entry {number} is not what was written"),
    FaultKind.MISSING: N_("entries before number {number} are missing"),
    FaultKind.NOT_FOLLOWING: N_("entry {number} does not follow the one before it"),
    FaultKind.CUT: N_("the log ends before its last entry, number {number}"),
    FaultKind.UNSIGNED: N_("the end of the log, entry {number}, is not signed by this store"),
    FaultKind.ANCHOR: N_("the log is not the one that the anchor at entry {number} was taken of"),
}
"""Sentences, as message ids."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a log, at an entry's number."""

    kind: FaultKind
    number: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying a log found: how many entries it has, and what is wrong with them."""

    entries: int
    faults: tuple[Fault, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which entries are asked for; everything by default, newest first.

    Attributes:
        since_us: From this instant on; until_us: before this one.
        logins: Of one of these users; acts: one of these acts (stored values).
        interaction_id: On this interaction.
        before: Only entries of a lower number, for the next page.
    """

    since_us: WallUs | None = None
    until_us: WallUs | None = None
    logins: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    interaction_id: InteractionId | None = None
    before: int | None = None


def check_opening_reason(reason: str) -> str:
    """Return why something sensitive is opened, trimmed.

    Raises:
        UsageError: It says nothing, or too much.
    """
    why = " ".join(reason.split())
    if not why:
        raise UsageError(reason=N_("the reason is empty"))
    if len(why) > MAX_OPENING_REASON:
        told = N_("the reason has more than {most} characters")
        raise UsageError(reason=Reason(told, most=MAX_OPENING_REASON))
    return why


def detail_text(detail: Detail) -> str:
    """Return a detail in its one written form."""
    return _encode_sorted(detail)


def detail_form(fixed: Detail, numbers: Collection[str]) -> str:
    """Return what `%` makes details of that differ in whole numbers only.

    Args:
        fixed: What all of them say.
        numbers: Names of the numbers; they are given in the order of their names.
    """
    pairs = {name: _encode_sorted({name: value})[1:-1] for name, value in fixed.items()}
    forms = {name: pair.replace("%", "%%") for name, pair in pairs.items()}
    forms |= {name: f"{_quoted(name)}:%d" for name in numbers}
    return "{" + ",".join(forms[name] for name in sorted(forms)) + "}"


def chained(before: bytes, number: int, event: Event | AuditEntry, detail: str, act: str) -> bytes:
    """Return the hash of an entry that follows one with the hash `before`.

    Args:
        before: 32 bytes.
        number: The entry's.
        event: What it tells.
        detail: Its detail as it is written.
        act: The stored value of its act.

    Returns:
        SHA-256 over `before` and a canonical JSON array, 32 bytes. Source: design of the store,
        section on audit.
    """
    texts = ",".join(map(_quoted, (event.giid, detail, event.origin)))
    text = (
        f"[{number:d},{event.at_us:d},{_quoted(event.login)},{_quoted(act)},"
        f"{event.interaction_id:d},{texts}]"
    )
    return hashlib.sha256(before + text.encode("utf-8", "surrogatepass")).digest()


def chained_series(before: bytes, number: int, series: Series) -> Iterator[bytes]:
    """Yield the hashes of the entries of a series, the first of which has that number.

    The same as `chained` returns for one after the other, in a third of the time.
    """
    begin = f",{series.at_us:d},{_quoted(series.login)},{_quoted(series.act.value)},"
    end = f",{_quoted(series.origin)}]"
    for place, (interaction_id, giid, detail) in enumerate(series.items, number):
        text = f"[{place}{begin}{interaction_id},{_quoted(giid)},{_quoted(detail)}{end}"
        before = hashlib.sha256(before + text.encode("utf-8", "surrogatepass")).digest()
        yield before


def head_message(store_id: str, number: int, hash_: bytes) -> bytes:
    """Return what is signed of a log whose last entry is `number`."""
    return b"reviewer audit head 1\0" + f"{store_id}\0{number}\0".encode() + hash_


def anchor_message(anchor: Anchor) -> bytes:
    """Return what an anchor's signature is of: its instant is told, not proven."""
    return head_message(anchor.store_id, anchor.number, anchor.hash)
