"""Where an export goes: a folder or one ZIP, typed or chosen, and what lies there already."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QStandardPaths, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from reviewer.messages import tr
from reviewer.paths import typed_path
from reviewer.ui.theme.tokens import Space
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.search_edit import Edit
from reviewer.ui.widgets.segmented import Segment, SegmentedControl

if TYPE_CHECKING:
    from reviewer.ui.settings import WindowSettings

_ZIP: Final = ".zip"
_FOLDER_KEY: Final = "export/folder"
_ZIP_KEY: Final = "export/zip"
_LOOK_AFTER_MS: Final = 250


class DestinationEdit(QWidget):
    """Asks where to. Thread: main."""

    # Another place is meant, some time after the last key: Path, or None for none.
    place_changed = Signal(object)

    def __init__(self, settings: WindowSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.kind = SegmentedControl(
            [
                Segment(False, tr("A folder"), "folder-open"),
                Segment(True, tr("One ZIP"), "folder-output"),
            ]
        )
        self.kind.setAccessibleName(tr("Folder or ZIP"))
        self.path = Edit()
        self.path.setAccessibleName(tr("Where to"))
        self.choose = Button(tr("Choose"), "folder-open")
        self.told = Label("", "small", "muted", wraps=True)
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(_LOOK_AFTER_MS)
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        line.addWidget(self.path, 1)
        line.addWidget(self.choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.kind, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(line)
        column.addWidget(self.told)
        self.kind.value = bool(settings.value(_ZIP_KEY, default=False))
        self.path.setText(str(self._first()))
        self.kind.value_changed.connect(self._on_kind_value_changed)
        self.path.textEdited.connect(self._on_path_text_edited)
        self.choose.clicked.connect(self.ask)
        self._look.timeout.connect(self._on_look_timeout)

    # --- public

    @property
    def place(self) -> Path | None:
        """What is meant; None while nothing is typed."""
        text = self.path.text().strip()
        return self._folder() / typed_path(text) if text else None

    def show_place(self, place: Path) -> None:
        """Mean another place."""
        self.path.setText(str(place))
        self.kind.value = place.suffix.lower() == _ZIP
        self._on_look_timeout()

    def look(self) -> None:
        """Have a look asked for at once."""
        self._on_look_timeout()

    def remember(self) -> None:
        """Keep the folder and the kind for the next time."""
        place = self.place
        if place is not None:
            self._settings.set_value(_FOLDER_KEY, str(place.parent))
            self._settings.set_value(_ZIP_KEY, bool(self.kind.value))

    @Slot()
    def ask(self) -> None:
        """Show a dialog of files; the window goes on answering meanwhile."""
        into_zip = bool(self.kind.value)
        title = tr("The ZIP to export to") if into_zip else tr("The folder to export to")
        place = self.place or self._first()
        dialog = QFileDialog(self, title, str(self._folder()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if into_zip:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setNameFilter("ZIP (*.zip)")
            dialog.setDefaultSuffix("zip")
            dialog.setOption(QFileDialog.Option.DontConfirmOverwrite, on=True)
            dialog.selectFile(place.name)
        else:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly, on=True)
        dialog.fileSelected.connect(self._on_dialog_file_selected)
        dialog.open()

    # --- slots

    @Slot(str)
    def _on_dialog_file_selected(self, path: str) -> None:
        self.show_place(Path(path))

    @Slot(object)
    def _on_kind_value_changed(self, into_zip: object) -> None:
        place = self.place or self._first()
        if place.suffix.lower() == _ZIP:
            place = place.with_suffix("")
        self.path.setText(str(place.with_name(place.name + _ZIP) if into_zip else place))
        self._on_look_timeout()

    @Slot(str)
    def _on_path_text_edited(self, text: str) -> None:
        self.kind.value = text.strip().lower().endswith(_ZIP)
        self._look.start()

    @Slot()
    def _on_look_timeout(self) -> None:
        self._look.stop()
        self.place_changed.emit(self.place)

    # --- private

    def _folder(self) -> Path:
        """Return the folder exported to last, else where people keep their documents."""
        stored = self._settings.value(_FOLDER_KEY)
        places = QStandardPaths.StandardLocation
        homes = (
            stored if isinstance(stored, str) else "",
            QStandardPaths.writableLocation(places.DocumentsLocation),
        )
        found = (Path(home) for home in homes if home)
        return next((home for home in found if home.is_dir()), Path.home())

    def _first(self) -> Path:
        # By the clock of this machine: it tells one export from another, nothing more.
        stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
        name = f"reviewer-{stamp}"
        return self._folder() / (name + _ZIP if self.kind.value else name)
