"""Paints one row of the timeline: its bar, waves, patterns and words.

Every coloured thing also has a shape, a pattern, a position or a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPen

from reviewer.messages import format_duration, ptr
from reviewer.ui.review import patterns
from reviewer.ui.review.scene import BarState, state_words
from reviewer.ui.review.waves import wave_image
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from reviewer.ui.review.geometry import Viewport
    from reviewer.ui.review.scene import SceneRow, Stripe, Wave

BAR_INSET: Final = 6.0
BAR_INSET_COMPACT: Final = 5.0
_COMPACT_BELOW: Final = 44.0
UNDERLINE: Final = 3.0
# Rows that are not chosen step back.
_RESTING: Final = 0.75
# Waves of what is not heard.
_QUIET: Final = 0.35
# How much of the ground of a pause is lightened.
_LIGHTENED: Final = 0.5
_SIGN_PX: Final = 14
# A wave leaves this much air in its bar.
_WAVE_AIR: Final = 3.0
# Labels of short stretches may reach this far into what is beside them.
_OVERHANG: Final = 8.0
_AFTER_WORK_PX: Final = 6.0
# Below this a message is not drawn by itself but counted.
_MESSAGE_MIN_PX: Final = 2.0
MESSAGE_WIDTH: Final = (4.0, 20.0)
MESSAGE_HEIGHT: Final = (12.0, 32.0)


class WaveHeights(Protocol):
    """Where a row's waves come from; fills in while peaks are computed."""

    def heights(
        self, wave: Wave, left_us: float, us_per_column: float, columns: int
    ) -> NDArray[np.float32] | None:
        """Return the height of each column, float32 (columns,), 0..1, NaN where nothing is.

        None while nothing is known yet. Thread: main; must not block.
        """
        ...

    def stamp(self, wave: Wave) -> object:
        """Return what is another value whenever `heights` of this wave may be others."""
        ...


Pauses = tuple[tuple[int, int], ...]
"""Stretches of the timeline, by start."""


@dataclass(frozen=True, slots=True)
class RowFrame:
    """One row's place in a painting.

    Attributes:
        rect: The row across the lanes, px.
        chosen: Whether it is the chosen segment.
        pauses: What need not be listened to.
        skipped: Whether that is left out or goes by fast.
        quiet: Whether nothing is heard of the row.
    """

    view: Viewport
    rect: QRectF
    chosen: bool
    waves: WaveHeights
    pauses: Pauses = ()
    skipped: bool = False
    quiet: bool = False

    @property
    def inset(self) -> float:
        """Air above and below the bar."""
        return BAR_INSET_COMPACT if self.rect.height() < _COMPACT_BELOW else BAR_INSET

    def place(self, start_us: float, end_us: float) -> QRectF:
        """Return where a stretch of the bar is drawn; empty outside of the view."""
        left = max(self.view.x_of(start_us), -2 * Radius.BAR)
        right = min(self.view.x_of(end_us), self.view.width_px + 2 * Radius.BAR)
        if right <= left:
            return QRectF()
        return QRectF(
            self.rect.left() + left,
            self.rect.top() + self.inset,
            right - left,
            self.rect.height() - 2 * self.inset,
        )

    def of(self, stripe: Stripe) -> QRectF:
        """Return where a stripe is drawn."""
        return self.place(stripe.start_us, stripe.end_us)

    @property
    def phase_px(self) -> float:
        """Where position 0 is drawn: what patterns are fixed to."""
        return self.rect.left() + self.view.x_of(0)


def paint_row(painter: QPainter, row: SceneRow, frame: RowFrame) -> None:
    """Paint a row of a call or of a chat into `frame.rect`. Thread: main."""
    if row.chat_role:
        _paint_chat(painter, row, frame)
        return
    _paint_waits(painter, row, frame)
    if row.state is BarState.SOUND:
        _paint_bars(painter, row, frame)
        _paint_waves(painter, row, frame)
        _paint_pauses(painter, row, frame)
        taken = _paint_ivr_words(painter, row, frame)
        _paint_holds(painter, row, frame)
        _paint_gaps(painter, row, frame)
        _paint_seams(painter, row, frame)
        _paint_uncaptured(painter, row, frame, taken)
    else:
        _paint_silent(painter, row, frame)
    _paint_after_work(painter, row, frame)
    _paint_outline(painter, row, frame)


