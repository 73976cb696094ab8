"""How the style draws headers, tabs, menus, rows, tooltips, scroll bars and splitters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QIcon, QPainter, QPainterPath, QRegion
from PySide6.QtWidgets import (
    QMenu,
    QStyle,
    QStyleOptionHeader,
    QStyleOptionMenuItem,
    QStyleOptionSlider,
    QStyleOptionTab,
    QStyleOptionViewItem,
)

from reviewer.ui.theme import draw
from reviewer.ui.theme.tokens import Radius, Size, Space

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOption, QWidget

    from reviewer.ui.theme.theme import Theme

State = QStyle.StateFlag
SCROLL_PX = 10
_THUMB_INSET = 2
_MENU_SIDE = Space.S
_MENU_ICON = Size.ICON + Space.S
_MENU_CHECK = Size.ICON + Space.XS


# Property of a header whose table has cells that Qt draws.
OVER_PLAIN_CELLS = "overPlainCells"


# --- header


def header_section(theme: Theme, option: QStyleOptionHeader, painter: QPainter) -> None:
    """Paint ground and rule of a column header."""
    c = theme.colors
    rect = QRectF(option.rect)
    hovered = option.state & State.State_MouseOver and option.state & State.State_Enabled
    painter.fillRect(rect, c.hover if hovered else c.surface)
    draw.hline(painter, rect.left(), rect.right(), rect.bottom() - 1, c.line2)


def header_label(
    theme: Theme, option: QStyleOptionHeader, painter: QPainter, widget: QWidget | None
) -> None:
    """Paint the words of a column header, and the arrow of the sorted one."""
    c = theme.colors
    arrow = option.sortIndicator
    sorted_ = arrow != QStyleOptionHeader.SortIndicator.None_
    # Words stand above those of the cells: Qt's own leave a pixel more than the header does.
    inset = 1 if widget is not None and widget.property(OVER_PLAIN_CELLS) else Space.S
    rect = QRectF(option.rect).adjusted(inset, 0, -inset, -1)
    color = c.text if sorted_ else c.muted
    size = theme.px(Size.ICON_SMALL)
    if not option.icon.isNull() and not option.text:
        icon = theme.px(Size.ICON_CHIP)
        pixmap = option.icon.pixmap(QSize(icon, icon), painter.device().devicePixelRatioF())
        center = rect.center() - QPointF(icon / 2, icon / 2)
        painter.drawPixmap(center, pixmap)
        return
    font = theme.font("small", 500)
    align = Qt.AlignmentFlag(option.textAlignment) | Qt.AlignmentFlag.AlignVCenter
    if sorted_:
        # Qt's "up" arrow means ascending order, which our arrow shows pointing up.
        name = "arrow-up" if arrow == QStyleOptionHeader.SortIndicator.SortUp else "arrow-down"
        width = min(draw.text_width(option.text, font), rect.width() - size - Space.XS)
        right = bool(align & Qt.AlignmentFlag.AlignRight)
        x = rect.right() - size if right else rect.left() + width + Space.XS
        ratio = painter.device().devicePixelRatioF()
        pixmap = theme.pixmap(name, size, "accent_text", ratio)
        painter.drawPixmap(QPointF(x, rect.center().y() - size / 2), pixmap)
        rect.setRight(rect.right() - size - Space.XS)
    draw.text(painter, rect, option.text, font, color, align)


def header_size(theme: Theme, size: QSize) -> QSize:
    """Return the size of a header section: the token's height."""
    metrics = QFontMetricsF(theme.font("small", 500))
    return QSize(size.width() + Space.S, theme.row_px(Size.TABLE_HEADER, metrics))


# --- tabs


def tab_shape(theme: Theme, option: QStyleOptionTab, painter: QPainter) -> None:
    """Paint the underline of the chosen tab and the ring of the focused one."""
    c = theme.colors
    rect = QRectF(option.rect)
    if option.state & State.State_Selected:
        line = QRectF(rect.left() + Space.S, rect.bottom() - 2, rect.width() - 2 * Space.S, 2)
        painter.fillRect(line, c.accent)
    if option.state & State.State_HasFocus and option.state & State.State_KeyboardFocusChange:
        draw.ring(painter, rect.adjusted(2, 4, -2, -4), c.focus, radius=Radius.CONTROL)


