"""A row of choices painted as one control: channel, AND/OR, speed, answers of a form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space, alpha

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QColor, QKeyEvent

    from reviewer.ui.theme.theme import Theme
    from reviewer.ui.theme.tokens import Step

Tint = Literal["plain", "accent", "success", "fail", "neutral"]
_INSET = 1
_SOFT_BORDER = 0.75
_KEY_PX = 9
# Room around the control for the ring of the focus.
_RING = Size.FOCUS + draw.RING_GAP


@dataclass(frozen=True, slots=True)
class Segment:
    """One choice.

    Attributes:
        value: What `SegmentedControl.value` gives.
        text: Translated.
        icon: Name of an icon, or empty.
        tint: How it looks when chosen: `plain` like a raised key, else on a soft ground.
        key: Figure of the key that chooses it, shown when asked for.
        tip: Tooltip, translated.
    """

    value: object
    text: str
    icon: str = ""
    tint: Tint = "plain"
    key: str = ""
    tip: str = ""


class SegmentedControl(QWidget):
    """Chooses one of a few values; one Tab stop, arrows move inside.

    With `can_clear` a click on the chosen segment chooses nothing.
    """

    # The user chose another value (object, or None for nothing). Main thread.
    value_changed = Signal(object)

    def __init__(
        self,
        segments: Sequence[Segment] = (),
        *,
        can_clear: bool = False,
        ring_room: bool = False,
        height: int = Size.SEGMENTED,
        tight: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Make the control.

        Args:
            segments: The choices, left to right.
            can_clear: Whether nothing may be chosen again.
            ring_room: Keep 3 px around for the ring of the focus; without, it is drawn inside.
            height: Token of its height.
            tight: Less room beside the words.
            parent: Qt's.
        """
        super().__init__(parent)
        self._can_clear = can_clear
        self._height = height
        self.tight = tight
        self._margin = _RING if ring_room else 0
        self._ringed = False
        self._keys_shown = False
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._group.buttonClicked.connect(self._on_group_button_clicked)
        self._buttons: list[_SegmentButton] = []
        self._layout = QHBoxLayout(self)
        inset = self._margin + _INSET
        self._layout.setContentsMargins(inset, inset, inset, inset)
        self._layout.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._value: object = None
        self.set_items(segments)

    # --- public

    @property
    def value(self) -> object:
        """The chosen value, or None."""
        return self._value

    @value.setter
    def value(self, value: object) -> None:
        self._value = value
        self._show_value()

    @property
    def stop(self) -> QWidget:
        """Where Tab comes to: for the order of the page, which is lost with new choices."""
        stops = (b for b in self._buttons if b.focusPolicy() & Qt.FocusPolicy.TabFocus)
        return next(stops, self)

    def set_items(self, segments: Sequence[Segment]) -> None:
        """Replace the choices; the chosen value stays if it is among them."""
        for button in self._buttons:
            self._group.removeButton(button)
            self._layout.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [_SegmentButton(segment, self) for segment in segments]
        for button in self._buttons:
            self._group.addButton(button)
            self._layout.addWidget(button)
        if self._value not in [segment.value for segment in segments]:
            self._value = None
        self._show_value()
        self.updateGeometry()

    def set_keys_shown(self, shown: bool) -> None:
        """Show or hide the figures of the keys."""
        self._keys_shown = shown
        for button in self._buttons:
            button.updateGeometry()
            button.update()

    def choose(self, value: object) -> None:
        """Choose as the user would: tells `value_changed`."""
        chosen = None if self._can_clear and value == self._value else value
        if chosen != self._value:
            self.value = chosen
            self.value_changed.emit(chosen)
        else:
            self._show_value()

    @property
    def keys_shown(self) -> bool:
        """Whether the figures of the keys are shown."""
        return self._keys_shown

    # --- slots

    def _on_group_button_clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, _SegmentButton):
            self.choose(button.segment.value)

    # --- internals

    def _show_value(self) -> None:
        chosen = None
        for button in self._buttons:
            on = self._value is not None and button.segment.value == self._value
            button.setChecked(on)
            chosen = button if on else chosen
        # One Tab stop: the chosen one, else the first.
        stop = chosen or (self._buttons[0] if self._buttons else None)
        for button in self._buttons:
            policy = Qt.FocusPolicy.TabFocus if button is stop else Qt.FocusPolicy.NoFocus
            button.setFocusPolicy(policy)
        if stop is not None:
            self.setFocusProxy(stop)
        self.update()

    def move_from(self, button: _SegmentButton, step: int) -> None:
        """Go `step` segments on from `button`, as the arrow keys do."""
        index = self._buttons.index(button) + step
        if 0 <= index < len(self._buttons) and self._buttons[index].isEnabled():
            target = self._buttons[index]
            target.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            target.setFocus(Qt.FocusReason.TabFocusReason)
            if not self._can_clear:
                self.choose(target.segment.value)

    def set_ringed(self, ringed: bool) -> None:
        """Show or hide the ring of the focus."""
        self._ringed = ringed
        self.update()

    def step(self) -> Step:
        """Return the type step of the words: larger in a taller control."""
        return "small" if self._height <= Size.SEGMENTED else "label"

    def segment_height(self) -> int:
        """Return the height of one segment, px."""
        return theme().px(self._height) - 2 * _INSET

    # --- overrides

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        c = now.colors
        painter = QPainter(self)
        rect = QRectF(self.rect())
        m = self._margin
        ground = c.field if now.dark else c.hover
        border = c.line2 if now.dark else c.line
        draw.box(painter, rect.adjusted(m, m, -m, -m), fill=ground, border=border)
        if self._ringed:
            draw.ring(painter, rect, c.focus, radius=Radius.CARD if m else Radius.CONTROL)


