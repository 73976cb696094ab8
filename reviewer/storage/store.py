"""The contract: what a store does, local or remote, as small facets of a user's session.

Everything above `storage` speaks to these protocols only. Values go in and come out, never rows.
Every call may be made from any thread unless it says otherwise; each is complete in itself.
A session belongs to a user and limits everything, counts and error texts included, to what that
user may see: what one may not see does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from reviewer.errors import ReviewerError
    from reviewer.models.bytesource import ByteSource
    from reviewer.models.changes import Changes
    from reviewer.models.ids import Giid, InteractionId
    from reviewer.models.interaction import Interaction
    from reviewer.models.progress import Progress
    from reviewer.models.settings import StoreSettings
    from reviewer.models.shares import Shares
    from reviewer.storage.facets.audit import Audit
    from reviewer.storage.facets.centre import Centre
    from reviewer.storage.facets.comments import Comments
    from reviewer.storage.facets.content import Content
    from reviewer.storage.facets.copies import Copies
    from reviewer.storage.facets.derived import Derived
    from reviewer.storage.facets.erasure import Cutter, Erasure
    from reviewer.storage.facets.evaluations import Evaluations
    from reviewer.storage.facets.hearing import Hearing
    from reviewer.storage.facets.interactions import Interactions
    from reviewer.storage.facets.keeping import Keeping
    from reviewer.storage.facets.keys import Keys
    from reviewer.storage.facets.listening import Listening
    from reviewer.storage.facets.people import People
    from reviewer.storage.facets.records import Records
    from reviewer.storage.facets.requests import Requests
    from reviewer.storage.facets.sets import CriteriaSets


@dataclass(frozen=True, slots=True)
class Incoming:
    """An interaction on its way into the store.

    Attributes:
        interaction: With ids 0; its recordings have no `object_id` yet.
        content: How to open the content of `interaction.recordings[i]`, by `i`; a recording
            without an entry is stored as a fact only (its state must not be AVAILABLE, unless
            it is known to be empty).
        texts_searchable: Whether messages go to the full-text index.
        also: Further GIIDs that the same interaction may be told under by another part of its
            source: what is there under one of them is completed.
        weight: How much of its source tells of it, the most exact part first, as counts: what
            is there and was told by more stays, and is only filled. Empty: the newcomer counts.
        shares: What is known of its talk; None: a call that is new waits to be listened to.
    """

    interaction: Interaction
    content: Mapping[int, Callable[[], ByteSource]] = field(default_factory=dict)
    texts_searchable: bool = True
    also: tuple[Giid, ...] = ()
    weight: tuple[int, ...] = ()
    shares: Shares | None = None


class Outcome(StrEnum):
    """What taking in did."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    """Its content could not be read, or it makes no sense; nothing of it was taken."""


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of one incoming interaction.

    Attributes:
        interaction_id: None when it was rejected, and on a dry run of a new one.
        error: Why it was rejected, else None.
        kept: Names of its recordings that were not taken, because what is there in their place
            is longer, or can be played.
        replaces: Whether what came takes the place of content that was there, which is destroyed.
    """

    giid: Giid
    outcome: Outcome
    interaction_id: InteractionId | None
    error: ReviewerError | None = None
    kept: tuple[str, ...] = ()
    replaces: bool = False


class Intake(Protocol):
    """Bringing interactions in."""

    def put(
        self,
        items: Iterable[Incoming],
        *,
        progress: Progress | None = None,
        dry_run: bool = False,
        cutter: Cutter | None = None,
    ) -> tuple[tuple[Landed, ...], Changes]:
        """Take interactions in, each whole or not at all; idempotent by GIID.

        An interaction that is there already with the same facts and content is `UNCHANGED`.
        One that differs (more is known now) is `UPDATED`: evaluations, notes by reviewers and
        tombstones stay, deleted content does not come back; where it says nothing, what was
        known stays. One whose content cannot be read is `REJECTED` with the error, and the
        others go on. Content goes to the vault first, then a batch of facts is committed; on an
        error or cancel what was committed stays. The outcomes are in the order of `items`.

        Screen video of which something was deleted is cut before it comes in by `cutter`; without
        one nothing of it comes in.

        Raises:
            RefusedError: Lacks `import`. CancelledError. StoreFullError.
        """
        ...


