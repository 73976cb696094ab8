"""Where everything of a criteria row is, and painting it: a condition reads as a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtWidgets import QStyle, QStyleOptionButton, QWidget

from reviewer.messages import N_, format_count, tr
from reviewer.models.criteria.sentence import join_text, parts
from reviewer.models.criteria.tree import Block, Condition, Join
from reviewer.storage.facets.interactions import COUNT_CAP
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space
from reviewer.ui.widgets.score_bar import draw_count_bar

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from reviewer.models.search import Count
    from reviewer.ui.search.tree_model import TreeRow

CHECK_AT: Final = 28
"""Left of the tick, px; the place before it is the grip's."""
SENTENCE_AT: Final = 58
COUNT_WIDTH: Final = 72
_COUNT_GAP: Final = Space.XXL
_CHIP_PX: Final = 26
_JOIN_PX: Final = 28
_JOIN_PAD: Final = Space.M
_LINE_AT: Final = CHECK_AT + Size.ICON // 2
_BAR_PX: Final = 2
_ON_GROUND: Final = 0.1
_GRIP_GAP: Final = 20
"""From the middle of the grip to that of the tick, px."""
_GRIP_AT_REST: Final = 0.5
_DRAGGED: Final = 0.4

# Act: (icon, message id of its name, shortcut).
ACTS: Final[dict[str, tuple[str, str, str]]] = {
    "edit": ("pencil", N_("Edit"), "Return"),
    "add_block": ("layers", N_("Add block"), "Shift+Insert"),
    "add_condition": ("plus", N_("Add condition"), "Insert"),
    "duplicate": ("copy", N_("Duplicate"), "Ctrl+D"),
    "remove": ("trash-2", N_("Remove"), "Delete"),
}
CONDITION_ACTS: Final = ("edit", "duplicate", "remove")
BLOCK_ACTS: Final = ("add_block", "add_condition", "duplicate", "remove")


@dataclass(frozen=True, slots=True)
class Piece:
    """One word of a row's sentence: a name, an operator, a value, "not", or why it is wrong."""

    kind: str
    text: str
    rect: QRectF


@dataclass(slots=True)
class RowPlaces:
    """Where everything of a row is, in the view's coordinates."""

    grip: QRectF
    check: QRectF
    pieces: list[Piece] = field(default_factory=list)
    joins: dict[Join, QRectF] = field(default_factory=dict)
    acts: dict[str, QRectF] = field(default_factory=dict)
    count: QRectF = field(default_factory=QRectF)


def lay_out(rect: QRect, row: TreeRow) -> RowPlaces:
    """Return where everything of a row is; `rect` is the row's."""
    left = rect.x() + row.depth * theme().px(Size.BLOCK_INDENT)
    middle = rect.y() + rect.height() / 2
    check_x = left + CHECK_AT + Size.ICON / 2
    places = RowPlaces(
        _around(check_x - _GRIP_GAP, middle, Size.ICON), _around(check_x, middle, Size.ICON)
    )
    right = rect.right() - Space.M
    places.count = QRectF(right - COUNT_WIDTH, rect.y(), COUNT_WIDTH, rect.height())
    acts = BLOCK_ACTS if isinstance(row.node, Block) else CONDITION_ACTS
    x = places.count.left() - _COUNT_GAP - len(acts) * (Size.ICON_BUTTON + Space.XS)
    room = x - Space.S
    for act in acts:
        places.acts[act] = _around(x + Size.ICON_BUTTON / 2, middle, Size.ICON_BUTTON)
        x += Size.ICON_BUTTON + Space.XS
    start = float(left + SENTENCE_AT)
    if isinstance(row.node, Block):
        start = _lay_out_join(places, start, middle)
        _lay_out_words(places, _block_words(row.node, row), start, middle, room, on=row.on)
    elif row.node is not None:
        _lay_out_words(places, _words(row.node, row), start, middle, room, on=row.on)
    return places


def paint_row(
    painter: QPainter,
    rect: QRect,
    row: TreeRow,
    *,
    count: Count | None,
    hovered: bool,
    current: bool,
    hot_act: str,
    dragged: bool,
    widget: QWidget,
) -> None:
    """Paint one row.

    Args:
        painter: Where to.
        rect: The row's.
        row: It.
        count: How many it alone finds.
        hovered: Whether the mouse is on it.
        current: Whether it is the current row, and the focus is here.
        hot_act: The act under the mouse, "grip" for the grip.
        dragged: Whether it is on its way elsewhere.
        widget: The view.
    """
    colors = theme().colors
    places = lay_out(rect, row)
    painter.save()
    if dragged:
        painter.setOpacity(_DRAGGED)
    if current or hovered:
        ground = colors.selection if current else colors.hover
        left = rect.x() + row.depth * theme().px(Size.BLOCK_INDENT)
        band = QRectF(rect).adjusted(left - rect.x() + Space.S, 1, -Space.XS, -1)
        draw.box(painter, band, fill=ground, radius=Radius.CONTROL)
    _paint_grip(painter, places.grip, strong=hovered or current)
    _paint_check(painter, places.check, row, widget)
    _paint_joins(painter, places, row)
    for piece in places.pieces:
        _paint_piece(painter, piece, row, current=current, hovered=hovered)
    if (hovered or current) and not dragged:
        _paint_acts(painter, places, hot_act)
    _paint_count(painter, places.count, count, row)
    painter.restore()


