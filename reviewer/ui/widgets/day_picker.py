"""A month of which a day is chosen."""

from __future__ import annotations

from PySide6.QtCore import QDate, QLocale, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QFrame, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import language, tr
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Space
from reviewer.ui.widgets.buttons import IconButton
from reviewer.ui.widgets.labels import Label


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
        colors = theme().colors
        head = QTextCharFormat()
        head.setForeground(colors.muted)
        head.setBackground(colors.raised)
        calendar.setHeaderTextFormat(head)
        # Ours are no other days: Qt's are red, and would be brighter in the head as well.
        for weekend in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            calendar.setWeekdayTextFormat(weekend, QTextCharFormat())
        # The days stand on the ground of what is around them.
        looks = calendar.palette()
        looks.setColor(QPalette.ColorRole.Base, colors.raised)
        calendar.setPalette(looks)
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
