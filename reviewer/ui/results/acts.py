"""What can be done on the page of results: names and keys."""

from __future__ import annotations

from typing import Final

from reviewer.messages import N_
from reviewer.ui.actions import ActionSpec

_GROUP: Final = N_("Results")

COLUMNS: Final = ActionSpec(
    "results.columns", N_("Choose columns"), _GROUP, ("Ctrl+Shift+L",), "columns-3"
)
ORDER: Final = ActionSpec(
    "results.order", N_("Choose the order"), _GROUP, ("Ctrl+Shift+S",), "arrow-down"
)
REFRESH: Final = ActionSpec("results.refresh", N_("Refresh"), _GROUP, ("F5",), "refresh-cw")
EXPORT: Final = ActionSpec("results.export", N_("Export"), _GROUP, ("Ctrl+E",), "folder-output")
EXPORT_SELECTION: Final = ActionSpec(
    "results.export_selection",
    N_("Export selection"),
    _GROUP,
    ("Ctrl+Shift+E",),
    "folder-output",
)
DELETE_SELECTION: Final = ActionSpec(
    "results.delete_selection",
    N_("Delete the recordings of the selection"),
    _GROUP,
    ("Ctrl+Shift+Del",),
    "trash-2",
)
HOLD_SELECTION: Final = ActionSpec(
    "results.hold_selection",
    N_("Set a legal hold on the selection"),
    _GROUP,
    ("Ctrl+Shift+H",),
    "lock",
)
OPEN_WINDOW: Final = ActionSpec(
    "results.open_window",
    N_("Open in a new window"),
    _GROUP,
    ("Ctrl+Return",),
    "picture-in-picture-2",
)
EVALUATE: Final = ActionSpec(
    "results.evaluate_next", N_("Evaluate next"), _GROUP, ("E",), "clipboard-check"
)
TRACE: Final = ActionSpec(
    "results.trace", N_("Trace of the scenario"), _GROUP, ("Ctrl+T",), "layers"
)
COPY_GIID: Final = ActionSpec("results.copy_giid", N_("Copy GIID"), _GROUP, ("Ctrl+C",), "copy")
COPY_LINK: Final = ActionSpec("results.copy_link", N_("Copy link"), _GROUP, ("Ctrl+Alt+C",), "link")
