"""Paints the screen's picture: as large as fits, or closer, with what is to be seen in the middle.

A plain widget, so that it can be taken to another window and shot like every other one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from reviewer.messages import explain, tr
from reviewer.models.watermark import watermark_of
from reviewer.player.qt_video import VideoState
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import DARK, VIDEO_GROUND, Size, Space
from reviewer.ui.widgets.watermark_painter import paint_watermark

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from PySide6.QtGui import QHideEvent, QResizeEvent

    from reviewer.media.video import Picture
    from reviewer.models.access import User
    from reviewer.player.qt_video import QtVideo

_SMALLEST: Final = QSize(160, 90)
_USUAL: Final = QSize(480, 270)
# A notch of the wheel, and how close one can come: each pixel of the screen is eight.
_NOTCH: Final = 1.25
_CLOSEST: Final = 8.0
# A picture that comes sooner is not announced.
_PATIENCE_MS: Final = 400


class VideoView(QWidget):
    """Shows what a `QtVideo` gives.

    Thread: main.
    """

    # It was double-clicked.
    full_screen_wanted = Signal()
    # How close the picture is changed: 1.0 is as large as fits.
    zoom_changed = Signal(float)

    def __init__(self, video: QtVideo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._video = video
        self._zoom = 1.0
        # What of the picture is in the middle, as shares of its width and height.
        self._middle = QPointF(0.5, 0.5)
        self._dragged_from: QPointF | None = None
        self._viewer: tuple[User, ZoneInfo] | None = None
        self._is_late = False
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(_PATIENCE_MS)
        self._late.timeout.connect(self._on_late_timeout)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(_SMALLEST)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        video.changed.connect(self._on_video_changed)
        theme().changed.connect(self.update)
        self.retranslate()

    # --- public

    @property
    def zoom(self) -> float:
        """How close the picture is, 1.0 as large as fits."""
        return self._zoom

    def zoom_in(self) -> None:
        """Come closer to the middle."""
        self._zoom_at(QPointF(self.rect().center()), _NOTCH)

    def zoom_out(self) -> None:
        """Go back from the middle."""
        self._zoom_at(QPointF(self.rect().center()), 1 / _NOTCH)

    def fit(self) -> None:
        """Show the whole picture."""
        self._set_zoom(1.0)

    def name_viewer(self, user: User, zone: ZoneInfo) -> None:
        """Have it written over the picture who looks, where their role wants it."""
        self._viewer = (user, zone)
        self.update()

    @property
    def watermark(self) -> str:
        """What is written over the picture now, "" for nothing."""
        return watermark_of(*self._viewer) if self._viewer is not None else ""

    def target(self) -> QRectF:
        """Return where the picture lies in the widget, logical pixels; empty without one."""
        picture = self._video.picture()
        return self._target_of(picture) if picture is not None else QRectF()

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self.setAccessibleName(tr("Screen video"))
        self._describe()
        self.update()

    # --- slots

    @Slot()
    def _on_video_changed(self) -> None:
        if self._video.state is not VideoState.WAITING:
            self._late.stop()
            self._is_late = False
        elif not self._late.isActive() and not self._is_late:
            self._late.start()
        self._describe()
        self.update()

    @Slot()
    def _on_late_timeout(self) -> None:
        self._is_late = True
        self._describe()
        self.update()

    # --- overrides

    @override
    def sizeHint(self) -> QSize:
        return _USUAL

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), VIDEO_GROUND)
        picture = self._video.picture()
        if picture is not None:
            self._paint(painter, picture)
            if words := self.watermark:
                paint_watermark(painter, QRectF(self.rect()), words)
            return
        words = self._words()
        if words:
            self._paint_words(painter, words)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        if self._video.picture() is None or not notches:
            event.ignore()
            return
        self._zoom_at(event.position(), _NOTCH**notches)
        event.accept()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._zoom > 1.0:
            self._dragged_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        before = self._dragged_from
        if before is None:
            return
        self._dragged_from = event.position()
        size = self.target().size()
        if not size.isEmpty():
            moved = event.position() - before
            self._look_at(
                self._middle - QPointF(moved.x() / size.width(), moved.y() / size.height())
            )

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged_from = None
        self._show_cursor()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._dragged_from = None
            self.full_screen_wanted.emit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._look_at(self._middle)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._dragged_from = None

    # --- how it is done

    def _paint(self, painter: QPainter, picture: Picture) -> None:
        pixels = picture.pixels
        image = QImage(
            pixels.data,
            picture.width,
            picture.height,
            int(pixels.strides[0]),
            QImage.Format.Format_RGB32,
        )
        target = self._target_of(picture)
        # Enlarged, each pixel of a screen is to be seen; made smaller, letters must stay legible.
        ratio = target.width() * self.devicePixelRatioF() / max(1, picture.width)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, ratio < 3)
        painter.setClipRect(self.rect())
        painter.drawImage(target, image, QRectF(image.rect()))

    def _paint_words(self, painter: QPainter, words: str) -> None:
        now = theme()
        side = now.px(Size.ICON_EMPTY)
        middle = QPointF(self.rect().center())
        name = "circle-x" if self._video.state is VideoState.FAILED else "monitor-off"
        sign = now.icons.pixmap(name, side, DARK.muted, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(middle.x() - side / 2, middle.y() - side - Space.S), sign)
        room = QRectF(self.rect()).adjusted(Space.L, 0, -Space.L, -Space.S)
        room.setTop(middle.y())
        painter.setFont(now.font("body"))
        painter.setPen(DARK.text2)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(room, int(flags.value) | int(Qt.TextFlag.TextWordWrap.value), words)

    def _words(self) -> str:
        """Return what stands in place of a picture."""
        state = self._video.state
        if state is VideoState.NONE_HERE:
            return tr("No video was recorded at this time")
        broken = self._video.error
        if state is VideoState.FAILED and broken is not None:
            return explain(broken.error)
        if state is VideoState.WAITING and self._is_late:
            return tr("The video is being opened")
        return ""

    def _describe(self) -> None:
        words = self._words()
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)

    def _target_of(self, picture: Picture) -> QRectF:
        shape = QSizeF(max(1.0, picture.width * picture.aspect), picture.height)
        fitting = shape.scaled(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)
        width, height = fitting.width() * self._zoom, fitting.height() * self._zoom
        left = self.width() / 2 - self._middle.x() * width
        top = self.height() / 2 - self._middle.y() * height
        return QRectF(left, top, width, height)

    def _zoom_at(self, point: QPointF, factor: float) -> None:
        """Come closer or go back; what is under `point` stays there."""
        before = self.target()
        zoom = max(1.0, min(self._zoom * factor, _CLOSEST))
        if before.isEmpty() or zoom == self._zoom:
            return
        share = QPointF(
            (point.x() - before.left()) / before.width(),
            (point.y() - before.top()) / before.height(),
        )
        width, height = (
            before.width() * zoom / self._zoom,
            before.height() * zoom / self._zoom,
        )
        self._middle = QPointF(
            share.x() - (point.x() - self.width() / 2) / width,
            share.y() - (point.y() - self.height() / 2) / height,
        )
        self._set_zoom(zoom)

    def _set_zoom(self, zoom: float) -> None:
        changed = zoom != self._zoom
        self._zoom = zoom
        self._look_at(self._middle)
        self._show_cursor()
        if changed:
            self.zoom_changed.emit(zoom)

    def _look_at(self, middle: QPointF) -> None:
        """Bring a point of the picture to the middle, as far as there is more to see."""
        size = self.target().size()
        self._middle = QPointF(
            _held(middle.x(), size.width(), self.width()),
            _held(middle.y(), size.height(), self.height()),
        )
        self.update()

    def _show_cursor(self) -> None:
        if self._zoom > 1.0:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.unsetCursor()


def _held(share: float, length: float, room: int) -> float:
    """Return a share of the picture that may be in the middle of `room` pixels."""
    if length <= room:
        return 0.5
    margin = room / 2 / length
    return max(margin, min(share, 1 - margin))
