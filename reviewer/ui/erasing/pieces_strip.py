"""A strip of the pieces of screen video: what is deleted, and who else needs them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from reviewer.messages import format_duration, format_time, tr
from reviewer.services.wording import name_of_channel
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reviewer.models.ids import InteractionId
    from reviewer.services.erase import Consequences

_BAR_PX: Final = 34
_CAPTION_PX: Final = 20
_SMALLEST_PX: Final = 6
PIECES_DRAWN: Final = 4
"""More than these are no help to the eye."""


@dataclass(frozen=True, slots=True)
class Box:
    """A stretch of the strip.

    Attributes:
        start_us, end_us: On the wall clock.
        text: In it; own: whether it is what is deleted; held: under a legal hold.
    """

    start_us: int
    end_us: int
    text: str
    own: bool = False
    held: bool = False


class PiecesStrip(QWidget):
    """Paints pieces and what lies in them, to scale. Thread: main."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._captions: tuple[tuple[int, str], ...] = ()
        self.boxes: tuple[Box, ...] = ()
        self._range = (0, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_pieces(self, told: Consequences, zone: ZoneInfo, *, alone: bool) -> None:
        """Show the pieces of a preview."""
        captions: list[tuple[int, str]] = []
        boxes: list[Box] = []
        pieces = sorted(told.preview.shared, key=lambda piece: piece.spans[0].wall_start_us)
        low, high = pieces[0].spans[0].wall_start_us, pieces[-1].spans[-1].wall_end_us
        for number, piece in enumerate(pieces, 1):
            start, end = piece.spans[0].wall_start_us, piece.spans[-1].wall_end_us
            low, high = min(low, start), max(high, end)
            times = f"{format_time(start, zone)[:5]}–{format_time(end, zone)[:5]}"
            captions.append((start, tr("piece {number}, {times}", number=number, times=times)))
            for stretch in piece.erased:
                since, until = max(stretch[0], start), min(stretch[1], end)
                if since < until:
                    boxes.append(Box(since, until, "", own=True))
            for row in (told.rows[n] for n, _ in piece.others if n in told.rows):
                begun = max(row.started_us, start)
                done = min(row.started_us + row.duration_us, int(end))
                if begun < done:
                    word = name_of_channel(row.channel).lower()
                    text = f"{word}, {format_duration(row.duration_us)}"
                    held = row.giid in told.held
                    boxes.append(Box(begun, done, text, held=held))
        self._captions, self._range = tuple(captions), (low, max(high, low + 1))
        self.boxes = _joined(boxes, alone=alone)
        words = [text for _, text in captions] + [box.text for box in self.boxes]
        self.setAccessibleName("; ".join(words))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme().px(320), theme().px(_CAPTION_PX + _BAR_PX))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        painter = QPainter(self)
        top = now.px(_CAPTION_PX)
        bar = QRectF(0, top, self.width(), now.px(_BAR_PX))
        draw.box(painter, bar, fill=now.colors.window, border=now.colors.line)
        small = now.font("small")
        low, high = self._range
        scale = self.width() / (high - low)
        edges = [x for x, _ in self._captions] + [high]
        for (start, text), end in zip(self._captions, edges[1:], strict=True):
            left = (start - low) * scale
            room = QRectF(left, 0, (end - start) * scale - Space.S, top)
            draw.text(painter, room, text, small, now.colors.text2)
            if start > low:
                draw.vline(painter, left, bar.top(), bar.bottom(), now.colors.line2)
        for box in self.boxes:
            left = (box.start_us - low) * scale
            width = max((box.end_us - box.start_us) * scale, _SMALLEST_PX)
            rect = QRectF(left, bar.top(), width, bar.height()).adjusted(1, 1, -1, -1)
            self._paint_box(painter, rect, box)

    @staticmethod
    def _paint_box(painter: QPainter, rect: QRectF, box: Box) -> None:
        now = theme()
        fill = now.colors.fail_soft if box.own else now.colors.surface
        border = now.colors.fail if box.own else now.colors.ctl
        style = Qt.PenStyle.DashLine if box.held else Qt.PenStyle.SolidLine
        draw.box(painter, rect, fill=fill)
        if box.own:
            draw.hatch(painter, rect, now.color("fail", 0.4))
        draw.box(painter, rect, border=border, radius=Radius.BAR, style=style)
        font = now.font("small", 500 if box.own else None)
        inner = rect.adjusted(Space.S, 0, -Space.S, 0)
        if box.held and inner.width() > Size.ICON_CHIP:
            side = now.px(Size.ICON_CHIP)
            lock = now.pixmap("lock", side, "warning", painter.device().devicePixelRatioF())
            painter.drawPixmap(QPointF(inner.left(), inner.center().y() - side / 2), lock)
            inner.setLeft(inner.left() + side + Space.XS)
        wide = draw.text_width(box.text, font)
        if box.own and wide + Space.M <= inner.width():
            label = QRectF(0, 0, wide + Space.M, now.px(_CAPTION_PX))
            label.moveCenter(rect.center())
            draw.box(painter, label, fill=now.colors.surface, radius=Radius.BAR)
            draw.text(painter, label, box.text, font, now.colors.fail, draw.CENTER)
        elif not box.own and inner.width() > Space.XL:
            draw.text(painter, inner, box.text, font, now.colors.text)


def _joined(boxes: list[Box], *, alone: bool) -> tuple[Box, ...]:
    """Return the boxes with those that go on in the next piece made one, and the own ones named."""
    found: list[Box] = []
    for box in sorted(boxes, key=lambda one: (one.text, one.own, one.start_us)):
        last = found[-1] if found else None
        if (
            last is not None
            and (last.text, last.own) == (box.text, box.own)
            and last.end_us >= box.start_us
        ):
            found[-1] = replace(last, end_us=max(last.end_us, box.end_us))
        else:
            found.append(box)
    named = [replace(box, text=_own_words(box, alone=alone)) if box.own else box for box in found]
    return tuple(sorted(named, key=lambda one: one.start_us))


def _own_words(box: Box, *, alone: bool) -> str:
    length = format_duration(box.end_us - box.start_us)
    if alone:
        return tr("this interaction, {length}", length=length)
    return tr("deleted, {length}", length=length)


def others_lose(told: Consequences) -> tuple[int, int]:
    """Return how many others would lose video with whole pieces, and how much of it, us."""
    lost: dict[InteractionId, int] = {}
    for piece in told.preview.shared:
        for row in (told.rows[number] for number, _ in piece.others if number in told.rows):
            end = row.started_us + row.duration_us
            here = sum(
                max(0, min(end, span.wall_end_us) - max(row.started_us, span.wall_start_us))
                for span in piece.spans
            )
            lost[row.id] = lost.get(row.id, 0) + here
    hidden = max((piece.hidden_others for piece in told.preview.shared), default=0)
    return len(lost) + hidden, sum(lost.values())
