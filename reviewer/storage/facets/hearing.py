"""The contract of listening to calls, by machine: `session.hearing`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reviewer.models.activity import Activity
    from reviewer.models.bytesource import ByteSource
    from reviewer.models.changes import Changes
    from reviewer.models.ids import InteractionId
    from reviewer.models.interaction import Interaction
    from reviewer.models.progress import Progress
    from reviewer.models.recording import Recording
    from reviewer.models.shares import Shares


class Heard(NamedTuple):
    """What goes on in a recording, and the bytes in which that is kept."""

    activity: Activity
    data: bytes


class Hearer(Protocol):
    """Listens to a recording: the store knows no sound."""

    def __call__(self, recording: Recording, source: ByteSource, kept: bytes | None) -> Heard:
        """Return what goes on in a recording.

        Args:
            recording: It.
            source: Its bytes; stays open.
            kept: What was kept of it, where something was: then nothing need be computed.

        Raises:
            ContentError: It cannot be listened to. CancelledError.
        """
        ...


class Hearing(Protocol):
    """Shares of silence and talk-over, which are known of calls that were listened to.

    A call whose sound came in, or came back, waits until somebody listens to it: the import that
    brought it, the next one, whoever opens it, or `reviewer import --listen all`.
    """

    def unheard(self, *, old: bool = False) -> tuple[InteractionId, ...]:
        """Return the calls that wait and may be seen, newest first.

        Args:
            old: Whether also those that were there before calls were listened to at all.

        Raises:
            RefusedError: Lacks `import` and `admin.settings`.
        """
        ...

    def hear(
        self,
        ids: Iterable[InteractionId] | None,
        hearer: Hearer,
        *,
        old: bool = False,
        progress: Progress | None = None,
    ) -> tuple[int, Changes]:
        """Listen to calls and enter what was found; what does not wait for it is left out.

        So who may import has no other sound opened than what waits, whoever brought it in.

        A recording that cannot be read leaves the shares of its call unknown. What was heard
        before an error or a cancel is entered; a call whose file is missing goes on waiting.

        Args:
            ids: Of the calls; None: all that wait, newest first, whether or not they may be seen.
            hearer: Listens.
            old: As of `unheard`, where no ids are given.
            progress: Told of calls done, and asked whether to stop.

        Returns:
            To how many it listened, and those of them that may be seen.

        Raises:
            RefusedError: As `unheard`. CancelledError. StoreBusyError, StoreFullError,
            StoreNotWritableError.
        """
        ...

    def awaits(self, interaction_id: InteractionId) -> bool:
        """Return whether a call waits to be listened to.

        Raises:
            NotFoundError: Not to be seen.
        """
        ...

    def keep(self, interaction: Interaction, shares: Shares) -> Changes:
        """Enter what was found of a call that waits, if that is still its sound.

        Nobody changes what was heard already: agents may be judged by it.

        Args:
            interaction: As it was when it was listened to.
            shares: What was found.

        Raises:
            NotFoundError: Not to be seen. StoreBusyError, StoreFullError, StoreNotWritableError.
        """
        ...
