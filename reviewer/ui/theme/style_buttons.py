"""How the style draws buttons, tool buttons, check boxes and radio buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QIcon, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionButton, QStyleOptionToolButton

from reviewer.ui.theme import draw
from reviewer.ui.theme.tokens import Radius, Size, Space

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOption, QWidget

    from reviewer.ui.theme.theme import Theme

State = QStyle.StateFlag
_ICON_GAP = Space.XS + 2
_SHORTCUT_GAP = Space.S
_SHORTCUT_OPACITY = 0.75
# How far the ring of a check box may reach out of its square.
_INDICATOR = 16


@dataclass(frozen=True, slots=True)
class _Look:
    """Colours of one button in one state; None: nothing there."""

    ground: QColor | None
    border: QColor | None
    text: QColor


def kind_of(widget: QWidget | None) -> str:
    """Return a button's kind: default, primary, ghost, danger or soft."""
    kind = widget.property("kind") if widget is not None else None
    return kind if isinstance(kind, str) and kind else "default"


def is_panel(widget: QWidget | None) -> bool:
    """Whether a control stands in a panel or toolbar, where it is lower."""
    return bool(widget is not None and widget.property("panel"))


def shortcut_of(widget: QWidget | None) -> str:
    """Return the shortcut a button shows after its text."""
    text = widget.property("shortcutText") if widget is not None else None
    return text if isinstance(text, str) else ""


def font_of(theme: Theme, widget: QWidget | None) -> QFont:
    """Return the font of a button's words; `small` ones stand in the status bar."""
    small = widget is not None and widget.property("small")
    return theme.font("small", 500) if small else theme.font("label")


def ringed(option: QStyleOption) -> bool:
    """Whether the ring of the focus is drawn: the focus came by keyboard."""
    state = option.state
    return bool(state & State.State_HasFocus and state & State.State_KeyboardFocusChange)


def _button_look(theme: Theme, option: QStyleOption, kind: str) -> _Look:
    c = theme.colors
    state = option.state
    if not state & State.State_Enabled:
        ground = None if kind == "ghost" else c.hover
        return _Look(ground, None, c.disabled)
    pressed = bool(state & State.State_Sunken)
    hovered = bool(state & State.State_MouseOver)
    if kind == "soft" or state & State.State_On:
        return _Look(c.press if pressed else c.accent_soft, None, c.accent_text)
    if kind == "primary":
        return _Look(c.accent_hi if hovered or pressed else c.accent, None, c.on_accent)
    if kind == "danger":
        return _Look(c.fail, None, c.on_accent)
    ground = c.press if pressed else c.hover if hovered else None
    if kind == "ghost":
        return _Look(ground, None, c.text if hovered else c.text2)
    return _Look(ground or c.raised, c.line2, c.text)


def push_button(
    theme: Theme, option: QStyleOptionButton, painter: QPainter, widget: QWidget | None
) -> None:
    """Paint a push button: ground, icon, text, shortcut, ring."""
    look = _button_look(theme, option, kind_of(widget))
    rect = QRectF(option.rect)
    if ringed(option):
        draw.ring(painter, rect, theme.colors.focus, radius=Radius.CARD)
        rect = draw.inside_ring(rect)
    radius = Radius.CONTROL if rect.height() > Size.CHIP else Radius.BAR + 1
    draw.box(painter, rect, fill=look.ground, border=look.border, radius=radius)
    _button_content(theme, option, painter, rect, look.text, widget)


def _button_content(
    theme: Theme,
    option: QStyleOptionButton,
    painter: QPainter,
    rect: QRectF,
    color: QColor,
    widget: QWidget | None,
) -> None:
    font, small = font_of(theme, widget), theme.font("micro")
    shortcut = shortcut_of(widget)
    text = option.text.replace("&", "")
    size = theme.px(Size.ICON)
    has_icon = not option.icon.isNull()
    width = draw.text_width(text, font) if text else 0.0
    icon_part = (size + (_ICON_GAP if text else 0)) if has_icon else 0
    hint_part = _SHORTCUT_GAP + draw.text_width(shortcut, small) if shortcut else 0.0
    room = rect.width() - 2 * Space.XS
    width = min(width, max(0.0, room - icon_part - hint_part))
    x = rect.left() + (rect.width() - width - icon_part - hint_part) / 2
    if has_icon:
        tinted(theme, option.icon, painter, QPointF(x, rect.center().y() - size / 2), size, color)
        x += icon_part
    # Measured widths are fractions: a pixel more keeps the last letter.
    draw.text(painter, QRectF(x, rect.top(), width + 1, rect.height()), text, font, color)
    if shortcut:
        faded = QColor(color)
        faded.setAlphaF(_SHORTCUT_OPACITY * color.alphaF())
        hint = QRectF(x + width + _SHORTCUT_GAP, rect.top(), hint_part, rect.height())
        draw.text(painter, hint, shortcut, small, faded, elide=None)


def tinted(
    theme: Theme, icon: QIcon, painter: QPainter, at: QPointF, size: int, color: QColor
) -> None:
    """Paint an icon of the theme in another colour than its own, such as that of the text."""
    ratio = painter.device().devicePixelRatioF()
    name = icon.name()
    if name:
        painter.drawPixmap(at, theme.icons.pixmap(name, size, color, ratio))
    else:
        painter.drawPixmap(at, icon.pixmap(QSize(size, size), ratio))


