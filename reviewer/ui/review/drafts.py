"""What was entered and not saved yet: kept over navigation and over a crash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from reviewer.models.ids import WallUs
from reviewer.models.remarks import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reviewer.models.ids import Giid
    from reviewer.models.scoring import Evaluation

T = TypeVar("T")
# Forgotten beyond this many, the oldest first.
_KEPT: Final = 200


@dataclass(frozen=True, slots=True)
class DraftKind(Generic[T]):
    """One kind of draft, and how it is written down.

    Attributes:
        key: Under which it lies in the memory of the user's windows.
        to_json: Makes a JSON value of one.
        from_json: Makes one of a JSON value; None for what does not fit.
    """

    key: str
    to_json: Callable[[T], object]
    from_json: Callable[[object], T | None]


class DraftBook(Generic[T]):
    """All drafts of one kind of a store's user, by interaction and what of it they are about.

    Several windows have a book each: what one of them changed is written into what the others
    wrote, and never over it.

    Thread: main.
    """

    def __init__(self, kind: DraftKind[T]) -> None:
        self._kind = kind
        self._drafts: dict[str, T] = {}
        self._changed: dict[str, T | None] = {}

    def get(self, giid: Giid, part: int | str) -> T | None:
        """Return the draft about a part of an interaction, or None."""
        return self._drafts.get(f"{giid}/{part}")

    def put(self, giid: Giid, part: int | str, draft: T | None) -> None:
        """Keep a draft, or forget it (None)."""
        key = f"{giid}/{part}"
        if draft == self._drafts.get(key):
            return
        self._changed[key] = draft
        self._drafts.pop(key, None)
        if draft is not None:
            self._drafts[key] = draft

    @property
    def changes(self) -> dict[str, T | None]:
        """What was put and is not written yet, by its key; None: forgotten."""
        return dict(self._changed)

    def written(self, changes: Mapping[str, T | None]) -> None:
        """Be told that these were written."""
        for key, draft in changes.items():
            if key in self._changed and self._changed[key] == draft:
                del self._changed[key]

    def take_json(self, stored: object) -> None:
        """Take what is written; what is not written yet stays, what does not fit is left out."""
        self._drafts = _read(self._kind, stored)
        for key, draft in self._changed.items():
            self._drafts.pop(key, None)
            if draft is not None:
                self._drafts[key] = draft


def merged(
    kind: DraftKind[T], stored: object, changes: Mapping[str, T | None]
) -> dict[str, object]:
    """Return what was written with the changes in it, as JSON values, the oldest left out.

    Thread: any.
    """
    drafts = {key: draft for key, draft in _read(kind, stored).items() if key not in changes}
    drafts |= {key: draft for key, draft in changes.items() if draft is not None}
    return {key: kind.to_json(draft) for key, draft in list(drafts.items())[-_KEPT:]}


def _read(kind: DraftKind[T], stored: object) -> dict[str, T]:
    drafts: dict[str, T] = {}
    for key, value in stored.items() if isinstance(stored, dict) else ():
        draft = kind.from_json(value)
        if isinstance(key, str) and draft is not None:
            drafts[key] = draft
    return drafts


# --- evaluations


@dataclass(frozen=True, slots=True)
class Draft:
    """Scores by category name and the note of one segment, as entered so far."""

    scores: Mapping[str, int]
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was entered."""
        return not self.scores and not self.note.strip()


def draft_of(evaluation: Evaluation) -> Draft:
    """Return what was entered for an evaluation that is saved."""
    given = {s.category: s.score for s in evaluation.scores if s.score is not None}
    return Draft(given, evaluation.note)


def _evaluation_to_json(draft: Draft) -> object:
    return {"scores": dict(draft.scores), "note": draft.note}


def _evaluation_from_json(value: object) -> Draft | None:
    if not isinstance(value, dict):
        return None
    scores, note = value.get("scores"), value.get("note")
    if not isinstance(scores, dict) or not isinstance(note, str):
        return None
    kept = {
        str(name): score
        for name, score in scores.items()
        if isinstance(score, int) and 1 <= score <= 9
    }
    return Draft(kept, note)


EVALUATIONS: Final = DraftKind("drafts", _evaluation_to_json, _evaluation_from_json)
"""By number of the segment."""


# --- comments and notes


@dataclass(frozen=True, slots=True)
class Words:
    """A comment that was begun, or a change of one.

    Attributes:
        text: As far as it was typed.
        public: Whether it is for all.
        place: Where a new one is to stand; None for one that has its place.
    """

    text: str
    public: bool
    place: Place | None = None


def _words_to_json(words: Words) -> object:
    place = words.place
    at = None if place is None else [place.started_us, place.ended_us]
    return {"text": words.text, "public": words.public, "at": at}


def _words_from_json(value: object) -> Words | None:
    match value:
        case {"text": str(text), "public": bool(public), "at": None}:
            return Words(text, public)
        case {"text": str(text), "public": bool(public), "at": [int(start), None]}:
            return Words(text, public, Place(WallUs(start)))
        case {"text": str(text), "public": bool(public), "at": [int(start), int(end)]}:
            return Words(text, public, Place(WallUs(start), WallUs(end)))
    return None


def _note_to_json(text: str) -> object:
    return text


def _note_from_json(value: object) -> str | None:
    return value if isinstance(value, str) else None


REMARKS: Final = DraftKind("remark_drafts", _words_to_json, _words_from_json)
"""By the id of the comment that is changed, or `NEW_REMARK`."""
NEW_REMARK: Final = "new"
NOTES: Final = DraftKind("note_drafts", _note_to_json, _note_from_json)
"""By number of the segment, 0 for the whole interaction."""
