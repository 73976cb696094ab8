"""Rows of the results as images: painted once, and copied whenever they are seen again.

A row takes some 0.5 ms to paint from Python and 0.03 ms to copy. A window full of new rows would
hold keys and clicks up for as long as all of them take, so only a few are painted a turn of the
event loop.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter, QPixmap

from reviewer.ui.results.cell_images import CellImages
from reviewer.ui.results.model import RowKind
from reviewer.ui.theme.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QColor

    from reviewer.ui.results.cell_images import Place
    from reviewer.ui.results.cells import Cell
    from reviewer.ui.results.delegate import RowDelegate
    from reviewer.ui.results.model import ResultsModel

# Beyond the rows in view: what one scrolls back to.
_KEPT_BESIDE: Final = 8
# How long new rows may be painted in one turn, of processor time: what others take is no reason
# to paint fewer, which would only cost more turns.
_TURN_S: Final = 0.018
_LEAST_A_TURN: Final = 2


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns lie.

    Attributes:
        places: (column, left edge, width) of those in view, px.
        width_px: Of the whole row.
        ratio: Device pixels a px.
    """

    places: tuple[Place, ...]
    width_px: int
    ratio: float


@dataclass(frozen=True, slots=True)
class RowState:
    """What a row looks like beside what it says."""

    selected: bool
    active: bool
    hovered: bool
    opened: bool
    height_px: int


@dataclass(slots=True)
class _Image:
    cells: Sequence[Cell]
    pixmap: QPixmap


class RowImages:
    """Paints rows, and keeps what was painted. Thread: main."""

    def __init__(self, model: ResultsModel, delegate: RowDelegate) -> None:
        self._model = model
        self._delegate = delegate
        self._images: OrderedDict[tuple[int, int, RowState], _Image] = OrderedDict()
        self._repeated = CellImages()
        self._columns = Columns((), 0, 1.0)
        self._look: tuple[object, ...] = ()
        self._fresh = 0
        self._ends_s: float | None = None

    def begin(self, columns: Columns, most_rows: int, *, in_turns: bool) -> None:
        """Begin a painting.

        Args:
            columns: Where the columns lie now.
            most_rows: No more rows than this can be in view.
            in_turns: Leave new rows for later once a turn has lasted long enough.
        """
        look = (theme().colors, theme().scale)
        if columns != self._columns or look != self._look:
            self._images.clear()
            self._repeated.clear()
        self._columns, self._look = columns, look
        # Never those in view: they would be painted for ever.
        while len(self._images) > most_rows + _KEPT_BESIDE:
            self._images.popitem(last=False)
        self._fresh = 0
        self._ends_s = time.thread_time() + _TURN_S if in_turns else None

    def paint(self, painter: QPainter, top_px: int, row: int, state: RowState) -> bool:
        """Paint a row, or at least its ground.

        Returns:
            Whether all of it; False: it is to be painted in another turn.
        """
        rect = QRect(0, top_px, self._columns.width_px, state.height_px)
        key = (*self._model.key(row), state)
        image = self._images.get(key)
        if self._turn_is_over:
            # What it showed before stands for one more turn, if it was seen at all.
            if image is None:
                self._paint_ground(painter, rect, row, state)
            else:
                painter.drawPixmap(QPoint(0, top_px), image.pixmap)
            return False
        kind, cells = self._model.cells(row)
        if not cells or kind not in (RowKind.INTERACTION, RowKind.PART):
            # Nothing to keep: it will be another row soon.
            self._paint_ground(painter, rect, row, state)
            self._paint_cells(painter, rect, row, state, self._columns.places)
            return True
        if image is not None and image.cells is not cells and image.cells == cells:
            image.cells = cells  # asked for anew, and the same as before
        if image is None or image.cells is not cells:
            self._fresh += 1
            image = self._images[key] = _Image(cells, self._painted(row, state))
        self._images.move_to_end(key)
        painter.drawPixmap(QPoint(0, top_px), image.pixmap)
        return True

    @property
    def _turn_is_over(self) -> bool:
        if self._ends_s is None or self._fresh < _LEAST_A_TURN:
            return False
        return time.thread_time() >= self._ends_s

    def _painted(self, row: int, state: RowState) -> QPixmap:
        ratio = self._columns.ratio
        rect = QRect(0, 0, self._columns.width_px, state.height_px)
        pixmap = QPixmap(rect.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        ground: QColor = theme().colors.surface
        pixmap.fill(ground)
        painter = QPainter(pixmap)
        self._paint_ground(painter, rect, row, state)
        kind, cells = self._model.cells(row)
        if kind is RowKind.INTERACTION:
            places = self._repeated.paint(painter, cells, self._columns.places, state)
            self._paint_cells(painter, rect, row, state, places)
            painter.end()
            self._repeated.keep(pixmap, cells, places, state)
        else:
            self._paint_cells(painter, rect, row, state, self._columns.places)
            painter.end()
        return pixmap

    def _paint_ground(self, painter: QPainter, rect: QRect, row: int, state: RowState) -> None:
        self._delegate.paint_ground(
            painter, rect, row, selected=state.selected, active=state.active
        )

    def _paint_cells(
        self,
        painter: QPainter,
        rect: QRect,
        row: int,
        state: RowState,
        places: Sequence[Place],
    ) -> None:
        lit = state.selected and state.active
        self._delegate.paint_cells(painter, rect, row, places, lit=lit)
