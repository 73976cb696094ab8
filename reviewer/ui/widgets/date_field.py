"""A field for a date, typed or chosen from a calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QPoint, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from reviewer.messages import language, tr
from reviewer.models.criteria.moments import parse_moment, show_moment
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Space
from reviewer.ui.widgets.buttons import IconButton
from reviewer.ui.widgets.day_picker import DayPicker
from reviewer.ui.widgets.search_edit import Edit

if TYPE_CHECKING:
    from reviewer.ui.widgets.labels import Label

_WIDTH_PX: Final = 132


def say_of_dates(since: DateField, until: DateField, told: Label, order: str) -> bool:
    """Say under two dates what is wrong with them, and return whether they can be used.

    Args:
        since: The first.
        until: The second; it is marked where they are in the wrong order.
        told: Where it is said; hidden while there is nothing to say.
        order: What is wrong with their order, translated; "": nothing, or one is no date.
    """
    bad = since.moment is None or until.moment is None
    if until.moment is not None:
        until.edit.set_error(order)
    wrong = tr("This is not a date") if bad else order
    told.setText(wrong)
    told.setVisible(bool(wrong))
    return not wrong


class DateField(QWidget):
    """Takes a date in the forms that the search takes. Thread: main."""

    # What is in it has changed.
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = Edit()
        self.edit.setFixedWidth(theme().px(_WIDTH_PX))
        self._open = IconButton("calendar")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addWidget(self.edit)
        row.addWidget(self._open)
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(self._on_text_changed)
        self._open.clicked.connect(self._on_open_clicked)

    def set_name(self, name: str) -> None:
        """Set the accessible name and the words around it, translated."""
        self.edit.setAccessibleName(name)
        self.edit.setPlaceholderText(tr("YYYY-MM-DD"))
        self._open.set_name(tr("Choose a day"))

    @property
    def moment(self) -> str | None:
        """The date in its kept form; "" for none, None where it is no date."""
        text = self.edit.text().strip()
        return parse_moment(text) if text else ""

    def show_day(self, day: QDate) -> None:
        """Show a date."""
        self.edit.setText(show_moment(day.toString("yyyy-MM-dd"), language()))

    @Slot()
    def _on_text_changed(self) -> None:
        self.edit.set_error("" if self.moment is not None else tr("This is not a date"))
        self.changed.emit()

    @Slot()
    def _on_open_clicked(self) -> None:
        moment = self.moment or ""
        popup = DayPicker(QDate.fromString(moment[:10], "yyyy-MM-dd"), self)
        popup.day_chosen.connect(self._on_day_chosen)
        popup.adjustSize()
        popup.move(self.mapToGlobal(QPoint(self.width() - popup.width(), self.height() + 2)))
        popup.show()

    @Slot(QDate)
    def _on_day_chosen(self, day: QDate) -> None:
        self.show_day(day)
        self.edit.setFocus()
