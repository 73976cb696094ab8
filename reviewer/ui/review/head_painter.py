"""Paints the column of heads at the left of the timeline: who, with whom, how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPen

from reviewer.ui.review import patterns
from reviewer.ui.review.geometry import MARKERS_PX, SCALE_PX
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QFont, QPainter

    from reviewer.ui.review.scene import SceneRow

_NUMBER_PX: Final = 16.0
_SOUND_PX: Final = 20
_ICON_GAP: Final = 6.0
_LINES_PX: Final = (20.0, 18.0)
# Two lines need this much; lower rows have the first line only.
_TWO_LINES_PX: Final = 44.0
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class HeadLook:
    """How a row's head is painted.

    Attributes:
        sound: Icon that tells what is heard of the row, or offers to mute it; "" for none.
        quiet: Whether nothing is heard of the row.
    """

    chosen: bool = False
    focused: bool = False
    sound: str = ""
    quiet: bool = False


def sound_rect(rect: QRectF) -> QRectF:
    """Return where the sign of a row's sound is in its head, a click on which mutes it."""
    current = theme()
    side = float(current.px(_SOUND_PX))
    right = rect.right() - Space.M + 3
    if rect.height() < current.px(_TWO_LINES_PX):
        return QRectF(right - side, rect.center().y() - side / 2, side, side)
    lines = [current.px(line) for line in _LINES_PX]
    top = rect.top() + (rect.height() - sum(lines)) / 2 + lines[0]
    return QRectF(right - side, top + (lines[1] - side) / 2, side, side)


def paint_head(painter: QPainter, row: SceneRow, rect: QRectF, look: HeadLook) -> None:
    """Paint the head of one row into `rect`. Thread: main."""
    current = theme()
    chosen, focused = look.chosen, look.focused
    if chosen:
        painter.fillRect(rect, current.color("accent_soft"))
        painter.fillRect(
            QRectF(rect.left(), rect.top(), Size.ROW_MARK, rect.height()), current.color("accent")
        )
    lines = [current.px(line) for line in _LINES_PX]
    two_lines = rect.height() >= current.px(_TWO_LINES_PX)
    first = QRectF(rect)
    if two_lines:
        top = rect.top() + (rect.height() - sum(lines)) / 2
        first = QRectF(rect.left(), top, rect.width(), lines[0])
    x = rect.left() + Space.M
    if row.number:
        number = QRectF(x, first.top(), _NUMBER_PX, first.height())
        color = current.color("accent_text" if chosen else "muted")
        _text(painter, str(row.number), number, current.font("small", 600), color)
        x += _NUMBER_PX
    ratio = painter.device().devicePixelRatioF()
    icon = current.pixmap(row.icon, Size.ICON, row.icon_role, ratio)
    painter.drawPixmap(QPointF(x, first.center().y() - Size.ICON / 2), icon)
    x += Size.ICON + _ICON_GAP
    right = rect.right() - Space.M
    extent_font = current.font("small")
    extent_px = QFontMetricsF(extent_font).horizontalAdvance(row.extent)
    extent = QRectF(right - extent_px - 1, first.top(), extent_px + 1, first.height())
    if two_lines or not look.sound:
        _text(painter, row.extent, extent, extent_font, current.color("muted"), _RIGHT)
    title = QRectF(x, first.top(), extent.left() - x - Space.S, first.height())
    words = current.color("muted" if look.quiet else "text")
    _text(painter, row.title, title, current.font("small", 600), words)
    if look.sound:
        side = current.px(Size.ICON_CHIP)
        place = sound_rect(rect).center() - QPointF(side / 2, side / 2)
        role = "warning" if look.quiet else "text2"
        painter.drawPixmap(place, current.pixmap(look.sound, side, role, ratio))
    if two_lines:
        room = right - x - (current.px(_SOUND_PX) if look.sound else 0)
        second = QRectF(x, first.bottom(), room, lines[1])
        _text(painter, row.subtitle, second, current.font("micro"), current.color("muted"))
    if focused:
        painter.save()
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        painter.setPen(QPen(current.color("focus"), Size.FOCUS))
        inside = rect.adjusted(Size.ROW_MARK + 2, 2, -2, -2)
        painter.drawPath(patterns.rounded(inside, Radius.BAR))
        painter.restore()


def is_elided(row: SceneRow, rect: QRectF) -> bool:
    """Whether the head leaves out a part of its words."""
    current = theme()
    used = Space.M + (_NUMBER_PX if row.number else 0) + Size.ICON + _ICON_GAP + Space.M
    room = rect.width() - used
    extent = QFontMetricsF(current.font("small")).horizontalAdvance(row.extent) + Space.S
    title = QFontMetricsF(current.font("small", 600)).horizontalAdvance(row.title)
    subtitle = QFontMetricsF(current.font("micro")).horizontalAdvance(row.subtitle)
    one_line = rect.height() < current.px(_TWO_LINES_PX)
    return title > room - extent or subtitle > room or (one_line and bool(row.subtitle))


def paint_lane_heads(
    painter: QPainter, width_px: float, zone: str, markers: str, screen: tuple[str, QRectF] | None
) -> None:
    """Paint the words beside scale, markers and screen video.

    Args:
        painter: Where to.
        width_px: Width of the column.
        zone: Abbreviation of the centre's zone.
        markers: Name of the markers' lane.
        screen: Name and place of the screen lane's head, None without one.
    """
    current = theme()
    font, muted = current.font("small"), current.color("muted")
    room = width_px - 2 * Space.M
    _text(painter, zone, QRectF(Space.M, 0, room, SCALE_PX), font, current.color("text2"))
    _text(painter, markers, QRectF(Space.M, SCALE_PX, room, MARKERS_PX), font, muted)
    if screen is not None:
        name, rect = screen
        ratio = painter.device().devicePixelRatioF()
        icon = current.pixmap("monitor", Size.ICON_CHIP, "video", ratio)
        middle = rect.center().y()
        painter.drawPixmap(QPointF(Space.M, middle - Size.ICON_CHIP / 2), icon)
        x = Space.M + Size.ICON_CHIP + Space.S
        place = QRectF(x, rect.top(), rect.right() - x - Space.M, rect.height())
        _text(painter, name, place, font, muted)


def _text(
    painter: QPainter,
    text: str,
    rect: QRectF,
    font: QFont,
    color: QColor,
    alignment: Qt.AlignmentFlag = _LEFT,
) -> None:
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(rect, alignment, shown)


HEAD_PX: Final = 224
HEAD_MIN_PX: Final = 200
HEAD_MAX_PX: Final = 420
