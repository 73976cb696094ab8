"""Dragging a condition or block: where it may go, and where the mouse wants it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from reviewer.models.criteria.tree import Block
from reviewer.ui.search.tree_paint import CHECK_AT
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QPoint, QRect
    from PySide6.QtGui import QPainter

    from reviewer.models.criteria.tree import Path
    from reviewer.ui.search.tree_model import TreeRow

_DOT_PX = 6


@dataclass(frozen=True, slots=True)
class Drop:
    """Where what is dragged would go.

    Attributes:
        place: The path it would be put at, in the tree as it is now.
        y: Where the line between the rows is, px.
    """

    place: Path
    y: int

    @property
    def depth(self) -> int:
        """How many blocks below the root that is."""
        return len(self.place) - 1


def drop_at(
    rows: Sequence[TreeRow], rects: Sequence[QRect], dragged: Path, at: QPoint
) -> Drop | None:
    """Return where the mouse wants what is at `dragged`; None where nothing can go.

    The height chooses the gap between two rows, the distance from the left how deep.
    """
    if not rows:
        return None
    gap = sum(1 for rect in rects if at.y() > rect.center().y())
    places = [place for place in _places(rows, gap) if not _is_inside(place, dragged)]
    if not places:
        return None
    indent = theme().px(Size.BLOCK_INDENT)
    wanted = (at.x() - rects[0].x() - CHECK_AT) / indent
    place = min(places, key=lambda path: abs(len(path) - 1 - wanted))
    y = rects[gap].top() if gap < len(rects) else rects[-1].bottom() + 1
    return Drop(place, y)


def _is_inside(place: Path, dragged: Path) -> bool:
    return len(place) > len(dragged) and place[: len(dragged)] == dragged


def _places(rows: Sequence[TreeRow], gap: int) -> list[Path]:
    """Return every path that lies in the gap above row `gap`, the deepest first."""
    below = rows[gap].path if gap < len(rows) else None
    if gap == 0:
        return [] if below is None else [below]
    above = rows[gap - 1]
    places: list[Path] = []
    if isinstance(above.node, Block):
        # As its first member, whether it has others or not.
        places.append((*above.path, 0))
    least = 1 if below is None else len(below)
    # After the row above, and after every block that ends with it.
    for length in range(len(above.path), least - 1, -1):
        path = above.path[:length]
        after = (*path[:-1], path[-1] + 1)
        if after not in places:
            places.append(after)
    if below is not None and below not in places:
        places.append(below)
    # A block with members is followed by the first of them: nothing goes after it there.
    if isinstance(above.node, Block) and above.node.members:
        return places[:1]
    return places


def paint_drop(painter: QPainter, drop: Drop, left: int, right: int) -> None:
    """Paint the line where what is dragged would go, from the ticks of its depth on."""
    color = theme().colors.accent
    x = left + CHECK_AT + drop.depth * theme().px(Size.BLOCK_INDENT)
    painter.fillRect(QRectF(x, drop.y - 1, right - Space.M - x, Size.FOCUS), color)
    dot = QRectF(0, 0, _DOT_PX, _DOT_PX)
    dot.moveCenter(QPointF(x, drop.y))
    draw.box(painter, dot, fill=color, radius=_DOT_PX / 2)
