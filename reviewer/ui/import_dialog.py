"""What is to be known of a source before it is imported: its system, and the zone of its times."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from typing_extensions import override

from reviewer.errors import UsageError
from reviewer.messages import explain, tr
from reviewer.models.settings import check_time_zone
from reviewer.ui.dialogs import Dialog
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.search_edit import Edit
from reviewer.ui.widgets.time_zones import complete_zones

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

_MAX_SYSTEM: Final = 100


class ImportDialog(Dialog):
    """Asks how a folder is to be read; Enter at once reads it as the centre's only system.

    Args:
        folder: The folder that was chosen.
        zone: The centre's zone, in which its local times are read unless another is given.
    """

    # It is to be read: name of the system, zone of its local times ("": the centre's).
    asked = Signal(str, str)

    def __init__(self, folder: str, zone: str, parent: QWidget | None = None) -> None:
        title = tr("Import from {name}", name=Path(folder).name or folder)
        super().__init__(title, icon="download", parent=parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.system = Edit(tr("the only one"))
        self.system.setMaxLength(_MAX_SYSTEM)
        self.zone = Edit(zone)
        complete_zones(self.zone)
        for name, field in (
            (tr("Name of the telephone system, where two number their calls alike"), self.system),
            (tr("Time zone of the times in its logs"), self.zone),
        ):
            field.setAccessibleName(name)
            self.body.addWidget(Label(name, "small", "text2", wraps=True))
            self.body.addWidget(field)
        self._told = Label("", "small", "fail", wraps=True)
        self._told.hide()
        self.foot.addWidget(self._told)
        self.cancel = self.add_button(tr("Cancel"), self.reject)
        self.cancel.setAutoDefault(True)
        self.act = self.add_button(tr("Import"), self.go, kind="primary", icon="download")
        self.zone.textEdited.connect(self._on_zone_edited)
        self.fit()

    @Slot()
    def go(self) -> None:
        """Say what was entered, if it can be used."""
        zone = self.zone.text().strip()
        if zone:
            try:
                check_time_zone(zone)
            except UsageError as error:
                self._tell(explain(error))
                self.zone.setFocus()
                return
        self.accept()
        self.asked.emit(self.system.text().strip(), zone)

    @Slot()
    def _on_zone_edited(self) -> None:
        self._tell("")

    def _tell(self, sentence: str) -> None:
        self.zone.set_error(sentence)
        self._told.setText(sentence)
        self._told.setVisible(bool(sentence))
        self.fit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.cancel.hasFocus():
            self.go()
            return
        super().keyPressEvent(event)
