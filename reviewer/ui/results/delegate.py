"""Paints the rows of the results: one delegate, cached cuts, nothing made while painting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)
from typing_extensions import override

from reviewer.messages import tr
from reviewer.ui.results.cells import BLANK, Cell, Look, Sign
from reviewer.ui.results.model import ResultsModel, RowKind
from reviewer.ui.results.rows import HEAD
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QModelIndex, QPersistentModelIndex


PAD = Space.S
"""Air at each side of a cell, px."""
SLOT = 24
"""Distance of the fixed places of icons, and the target of a click on one, px."""
# Cut texts kept at most: some 10 windows full.
_CUTS = 4_096
_NO_LIMIT = 10_000.0
# What a text may be wider than its characters one by one: by a factor, and px.
_KERNED = 1.03
_LEAST_SPARE = 2.0
_BONE = 8  # height of a skeleton's bar, px
_PART_TIME_AT = 68  # where the time of a part stands, from the start of its text, px


class _Advances(dict[str, float]):
    """How wide characters are one by one, px, each measured once."""

    def __init__(self, metrics: QFontMetricsF) -> None:
        super().__init__()
        self._metrics = metrics

    def __missing__(self, char: str) -> float:
        width = self[char] = self._metrics.horizontalAdvance(char)
        return width


class _Type:
    """A font with what painting needs of its metrics."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetricsF(font)
        self._advances = _Advances(self.metrics)
        # From the middle of the row down to the base line.
        self.drop_px = (self.metrics.ascent() - self.metrics.descent()) / 2

    def surely_fits(self, text: str, room_px: float) -> bool:
        """Whether a text needs no cutting, without shaping it, which costs ten times as much.

        False: it may fit all the same. Kerning adds less than is left over here.
        """
        return sum(map(self._advances.__getitem__, text)) * _KERNED + _LEAST_SPARE <= room_px


