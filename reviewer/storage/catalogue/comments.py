"""Comments and bookmarks in the tables. Imported inside `storage` only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from reviewer.models.ids import CommentId, InteractionId, WallUs
from reviewer.models.remarks import Comment, Place
from reviewer.storage.catalogue import codes, schema

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row, Select

    from reviewer.models.access import User
    from reviewer.models.remarks import RemarkKind
    from reviewer.storage.catalogue.visibility import Visibility

_C: Final = schema.comments
_I: Final = schema.interactions
_U: Final = schema.users


def load_comments(
    connection: Connection, interaction_id: InteractionId, seen: ColumnElement[bool]
) -> tuple[Comment, ...]:
    """Return the comments of an interaction for which `seen` holds, by place."""
    rows = connection.execute(_statement(_C.c.interaction_id == interaction_id, seen))
    return tuple(map(_comment, rows))


def find_comment(
    connection: Connection, comment_id: CommentId, visibility: Visibility
) -> Comment | None:
    """Return a comment that a user may see, on an interaction that they may see, or None."""
    statement = _statement(_C.c.id == comment_id, visibility.comments)
    limited = visibility.limit(statement.join(_I, _I.c.id == _C.c.interaction_id))
    row = connection.execute(limited).first()
    return None if row is None else _comment(row)


def insert_comment(
    connection: Connection,
    interaction_id: InteractionId,
    author: User,
    kind: RemarkKind,
    place: Place,
    text: str,
    *,
    public: bool,
    now_us: int,
) -> CommentId:
    """Enter a comment; return its id."""
    result = connection.execute(
        _C.insert().values(
            interaction_id=interaction_id,
            author_id=author.id,
            kind=codes.REMARK_KINDS.code(kind),
            public=int(public),
            started_us=place.started_us,
            ended_us=place.ended_us,
            text=text,
            written_us=now_us,
        )
    )
    key = result.inserted_primary_key
    return CommentId(int(key[0]) if key is not None else 0)


def update_comment(
    connection: Connection,
    comment_id: CommentId,
    place: Place,
    text: str,
    *,
    public: bool,
    now_us: int,
) -> None:
    """Change a comment."""
    connection.execute(
        _C.update()
        .where(_C.c.id == comment_id)
        .values(
            public=int(public),
            started_us=place.started_us,
            ended_us=place.ended_us,
            text=text,
            edited_us=now_us,
        )
    )


def delete_comment(connection: Connection, comment_id: CommentId) -> None:
    """Delete a comment."""
    connection.execute(_C.delete().where(_C.c.id == comment_id))


def _statement(*conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(_C, _U.c.login, _U.c.display_name)
        .join_from(_C, _U, _U.c.id == _C.c.author_id)
        .where(*conditions)
        .order_by(_C.c.started_us, _C.c.written_us, _C.c.id)
    )


def _comment(row: Row[Any]) -> Comment:
    return Comment(
        id=CommentId(row.id),
        interaction_id=InteractionId(row.interaction_id),
        kind=codes.REMARK_KINDS.member(row.kind),
        place=Place(WallUs(row.started_us), None if row.ended_us is None else WallUs(row.ended_us)),
        text=row.text,
        public=bool(row.public),
        author=row.login,
        author_name=row.display_name or row.login,
        written_us=WallUs(row.written_us),
        edited_us=None if row.edited_us is None else WallUs(row.edited_us),
    )
