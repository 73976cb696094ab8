"""Asking for the files that sets are written to and brought in from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QWidget

from reviewer.messages import explain, ntr, tr
from reviewer.ui.dialogs import Dialog
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.labels import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reviewer.models.criteria.exchange import BadSet
    from reviewer.ui.settings import WindowSettings

_FOLDER_KEY: Final = "folders/criteria_sets"
_UNSAFE: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_LONGEST: Final = 80
_LINES: Final = 9


def file_name(name: str) -> str:
    """Return a name for the file of a set: no part of it is taken for a path."""
    safe = _UNSAFE.sub(" ", name).strip(" .")[:_LONGEST].strip()
    return f"{safe or 'set'}.json"


def ask_for_file(
    parent: QWidget,
    settings: WindowSettings,
    chosen: Callable[[str], None],
    *,
    name: str | None,
) -> QFileDialog:
    """Show a dialog of files; the window goes on answering meanwhile.

    Args:
        parent: Whose dialog it is.
        settings: Where the folder chosen last is remembered.
        chosen: Told the file.
        name: What is written, to propose a name; None: a file is read.
    """
    places = QStandardPaths.StandardLocation
    start = str(settings.value(_FOLDER_KEY, ""))
    if not Path(start).is_dir() or not start:
        start = QStandardPaths.writableLocation(places.DocumentsLocation)
    if not Path(start).is_dir():
        start = QStandardPaths.writableLocation(places.HomeLocation)
    title = tr("Import criteria sets") if name is None else tr("Export criteria sets")
    dialog = QFileDialog(parent.window(), title, start, tr("Criteria sets (*.json)"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setDefaultSuffix("json")
    if name is None:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    else:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(file_name(name))

    def take(path: str) -> None:
        settings.set_value(_FOLDER_KEY, str(Path(path).parent))
        chosen(path)

    dialog.fileSelected.connect(take)
    dialog.open()
    return dialog


class RejectedSets(Dialog):
    """Which sets of a file could not be taken, and why."""

    def __init__(self, said: str, rejected: Sequence[BadSet], parent: QWidget) -> None:
        title = ntr("{n} set was rejected", "{n} sets were rejected", len(rejected))
        super().__init__(title, icon="triangle-alert", role="warning", parent=parent)
        self.body.addWidget(Label(said, "body", wraps=True))
        lines = [f"{bad.name}: {explain(bad.error)}" for bad in rejected]
        self.text = QPlainTextEdit("\n".join(lines))
        self.text.setReadOnly(True)
        self.text.setAccessibleName(title)
        self.text.setFixedHeight(_LINES * self.text.fontMetrics().lineSpacing() + Space.L)
        self.body.addWidget(self.text)
        self.setMinimumWidth(theme().px(Size.DIALOG_CONSEQUENCES))
        self.add_button(tr("Close"), self.close, focused=True)
