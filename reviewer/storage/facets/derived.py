"""The contract of what is computed of recordings and kept: `session.derived`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from reviewer.models.derived import DerivedKind
    from reviewer.models.ids import InteractionId
    from reviewer.models.recording import Recording


class Derived(Protocol):
    """Waveforms and the like, computed once for everybody who may see the recording.

    What is kept here can be computed again, so it may vanish at any time. It goes with the
    recording it was computed of, and is sealed if that is.
    """

    def load(
        self, interaction_id: InteractionId, recording: Recording, kind: DerivedKind
    ) -> bytes | None:
        """Return what was kept; None: nothing was, it is damaged, or the content is gone.

        Raises:
            NotFoundError: Not to be seen. ReasonNeededError: As `Content.open`.
        """
        ...

    def keep(
        self, interaction_id: InteractionId, recording: Recording, kind: DerivedKind, data: bytes
    ) -> None:
        """Keep what was computed; nothing, where the content has gone meanwhile.

        What is kept whole stays, unless it is of another form (`FORM_BYTES`).

        Raises:
            NotFoundError: Not to be seen. StoreBusyError, StoreFullError, StoreNotWritableError.
        """
        ...
