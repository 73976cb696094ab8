"""The contract of finding and reading interactions: `session.interactions`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from reviewer.models.audit import Purpose

if TYPE_CHECKING:
    from array import array
    from collections.abc import Collection, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from reviewer.models.criteria.highlight import Snippet
    from reviewer.models.criteria.tree import Block
    from reviewer.models.ids import Giid, InteractionId, RecordingId
    from reviewer.models.interaction import Interaction
    from reviewer.models.progress import Cancellation
    from reviewer.models.recording import RecordingKind, RecordingState
    from reviewer.models.search import Completion, Count, DayCounts, InteractionRow, Search

COUNT_CAP = 10_000
"""Counts are shown as "more than 10 000" beyond this, unless an exact one is asked for."""


class Interactions(Protocol):
    """Finding and reading interactions."""

    def search(
        self, search: Search, *, limit: int = 100, cancel: Cancellation | None = None
    ) -> tuple[InteractionRow, ...]:
        """Return the first `limit` rows in the order asked for.

        Raises:
            QueryError: A condition makes no sense; RestrictedCriterionError: is not offered.
            CancelledError: `cancel` was used meanwhile (a running query is interrupted).
        """
        ...

    def ids(self, search: Search, *, cancel: Cancellation | None = None) -> array[int]:
        """Return the ids of all matches in order: a stable snapshot, 8 bytes a row."""
        ...

    def rows(self, ids: Sequence[int]) -> tuple[InteractionRow, ...]:
        """Return the rows of these ids, in their order; ids that are gone are left out."""
        ...

    def count(
        self,
        search: Search,
        *,
        cap: int | None = COUNT_CAP,
        cancel: Cancellation | None = None,
    ) -> Count:
        """Return the number of matches, up to `cap` (None: exact)."""
        ...

    def by_day(
        self, search: Search, *, days: int = 30, cancel: Cancellation | None = None
    ) -> DayCounts | None:
        """Return how many began on each of the last days up to the newest match; None: no match.

        In the centre's zone, by the instant that they were first known to begin at. Meant to be
        looked at while criteria are edited: as counting, it is no search in the audit log.
        """
        ...

    def get(self, giid: Giid | str, *, purpose: Purpose = Purpose.VIEW) -> Interaction:
        """Return one interaction with everything that belongs to it.

        That it was read, and what for, is in the audit log before it is handed out.

        Raises:
            NotFoundError: Unknown or not to be seen: the same sentence for both.
            RefusedError: Lacks the privilege that the purpose takes.
            ReasonNeededError: It is sensitive, and a role of the user asks why; see
            `give_reason`.
        """
        ...

    def give_reason(self, interaction_id: InteractionId, reason: str) -> None:
        """Say why something sensitive is opened; it opens to this session from then on.

        The reason goes into the audit log as it is typed, and stays there.

        Raises:
            NotFoundError: As `get`; UsageError: the reason says nothing, or too much.
        """
        ...

    def asking_reason(self, ids: Sequence[int]) -> tuple[InteractionId, ...]:
        """Return those of some interactions that open only once the user has said why."""
        ...

    def give_reasons(self, ids: Sequence[int], reason: str) -> None:
        """Say why many are opened, as `give_reason`: it is in the log for each of them.

        What may not be seen is left out.

        Raises:
            UsageError: The reason says nothing, or too much.
        """
        ...

    def find(self, giid: Giid | str) -> InteractionId:
        """Return the id of an interaction without reading it. Raises as `get`."""
        ...

    def get_by_id(
        self, interaction_id: InteractionId, *, purpose: Purpose = Purpose.VIEW
    ) -> Interaction:
        """Return one interaction by its id. Raises as `get`."""
        ...

    def complete(self, key: str, text: str, *, limit: int = 20) -> tuple[Completion, ...]:
        """Return values of the criterion `key` that begin with `text`, then those containing it.

        Only values of what the user may see; none for a criterion unknown or without values.

        Raises:
            RestrictedCriterionError: The criterion is not offered to the user.
        """
        ...

    def snippets(
        self, ids: Sequence[int], criteria: Block, *, cancel: Cancellation | None = None
    ) -> Mapping[int, Snippet]:
        """Return a line around what full-text conditions of `criteria` found, by interaction.

        Those without a match, not to be searched or not to be seen are left out; nothing is
        found for criteria without such a condition. Meant for a page of ids.

        Raises:
            RestrictedCriterionError: Full text is not offered to the user.
        """
        ...

    def custom_fields(self) -> tuple[str, ...]:
        """Return the names of the custom reporting fields that have values, by name."""
        ...

    def content_states(
        self, ids: Sequence[int], kinds: Collection[RecordingKind]
    ) -> Mapping[int, RecordingState]:
        """Return the best state of content of `kinds`, by id; ids that have none are left out.

        Messages of calls and chats count as their transcripts.
        """
        ...

    def recordings_kept(self, ids: Sequence[int]) -> AbstractSet[RecordingId]:
        """Return which recordings of these interactions were not taken away, by their own ids.

        What is lost or damaged was not.
        """
        ...

    def newly_deleted(self) -> AbstractSet[InteractionId]:
        """Return of what content was deleted, or expired, since this session asked last.

        By whichever program; nothing where it asks first, or what its user may do was changed
        meanwhile.
        """
        ...
