"""What reviewers add to an interaction: comments, bookmarks, tags; and changes of disposition."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from reviewer.errors import N_, RemarkInvalidError
from reviewer.models.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reviewer.models.ids import CommentId, InteractionId, WallUs

MAX_TEXT: Final = 20_000
MAX_TAGS: Final = 50
MAX_TAG: Final = 60
MAX_REASON: Final = 1_000


class RemarkKind(StrEnum):
    """What stands at a moment. Values are stored: never change one."""

    COMMENT = "comment"
    BOOKMARK = "bookmark"


@dataclass(frozen=True, slots=True)
class Place:
    """A moment of an interaction, or a range of it, on the wall clock.

    Attributes:
        started_us: The moment, or where the range begins.
        ended_us: Where the range ends; None for a moment.
    """

    started_us: WallUs
    ended_us: WallUs | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment or bookmark at a moment or range of sound, video, chat or email.

    Attributes:
        public: For all who may review; else for its author alone.
        author: Login; `author_name` is how they are called.
        edited_us: When its author last changed it, None for never.
    """

    id: CommentId
    interaction_id: InteractionId
    kind: RemarkKind
    place: Place
    text: str
    public: bool
    author: str
    author_name: str
    written_us: WallUs
    edited_us: WallUs | None = None


@dataclass(frozen=True, slots=True)
class DispositionChange:
    """One change of a part's disposition.

    Attributes:
        former, fresh: Dispositions before and after, "" for none.
        by: Who changed it, as they are called.
        reason: Why, "" when it was not said.
    """

    segment_number: int
    former: str
    fresh: str
    by: str
    at_us: WallUs
    reason: str = ""


def check_comment(kind: RemarkKind, place: Place, text: str) -> str:
    """Return the words trimmed, or refuse what cannot be kept.

    Raises:
        RemarkInvalidError: A comment without words, words that are too long, or a range that
            ends before it begins.
    """
    words = _text(text, MAX_TEXT)
    if kind is RemarkKind.COMMENT and not words:
        raise RemarkInvalidError(reason=N_("it has no words"))
    if place.started_us < 0 or (place.ended_us is not None and place.ended_us <= place.started_us):
        raise RemarkInvalidError(reason=N_("it ends before it begins"))
    return words


def check_note(text: str) -> str:
    """Return the words of a note trimmed. Raises RemarkInvalidError: None, or too many."""
    words = _text(text, MAX_TEXT)
    if not words:
        raise RemarkInvalidError(reason=N_("it has no words"))
    return words


def check_reason(text: str) -> str:
    """Return a reason trimmed. Raises RemarkInvalidError: It is too long."""
    return _text(text, MAX_REASON)


def check_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return tags as they are kept: trimmed, each once whatever its letter case, in their order.

    Raises:
        RemarkInvalidError: One is empty, too long or has a comma, or there are too many.
    """
    kept: dict[str, str] = {}
    for tag in tags:
        word = " ".join(_text(tag, MAX_TAG + 1).split())
        if not word:
            raise RemarkInvalidError(reason=N_("a tag is empty"))
        if len(word) > MAX_TAG:
            raise RemarkInvalidError(reason=N_("a tag is longer than 60 characters"))
        if "," in word or ";" in word:
            raise RemarkInvalidError(reason=N_("a tag has no comma or semicolon in it"))
        kept.setdefault(fold(word), word)
    if len(kept) > MAX_TAGS:
        raise RemarkInvalidError(reason=N_("there can be at most 50 tags"))
    return tuple(kept.values())


def _text(text: str, most: int) -> str:
    """Return a text trimmed that can be written down.

    Raises:
        RemarkInvalidError: It is too long or not Unicode.
    """
    words = text.strip()
    try:
        words.encode()
    except UnicodeEncodeError:
        raise RemarkInvalidError(reason=N_("it is not Unicode")) from None
    if len(words) > most:
        raise RemarkInvalidError(reason=N_("it is too long"))
    return words.replace("\0", "")
