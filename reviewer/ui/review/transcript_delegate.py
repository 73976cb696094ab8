"""Paints the lines of a transcript: utterances beside their time, or the bubbles of a chat.

Texts are laid out once by width and kept; painting only places them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QTextCharFormat, QTextLayout, QTextLine
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from reviewer.models.recording import PartyRole
from reviewer.ui.review.text_shapes import TextShapes
from reviewer.ui.review.transcript_model import LINE_ROLE, PARTY_ROLES
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtCore import QObject
    from PySide6.QtGui import QColor, QPainter

    from reviewer.models.criteria.highlight import Mark
    from reviewer.ui.review.text_shapes import Shape
    from reviewer.ui.review.transcript_model import TranscriptLine

_TIME_PX: Final = 44
_STRIPE_PX: Final = 3
_AUTHOR_PX: Final = 18
_BUBBLE_PAD: Final = 10
# A bubble leaves at least this share of the width free on the other party's side.
_BUBBLE_SHARE: Final = 0.72


class TranscriptDelegate(QStyledItemDelegate):
    """Draws one message. Thread: main."""

    def __init__(self, *, bubbles: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bubbles = bubbles
        self._widest_clock = ""
        self._current = -1
        self._word: tuple[int, int] | None = None
        self._marks: Mapping[int, Sequence[Mark]] = {}
        self._chosen: tuple[int, Mark] | None = None
        self._shapes = TextShapes()

    @property
    def bubbles(self) -> bool:
        """Whether it draws a chat."""
        return self._bubbles

    def set_bubbles(self, bubbles: bool) -> None:
        """Draw a chat, or a call."""
        self._bubbles = bubbles

    def set_clocks(self, widest: str) -> None:
        """Make room for the longest of the times."""
        self._widest_clock = widest
        self.forget()

    @property
    def _time_px(self) -> int:
        """Width of the times' column, px."""
        now = theme()
        needed = draw.text_width(self._widest_clock, now.font("small", 600)) + 2 * Space.S
        return max(now.px(_TIME_PX), round(needed))

    def set_current(self, row: int) -> None:
        """Draw this row as the one being replayed."""
        self._current = row

    def set_word(self, mark: Mark | None) -> None:
        """Light a word of the row being replayed."""
        self._word = mark

    def set_hits(
        self, marks: Mapping[int, Sequence[Mark]], chosen: tuple[int, Mark] | None
    ) -> None:
        """Light what is looked for, by row, and one place more than the others."""
        self._marks, self._chosen = marks, chosen

    def place_at(self, line: TranscriptLine, rect: QRectF, at: QPointF) -> int | None:
        """Return which character of a line's text lies under a point, None for none."""
        shape = self._shapes.of(line.text, self._text_width(round(rect.width())))
        inside = at - self._text_origin(line, rect, shape)
        for number in range(shape.layout.lineCount()):
            row = shape.layout.lineAt(number)
            top = row.y()
            if top <= inside.y() < top + row.height() and 0 <= inside.x() <= row.naturalTextWidth():
                return int(row.xToCursor(inside.x(), QTextLine.CursorPosition.CursorOnCharacter))
        return None

    def _text_origin(self, line: TranscriptLine, rect: QRectF, shape: Shape) -> QPointF:
        top = rect.top() + Space.S + theme().px(_AUTHOR_PX)
        if not self._bubbles:
            return QPointF(rect.left() + self._time_px + 2 * Space.S + _STRIPE_PX, top)
        left, _ = self._bubble_sides(line, rect, shape)
        return QPointF(left + _BUBBLE_PAD, top + 2 + _BUBBLE_PAD / 2)

    @staticmethod
    def _bubble_sides(line: TranscriptLine, rect: QRectF, shape: Shape) -> tuple[float, float]:
        """Return where a bubble begins, and its width, px."""
        width = min(shape.width + 2 * _BUBBLE_PAD + 2, rect.width() - 2 * Space.L)
        if line.party is PartyRole.CUSTOMER:
            return rect.left() + Space.L, width
        return rect.right() - Space.L - width, width

    def _formats(self, row: int) -> list[QTextLayout.FormatRange]:
        """Return how parts of a row's text stand out."""
        now = theme().colors
        found = [_format(mark, now.hit_bg, now.hit_text) for mark in self._marks.get(row, ())]
        if row == self._current and self._word is not None:
            found.append(_format(self._word, now.accent, now.on_accent))
        if self._chosen is not None and self._chosen[0] == row:
            found.append(_format(self._chosen[1], now.m_hit, now.surface))
        return found

    def forget(self) -> None:
        """Lay everything out anew: fonts changed, or another transcript is shown."""
        self._shapes.forget()

    # --- sizes

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        line: TranscriptLine = index.data(LINE_ROLE)
        width = max(160, option.rect.width() or self._view_width(option))
        if line.party is PartyRole.SYSTEM:
            return QSize(width, theme().px(28))
        shape = self._shapes.of(line.text, self._text_width(width))
        height = shape.height + theme().px(_AUTHOR_PX) + 2 * Space.S
        if self._bubbles:
            height += _BUBBLE_PAD + Space.XS
        return QSize(width, round(height))

    @staticmethod
    def _view_width(option: QStyleOptionViewItem) -> int:
        view = getattr(option, "widget", None)
        return view.viewport().width() if isinstance(view, QAbstractItemView) else 320

    def _text_width(self, width: int) -> int:
        if self._bubbles:
            return round((width - 2 * Space.L) * _BUBBLE_SHARE) - 2 * _BUBBLE_PAD
        return width - self._time_px - _STRIPE_PX - 2 * Space.M - Space.L

    # --- painting

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        line: TranscriptLine = index.data(LINE_ROLE)
        rect = QRectF(option.rect)
        painter.save()
        if line.party is PartyRole.SYSTEM:
            self._paint_event(painter, rect, line, index.row())
        elif self._bubbles:
            self._paint_bubble(painter, rect, line, index.row())
        else:
            self._paint_utterance(painter, rect, line, index.row())
        state = option.state
        if state & QStyle.StateFlag.State_HasFocus or state & QStyle.StateFlag.State_Selected:
            inside = rect.adjusted(Space.XS, 1, -Space.XS, -1)
            draw.ring(painter, inside, theme().colors.focus, radius=Radius.CONTROL)
        painter.restore()

    def _paint_utterance(
        self, painter: QPainter, rect: QRectF, line: TranscriptLine, row: int
    ) -> None:
        now = theme()
        current = row == self._current
        if current:
            ground = rect.adjusted(Space.XS, 1, -Space.XS, -1)
            draw.box(painter, ground, fill=now.colors.accent_soft, radius=Radius.CONTROL)
        top = rect.top() + Space.S
        author_px = now.px(_AUTHOR_PX)
        time_font = now.font("small", 600 if current else 500)
        time_rect = QRectF(rect.left() + Space.S, top, self._time_px - Space.S, author_px)
        color = now.color("accent_text" if current else "muted")
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        draw.text(painter, time_rect, line.clock, time_font, color, align, elide=None)
        role, _, words = _roles(line)
        x = rect.left() + self._time_px + Space.S
        stripe = QRectF(x, top + 1, _STRIPE_PX, rect.height() - 2 * Space.S - 2)
        draw.box(painter, stripe, fill=now.color(role), radius=_STRIPE_PX / 2)
        x += _STRIPE_PX + Space.S
        author = QRectF(x, top, rect.right() - x - Space.L, author_px)
        draw.text(painter, author, line.author, now.font("small", 600), now.color(role))
        shape = self._shapes.of(line.text, self._text_width(round(rect.width())))
        painter.setPen(now.color(words))
        origin = self._text_origin(line, rect, shape)
        shape.layout.draw(painter, origin, self._formats(row))

    def _paint_bubble(
        self, painter: QPainter, rect: QRectF, line: TranscriptLine, row: int
    ) -> None:
        now = theme()
        current = row == self._current
        if current:
            painter.fillRect(rect, now.colors.accent_soft)
            mark = QRectF(rect.left(), rect.top(), Size.ROW_MARK, rect.height())
            painter.fillRect(mark, now.colors.accent)
        ours = line.party is not PartyRole.CUSTOMER
        role, soft, words = _roles(line)
        author_px = now.px(_AUTHOR_PX)
        shape = self._shapes.of(line.text, self._text_width(round(rect.width())))
        left, width = self._bubble_sides(line, rect, shape)
        top = rect.top() + Space.S
        name_font, time_font = now.font("small", 600), now.font("small")
        name_px = draw.text_width(line.author, name_font)
        time_px = draw.text_width(line.clock, time_font)
        x = rect.right() - Space.L - name_px - time_px - Space.S if ours else left
        parts = [(line.author, name_font, role, name_px), (line.clock, time_font, "muted", time_px)]
        for text, font, color, advance in reversed(parts) if ours else parts:
            place = QRectF(x, top, advance + 2, author_px)
            draw.text(painter, place, text, font, now.color(color), elide=None)
            x += advance + Space.S
        bubble = QRectF(left, top + author_px + 2, width, shape.height + _BUBBLE_PAD)
        border = now.colors.focus if current else None
        draw.box(painter, bubble, fill=now.color(soft), border=border, radius=Radius.CARD)
        edge = bubble.right() - _STRIPE_PX if ours else bubble.left()
        stripe = QRectF(edge, bubble.top() + 2, _STRIPE_PX, bubble.height() - 4)
        draw.box(painter, stripe, fill=now.color(role), radius=_STRIPE_PX / 2)
        painter.setPen(now.color(words))
        origin = self._text_origin(line, rect, shape)
        shape.layout.draw(painter, origin, self._formats(row))

    def _paint_event(self, painter: QPainter, rect: QRectF, line: TranscriptLine, row: int) -> None:
        """Paint what happened, as a word on a line across."""
        now = theme()
        middle = rect.center().y()
        font = now.font("small", 500)
        width = draw.text_width(line.text, font)
        icon, role = line.sign
        side = now.px(Size.ICON_CHIP) + Space.XS if icon else 0
        if self._bubbles:
            x = max(rect.left() + Space.L, rect.center().x() - width / 2)
        else:
            time_rect = QRectF(
                rect.left() + Space.S, rect.top(), self._time_px - Space.S, rect.height()
            )
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            small = now.font("small", 500)
            color = now.color("muted")
            draw.text(painter, time_rect, line.clock, small, color, align, elide=None)
            x = rect.left() + self._time_px + Space.S
        if icon:
            ratio = painter.device().devicePixelRatioF()
            pixmap = now.pixmap(icon, side - Space.XS, role, ratio)
            painter.drawPixmap(QPointF(x, middle - (side - Space.XS) / 2), pixmap)
        room = QRectF(x + side, rect.top(), rect.right() - x - side - Space.L, rect.height())
        self._paint_event_words(painter, room, line, row)
        begin = x + side + min(width, room.width()) + Space.S
        if begin < rect.right() - Space.XL:
            draw.hline(painter, begin, rect.right() - Space.L, middle, now.colors.line)
        if self._bubbles and x - Space.S > rect.left() + Space.XL:
            draw.hline(painter, rect.left() + Space.L, x - Space.S, middle, now.colors.line)

    def _paint_event_words(
        self, painter: QPainter, room: QRectF, line: TranscriptLine, row: int
    ) -> None:
        now = theme()
        font = now.font("small", 500)
        color = now.color(line.sign[1] or "muted")
        high = now.px(_AUTHOR_PX)
        for begin, end in self._marks.get(row, ()):
            left = room.left() + draw.text_width(line.text[:begin], font)
            wide = draw.text_width(line.text[begin:end], font)
            chosen = self._chosen == (row, (begin, end))
            ground = now.color("m_hit" if chosen else "hit_bg")
            place = QRectF(left, room.center().y() - high / 2, min(wide, room.right() - left), high)
            draw.box(painter, place, fill=ground, radius=2)
            color = now.color("text")
        draw.text(painter, room, line.text, font, color)


def _roles(line: TranscriptLine) -> tuple[str, str, str]:
    """Return the colours of a line's party, ground and words; what is gone is grey."""
    if line.gone:
        return "deleted", "hover", "text2"
    role, soft = PARTY_ROLES[line.party]
    return role, soft, "text"


def _format(mark: Mark, ground: QColor, words: QColor) -> QTextLayout.FormatRange:
    found = QTextLayout.FormatRange()
    found.start, found.length = mark[0], mark[1] - mark[0]
    look = QTextCharFormat()
    look.setBackground(ground)
    look.setForeground(words)
    found.format = look
    return found
