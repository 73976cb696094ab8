"""Scores that were not saved yet: kept per segment, over navigation and over a crash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reviewer.models.ids import Giid
    from reviewer.models.scoring import Evaluation

# Forgotten beyond this many, the oldest first.
_KEPT: Final = 200


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


class DraftBook:
    """All drafts of a store's user, by interaction and segment. JSON in, JSON out.

    Several windows have a book each: what one of them changed is written into what the others
    wrote, and never over it.

    Thread: main.
    """

    def __init__(self) -> None:
        self._drafts: dict[str, Draft] = {}
        self._changed: dict[str, Draft | None] = {}

    def get(self, giid: Giid, segment: int) -> Draft | None:
        """Return the draft of a segment, or None."""
        return self._drafts.get(_key(giid, segment))

    def put(self, giid: Giid, segment: int, draft: Draft | None) -> None:
        """Keep a draft, or forget it (None)."""
        key = _key(giid, segment)
        if draft == self._drafts.get(key):
            return
        self._changed[key] = draft
        self._drafts.pop(key, None)
        if draft is not None:
            self._drafts[key] = draft

    def segments_of(self, giid: Giid) -> tuple[int, ...]:
        """Return the segments of an interaction that have a draft."""
        prefix = f"{giid}/"
        return tuple(int(k.removeprefix(prefix)) for k in self._drafts if k.startswith(prefix))

    @property
    def changes(self) -> dict[str, Draft | None]:
        """What was put and is not written yet, by its key; None: forgotten."""
        return dict(self._changed)

    def written(self, changes: Mapping[str, Draft | None]) -> None:
        """Be told that these were written."""
        for key, draft in changes.items():
            if key in self._changed and self._changed[key] == draft:
                del self._changed[key]

    def take_json(self, stored: object) -> None:
        """Take what is written; what is not written yet stays, what does not fit is left out."""
        self._drafts = _read(stored)
        for key, draft in self._changed.items():
            self._drafts.pop(key, None)
            if draft is not None:
                self._drafts[key] = draft


def merged(stored: object, changes: Mapping[str, Draft | None]) -> dict[str, object]:
    """Return what was written with the changes in it, as JSON values, the oldest left out.

    Thread: any.
    """
    drafts = {key: draft for key, draft in _read(stored).items() if key not in changes}
    drafts |= {key: draft for key, draft in changes.items() if draft is not None}
    return {
        key: {"scores": dict(draft.scores), "note": draft.note}
        for key, draft in list(drafts.items())[-_KEPT:]
    }


def _read(stored: object) -> dict[str, Draft]:
    drafts: dict[str, Draft] = {}
    for key, value in stored.items() if isinstance(stored, dict) else ():
        if not isinstance(key, str) or not isinstance(value, dict):
            continue
        scores, note = value.get("scores"), value.get("note")
        if isinstance(scores, dict) and isinstance(note, str):
            kept = {
                str(name): score
                for name, score in scores.items()
                if isinstance(score, int) and 1 <= score <= 9
            }
            drafts[key] = Draft(kept, note)
    return drafts


def _key(giid: Giid, segment: int) -> str:
    return f"{giid}/{segment}"