def _paint_waits(painter: QPainter, row: SceneRow, frame: RowFrame) -> None:
    current = theme()
    for wait in row.waits:
        place = frame.of(wait)
        if place.isEmpty():
            continue
        y = place.center().y()
        patterns.dotted_line(painter, place.left(), place.right(), y, current.color("ivr"))
        patterns.pill(
            painter,
            place.adjusted(8, 0, -8, 0),
            (wait.word,),
            current.color("ivr"),
            current.font("micro"),
        )


def _paint_bars(painter: QPainter, row: SceneRow, frame: RowFrame) -> None:
    current = theme()
    ground = current.color("bar_sel" if frame.chosen else "bar")
    for bar in row.bars:
        place = frame.of(bar)
        if not place.isEmpty():
            patterns.fill_rounded(painter, place, ground)
    for ivr in row.ivrs:
        place = frame.of(ivr)
        patterns.dots(painter, place, current.color("ivr", 0.8), phase_px=frame.phase_px)


def _paint_ivr_words(painter: QPainter, row: SceneRow, frame: RowFrame) -> list[QRectF]:
    """Write what machine it is, and return where."""
    current = theme()
    taken = []
    for ivr in row.ivrs:
        place = frame.of(ivr)
        if not place.isEmpty():
            room = place.adjusted(2, 0, 2 * _OVERHANG, 0)
            room.setWidth(
                patterns.pill(
                    painter,
                    room,
                    (ivr.word,),
                    current.color("ivr"),
                    current.font("micro", 500),
                    at_left=True,
                )
            )
            taken.append(room)
    return taken


def _paint_waves(painter: QPainter, row: SceneRow, frame: RowFrame) -> None:
    current = theme()
    ratio = painter.device().devicePixelRatioF()
    for wave in row.waves:
        place = frame.place(wave.piece.start_us, wave.piece.end_us)
        place = place.intersected(QRectF(frame.rect.left(), place.top(), frame.view.width_px, 1e4))
        if place.isEmpty():
            continue
        # Whole device pixels, so that columns are sharp at every scale.
        left = round(place.left() * ratio)
        columns = round(place.right() * ratio) - left
        half = round((place.height() - 2 * _WAVE_AIR) * ratio) // 2
        if columns < 1 or half < 1:
            continue
        per_column = frame.view.us_per_px / ratio
        first_us = frame.view.left_us + (left / ratio - frame.rect.left()) * frame.view.us_per_px
        heights = frame.waves.heights(wave, first_us, per_column, columns)
        if heights is None:
            continue
        strength = 1.0 if frame.chosen else _RESTING
        color = current.color(wave.role, strength * _QUIET if frame.quiet else strength)
        image = wave_image(heights, wave.side, half, color)
        image.setDevicePixelRatio(ratio)
        middle = round(place.center().y() * ratio)
        top = middle if wave.side == "down" else middle - half
        painter.drawImage(QPointF(left / ratio, top / ratio), image)


def _paint_pauses(painter: QPainter, row: SceneRow, frame: RowFrame) -> None:
    """Lighten what need not be listened to; what is left out has a line and a sign."""
    current = theme()
    ground, line = current.color("surface", _LIGHTENED), current.color("silence")
    for begin, end in frame.pauses:
        if end <= row.start_us or begin >= row.end_us:
            continue
        place = frame.place(max(begin, row.start_us), min(end, row.end_us))
        if place.isEmpty():
            continue
        painter.fillRect(place, ground)
        if not frame.skipped:
            continue
        middle = place.center()
        painter.fillRect(QRectF(place.left(), round(middle.y()), place.width(), 1), line)
        if place.width() >= 2 * _SIGN_PX:
            ratio = painter.device().devicePixelRatioF()
            sign = current.pixmap("fast-forward", _SIGN_PX, "text2", ratio)
            painter.drawPixmap(middle - QPointF(_SIGN_PX / 2, _SIGN_PX / 2), sign)


