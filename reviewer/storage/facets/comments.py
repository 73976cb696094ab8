"""The contract of comments and bookmarks: `session.comments`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from reviewer.models.changes import Changes
    from reviewer.models.ids import CommentId, InteractionId
    from reviewer.models.remarks import Comment, Place, RemarkKind


class Comments(Protocol):
    """Comments and bookmarks: the user's own, and the public ones of others.

    A private one exists for its author alone.
    """

    def of(self, interaction_id: InteractionId) -> tuple[Comment, ...]:
        """Return those of an interaction that the user may see, by place, then by writing.

        Raises:
            NotFoundError: The interaction is unknown or not to be seen. ReasonNeededError: As
            `Interactions.get`.
        """
        ...

    def add(
        self,
        interaction_id: InteractionId,
        kind: RemarkKind,
        place: Place,
        text: str = "",
        *,
        public: bool = False,
    ) -> tuple[Comment, Changes]:
        """Write one.

        Raises:
            RemarkInvalidError: A comment without words, or words or place that cannot be kept.
            RefusedError: Lacks `comment`. NotFoundError.
        """
        ...

    def edit(
        self, comment_id: CommentId, text: str, *, public: bool, place: Place | None = None
    ) -> tuple[Comment, Changes]:
        """Change an own one; `place` None: it stays where it is.

        Raises:
            CommentNotFoundError: It is not there or not to be seen.
            CommentForeignError: It is somebody else's.
            RefusedError: The user lacks `comment`. RemarkInvalidError.
        """
        ...

    def delete(self, comment_id: CommentId) -> Changes:
        """Delete an own one, or with `records.erase` any that may be seen.

        Raises:
            CommentNotFoundError: It is not there or not to be seen. RefusedError.
        """
        ...