def paint_edited_row(
    painter: QPainter, rect: QRect, row: TreeRow, *, count: Count | None, widget: QWidget
) -> None:
    """Paint what lies around the editor of a row: ground, tick and count."""
    places = lay_out(rect, row)
    left = rect.x() + row.depth * theme().px(Size.BLOCK_INDENT)
    band = QRectF(rect).adjusted(left - rect.x() + Space.S, 0, -Space.XS, 0)
    draw.box(painter, band, fill=theme().colors.accent_soft, radius=Radius.CONTROL)
    middle = rect.y() + theme().px(Size.CRITERION_ROW_EDITED) / 2
    _paint_grip(painter, _around(places.grip.center().x(), middle, Size.ICON), strong=False)
    check = _around(places.check.center().x(), middle, Size.ICON)
    _paint_check(painter, check, row, widget)
    upper = QRectF(places.count)
    upper.setHeight(theme().px(Size.CRITERION_ROW_EDITED))
    if count is not None:
        _paint_count(painter, upper.adjusted(0, 0, 0, -Space.XS), count, row)


def paint_lines(painter: QPainter, rect: QRect, row: TreeRow, ends: set[int]) -> None:
    """Paint the accent line of every block the row is in.

    `ends` holds the depths of blocks whose line ends with this row.
    """
    indent = theme().px(Size.BLOCK_INDENT)
    for depth in range(row.depth):
        x = rect.x() + depth * indent + _LINE_AT
        bottom = rect.bottom() - (Space.XS if depth in ends else -1)
        painter.fillRect(QRectF(x - 1, rect.y(), 2, bottom - rect.y()), theme().colors.accent)


# --- laying out


def _around(x: float, y: float, size: float) -> QRectF:
    return QRectF(x - size / 2, y - size / 2, size, size)


def _words(condition: Condition, row: TreeRow) -> list[tuple[str, str]]:
    said = parts(condition)
    words = [("name", said.name)]
    if said.negated:
        words.append(("not", tr("not")))
    if said.operator:
        words.append(("operator", said.operator))
    words.extend(("value", value) for value in said.values)
    if row.problem:
        words.append(("warning" if row.mild else "problem", row.problem))
    return words


def _block_words(block: Block, row: TreeRow) -> list[tuple[str, str]]:
    words = [("not", tr("not"))] if block.negated else []
    words.append(("hint", join_text(block.join)))
    if row.problem:
        words.append(("warning" if row.mild else "problem", row.problem))
    return words


def _width(kind: str, text: str, *, on: bool = True) -> float:
    if kind in ("value", "not"):
        # What is off has no ground, and so no air around it.
        return draw.text_width(text, theme().font("label")) + (2 * Space.S if on else 1)
    if kind in ("problem", "warning"):
        return draw.text_width(text, theme().font("small", 500)) + Size.ICON + Space.XS
    return draw.text_width(text, theme().font("label" if kind == "name" else "body"))


def _lay_out_words(
    places: RowPlaces,
    words: list[tuple[str, str]],
    x: float,
    middle: float,
    room: float,
    *,
    on: bool,
) -> None:
    for number, (kind, text) in enumerate(words):
        shown, width = text, _width(kind, text, on=on)
        rest = sum(1 for later, _ in words[number:] if later == "value")
        more = f"+{rest}"
        # The last value that fits makes room for how many more there are.
        spare = _width("value", more, on=on) + Space.S if kind == "value" and rest > 1 else 0.0
        if kind == "value" and x + width + spare > room and number and x + Space.XXL < room:
            if rest > 1 and x + min(width, 3 * Space.XXL) + spare > room:
                shown, width = more, _width("value", more, on=on)
            else:
                width = min(width, room - spare - x)
            if shown == more:
                places.pieces.append(_piece(kind, shown, x, middle, width))
                return
        fits = room - x
        if fits < min(width, Space.L):
            return
        width = min(width, fits)
        places.pieces.append(_piece(kind, shown, x, middle, width))
        x += width + Space.S


def _piece(kind: str, text: str, x: float, middle: float, width: float) -> Piece:
    return Piece(kind, text, QRectF(x, middle - _CHIP_PX / 2, width, _CHIP_PX))


def _lay_out_join(places: RowPlaces, x: float, middle: float) -> float:
    font = theme().font("small", 600)
    left = x - 2
    for join, text in ((Join.AND, tr("AND")), (Join.OR, tr("OR"))):
        width = draw.text_width(text, font) + 2 * _JOIN_PAD
        places.joins[join] = QRectF(left, middle - _JOIN_PX / 2 + 2, width, _JOIN_PX - 4)
        left += width
    return left + Space.M


# --- painting