def _paint_holds(painter: QPainter, row: SceneRow, frame: RowFrame) -> None:
    current = theme()
    color = current.color("hold")
    for hold in row.holds:
        place = frame.of(hold)
        if place.isEmpty():
            continue
        painter.fillRect(place, current.color("bar_sel" if frame.chosen else "bar"))
        patterns.hatch(painter, place, current.color("hold", 0.6), phase_px=frame.phase_px)
        painter.fillRect(QRectF(place.left(), place.top(), 1.5, place.height()), color)
        painter.fillRect(QRectF(place.right() - 1.5, place.top(), 1.5, place.height()), color)
        length = format_duration(hold.duration_us)
        patterns.pill(
            painter,
            place.adjusted(3, 0, -3, 0),
            (f"{hold.word} {length}", length),
            color,
            current.font("small", 500),
            icon="pause",
            icon_role="hold",
        )


def _paint_gaps(painter: QPainter, row: SceneRow, frame: RowFrame) -> None:
    current = theme()
    for gap in row.gaps:
        place = frame.of(gap)
        if place.isEmpty():
            continue
        faint = current.color("gap", 0.45)
        patterns.hatch(painter, place, faint, line_px=1.0, phase_px=frame.phase_px, crossed=True)
        patterns.dashed_box(painter, place, current.color("gap"), radius=0)
        patterns.pill(
            painter,
            place.adjusted(-_OVERHANG, 0, _OVERHANG, 0),
            (format_duration(gap.duration_us),),
            current.color("text2"),
            current.font("small", 500),
        )


def _paint_seams(painter: QPainter, row: SceneRow, frame: RowFrame) -> None:
    current = theme()
    for seam in row.seams:
        x = frame.rect.left() + frame.view.x_of(seam.start_us)
        place = frame.place(seam.start_us, row.end_us)
        if place.isEmpty():
            continue
        painter.fillRect(QRectF(x, place.top(), 1.5, place.height()), current.color("text2"))
        painter.fillRect(QRectF(x + 3, place.top(), 1.5, place.height()), current.color("text2"))
        patterns.pill(
            painter,
            place.adjusted(8, 0, -4, 0),
            (seam.word,),
            current.color("text2"),
            current.font("micro", 500),
            at_left=True,
        )


def _paint_uncaptured(
    painter: QPainter, row: SceneRow, frame: RowFrame, taken: Sequence[QRectF]
) -> None:
    """Say of stretches without a wave that they are no silence, beside what is written there."""
    current = theme()
    for stripe in row.uncaptured:
        place = frame.of(stripe)
        if place.isEmpty():
            continue
        for word in taken:
            if word.intersects(place) and word.left() < place.center().x():
                place.setLeft(word.right())
        patterns.pill(
            painter,
            place.adjusted(4, 0, -4, 0),
            (stripe.word, ptr("timeline", "no sound")),
            current.color("muted"),
            current.font("micro", 500),
            icon="ban",
            icon_role="muted",
        )


def _paint_silent(painter: QPainter, row: SceneRow, frame: RowFrame) -> None:
    """Paint a row whose sound is gone, was never there, or is nothing."""
    current = theme()
    words = state_words(row.state)
    gone = row.state in (BarState.DELETED, BarState.EXPIRED, BarState.MISSING)
    failed = row.state is BarState.MISSING
    for bar in row.bars:
        place = frame.of(bar)
        if place.isEmpty():
            continue
        if gone:
            faint = current.color("deleted", 0.3)
            patterns.hatch(painter, place, faint, line_px=1.0, phase_px=frame.phase_px)
            patterns.dashed_box(painter, place, current.color("fail" if failed else "deleted"))
        else:
            patterns.fill_rounded(painter, place, current.color("bar"))
            if row.state is BarState.EMPTY:
                middle = QRectF(place.left() + 4, place.center().y(), place.width() - 8, 1)
                painter.fillRect(middle, current.color("silence"))
        patterns.pill(
            painter,
            place.adjusted(4, 0, -4, 0),
            (words,),
            current.color("fail" if failed else "muted"),
            current.font("micro", 500),
            icon={
                BarState.DELETED: "ban",
                BarState.EXPIRED: "clock",
                BarState.MISSING: "circle-x",
            }.get(row.state, ""),
            icon_role="fail" if failed else "muted",
        )


def _paint_after_work(painter: QPainter, row: SceneRow, frame: RowFrame) -> None:
    """Paint the work after the call as a thin bar with its word where there is room."""
    current = theme()
    for stripe in row.after_work:
        place = frame.of(stripe)
        if place.isEmpty():
            continue
        thin = QRectF(place)
        thin.setHeight(_AFTER_WORK_PX)
        thin.moveCenter(place.center())
        patterns.fill_rounded(painter, thin, current.color("bar_sel"), radius=2)
        patterns.pill(
            painter,
            place.adjusted(4, 0, -4, 0),
            (stripe.word,),
            current.color("muted"),
            current.font("micro"),
        )