class _SegmentButton(QAbstractButton):
    """One segment; paints nothing but itself."""

    def __init__(self, segment: Segment, control: SegmentedControl) -> None:
        super().__init__(control)
        self.segment = segment
        self._control = control
        self.setCheckable(True)
        # Only for screen readers, who then say "radio button"; the control decides.
        self.setAutoExclusive(True)
        self.setText(segment.text)
        self.setAccessibleName(segment.text or segment.tip)
        self.setToolTip(segment.tip)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _content_width(self, now: Theme) -> float:
        width = draw.text_width(self.segment.text, now.font(self._control.step(), 600))
        if self.segment.icon:
            width += now.px(Size.ICON_CHIP) + (Space.XS + 2 if self.segment.text else 0)
        if self.segment.key and self._control.keys_shown:
            width += Space.S
        return width

    @override
    def sizeHint(self) -> QSize:
        now = theme()
        side = Space.M if len(self.segment.text) > 1 or self.segment.icon else Space.M - 1
        if self._control.tight:
            side -= Space.XS
        return QSize(
            round(self._content_width(now) + 2 * side + 0.5), self._control.segment_height()
        )

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Left:
            self._control.move_from(self, -1)
        elif event.key() == Qt.Key.Key_Right:
            self._control.move_from(self, 1)
        else:
            super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._control.set_ringed(event.reason() != Qt.FocusReason.MouseFocusReason)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._control.set_ringed(False)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        color = self._paint_ground(now, painter, rect)
        segment = self.segment
        font = now.font(self._control.step(), 600 if self.isChecked() else 500)
        x = rect.center().x() - self._content_width(now) / 2
        if segment.icon:
            size = now.px(Size.ICON_CHIP)
            ratio = self.devicePixelRatioF()
            pixmap = now.icons.pixmap(segment.icon, size, color, ratio)
            painter.drawPixmap(QPointF(x, rect.center().y() - size / 2), pixmap)
            x += size + (Space.XS + 2 if segment.text else 0)
        bold = draw.text_width(segment.text, now.font(self._control.step(), 600))
        area = QRectF(x, rect.top(), bold + 1, rect.height())
        draw.text(painter, area, segment.text, font, color, draw.CENTER, elide=None)
        if segment.key and self._control.keys_shown:
            small = QFont(now.font("micro"))
            small.setPixelSize(now.px(_KEY_PX))
            spot = QRectF(area.right() + 3, rect.top() + 5, Space.S, now.px(_KEY_PX) + 1)
            draw.text(painter, spot, segment.key, small, now.color("muted"), elide=None)

    def _paint_ground(self, now: Theme, painter: QPainter, rect: QRectF) -> QColor:
        """Paint the ground of the state and return the colour of the words."""
        c = now.colors
        if not self.isEnabled():
            return c.disabled
        if not self.isChecked():
            if self.underMouse():
                hovered = rect.adjusted(2, 2, -2, -2)
                draw.box(painter, hovered, fill=c.press, radius=Radius.BAR)
            return c.text if self.underMouse() else c.muted
        tint = self.segment.tint
        inner = rect.adjusted(1, 1, -1, -1)
        if tint == "plain":
            border = None if now.dark else c.line2
            fill = c.press if now.dark else c.surface
            draw.box(painter, inner, fill=fill, border=border, radius=Radius.BAR)
            return c.text
        if tint == "neutral":
            draw.box(painter, inner, fill=c.press, border=c.ctl, radius=Radius.BAR)
            return c.text2
        solid = now.color(tint)
        draw.box(
            painter,
            inner,
            fill=now.color(f"{tint}_soft"),
            border=alpha(solid, _SOFT_BORDER),
            radius=Radius.BAR,
        )
        return c.accent_text if tint == "accent" else solid
