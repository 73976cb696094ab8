"""The timeline as the user handles it: pointer, wheel and keys over the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QToolTip, QWidget
from typing_extensions import override

from reviewer.messages import format_duration
from reviewer.models.ids import US_PER_S, TimelineUs
from reviewer.ui.keys import literal
from reviewer.ui.review import lane_painter
from reviewer.ui.review.geometry import SCALE_PX, WHEEL_STEP, Cluster
from reviewer.ui.review.head_painter import is_elided, sound_rect
from reviewer.ui.review.overlay_painter import GRIP_PX, range_xs
from reviewer.ui.review.timeline_canvas import TimelineCanvas
from reviewer.ui.review.timeline_face import NOWHERE
from reviewer.ui.theme.tokens import Space
from reviewer.ui.widgets.buttons import IconButton

if TYPE_CHECKING:
    from reviewer.ui.actions import ActionRegistry
    from reviewer.ui.review.row_painter import WaveHeights

_GRIP_PX: Final = 4
# After these no release of the button may come.
_LET_GO: Final = (QEvent.Type.Hide, QEvent.Type.FocusOut, QEvent.Type.UngrabMouse)
_BUTTON_PX: Final = 24


class TimelineView(TimelineCanvas):
    """Lets position, zoom and choice be moved by hand.

    Thread: main.
    """

    # (position: TimelineUs) The user points at a moment: go there.
    position_requested = Signal(object)
    # (index: int, position: TimelineUs) The user wants to hear a row from there.
    row_played = Signal(int, object)
    # (index: int) Another row was chosen with the keyboard.
    row_chosen = Signal(int)
    # The playhead is dragged from now on; (position) it is there now; it was let go.
    scrub_began = Signal()
    scrubbed = Signal(object)
    scrub_ended = Signal()
    # (edge: "in" or "out", position: TimelineUs) An edge of the marked range was dragged there.
    edge_dragged = Signal(str, object)
    # (index: int) A row is to be muted, or heard again.
    mute_asked = Signal(int)
    # (index: int, at: QPoint) What can be done with a row is to be offered.
    head_menu_asked = Signal(int, object)

    def __init__(self, waves: WaveHeights, parent: QWidget | None = None) -> None:
        super().__init__(waves, parent)
        self._press: QPointF | None = None
        self._drag = ""
        self._dragged_x = 0.0
        self.zoom_out_button = IconButton("zoom-out", size=_BUTTON_PX, parent=self)
        self.zoom_in_button = IconButton("zoom-in", size=_BUTTON_PX, parent=self)
        self.fit_button = IconButton("move-horizontal", size=_BUTTON_PX, parent=self)
        for button in self._buttons:
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._place_buttons()

    @property
    def _buttons(self) -> tuple[IconButton, IconButton, IconButton]:
        return self.zoom_out_button, self.zoom_in_button, self.fit_button

    def bind(self, actions: ActionRegistry, owner: QWidget) -> None:
        """Let the buttons do the page's actions."""
        names = ("timeline.zoom_out", "timeline.zoom_in", "timeline.fit")
        for button, name in zip(self._buttons, names, strict=True):
            actions.bind(button, name, owner)

    def _place_buttons(self) -> None:
        x = self.head_px - Space.S - len(self._buttons) * _BUTTON_PX
        for button in self._buttons:
            button.setGeometry(x, 0, _BUTTON_PX, SCALE_PX - 1)
            x += _BUTTON_PX

    @override
    def set_head_px(self, width_px: int) -> None:
        super().set_head_px(width_px)
        self._place_buttons()

    # --- pointer

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        at = event.position()
        self._press, self._drag, self._dragged_x = at, "", at.x()
        if abs(at.x() - self._head_px) <= _GRIP_PX:
            self._drag = "heads"
        elif self._edge_at(at):
            self._drag = self._edge_at(at)
        elif at.x() > self._head_px and self._scrubs_at(at) and self.marker_at(at) is None:
            self._begin_scrub(at.x())

    def _begin_scrub(self, x: float) -> None:
        self._drag = "scrub"
        self.scrub_began.emit()
        self._scrub(x)

    def _scrub(self, x: float) -> None:
        self.scrubbed.emit(self._view.position_at(x - self._head_px))

    def _edge_at(self, at: QPointF) -> str:
        """Return which edge of the marked range is under a point of the scale, "" for none."""
        if at.y() >= SCALE_PX or self._range.is_empty or at.x() <= self._head_px:
            return ""
        begin, end = range_xs(self._range, self._view, self._head_px)
        if self._range.in_us is not None and abs(at.x() - begin) <= GRIP_PX:
            return "in"
        if self._range.out_us is not None and abs(at.x() - end) <= GRIP_PX:
            return "out"
        return ""

    def _scrubs_at(self, at: QPointF) -> bool:
        """Whether pressing here takes hold of the playhead."""
        return at.y() < self.lanes.rows_top or abs(at.x() - self._playhead_x()) <= _GRIP_PX

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._press is None:
            self._hover(at)
            return
        if not self._drag:
            far = (at - self._press).manhattanLength() >= QApplication.startDragDistance()
            if not far or self._press.x() < self._head_px:
                return
            # When everything is seen there is nothing to pan: dragging scrubs.
            if self._view.is_fitted:
                self._begin_scrub(at.x())
            else:
                self._drag = "pan"
        if self._drag == "heads":
            self.set_head_px(round(at.x()))
        elif self._drag == "scrub":
            self._scrub(at.x())
        elif self._drag in ("in", "out"):
            position = self._view.position_at(at.x() - self._head_px)
            self.edge_dragged.emit(self._drag, position)
        elif self._drag == "pan":
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._set_view(self._view.scrolled(self._dragged_x - at.x()))
            self._dragged_x = at.x()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._press is None or event.button() != Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        press, drag = self._press, self._drag
        self._end_drag()
        if not drag:
            self._click(press)

    def _end_drag(self) -> None:
        """Let go of what is dragged, wherever it is."""
        drag = self._drag
        self._press, self._drag = None, ""
        self.unsetCursor()
        if drag == "scrub":
            self.scrub_ended.emit()

    def _click(self, at: QPointF) -> None:
        cluster = self.marker_at(at)
        if cluster is not None:
            self._open_cluster(cluster)
            return
        index = self.lanes.row_at(at.y())
        if index is None:
            return
        row = self._scene.rows[index]
        if row.waves and sound_rect(self._head_rect(index)).contains(at):
            self.mute_asked.emit(index)
            return
        position = self._view.position_at(at.x() - self._head_px)
        if row.chat_role:
            if at.x() >= self._head_px:
                self.position_requested.emit(position)
            return
        if at.x() < self._head_px or not row.start_us <= position <= row.end_us:
            position = self._scene.timeline.clamp(row.start_us)
        self.row_played.emit(index, position)

    def _head_rect(self, index: int) -> QRectF:
        return QRectF(0, self.lanes.row_top(index), self._head_px, self.lanes.row_px)

    def _hover(self, at: QPointF) -> None:
        near_grip = abs(at.x() - self._head_px) <= _GRIP_PX or bool(self._edge_at(at))
        row = self.lanes.row_at(at.y()) if at.x() < self._head_px else None
        self._set_hover_row(-1 if row is None else row)
        self.setCursor(Qt.CursorShape.SplitHCursor if near_grip else Qt.CursorShape.ArrowCursor)
        inside = at.x() > self._head_px and not near_grip and bool(self._scene.rows)
        self.set_ghost(at.x() if inside else NOWHERE)

    def _open_cluster(self, cluster: Cluster) -> None:
        """Go to a marker, or offer the list of those that stand together."""
        markers = [self._markers[index] for index in cluster.members]
        if len(markers) == 1:
            self.position_requested.emit(markers[0].at_us)
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for marker in markers:
            # On one line: a tab would be taken for a shortcut.
            words = f"{format_duration(marker.at_us)}  {' '.join(marker.words.split())}"
            menu.addAction(literal(words)).setData(marker.at_us)
        menu.triggered.connect(self._on_menu_triggered)
        place = lane_painter.marker_rect(cluster, self._head_px).bottomLeft().toPoint()
        menu.popup(self.mapToGlobal(place))

    @Slot(object)
    def _on_menu_triggered(self, action: object) -> None:
        data = getattr(action, "data", None)
        if callable(data):
            self.position_requested.emit(TimelineUs(int(data())))

    def _set_hover_row(self, index: int) -> None:
        if index != self._hover_row:
            self._hover_row = index
            self.invalidate()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._end_drag()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index: int | None = self._chosen
            place = self._head_rect(self._chosen).bottomLeft().toPoint()
            at = self.mapToGlobal(place)
        else:
            index, at = self.lanes.row_at(event.pos().y()), event.globalPos()
        if index is not None and self._scene.rows:
            self.head_menu_asked.emit(index, at)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.set_ghost(NOWHERE)
        self._set_hover_row(-1)
        super().leaveEvent(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        x = event.position().x()
        if x < self._head_px and self._bars.wheel(delta.y()):
            pass
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(delta.x()) > abs(
            delta.y()
        ):
            self._set_view(self._view.scrolled(-(delta.x() or delta.y()) / 2))
        elif delta.y():
            self.zoom(WHEEL_STEP ** (delta.y() / 120), max(0.0, x - self._head_px))
        event.accept()

    # --- keys and other events

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not event.modifiers():
            step = 1 if key == Qt.Key.Key_Down else -1
            index = self._chosen + step
            if 0 <= index < len(self._scene.rows) and not self._scene.chat:
                self.set_chosen(index)
                self.row_chosen.emit(index)
        elif key == Qt.Key.Key_Home:
            self.position_requested.emit(TimelineUs(0))
        elif key == Qt.Key.Key_End:
            end = max(0, self._scene.timeline.duration_us - US_PER_S)
            self.position_requested.emit(TimelineUs(end))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._scene.rows:
            row = self._scene.rows[self._chosen]
            self.row_played.emit(self._chosen, self._scene.timeline.clamp(row.start_us))
        else:
            super().keyPressEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            words = self.words_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), words, self)
            return True
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom(1 + event.value(), max(0.0, event.position().x() - self._head_px))
                return True
        elif event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.invalidate()
        if event.type() in _LET_GO:
            self._end_drag()
        return super().event(event)

    def words_at(self, at: QPointF) -> str:
        """Return what a tooltip says at a point; "" where nothing is to be said."""
        cluster = self.marker_at(at)
        if cluster is not None:
            return "\n".join(self._markers[index].words for index in cluster.members)
        index = self.lanes.row_at(at.y())
        if index is None or at.x() >= self._head_px:
            return ""
        row = self._scene.rows[index]
        rect = QRectF(0, self.lanes.row_top(index), self._head_px, self.lanes.row_px)
        return row.spoken if is_elided(row, rect) else ""
