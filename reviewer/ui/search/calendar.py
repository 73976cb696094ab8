"""A button beside a field with a date, which opens a calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QPoint, Qt, Slot

from reviewer.messages import tr
from reviewer.models.criteria.values import show_value
from reviewer.ui.widgets.buttons import IconButton
from reviewer.ui.widgets.day_picker import DayPicker

if TYPE_CHECKING:
    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.ui.widgets.fields import KeyEdit


class CalendarButton(IconButton):
    """Opens a calendar for a field with a date. Thread: main."""

    def __init__(self, criterion: Criterion, field: KeyEdit) -> None:
        super().__init__("calendar")
        self._criterion = criterion
        self._field = field
        self.set_name(tr("Choose a day"))
        self.clicked.connect(self._on_clicked)

    @Slot()
    def _on_clicked(self) -> None:
        text = self._field.text()[:10]
        day = QDate.fromString(text, "yyyy-MM-dd")
        if not day.isValid():
            day = QDate.fromString(text, "dd.MM.yyyy")
        popup = DayPicker(day, self)
        popup.day_chosen.connect(self._on_day_chosen)
        popup.adjustSize()
        popup.move(self.mapToGlobal(QPoint(self.width() - popup.width(), self.height() + 2)))
        popup.show()

    @Slot(QDate)
    def _on_day_chosen(self, day: QDate) -> None:
        self._field.setText(show_value(self._criterion, day.toString("yyyy-MM-dd")))
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._field.textEdited.emit(self._field.text())