def tab_label(theme: Theme, option: QStyleOptionTab, painter: QPainter) -> None:
    """Paint the words of a tab, and its sign before them where it has one."""
    c = theme.colors
    chosen = bool(option.state & State.State_Selected)
    font = theme.font("strong" if chosen else "label")
    hovered = bool(option.state & State.State_MouseOver)
    color = c.text if chosen or hovered else c.muted
    if not option.state & State.State_Enabled:
        color = c.disabled
    text = option.text.replace("&", "")
    place = QRectF(option.rect)
    if not option.icon.isNull():
        size, gap = theme.px(Size.ICON), Space.XS if text else 0
        inner = size + gap + draw.text_width(text, font)
        left = place.center().x() - inner / 2
        sign = QRectF(left, place.center().y() - size / 2, size, size)
        option.icon.paint(painter, sign.toRect())
        place.setLeft(left + size + gap)
        place.setWidth(inner - size - gap)
    draw.text(painter, place, text, font, color, draw.CENTER)


def tab_size(theme: Theme, option: QStyleOptionTab, widget: QWidget | None = None) -> QSize:
    """Return the size of a tab: wide enough for sign and bold words, lower in a panel's head."""
    font = theme.font("strong")
    width = draw.text_width(option.text.replace("&", ""), font) + 2 * Space.M
    if not option.icon.isNull():
        width += theme.px(Size.ICON) + (Space.XS if option.text else 0)
    if widget is not None and widget.property("panel"):
        return QSize(round(width + 0.5), theme.px(Size.PANEL_HEADER) - Size.LINE)
    return QSize(round(width + 0.5), theme.row_px(Size.TABS, QFontMetricsF(font)))


# --- menus and tooltips


def menu_panel(theme: Theme, option: QStyleOption, painter: QPainter) -> None:
    """Paint the ground of a menu."""
    c = theme.colors
    rect = QRectF(option.rect)
    painter.fillRect(rect, c.raised)
    draw.box(painter, rect, fill=c.raised, border=c.line2, radius=Radius.CARD)


def menu_item(
    theme: Theme, option: QStyleOptionMenuItem, painter: QPainter, widget: QWidget | None
) -> None:
    """Paint one row of a menu: tick, icon, words, shortcut, arrow of a submenu."""
    c = theme.colors
    rect = QRectF(option.rect)
    if option.menuItemType == QStyleOptionMenuItem.MenuItemType.Separator:
        draw.hline(
            painter, rect.left() + Space.S, rect.right() - Space.S, rect.center().y(), c.line
        )
        return
    enabled = bool(option.state & State.State_Enabled)
    chosen = bool(option.state & State.State_Selected) and enabled
    row = rect.adjusted(Space.XS, 0, -Space.XS, 0)
    if chosen:
        draw.box(painter, row, fill=c.selection, radius=Radius.BAR)
    text_color = c.on_sel if chosen else c.text if enabled else c.disabled
    ratio = painter.device().devicePixelRatioF()
    size = theme.px(Size.ICON)
    x = row.left() + _MENU_SIDE
    y = row.center().y() - size / 2
    if _has_checks(widget):
        if option.checked:
            role = "on_sel" if chosen else "accent_text"
            painter.drawPixmap(QPointF(x, y), theme.pixmap("check", size, role, ratio))
        x += theme.px(_MENU_CHECK)
    if option.maxIconWidth > 0 and not option.icon.isNull():
        mode = QIcon.Mode.Normal if enabled else QIcon.Mode.Disabled
        painter.drawPixmap(QPointF(x, y), option.icon.pixmap(QSize(size, size), ratio, mode))
    if option.maxIconWidth > 0:
        x += theme.px(_MENU_ICON)
    title, _, shortcut = option.text.partition("\t")
    area = QRectF(x, row.top(), row.right() - _MENU_SIDE - x, row.height())
    draw.text(painter, area, title.replace("&", ""), theme.font("body"), text_color)
    hint_color = c.text2 if chosen else c.muted if enabled else c.disabled
    if shortcut:
        draw.text(painter, area, shortcut, theme.font("micro"), hint_color, draw.RIGHT)
    elif option.menuItemType == QStyleOptionMenuItem.MenuItemType.SubMenu:
        pixmap = theme.pixmap("chevron-right", size, "text2", ratio)
        painter.drawPixmap(QPointF(area.right() - size, y), pixmap)


