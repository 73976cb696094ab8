"""The draft as the store keeps it for the user between runs: it may name customers."""

from __future__ import annotations

from typing import Any, Final

from reviewer.errors import ReviewerError
from reviewer.models.criteria.codec import from_json, to_json
from reviewer.models.criteria.tree import EVERYTHING
from reviewer.models.ids import CriteriaSetId
from reviewer.models.interaction import Channel
from reviewer.ui.search.editor import Draft

KEY: Final = "search"
"""Under what the store's memory keeps it."""


def to_kept(draft: Draft) -> dict[str, Any]:
    """Return a draft as JSON values."""
    kept: dict[str, Any] = {"channel": draft.channel.value, "criteria": to_json(draft.root)}
    if draft.saved is not None:
        kept["set"] = draft.saved.entry.id
    return kept


def from_kept(kept: object) -> tuple[Draft, CriteriaSetId | None] | None:
    """Return a draft and the saved set that it came from; None where nothing was kept.

    What another version wrote and this one cannot read is an empty set.
    """
    if not isinstance(kept, dict):
        return None
    known = {channel.value: channel for channel in Channel}
    channel = known.get(str(kept.get("channel")), Channel.VOICE)
    try:
        root = from_json(kept.get("criteria"))
    except ReviewerError:
        return Draft(EVERYTHING, channel), None
    number = kept.get("set")
    if not isinstance(number, int) or isinstance(number, bool):
        return Draft(root, channel), None
    return Draft(root, channel), CriteriaSetId(number)
