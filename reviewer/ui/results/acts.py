"""What can be done on the page of results: names and keys."""

from __future__ import annotations

from typing import Final

from reviewer.messages import N_
from reviewer.ui.actions import ActionSpec

_GROUP: Final = N_("Results")

# In this order: choose columns, copy the GIID, refresh.
SPECS: Final = (
    ActionSpec(
        "results.columns",
        N_("Choose columns"),
        group=_GROUP,
        shortcuts=("Ctrl+Shift+L",),
        icon="columns-3",
    ),
    ActionSpec(
        "results.copy_giid", N_("Copy GIID"), group=_GROUP, shortcuts=("Ctrl+C",), icon="copy"
    ),
    ActionSpec(
        "results.refresh", N_("Refresh"), group=_GROUP, shortcuts=("F5",), icon="refresh-cw"
    ),
)
