"""Lies over texts and names who reads them; whatever is beneath is used as if it were not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractScrollArea, QWidget
from typing_extensions import override

from reviewer.models.watermark import watermark_of
from reviewer.ui.theme.theme import theme
from reviewer.ui.widgets.watermark_painter import paint_watermark

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reviewer.models.access import User

# The text stays easy to read beneath it, looked at in both schemes.
_OPACITY: Final = 34
# It tells the minute.
_AGAIN_MS: Final = 60_000


class WatermarkVeil(QWidget):
    """Covers what a scroll area shows; unseen until its viewer's role wants a watermark.

    It belongs to the area and not to what scrolls in it, so that it stays where it is. What it
    writes is drawn once a minute and size. Thread: main.
    """

    def __init__(self, area: QAbstractScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self._viewer: tuple[User, ZoneInfo] | None = None
        self._drawn: tuple[object, QPixmap] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._again = QTimer(self)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self.update)
        theme().changed.connect(self._on_theme_changed)
        self.hide()

    def name_viewer(self, user: User, zone: ZoneInfo) -> None:
        """Have it written who looks, where their role wants it."""
        if not user.watermark:
            self.name_nobody()
            return
        self._viewer = (user, zone)
        self._cover()
        self.show()
        self.raise_()
        self._area.viewport().installEventFilter(self)
        self._again.start()

    def name_nobody(self) -> None:
        """Write nothing; nothing of the area is looked at then."""
        self._viewer = None
        self.hide()
        self._area.viewport().removeEventFilter(self)
        self._again.stop()

    @property
    def words(self) -> str:
        """What is written now, "" for nothing."""
        return watermark_of(*self._viewer) if self._viewer is not None else ""

    def _cover(self) -> None:
        self.setGeometry(self._area.viewport().geometry())

    @Slot()
    def _on_theme_changed(self) -> None:
        self._drawn = None
        self.update()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._cover()
        return False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        words = self.words
        if not words:
            return
        ratio = self.devicePixelRatioF()
        key = (words, self.size().toTuple(), ratio)
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = (key, self._draw(words, ratio))
        QPainter(self).drawPixmap(0, 0, self._drawn[1])

    def _draw(self, words: str, ratio: float) -> QPixmap:
        sheet = QPixmap(self.size() * ratio)
        sheet.setDevicePixelRatio(ratio)
        sheet.fill(Qt.GlobalColor.transparent)
        ink = QColor(theme().colors.text)
        ink.setAlpha(_OPACITY)
        painter = QPainter(sheet)
        paint_watermark(painter, QRectF(self.rect()), words, ((QPointF(), ink),))
        painter.end()
        return sheet