def _has_checks(widget: QWidget | None) -> bool:
    return isinstance(widget, QMenu) and any(a.isCheckable() for a in widget.actions())


def menu_item_size(theme: Theme, option: QStyleOptionMenuItem, widget: QWidget | None) -> QSize:
    """Return the size of one row of a menu."""
    if option.menuItemType == QStyleOptionMenuItem.MenuItemType.Separator:
        return QSize(Space.XXL, Space.S + 1)
    title, _, shortcut = option.text.partition("\t")
    font = theme.font("body")
    width = draw.text_width(title.replace("&", ""), font) + 2 * (_MENU_SIDE + Space.XS)
    if _has_checks(widget):
        width += theme.px(_MENU_CHECK)
    if option.maxIconWidth > 0:
        width += theme.px(_MENU_ICON)
    if shortcut:
        width += Space.XL + draw.text_width(shortcut, theme.font("micro"))
    elif option.menuItemType == QStyleOptionMenuItem.MenuItemType.SubMenu:
        width += Space.XL
    return QSize(round(width + 1), theme.row_px(Size.MENU_ROW, QFontMetricsF(font)))


def tooltip_panel(theme: Theme, option: QStyleOption, painter: QPainter) -> None:
    """Paint the ground of a tooltip."""
    c = theme.colors
    painter.fillRect(option.rect, c.raised)
    draw.box(painter, QRectF(option.rect), border=c.line2, radius=Radius.BAR)


def rounded_region(rect: QRect, radius: float) -> QRegion:
    """Return the mask of a pop-up with round corners."""
    path = QPainterPath()
    path.addRoundedRect(QRectF(rect), radius, radius)
    return QRegion(path.toFillPolygon().toPolygon())


# --- rows of item views


def view_item_panel(theme: Theme, option: QStyleOptionViewItem, painter: QPainter) -> None:
    """Paint the ground of a row that is selected or under the mouse."""
    c = theme.colors
    state = option.state
    if state & State.State_Selected:
        painter.fillRect(
            option.rect, c.selection if state & State.State_Active else c.selection_off
        )
    elif state & State.State_MouseOver and state & State.State_Enabled:
        painter.fillRect(option.rect, c.hover)
    elif option.backgroundBrush.style() != Qt.BrushStyle.NoBrush:
        painter.fillRect(option.rect, option.backgroundBrush)


# --- scroll bars and splitters


def scroll_thumb(option: QStyleOptionSlider) -> QRect:
    """Return the thumb of a scroll bar without buttons."""
    across = option.orientation == Qt.Orientation.Horizontal
    rect = option.rect
    length = rect.width() if across else rect.height()
    span = option.maximum - option.minimum
    if span <= 0 or length <= 0:
        return rect
    thumb = max(3 * SCROLL_PX, round(length * option.pageStep / (span + option.pageStep)))
    thumb = min(thumb, length)
    position = option.sliderPosition - option.minimum
    if option.upsideDown:
        position = span - position
    offset = round((length - thumb) * position / span)
    if across:
        return QRect(rect.left() + offset, rect.top(), thumb, rect.height())
    return QRect(rect.left(), rect.top() + offset, rect.width(), thumb)


def scroll_bar(theme: Theme, option: QStyleOptionSlider, painter: QPainter) -> None:
    """Paint a scroll bar: a round thumb without a groove."""
    c = theme.colors
    if option.maximum <= option.minimum:
        return
    active = option.activeSubControls & QStyle.SubControl.SC_ScrollBarSlider
    held = option.state & State.State_Sunken
    inset = _THUMB_INSET
    thumb = QRectF(scroll_thumb(option)).adjusted(inset, inset, -inset, -inset)
    color = c.ctl if active or held else c.line2
    draw.box(painter, thumb, fill=color, radius=min(thumb.width(), thumb.height()) / 2)


def splitter(theme: Theme, option: QStyleOption, painter: QPainter) -> None:
    """Paint the hairline between two panels."""
    c = theme.colors
    held = option.state & (State.State_MouseOver | State.State_Sunken)
    painter.fillRect(
        option.rect, c.accent if held and option.state & State.State_Enabled else c.line
    )
