"""How the style draws fields to type in or choose from, sliders and progress bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionProgressBar,
    QStyleOptionSlider,
    QStyleOptionSpinBox,
)

from reviewer.ui.theme import draw
from reviewer.ui.theme.style_buttons import is_panel
from reviewer.ui.theme.tokens import Radius, Size, Space

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOption, QWidget

    from reviewer.ui.theme.theme import Theme

State = QStyle.StateFlag
ARROW_PX = 28
_GROOVE = 4
HANDLE = 14


def has_error(widget: QWidget | None) -> bool:
    """Whether a field holds something that cannot be used."""
    return bool(widget is not None and widget.property("error"))


def field_height(theme: Theme, widget: QWidget | None) -> int:
    """Return the height of an input or combo box."""
    own = widget.property("fieldHeight") if widget is not None else None
    if isinstance(own, int):
        token = own
    else:
        token = Size.INPUT_PANEL if is_panel(widget) else Size.INPUT
    return theme.row_px(token, QFontMetricsF(theme.font("body")))


def is_embedded(widget: QWidget | None) -> bool:
    """Whether a line edit is a part of another field, which draws the frame."""
    parent = widget.parentWidget() if widget is not None else None
    return isinstance(parent, QComboBox | QAbstractSpinBox)


def line_edit(
    theme: Theme, option: QStyleOption, painter: QPainter, widget: QWidget | None
) -> None:
    """Paint ground and border of a line edit."""
    if is_embedded(widget) or (widget is not None and widget.property("frameless")):
        return
    panel(theme, option, painter, widget, theme.colors.field)


def panel(
    theme: Theme,
    option: QStyleOption,
    painter: QPainter,
    widget: QWidget | None,
    ground: QColor,
) -> None:
    """Paint ground and border of any field: focus and error are 2 px inside."""
    c = theme.colors
    state = option.state
    border, width = c.ctl, Size.LINE
    if not state & State.State_Enabled:
        border, ground = c.line2, c.window
    elif has_error(widget):
        border, width = c.fail, Size.FOCUS
    elif state & State.State_HasFocus:
        border, width = c.focus, Size.FOCUS
    draw.box(
        painter, QRectF(option.rect), fill=ground, border=border, radius=Radius.CONTROL, width=width
    )


def combo_box(
    theme: Theme, option: QStyleOptionComboBox, painter: QPainter, widget: QWidget | None
) -> None:
    """Paint a combo box without its text."""
    c = theme.colors
    if option.frame:
        ground = c.field if option.editable else c.raised
        if option.state & State.State_MouseOver and option.state & State.State_Enabled:
            ground = c.hover if not option.editable else ground
        panel(theme, option, painter, widget, ground)
    color = c.text2 if option.state & State.State_Enabled else c.disabled
    center = QPointF(option.rect.right() - ARROW_PX / 2 + 2, option.rect.center().y() + 0.5)
    draw.chevron(painter, center, color)


def combo_label(theme: Theme, option: QStyleOptionComboBox, painter: QPainter) -> None:
    """Paint the chosen text of a combo box that cannot be edited."""
    if option.editable:
        return
    c = theme.colors
    rect = QRectF(option.rect).adjusted(Space.S + 2, 0, -ARROW_PX, 0)
    enabled = bool(option.state & State.State_Enabled)
    if not option.currentIcon.isNull():
        size = theme.px(Size.ICON)
        pixmap = option.currentIcon.pixmap(QSize(size, size), painter.device().devicePixelRatioF())
        painter.drawPixmap(QPointF(rect.left(), rect.center().y() - size / 2), pixmap)
        rect.setLeft(rect.left() + size + Space.S)
    color = c.text if enabled else c.disabled
    draw.text(painter, rect, option.currentText, theme.font("body"), color)


def spin_box(
    theme: Theme, option: QStyleOptionSpinBox, painter: QPainter, widget: QWidget | None
) -> None:
    """Paint frame and arrows of a spin box."""
    c = theme.colors
    if option.frame:
        panel(theme, option, painter, widget, c.field)
    if option.buttonSymbols == QAbstractSpinBox.ButtonSymbols.NoButtons:
        return
    steps = QAbstractSpinBox.StepEnabledFlag
    x = option.rect.right() - ARROW_PX / 2 + 2
    middle = option.rect.center().y() + 0.5
    for up, flag in ((True, steps.StepUpEnabled), (False, steps.StepDownEnabled)):
        can = option.stepEnabled & flag and option.state & State.State_Enabled
        y = middle - 5 if up else middle + 5
        draw.chevron(painter, QPointF(x, y), c.text2 if can else c.disabled, size=7, up=up)


def slider(theme: Theme, option: QStyleOptionSlider, painter: QPainter, handle: QRect) -> None:
    """Paint a slider: what is below the value in the text's colour."""
    c = theme.colors
    rect = QRectF(option.rect)
    enabled = bool(option.state & State.State_Enabled)
    knob = QRectF(handle)
    across = option.orientation == Qt.Orientation.Horizontal
    if across:
        groove = QRectF(rect.left(), rect.center().y() - _GROOVE / 2, rect.width(), _GROOVE)
        done = QRectF(groove)
        done.setRight(knob.center().x())
    else:
        groove = QRectF(rect.center().x() - _GROOVE / 2, rect.top(), _GROOVE, rect.height())
        done = QRectF(groove)
        done.setTop(knob.center().y())
    fill = c.text2 if enabled else c.disabled
    draw.box(painter, groove, fill=c.press, radius=_GROOVE / 2)
    draw.box(painter, done, fill=fill, radius=_GROOVE / 2)
    draw.box(painter, knob, fill=c.text if enabled else c.disabled, radius=knob.width() / 2)
    if option.state & State.State_HasFocus:
        draw.ring(painter, knob.adjusted(-2, -2, 2, 2), c.focus, radius=knob.width() / 2 + 2)


def progress_bar(theme: Theme, option: QStyleOptionProgressBar, painter: QPainter) -> None:
    """Paint a progress bar of 4 px; one without an end is a full faint bar."""
    c = theme.colors
    rect = QRectF(option.rect)
    bar = QRectF(rect.left(), rect.center().y() - _GROOVE / 2, rect.width(), _GROOVE)
    draw.box(painter, bar, fill=c.press, radius=_GROOVE / 2)
    span = option.maximum - option.minimum
    share = (option.progress - option.minimum) / span if span > 0 else 1.0
    done = QRectF(bar)
    done.setWidth(bar.width() * min(1.0, max(0.0, share)))
    draw.box(
        painter, done, fill=theme.color("accent", 1.0 if span > 0 else 0.4), radius=_GROOVE / 2
    )
