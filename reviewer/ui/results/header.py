"""The header of the results: titles or icons, sorting by click and shift-click, a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget
from typing_extensions import override

from reviewer.ui.results.delegate import PAD
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QContextMenuEvent, QMouseEvent

_SIGN = Size.ICON_CHIP


class ResultsHeader(QHeaderView):
    """Shows how the rows are sorted and lets it be changed. Thread: main."""

    # A title was clicked: (column, whether as the next key after those there are).
    sort_asked = Signal(int, bool)
    # The menu was asked for: (place on the screen: QPoint, column under it, -1 for none).
    menu_asked = Signal(object, int)

    def __init__(
        self,
        icons: Mapping[int, str],
        right_aligned: frozenset[int],
        parent: QWidget | None = None,
    ) -> None:
        """Make the header.

        Args:
            icons: Columns that show an icon in place of their title.
            right_aligned: Columns of numbers.
            parent: The table.
        """
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._icons = dict(icons)
        self._right = right_aligned
        self._order: tuple[tuple[int, bool], ...] = ()
        self._sortable: frozenset[int] = frozenset()
        self._extend = False
        self.setSectionsMovable(True)
        self.setFirstSectionMovable(False)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(SECTION_MIN)
        self.setMouseTracking(True)
        self.sectionClicked.connect(self._on_section_clicked)

    def take_columns(
        self, icons: Mapping[int, str], right_aligned: frozenset[int], sortable: frozenset[int]
    ) -> None:
        """Show other columns."""
        self._icons = dict(icons)
        self._right = right_aligned
        self._sortable = sortable
        self.viewport().update()

    def show_order(self, order: tuple[tuple[int, bool], ...]) -> None:
        """Show by which columns the rows are sorted: (column, descending), first key first."""
        self._order = order
        self.viewport().update()

    # --- slots

    @Slot(int)
    def _on_section_clicked(self, column: int) -> None:
        if column in self._sortable:
            self.sort_asked.emit(column, self._extend)

    # --- overrides

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        super().mousePressEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()
        self.menu_asked.emit(event.globalPos(), self.logicalIndexAt(event.pos()))

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        if not rect.isValid():
            return
        colors = theme().colors
        painter.fillRect(rect, colors.surface)
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), Size.LINE, colors.line2)
        place = next((i for i, (c, _) in enumerate(self._order) if c == logicalIndex), -1)
        role = "text" if place >= 0 else "muted"
        icon = self._icons.get(logicalIndex)
        if icon is not None:
            self._paint_sign(painter, rect, icon, role)
            return
        self._paint_title(painter, rect, logicalIndex, place, role)

    # --- private

    @staticmethod
    def _paint_sign(painter: QPainter, rect: QRect, icon: str, role: str) -> None:
        ratio = painter.device().devicePixelRatioF()
        pixmap = theme().pixmap(icon, _SIGN, role, ratio, filled=False)
        x = rect.x() + (rect.width() - _SIGN) / 2
        painter.drawPixmap(QPointF(x, rect.y() + (rect.height() - _SIGN) / 2), pixmap)

    def _paint_title(
        self, painter: QPainter, rect: QRect, column: int, place: int, role: str
    ) -> None:
        font = theme().font("small", 500)
        metrics = QFontMetricsF(font)
        title = str(self.model().headerData(column, Qt.Orientation.Horizontal))
        mark = order_mark_px(place) if place >= 0 else 0
        room = rect.width() - 2 * PAD - mark
        title = metrics.elidedText(title, Qt.TextElideMode.ElideRight, room)
        width = metrics.horizontalAdvance(title)
        left = rect.x() + PAD
        if column in self._right:
            left = round(rect.right() - PAD - width - mark)
        base = rect.y() + rect.height() / 2 + (metrics.ascent() - metrics.descent()) / 2
        painter.setFont(font)
        painter.setPen(theme().color(role))
        painter.drawText(QPointF(left, base), title)
        if place < 0:
            return
        arrow = "arrow-down" if self._order[place][1] else "arrow-up"
        at = QPointF(left + width + Space.XS, rect.y() + (rect.height() - Size.ICON_SMALL) / 2)
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(at, theme().pixmap(arrow, Size.ICON_SMALL, "accent_text", ratio))
        if place > 0:
            painter.setFont(theme().font("micro"))
            painter.drawText(QPointF(at.x() + Size.ICON_SMALL, base - 3), str(place + 1))


def order_mark_px(place: int) -> int:
    """Return the room of the arrow beside a title that rows are sorted by; `place`: from 0."""
    return Size.ICON_SMALL + Space.XS + (Space.S if place > 0 else 0)


SECTION_MIN = 28
"""Narrowest column, px: an icon with its air."""
