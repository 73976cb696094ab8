"""The ground of a line in a list of the review: chosen, under the pointer, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QStyle

from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Space

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QStyleOptionViewItem


def ground_of(option: QStyleOptionViewItem) -> QRectF:
    """Return the part of a line's rectangle that `paint_ground` fills, and a ring surrounds."""
    return QRectF(option.rect).adjusted(Space.XS, 1, -Space.XS, -1)


def paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> bool:
    """Fill the ground; return whether the line is chosen."""
    colors, state = theme().colors, option.state
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    fill = None
    if chosen:
        active = bool(state & QStyle.StateFlag.State_Active)
        fill = colors.selection if active else colors.selection_off
    elif state & QStyle.StateFlag.State_MouseOver:
        fill = colors.hover
    if fill is not None:
        draw.box(painter, ground_of(option), fill=fill, radius=Radius.CONTROL)
    return chosen
