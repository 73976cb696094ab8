"""Choosing a day: a button beside a field with a date, and the calendar it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale, QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QFrame, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import language, tr
from reviewer.models.criteria.values import show_value
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Space
from reviewer.ui.widgets.buttons import IconButton
from reviewer.ui.widgets.labels import Label

if TYPE_CHECKING:
    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.ui.search.fields import KeyEdit


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


class DayPicker(QFrame):
    """A month to choose a day of; arrows and PageUp, PageDown move, Enter chooses."""

    # A day was chosen: QDate. The picker has closed itself.
    day_chosen = Signal(QDate)

    def __init__(self, day: QDate, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._locale = QLocale(language())
        self._month = Label(step="strong")
        self.calendar = QCalendarWidget()
        self._set_up(day)
        before, after = IconButton("chevron-left"), IconButton("chevron-right")
        before.set_name(tr("Month before"))
        after.set_name(tr("Next month"))
        before.clicked.connect(self.calendar.showPreviousMonth)
        after.clicked.connect(self.calendar.showNextMonth)
        head = QHBoxLayout()
        head.addWidget(before)
        head.addWidget(self._month, 1, Qt.AlignmentFlag.AlignCenter)
        head.addWidget(after)
        box = QVBoxLayout(self)
        box.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        box.setSpacing(Space.S)
        box.addLayout(head)
        box.addWidget(self.calendar)
        self.setFocusProxy(self.calendar)
        self._on_page_changed(self.calendar.yearShown(), self.calendar.monthShown())

    def _set_up(self, day: QDate) -> None:
        calendar = self.calendar
        calendar.setLocale(self._locale)
        calendar.setNavigationBarVisible(False)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        plain, head = QTextCharFormat(), QTextCharFormat()
        plain.setForeground(theme().colors.text)
        head.setForeground(theme().colors.muted)
        head.setBackground(theme().colors.raised)
        for weekend in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            calendar.setWeekdayTextFormat(weekend, plain)
        calendar.setHeaderTextFormat(head)
        if day.isValid():
            calendar.setSelectedDate(day)
        calendar.clicked.connect(self._on_day_chosen)
        calendar.activated.connect(self._on_day_chosen)
        calendar.currentPageChanged.connect(self._on_page_changed)

    @Slot(int, int)
    def _on_page_changed(self, year: int, month: int) -> None:
        name = self._locale.standaloneMonthName(month)
        self._month.setText(f"{name[:1].upper()}{name[1:]} {year}")

    @Slot(QDate)
    def _on_day_chosen(self, day: QDate) -> None:
        if self.isVisible():
            self.close()
            self.day_chosen.emit(day)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme().colors
        painter = QPainter(self)
        painter.fillRect(self.rect(), colors.raised)
        draw.box(painter, QRectF(self.rect()), border=colors.line2, radius=Radius.BAR)