def _paint_grip(painter: QPainter, rect: QRectF, *, strong: bool) -> None:
    ratio = painter.device().devicePixelRatioF()
    opacity = painter.opacity()
    if not strong:
        painter.setOpacity(opacity * _GRIP_AT_REST)
    painter.drawPixmap(rect.topLeft(), theme().pixmap("grip-vertical", Size.ICON, "text2", ratio))
    painter.setOpacity(opacity)


def _paint_check(painter: QPainter, rect: QRectF, row: TreeRow, widget: QWidget) -> None:
    tick = QStyleOptionButton()
    tick.rect = rect.toRect()
    on = row.node is None or row.node.enabled
    tick.state = QStyle.StateFlag.State_Enabled | (
        QStyle.StateFlag.State_On if on else QStyle.StateFlag.State_Off
    )
    primitive = QStyle.PrimitiveElement.PE_IndicatorCheckBox
    widget.style().drawPrimitive(primitive, tick, painter, widget)


def _paint_joins(painter: QPainter, places: RowPlaces, row: TreeRow) -> None:
    if not isinstance(row.node, Block):
        return
    colors = theme().colors
    whole = QRectF()
    for rect in places.joins.values():
        whole = whole.united(rect)
    draw.box(painter, whole.adjusted(-2, -2, 2, 2), fill=colors.field, border=colors.line2)
    font = theme().font("small", 600)
    for join, rect in places.joins.items():
        chosen = join is row.node.join
        if chosen:
            fill = colors.press if theme().dark else colors.surface
            draw.box(painter, rect, fill=fill, border=colors.line2, radius=Radius.BAR)
        text = tr("AND") if join is Join.AND else tr("OR")
        color = colors.text if chosen and row.on else colors.muted
        draw.text(painter, rect, text, font, color, Qt.AlignmentFlag.AlignCenter)


def _paint_piece(
    painter: QPainter, piece: Piece, row: TreeRow, *, current: bool, hovered: bool
) -> None:
    colors = theme().colors
    quiet = colors.text2 if current else colors.muted
    if piece.kind in ("problem", "warning"):
        role = "fail" if piece.kind == "problem" else "warning"
        icon = theme().pixmap(
            "triangle-alert", Size.ICON_CHIP, role, painter.device().devicePixelRatioF()
        )
        top = piece.rect.center().y() - Size.ICON_CHIP / 2
        painter.drawPixmap(QPointF(piece.rect.x(), top), icon)
        rect = piece.rect.adjusted(Size.ICON + Space.XS, 0, 0, 0)
        color = colors.on_sel if current else theme().color(role)
        draw.text(painter, rect, piece.text, theme().font("small", 500), color)
        return
    if piece.kind in ("value", "not"):
        if row.on:
            ground = colors.accent_soft if piece.kind == "not" else colors.hover
            if piece.kind == "value" and (current or hovered):
                # The usual ground would not be seen on the row's.
                ground = theme().color("text", _ON_GROUND)
            draw.box(painter, piece.rect, fill=ground, radius=Radius.BAR)
        color = colors.accent_text if piece.kind == "not" else colors.text
        inner = piece.rect.adjusted(Space.S, 0, -Space.S + 1, 0) if row.on else piece.rect
        shown = color if row.on else quiet
        draw.text(painter, inner, piece.text, theme().font("label"), shown)
        return
    if piece.kind == "name":
        color = (colors.on_sel if current else colors.text) if row.on else quiet
        draw.text(painter, piece.rect, piece.text, theme().font("label"), color)
        return
    color = colors.text2 if piece.kind == "hint" and row.on else quiet
    draw.text(painter, piece.rect, piece.text, theme().font("body"), color)


def _paint_acts(painter: QPainter, places: RowPlaces, hot_act: str) -> None:
    colors = theme().colors
    ratio = painter.device().devicePixelRatioF()
    for act, rect in places.acts.items():
        if act == hot_act:
            draw.box(painter, rect, fill=colors.press, radius=Radius.CONTROL)
        icon = theme().pixmap(ACTS[act][0], Size.ICON, "text2", ratio)
        corner = rect.center() - QPointF(Size.ICON / 2, Size.ICON / 2)
        painter.drawPixmap(corner, icon)


def _paint_count(painter: QPainter, rect: QRectF, count: Count | None, row: TreeRow) -> None:
    colors = theme().colors
    font = theme().font("small", 600)
    color = colors.text if row.on else colors.muted
    text = "" if count is None else count_text(count)
    upper = QRectF(rect.x(), rect.y() + Space.XS, rect.width(), rect.height() - 3 * Space.XS)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    draw.text(painter, upper, text, font, color, right)
    track = QRectF(rect.x(), rect.bottom() - Space.S, rect.width(), _BAR_PX)
    shown = None if count is None or not row.on else count.n
    draw_count_bar(painter, track, shown, COUNT_CAP)


def count_text(count: Count) -> str:
    """Return a count as shown: `248`, or `>10 000` beyond the cap."""
    number = format_count(count.n)
    return ">" + number if count.capped else number
