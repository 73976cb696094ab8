"""The switch that leaves out pauses, with what that saves under it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Space
from reviewer.ui.widgets.switch import ROOM, paint_track, track_size

_HEIGHT_PX = 36


class SkipSwitch(QAbstractButton):
    """On or off, its words and the saving beside it. Thread: main."""

    # The user turned it; what it shows follows from outside.
    toggled_by_user = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._saving = ""
        self._bare = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._on_clicked)
        theme().changed.connect(self.updateGeometry)

    @property
    def saving(self) -> str:
        """What is said under the words, "" for nothing."""
        return self._saving

    def show_mode(self, words: str, saving: str, *, on: bool) -> None:
        """Show words, saving and state."""
        if (words, saving) != (self.text(), self._saving):
            self._saving = saving
            self.setText(words)
            self.setAccessibleDescription(saving)
            self.updateGeometry()
        self.setChecked(on)
        self.update()

    @property
    def words_px(self) -> int:
        """How wide the words are with what is before them, shown or not."""
        now = theme()
        first = draw.text_width(self.text(), now.font("small", 600))
        second = draw.text_width(self._saving, now.font("small"))
        return round(Space.S + max(first, second) + 1.5)

    def set_bare(self, bare: bool) -> None:
        """Show the track without words, where there is no room; the tooltip has them."""
        if bare != self._bare:
            self._bare = bare
            self.updateGeometry()
            self.update()

    @Slot(bool)
    def _on_clicked(self, checked: bool) -> None:
        # It turned by itself; who listens decides.
        self.setChecked(not checked)
        self.toggled_by_user.emit()

    @override
    def sizeHint(self) -> QSize:
        width = track_size().width() + 2 * ROOM + (0 if self._bare else self.words_px)
        return QSize(round(width + 0.5), theme().px(_HEIGHT_PX))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        painter = QPainter(self)
        size = track_size()
        track = QRectF(ROOM, 0, size.width(), size.height())
        track.moveTop((self.height() - track.height()) / 2)
        paint_track(painter, track, self)
        if self._bare:
            return
        area = QRectF(self.rect())
        area.setLeft(track.right() + ROOM + Space.S)
        color = now.color("text" if self.isEnabled() else "disabled")
        if not self._saving:
            draw.text(painter, area, self.text(), now.font("small", 600), color)
            return
        half = area.height() / 2
        above = QRectF(area.left(), area.top(), area.width(), half)
        draw.text(painter, above, self.text(), now.font("small", 600), color)
        below = QRectF(area.left(), area.top() + half, area.width(), half)
        quiet = now.color("text2" if self.isChecked() else "muted")
        draw.text(painter, below, self._saving, now.font("small"), quiet)
