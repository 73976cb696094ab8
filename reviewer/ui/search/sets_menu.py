"""What can be done with one saved set: the menu of its row."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from reviewer.messages import explain, tr
from reviewer.ui.keys import shortcut_text
from reviewer.ui.theme.theme import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from reviewer.models.criteria.sets import SetEntry
    from reviewer.ui.search.saved_sets import SavedSets


def set_menu(sets: SavedSets, entry: SetEntry, parent: QWidget) -> QMenu:
    """Return the menu of a set; it deletes itself."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)

    def line(act: str, title: str, keys: str = "", icon: str = "") -> QAction:
        text = title + "\t" + shortcut_text(keys) if keys else title
        action = menu.addAction(theme().icon(icon), text) if icon else menu.addAction(text)
        action.triggered.connect(partial(sets.act, act, entry))
        if entry.refusal is not None and act not in ("remove", "rename"):
            action.setEnabled(False)
            action.setToolTip(explain(entry.refusal))
        return action

    line("load", tr("Load"), "Return", "folder-open")
    line("search", tr("Search at once"), "Ctrl+Return", "search")
    if entry.watched:
        line("news", tr("Show what is new since yesterday"), "Ctrl+N", "history")
    menu.addSeparator()
    watching = tr("Watch no more") if entry.watched else tr("Watch: count what is new")
    line("watch", watching, icon="eye")
    if entry.own:
        line("overwrite", tr("Replace by the criteria here"), icon="save")
        line("rename", tr("Rename"), "F2", "pencil")
    # Not offered to those who may not publish; taking back is everybody's.
    if entry.own and (sets.may_share or entry.shared):
        line("share", tr("Share no more") if entry.shared else tr("Share with all"), icon="users")
    line("export", tr("Export JSON"), icon="download")
    if entry.own:
        menu.addSeparator()
        line("remove", tr("Remove"), "Delete", "trash-2")
    return menu
