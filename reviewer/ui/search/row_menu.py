"""What can be done with a row of the criteria, and its menu."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from reviewer.messages import N_, tr, translated
from reviewer.ui.keys import shortcut_text
from reviewer.ui.theme.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable

# As in the line.
_NEGATE_KEY: Final = "-"
# What is done with the current row: (act, title, keys, icon).
ROW_ACTS: Final = (
    ("add_condition", N_("Add condition"), "Insert", "plus"),
    ("add_block", N_("Add block"), "Shift+Insert", "layers"),
    ("negate", N_("Turn into its opposite"), _NEGATE_KEY, ""),
    ("duplicate", N_("Duplicate"), "Ctrl+D", "copy"),
    ("remove", N_("Remove"), "Delete", "trash-2"),
    ("move_up", N_("Move up"), "Alt+Up", ""),
    ("move_down", N_("Move down"), "Alt+Down", ""),
    ("move_out", N_("Move out of the block"), "Alt+Left", ""),
    ("move_in", N_("Move into the block beside it"), "Alt+Right", ""),
)


def row_menu(act_on: Callable[[str, None], object], parent: QWidget, *, is_block: bool) -> QMenu:
    """Return the menu of the current row, which `act_on` acts on; it deletes itself."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def line(act: str, title: str, keys: str = "", icon: str = "") -> None:
        text = title + "\t" + shortcut_text(keys) if keys else title
        action = menu.addAction(theme().icon(icon), text) if icon else menu.addAction(text)
        action.triggered.connect(partial(act_on, act, None))

    if is_block:
        line("edit", tr("Switch between AND and OR"), "Return")
    else:
        line("edit", tr("Edit"), "Return", "pencil")
    line("negate", tr("Turn into its opposite"), _NEGATE_KEY)
    line("toggle", tr("Switch on or off"), "Space")
    menu.addSeparator()
    for act, title, keys, icon in ROW_ACTS:
        if act == "negate":
            continue
        if act == "move_up":
            menu.addSeparator()
        line(act, translated(title), keys, icon)
    return menu
