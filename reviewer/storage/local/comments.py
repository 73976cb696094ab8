"""Comments and bookmarks in a local store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.errors import CommentForeignError, CommentNotFoundError
from reviewer.models.access import Privilege
from reviewer.models.audit import Act
from reviewer.models.changes import Changes
from reviewer.models.remarks import check_comment
from reviewer.storage.catalogue import comments as table
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.sensitive import require_reason_for

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from reviewer.models.access import User
    from reviewer.models.audit import Detail
    from reviewer.models.ids import CommentId, Giid, InteractionId
    from reviewer.models.remarks import Comment, Place, RemarkKind
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.journal import Pen


class LocalComments:
    """The `Comments` of one user of a local store."""

    def __init__(self, core: Core, user: User, visibility: Visibility, pen: Pen) -> None:
        self._core = core
        self._pen = pen
        self._user = user
        self._visibility = visibility

    def of(self, interaction_id: InteractionId) -> tuple[Comment, ...]:
        """Return those that the user may see; see `Comments.of`."""
        with self._core.database.read() as connection:
            self._visibility.require(connection, interaction_id)
            require_reason_for(connection, self._user, self._pen, interaction_id)
            return table.load_comments(connection, interaction_id, self._visibility.comments)

    def add(
        self,
        interaction_id: InteractionId,
        kind: RemarkKind,
        place: Place,
        text: str = "",
        *,
        public: bool = False,
    ) -> tuple[Comment, Changes]:
        """Write one; see `Comments.add`."""
        self._user.require(Privilege.COMMENT)
        words = check_comment(kind, place, text)
        with self._core.database.write() as connection:
            giid = self._visibility.require(connection, interaction_id)
            number = table.insert_comment(
                connection,
                interaction_id,
                self._user,
                kind,
                place,
                words,
                public=public,
                now_us=now_us(),
            )
            made = self._found(connection, number)
            self._told(connection, Act.COMMENTED, made, giid)
        return made, _changes(made)

    def edit(
        self, comment_id: CommentId, text: str, *, public: bool, place: Place | None = None
    ) -> tuple[Comment, Changes]:
        """Change an own one; see `Comments.edit`."""
        self._user.require(Privilege.COMMENT)
        with self._core.database.write() as connection:
            before = self._found(connection, comment_id)
            if not self._is_own(before):
                raise CommentForeignError(author=before.author_name)
            where = place or before.place
            words = check_comment(before.kind, where, text)
            table.update_comment(
                connection, comment_id, where, words, public=public, now_us=now_us()
            )
            made = self._found(connection, comment_id)
            self._told(connection, Act.COMMENTED, made)
        return made, _changes(made)

    def delete(self, comment_id: CommentId) -> Changes:
        """Delete one; see `Comments.delete`."""
        with self._core.database.write() as connection:
            before = self._found(connection, comment_id)
            self._user.require(
                Privilege.COMMENT if self._is_own(before) else Privilege.RECORDS_ERASE
            )
            table.delete_comment(connection, comment_id)
            self._told(connection, Act.COMMENT_DELETED, before)
        return _changes(before)

    def _told(
        self, connection: Connection, act: Act, comment: Comment, giid: Giid | None = None
    ) -> None:
        found = giid or self._visibility.require(connection, comment.interaction_id)
        told: Detail = {"comment": int(comment.id), "public": int(comment.public)}
        self._pen.write(connection, act, comment.interaction_id, found, told)

    def _is_own(self, comment: Comment) -> bool:
        return comment.author == self._user.login

    def _found(self, connection: Connection, comment_id: CommentId) -> Comment:
        found = table.find_comment(connection, comment_id, self._visibility)
        if found is None:
            raise CommentNotFoundError
        return found


def _changes(comment: Comment) -> Changes:
    return Changes(comments_of=frozenset({comment.interaction_id}))