class RowDelegate(QStyledItemDelegate):
    """Paints cells straight from the model's values, past `data()`. Thread: main."""

    def __init__(self, model: ResultsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._cuts: dict[tuple[str, int, int], tuple[str, float]] = {}
        self._colors = theme().colors
        # The row that is being painted, and what its painter has got.
        self._row = -1
        self._kind = RowKind.WAITING
        self._selected = False
        self._set_font: _Type | None = None
        self._set_color: QColor | None = None
        self._types: dict[str, _Type] = {}
        self.hover_row = -1
        self.skeleton = False
        self._take_theme()
        theme().changed.connect(self._on_theme_changed)

    # --- asked by the view

    def sign_at(self, rect: QRect, cell: Cell, at: QPointF) -> Sign | None:
        """Return the icon of a cell under a point, in the view's coordinates."""
        for sign in cell.signs:
            if self._slot(QRectF(rect), cell, sign).contains(at):
                return sign
        return None

    def shows_all(self, width: int, cell: Cell, kind: RowKind) -> bool:
        """Whether the cell's text is shown without being cut."""
        needed = 2 * PAD + self._type_of(cell, kind).metrics.horizontalAdvance(cell.text)
        if cell.suffix and kind is not RowKind.PART:
            # It reaches into the padding before it is left out.
            small = self._types["suffix"].metrics.horizontalAdvance(cell.suffix)
            needed += 2 * Space.XS + small - PAD
        return needed <= width

    def tooltip_at(self, rect: QRect, row: int, column: int, at: QPointF) -> str:
        """Return what to tell of a cell at `rect`: its own words, an icon's, or what was cut."""
        kind, cells = self._model.cells(row)
        if not cells:
            return ""
        cell = cells[column]
        sign = self.sign_at(rect, cell, at)
        if not cell.tooltip and sign is not None and sign.label:
            return sign.label
        is_told = self.shows_all(rect.width(), cell, kind) or cell.text.strip("…") in cell.tooltip
        cut = "" if is_told else f"{cell.text} {cell.suffix}".strip()
        return "\n".join(filter(None, (cut, cell.tooltip)))

    def begin(self) -> None:
        """Be told that a repaint begins: what was looked up for the last one may have changed."""
        self._colors = theme().colors

    def paint_ground(
        self, painter: QPainter, rect: QRect, row: int, *, selected: bool, active: bool
    ) -> None:
        """Paint ground, hairline and mark of a whole row."""
        colors = self._colors
        if selected:
            ground = colors.selection if active else colors.selection_off
        elif row == self.hover_row:
            ground = colors.hover
        elif self._model.locate(row)[1] != HEAD:
            ground = colors.row_alt
        else:
            ground = colors.surface
        painter.fillRect(rect, ground)
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), Size.LINE, colors.line)
        if selected:
            mark = QRect(rect.x(), rect.y(), Size.ROW_MARK, rect.height())
            painter.fillRect(mark, colors.accent if active else colors.muted)

    # --- overrides

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        state, flags = option.state, QStyle.StateFlag
        lit = bool(state & flags.State_Selected) and bool(state & flags.State_Active)
        rect: QRect = option.rect
        place = (index.column(), rect.x(), rect.width())
        self.paint_cells(painter, rect, index.row(), (place,), lit=lit)

    def paint_cells(
        self,
        painter: QPainter,
        rect: QRect,
        row: int,
        places: Iterable[tuple[int, int, int]],
        *,
        lit: bool,
    ) -> None:
        """Paint cells of a row.

        Args:
            painter: Paints them; its font and pen are others afterwards.
            rect: Of the row, of which only top and height are asked.
            row: Which row.
            places: (column, left edge, width) of each cell, px.
            lit: Whether the row is selected, in the window in front.
        """
        kind, cells = self._model.cells(row)
        self._row, self._kind, self._selected = row, kind, lit
        self._set_font = self._set_color = None
        if not cells:
            self._paint_absent(painter, rect, places)
            return
        top, height = rect.y(), rect.height()
        middle = top + (height - Size.LINE) / 2
        for column, left, width in places:
            if kind is RowKind.PART and column == 0:
                self._branch(painter, QRectF(left, top, width, height), row)
                self._set_color = None
                continue
            cell = cells[column]
            if cell is BLANK:
                continue
            if cell.signs:
                self._signs(painter, QRectF(left, top, width, height), cell)
            if cell.text:
                self._text(painter, left, left + width, middle, cell)

    def _paint_absent(
        self, painter: QPainter, rect: QRect, places: Iterable[tuple[int, int, int]]
    ) -> None:
        middle = rect.y() + (rect.height() - Size.LINE) / 2
        if self._kind is RowKind.GONE:
            gone = Cell(tr("no longer in the store"), look=Look.QUIET)
            for _, left, width in (place for place in places if place[0] == 1):
                self._text(painter, left, left + width, middle, gone, self._colors.muted)
        elif self._kind is RowKind.WAITING and self.skeleton:
            for column, left, width in places:
                self._bone(painter, QRectF(left, rect.y(), width, rect.height()), column)

    @override
    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return super().helpEvent(event, view, option, index)
        rect = view.visualRect(index)
        text = self.tooltip_at(rect, index.row(), index.column(), QPointF(event.pos()))
        QToolTip.showText(event.globalPos(), text, view, rect)
        return True

    # --- private

    @Slot()
    def _on_theme_changed(self) -> None:
        self._take_theme()

    def _take_theme(self) -> None:
        look = theme()
        self._cuts.clear()
        self._types = {
            "plain": _Type(look.font("body")),
            "strong": _Type(look.font("label")),
            "part": _Type(look.font("small")),
            "part_strong": _Type(look.font("small", 500)),
            "suffix": _Type(look.font("micro")),
            "mono": _Type(look.mono(12)),
        }

    def _type_of(self, cell: Cell, kind: RowKind) -> _Type:
        if cell.look is Look.MONO:
            return self._types["mono"]
        if kind is RowKind.PART:
            return self._types["part_strong" if cell.look is Look.STRONG else "part"]
        return self._types["strong" if cell.look is Look.STRONG else "plain"]

    def _signs(self, painter: QPainter, rect: QRectF, cell: Cell) -> None:
        opened = bool(cell.parts) and self._model.is_open(self._model.locate(self._row)[0])
        ratio = painter.device().devicePixelRatioF()
        for sign in cell.signs:
            if not sign.icon:
                continue  # keeps its place free, so that texts line up
            icon = "chevron-down" if opened else sign.icon
            size = Size.ICON_CHIP if cell.parts or icon == "flag" else Size.ICON
            role = "on_sel" if self._selected and sign.role == "text2" else sign.role
            pixmap = theme().pixmap(icon, size, role, ratio)
            middle = self._slot(rect, cell, sign).center()
            painter.drawPixmap(QPointF(middle.x() - size / 2, middle.y() - size / 2), pixmap)

    def _color(self, cell: Cell) -> QColor:
        colors, look = self._colors, cell.look
        if look is Look.QUIET or look is Look.MONO:
            return colors.text2
        if self._selected:
            return colors.on_sel
        if look is Look.LINK:
            return colors.accent_text
        return colors.text2 if self._kind is RowKind.PART else colors.text

    def _set(self, painter: QPainter, kind_of: _Type, color: QColor) -> None:
        """Give the painter font and pen, if it has not got them."""
        if kind_of is not self._set_font:
            painter.setFont(kind_of.font)
            self._set_font = kind_of
        if color is not self._set_color:
            painter.setPen(color)
            self._set_color = color

    def _text(
        self,
        painter: QPainter,
        left: float,
        right: float,
        middle: float,
        cell: Cell,
        color: QColor | None = None,
    ) -> None:
        """Paint the text of a cell between two edges, around the middle of its row, px."""
        kind_of = self._type_of(cell, self._kind)
        is_part = self._kind is RowKind.PART
        left += PAD
        if cell.signs:
            left += SLOT * (1 + max(sign.slot for sign in cell.signs)) - Space.XS
        elif is_part and cell.look is Look.STRONG:
            left += Space.XS
        room = right - PAD - left
        text, width = cell.text, 0.0
        if cell.suffix or cell.look is Look.NUMBER or not kind_of.surely_fits(text, room):
            text, width = self._cut(text, room, kind_of)
        base = middle + kind_of.drop_px
        self._set(painter, kind_of, color or self._color(cell))
        if cell.look is Look.NUMBER:
            left = right - PAD - width
        painter.drawText(QPointF(left, base), text)
        if cell.marks:
            self._marks(painter, QPointF(left, base), text, cell, kind_of)
        if not cell.suffix:
            return
        small = self._types["part" if is_part else "suffix"]
        left += max(_PART_TIME_AT, width + Space.S) if is_part else width + Space.XS
        _, wide = self._cut(cell.suffix, _NO_LIMIT, small)
        if wide <= right - Space.XS - left:
            self._set(painter, small, self._colors.text2 if self._selected else self._colors.muted)
            painter.drawText(QPointF(left, base), cell.suffix)

    def _marks(self, painter: QPainter, at: QPointF, text: str, cell: Cell, kind_of: _Type) -> None:
        """Paint what was looked for on its own ground, as far as it is shown."""
        metrics = kind_of.metrics
        shown = len(text) if text == cell.text else len(text) - 1
        painter.setPen(self._colors.hit_text)
        self._set_color = None
        for begin, end in cell.marks:
            hit = text[begin : min(end, shown)]
            if not hit:
                break
            left = at.x() + metrics.horizontalAdvance(text[:begin])
            width = metrics.horizontalAdvance(hit)
            top, height = at.y() - metrics.ascent(), metrics.ascent() + metrics.descent()
            painter.fillRect(QRectF(left - 1, top, width + 2, height), self._colors.hit_bg)
            painter.drawText(QPointF(left, at.y()), hit)

    def _cut(self, text: str, width_px: float, kind_of: _Type) -> tuple[str, float]:
        """Return a text cut to a width, and how wide it is then."""
        key = (text, int(width_px), id(kind_of))
        found = self._cuts.get(key)
        if found is None:
            if len(self._cuts) >= _CUTS:
                self._cuts.clear()
            metrics = kind_of.metrics
            cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width_px)
            found = self._cuts[key] = (cut, metrics.horizontalAdvance(cut))
        return found

    @staticmethod
    def _slot(rect: QRectF, cell: Cell, sign: Sign) -> QRectF:
        """Return the target of an icon: 24 px wide, as high as the row."""
        if not cell.text and len(cell.signs) == 1 and sign.slot == 0 and rect.width() < 2 * SLOT:
            return rect
        left = rect.x() + PAD - (SLOT - Size.ICON) / 2 + sign.slot * SLOT
        return QRectF(left, rect.y(), SLOT, rect.height())

    def _branch(self, painter: QPainter, rect: QRectF, row: int) -> None:
        """Draw the line from the interaction to its part."""
        position, part = self._model.locate(row)
        whole = self._model.whole(position)
        last = whole is not None and part == len(whole.segments) - 1
        x, middle = round(rect.center().x()) + 0.5, round(rect.center().y()) + 0.5
        painter.setPen(QPen(theme().colors.ctl, Size.LINE))
        painter.drawLine(QPointF(x, rect.y()), QPointF(x, middle if last else rect.bottom() + 1))
        painter.drawLine(QPointF(x, middle), QPointF(rect.right(), middle))

    @staticmethod
    def _bone(painter: QPainter, rect: QRectF, column: int) -> None:
        width = (rect.width() - 2 * PAD) * (0.55 + 0.1 * (column % 4))
        bone = QRectF(rect.x() + PAD, rect.center().y() - _BONE / 2, max(0.0, width), _BONE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colors.hover)
        painter.drawRoundedRect(bone, Radius.BAR, Radius.BAR)
        painter.restore()
