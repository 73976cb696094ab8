"""Saved criteria sets of the demo store: some of the user's own, some that a manager shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.models.criteria.line import parse_line
from reviewer.models.interaction import Channel
from reviewer.services.demo.mark import DEMO_LOGIN

if TYPE_CHECKING:
    from reviewer.services.demo.cast import Cast
    from reviewer.storage.store import Store


def save_sets(store: Store, cast: Cast) -> int:
    """Save the sets of the demo's language; return how many."""
    for item in cast.texts["sets"]:
        owner = item.get("owner")
        login = DEMO_LOGIN if owner is None else cast.texts["logins"][owner]
        sets = store.session(login).sets
        entry, _ = sets.add(item["name"], Channel(item["channel"]), parse_line(item["line"]))
        if owner is not None:
            sets.share(entry.id, shared=True)
        if item.get("watched"):
            sets.watch(entry.id, watched=True)
    return len(cast.texts["sets"])