class Memory(Protocol):
    """What a user's window keeps between runs: the criteria used last, drafts.

    It may hold customers' data, so it stays in the store; it is the user's own.
    """

    def recall(self, key: str) -> object:
        """Return the JSON value kept under `key`, None if there is none.

        Read when the session was opened: may be called on the window's thread.
        """
        ...

    def keep(self, key: str, value: object) -> None:
        """Keep a JSON value under `key`, None: nothing any more.

        Raises:
            StoreNotWritableError, StoreFullError.
        """
        ...


class Session(Protocol):
    """A user's view of a store."""

    def refresh(self) -> None:
        """See what the user may do by now, as every call does first. Thread: any; a look-up.

        Raises:
            AccessWithdrawnError: They are disabled or gone.
            SignedOutError: They were signed out here.
        """
        ...

    @property
    def interactions(self) -> Interactions:
        """Finding and reading interactions."""
        ...

    @property
    def content(self) -> Content:
        """The recorded bytes."""
        ...

    @property
    def derived(self) -> Derived:
        """What is computed of recordings and kept."""
        ...

    @property
    def hearing(self) -> Hearing:
        """What is known of calls by listening to them."""
        ...

    @property
    def evaluations(self) -> Evaluations:
        """Scores and their history."""
        ...

    @property
    def comments(self) -> Comments:
        """Comments and bookmarks."""
        ...

    @property
    def records(self) -> Records:
        """Tags, notes and dispositions that users give."""
        ...

    @property
    def listening(self) -> Listening:
        """Where the user stopped listening."""
        ...

    @property
    def intake(self) -> Intake:
        """Bringing interactions in."""
        ...

    @property
    def centre(self) -> Centre:
        """The centre's settings, and the names it works with."""
        ...

    @property
    def copies(self) -> Copies:
        """Copies of the whole store."""
        ...

    @property
    def people(self) -> People:
        """Users and agents."""
        ...

    @property
    def keys(self) -> Keys:
        """Encryption and its keys."""
        ...

    @property
    def memory(self) -> Memory:
        """What the user's window keeps between runs."""
        ...

    @property
    def sets(self) -> CriteriaSets:
        """Saved sets of criteria."""
        ...

    @property
    def erasure(self) -> Erasure:
        """Deleting content for good."""
        ...

    @property
    def keeping(self) -> Keeping:
        """Legal holds and retention rules."""
        ...

    @property
    def requests(self) -> Requests:
        """What waits for a second person."""
        ...

    @property
    def audit(self) -> Audit:
        """The audit log."""
        ...

    @property
    def settings(self) -> StoreSettings:
        """The centre's settings; what is sensitive is told to who has `admin.settings`."""
        ...

    @property
    def store(self) -> Store:
        """The store it belongs to."""
        ...


class Store(Protocol):
    """Where interactions and their content are kept; closed by whoever opened it.

    It tells nothing of what is in it: a session does, as far as its user may know.
    """

    @property
    def url(self) -> str:
        """Its address: a folder, or a server's URL."""
        ...

    @property
    def id(self) -> str:
        """What it is known by wherever it lies: a lower-case UUID."""
        ...

    @property
    def settings(self) -> StoreSettings:
        """The centre's settings, without what is sensitive: no user has asked yet."""
        ...

    @property
    def schema_version(self) -> int:
        """Version of the catalogue's format."""
        ...

    @property
    def is_encrypted(self) -> bool:
        """Whether its catalogue and content are encrypted."""
        ...

    @property
    def way_in(self) -> str:
        """What opens it for another process of the program, "" in the clear; secret as a key."""
        ...

    def opens_with(self, text: str) -> bool:
        """Return whether a text is its passphrase or recovery key; nothing is one in the clear.

        Thread: any but the window's; takes half a second.
        """
        ...

    def session(
        self,
        login: str | None = None,
        *,
        password: str | None = None,
        ticket: str = "",
        origin: str = "program",
    ) -> Session:
        """Open a user's view; None: the system user's login, else the store's only user.

        A user who must change their password gets a view that lets them do nothing else.

        Args:
            login: Whose.
            password: Theirs, where they have one.
            ticket: In place of both: what `People.ticket` of another session gave.
            origin: The program's face, for the audit log: `window`, `command line`.

        Raises:
            UnknownUserError: Nobody of that login, or disabled, in a store without passwords.
            PasswordNeededError: None was given; LoginRefusedError: it is not theirs, or nobody
            has that login; LockedOutError: too many wrong ones, whether or not somebody has it.
        """
        ...

    def close(self) -> None:
        """Close it; calls after that raise StoreClosedError. May be called twice."""
        ...