def push_button_size(theme: Theme, option: QStyleOptionButton, widget: QWidget | None) -> QSize:
    """Return the size of a push button by its content."""
    font = font_of(theme, widget)
    text = option.text.replace("&", "")
    width = 2.0 * Space.M + draw.text_width(text, font)
    if not option.icon.isNull():
        width += theme.px(Size.ICON) + (_ICON_GAP if text else 0)
    shortcut = shortcut_of(widget)
    if shortcut:
        width += _SHORTCUT_GAP + draw.text_width(shortcut, theme.font("micro"))
    height = Size.BUTTON_PANEL if is_panel(widget) else Size.BUTTON
    return QSize(round(width + 0.5), theme.row_px(height, QFontMetricsF(font)))


def tool_button(
    theme: Theme, option: QStyleOptionToolButton, painter: QPainter, widget: QWidget | None
) -> None:
    """Paint a tool button: icon, text beside it if it has one, ground on hover and when on."""
    c = theme.colors
    state = option.state
    rect = QRectF(option.rect)
    enabled = bool(state & State.State_Enabled)
    on = bool(state & State.State_On)
    radius = Radius.CONTROL
    ground = None
    if enabled and state & State.State_Sunken:
        ground = c.press
    elif on:
        ground = c.accent_soft
    elif enabled and state & State.State_MouseOver:
        ground = c.hover
    draw.box(painter, rect, fill=ground, radius=radius) if ground is not None else None
    if ringed(option):
        draw.ring(painter, rect, c.focus, radius=radius)
    mode = QIcon.Mode.Normal if enabled else QIcon.Mode.Disabled
    size = option.iconSize.width()
    text = option.text if _shows_text(option) else ""
    font = theme.font("label")
    width = draw.text_width(text, font) if text else 0.0
    total = size + (_ICON_GAP + width if text else 0)
    left = rect.center().x() - total / 2
    pixmap = option.icon.pixmap(
        QSize(size, size),
        painter.device().devicePixelRatioF(),
        mode,
        QIcon.State.On if on else QIcon.State.Off,
    )
    painter.drawPixmap(QPointF(left, rect.center().y() - size / 2), pixmap)
    if text:
        color = c.disabled if not enabled else c.accent_text if on else c.text2
        spot = QRectF(left + size + _ICON_GAP, rect.top(), width + 1, rect.height())
        draw.text(painter, spot, text, font, color)


def _shows_text(option: QStyleOptionToolButton) -> bool:
    return bool(option.text) and option.toolButtonStyle in {
        Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
        Qt.ToolButtonStyle.ToolButtonTextOnly,
    }


def check_box(theme: Theme, option: QStyleOption, painter: QPainter) -> None:
    """Paint the square of a check box."""
    rect, ground, border, sign = _indicator(theme, option)
    radius = Radius.BAR
    draw.box(painter, rect, fill=ground, border=border, radius=radius, width=1.25)
    if ringed(option):
        outer = rect.adjusted(-RING, -RING, RING, RING)
        draw.ring(painter, outer, theme.colors.focus, radius=radius + RING)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(sign, rect.width() / 9)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    unit, origin = rect.width() / 16, rect.topLeft()
    if option.state & State.State_On:
        corners = ((4.2, 8.3), (6.9, 11.0), (11.9, 5.4))
        painter.drawPolyline([origin + QPointF(x * unit, y * unit) for x, y in corners])
    elif option.state & State.State_NoChange:
        painter.drawLine(
            origin + QPointF(4.5 * unit, 8 * unit), origin + QPointF(11.5 * unit, 8 * unit)
        )
    painter.restore()


def radio_button(theme: Theme, option: QStyleOption, painter: QPainter) -> None:
    """Paint the circle of a radio button."""
    rect, ground, border, sign = _indicator(theme, option)
    radius = rect.width() / 2
    draw.box(painter, rect, fill=ground, border=border, radius=radius, width=1.25)
    if ringed(option):
        outer = rect.adjusted(-RING, -RING, RING, RING)
        draw.ring(painter, outer, theme.colors.focus, radius=radius + RING)
    if option.state & State.State_On:
        inset = rect.width() * 0.31
        dot = rect.adjusted(inset, inset, -inset, -inset)
        draw.box(painter, dot, fill=sign, radius=dot.width() / 2)


RING = Size.FOCUS + draw.RING_GAP


def _indicator(theme: Theme, option: QStyleOption) -> tuple[QRectF, QColor, QColor | None, QColor]:
    """Return the square, its ground, border and the colour of its sign."""
    c = theme.colors
    state = option.state
    size = theme.px(_INDICATOR)
    rect = QRectF(0, 0, size, size)
    rect.moveCenter(QRectF(option.rect).center())
    rect.moveTopLeft(QPointF(round(rect.left()), round(rect.top())))
    set_ = bool(state & (State.State_On | State.State_NoChange))
    if not state & State.State_Enabled:
        return rect, c.hover, None if set_ else c.line2, c.disabled
    if set_:
        return rect, c.accent_hi if state & State.State_MouseOver else c.accent, None, c.on_accent
    return rect, c.hover if state & State.State_Sunken else c.field, c.ctl, c.text
