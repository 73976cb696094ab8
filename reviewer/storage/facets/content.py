"""The contract of the recorded bytes: `session.content`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from reviewer.models.audit import Purpose

if TYPE_CHECKING:
    from reviewer.models.bytesource import ByteSource
    from reviewer.models.ids import InteractionId
    from reviewer.models.recording import Recording


class Content(Protocol):
    """The recorded bytes."""

    def open(
        self,
        interaction_id: InteractionId,
        recording: Recording,
        *,
        purpose: Purpose = Purpose.PLAY,
    ) -> ByteSource:
        """Open one recording for reading; the caller closes it.

        That it was read, and what for, is in the audit log before a byte is handed out.

        Raises:
            NotFoundError: Not to be seen. RefusedError: Lacks what the purpose takes.
            ContentGoneError: Deleted or expired.
            ContentMissingError: The vault does not have it.
        """
        ...
