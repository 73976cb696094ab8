"""Cells that are seen again and again as images: services, agents, outcomes and icons repeat.

Copying a cell costs a tenth of shaping and painting its text. A cell is kept when it is painted
for the second time, cut out of its row, so it is the same to the pixel.

May be imported by `reviewer.ui.results`.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect

from reviewer.ui.results.cells import BLANK
from reviewer.ui.theme.tokens import Size

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from PySide6.QtGui import QPainter, QPixmap

    from reviewer.ui.results.cells import Cell

Place = tuple[int, int, int]
"""Column, left edge and width of a cell, px."""
# 2 MB: some 125 cells, what a window shows.
_PIXELS_KEPT: Final = 1 << 19
# Cells painted once of late, of which a number is kept each: some 4 windows full.
_ONCE: Final = 1_024


class CellImages:
    """Cells of rows of interactions. Thread: main."""

    def __init__(self) -> None:
        self._images: OrderedDict[tuple[int, int, Cell], QPixmap] = OrderedDict()
        # Numbers of grounds: short to compare, for each cell of a row is looked up.
        self._grounds: dict[Hashable, int] = {}
        self._pixels = 0
        self._once: set[int] = set()

    def clear(self) -> None:
        """Forget everything: columns or look are others."""
        self._images.clear()
        self._grounds.clear()
        self._once.clear()
        self._pixels = 0

    def paint(
        self, painter: QPainter, cells: Sequence[Cell], places: Sequence[Place], ground: Hashable
    ) -> list[Place]:
        """Paint what is known of a row whose top is 0.

        Args:
            painter: Paints on the row.
            cells: The row's, one a column.
            places: Where they lie.
            ground: What the row looks like beside its cells.

        Returns:
            Places of what is not known and says anything.
        """
        left_over = []
        number = self._number(ground)
        for place in places:
            column, left, width = place
            cell = cells[column]
            if cell is BLANK:
                continue
            key = (number, width, cell)
            image = self._images.get(key)
            if image is None or left < Size.ROW_MARK:
                left_over.append(place)
                continue
            self._images.move_to_end(key)
            painter.drawPixmap(left, 0, image)
        return left_over

    def keep(
        self, row: QPixmap, cells: Sequence[Cell], places: Sequence[Place], ground: Hashable
    ) -> None:
        """Take those of some cells of a row just painted that were painted before, too.

        Nothing where a px is not a whole number of the device's: an image would be blurred.
        """
        ratio = int(row.devicePixelRatio())
        if ratio != row.devicePixelRatio():
            return
        of_ground = self._number(ground)
        for column, left, width in places:
            if left < Size.ROW_MARK or (left + width) * ratio > row.width():
                continue
            key = (of_ground, width, cells[column])
            if key in self._images:
                continue  # another column of the row says the same
            number = hash(key)
            if number not in self._once:
                if len(self._once) >= _ONCE:
                    self._once.clear()
                self._once.add(number)
                continue
            image = row.copy(QRect(left * ratio, 0, width * ratio, row.height()))
            self._images[key] = image
            self._pixels += image.width() * image.height()
        while self._pixels > _PIXELS_KEPT:
            _, gone = self._images.popitem(last=False)
            self._pixels -= gone.width() * gone.height()

    def _number(self, ground: Hashable) -> int:
        return self._grounds.setdefault(ground, len(self._grounds))