def _paint_outline(painter: QPainter, row: SceneRow, frame: RowFrame) -> None:
    current = theme()
    if row.dashed and row.state is BarState.SOUND:
        for bar in row.bars:
            place = frame.of(bar)
            if not place.isEmpty():
                patterns.dashed_box(painter, place, current.color("consult"))
    if not frame.chosen:
        return
    if row.state is BarState.SOUND and not row.dashed:
        painter.save()
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        painter.setPen(QPen(current.color("ctl"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for bar in row.bars:
            place = frame.of(bar)
            if not place.isEmpty():
                painter.drawPath(patterns.rounded(place.adjusted(0.5, 0.5, -0.5, -0.5)))
        painter.restore()
    line = frame.place(row.start_us, row.end_us)
    if line.isEmpty():
        return
    line.setTop(frame.rect.bottom() - frame.inset + 1)
    line.setHeight(UNDERLINE)
    patterns.fill_rounded(painter, line, current.color("accent"), radius=UNDERLINE / 2)


# --- chats ----------------------------------------------------------------------------------


def message_rect(weight: float, x: float, frame: RowFrame) -> QRectF:
    """Return where a message's bar is drawn: on the base line of its party."""
    width = MESSAGE_WIDTH[0] + weight * (MESSAGE_WIDTH[1] - MESSAGE_WIDTH[0])
    height = MESSAGE_HEIGHT[0] + weight * (MESSAGE_HEIGHT[1] - MESSAGE_HEIGHT[0])
    height = min(height, frame.rect.height() - 2 * frame.inset)
    base = frame.rect.bottom() - frame.inset
    return QRectF(frame.rect.left() + x, base - height, width, height)


def _paint_chat(painter: QPainter, row: SceneRow, frame: RowFrame) -> None:
    current = theme()
    base = frame.rect.bottom() - frame.inset
    left = frame.rect.left() + max(0.0, frame.view.x_of(row.start_us))
    right = frame.rect.left() + min(frame.view.width_px, frame.view.x_of(row.end_us))
    painter.fillRect(QRectF(left, base, max(0.0, right - left), 1), current.color("line2"))
    if row.state is not BarState.SOUND:
        place = QRectF(left, frame.rect.top() + frame.inset, right - left, 24)
        words, font = state_words(row.state), current.font("micro", 500)
        patterns.pill(
            painter, place, (words,), current.color("muted"), font, icon="ban", icon_role="muted"
        )
        return
    if is_crowded(row, frame):
        _paint_density(painter, row, frame)
        return
    color = current.color(row.chat_role)
    for message in row.messages:
        x = frame.view.x_of(message.start_us)
        if -MESSAGE_WIDTH[1] <= x <= frame.view.width_px:
            place = message_rect(message.weight, x, frame)
            patterns.fill_rounded(painter, place, color, radius=2)


def is_crowded(row: SceneRow, frame: RowFrame) -> bool:
    """Whether messages have less than two px each."""
    if len(row.messages) < 2:
        return False
    span = row.messages[-1].start_us - row.messages[0].start_us
    return span / frame.view.us_per_px / len(row.messages) < _MESSAGE_MIN_PX


def _paint_density(painter: QPainter, row: SceneRow, frame: RowFrame) -> None:
    """Paint how many messages fall on each column instead of the messages."""
    width = int(frame.view.width_px) // int(MESSAGE_WIDTH[0])
    counts = [0] * max(1, width)
    for message in row.messages:
        index = int(frame.view.x_of(message.start_us) // MESSAGE_WIDTH[0])
        if 0 <= index < len(counts):
            counts[index] += 1
    most = max(counts)
    if not most:
        return
    color = theme().color(row.chat_role)
    base = frame.rect.bottom() - frame.inset
    for index, count in enumerate(counts):
        height = count / most * MESSAGE_HEIGHT[1]
        x = frame.rect.left() + index * MESSAGE_WIDTH[0]
        painter.fillRect(QRectF(x, base - height, MESSAGE_WIDTH[0], height), color)
