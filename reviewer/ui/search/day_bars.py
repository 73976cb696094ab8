"""How many match on each of the last days: a small row of bars in the foot of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from reviewer.messages import format_count, language, ntr, tr
from reviewer.models.criteria.moments import word_moment
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Space

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from reviewer.models.search import DayCounts

DAYS: Final = 30
_BAR_PX: Final = 6
_GAP_PX: Final = 2
_BARS_PX: Final = 28
_QUIET: Final = 0.6


class DayBars(QWidget):
    """Shows `DayCounts`; nothing while there are none. Thread: main."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: DayCounts | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def show_counts(self, found: DayCounts | None) -> None:
        """Show other counts; None: none."""
        self._found = found
        self.setAccessibleName(self._spoken())
        self.update()

    def retranslate(self) -> None:
        """Word it in the language in force."""
        self.setAccessibleName(self._spoken())
        self.update()

    def bar(self, index: int) -> QRectF:
        """Return where a day's bar is."""
        counts = self._counts()
        highest = max(counts, default=0)
        share = counts[index] / highest if highest else 0.0
        # One match is seen, however many there are on another day.
        height = max(2.0, share * _BARS_PX) if counts[index] else 0.0
        return QRectF(index * (_BAR_PX + _GAP_PX), _BARS_PX - height, _BAR_PX, height)

    # --- overrides

    @override
    def sizeHint(self) -> QSize:
        labels = theme().px(Space.L)
        return QSize(DAYS * (_BAR_PX + _GAP_PX) - _GAP_PX, _BARS_PX + Space.XS + labels)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        found = self._found
        if found is None or not found.counts:
            return
        painter = QPainter(self)
        color = theme().color("accent", _QUIET)
        for index in range(len(found.counts)):
            draw.box(painter, self.bar(index), fill=color, radius=1)
        base = theme().colors.line2
        draw.hline(painter, 0, self.width(), _BARS_PX, base)
        below = QRectF(0, _BARS_PX + Space.XS, self.width(), self.height() - _BARS_PX - Space.XS)
        font, quiet = theme().font("micro"), theme().colors.muted
        draw.text(painter, below, _short(found.day(0)), font, quiet)
        draw.text(painter, below, _short(found.last), font, quiet, draw.RIGHT)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._said_at(event.pos().toPointF()), self)
            return True
        return super().event(event)

    # --- private

    def _counts(self) -> Sequence[int]:
        return self._found.counts if self._found is not None else ()

    def _said_at(self, at: QPointF) -> str:
        index = int(at.x() // (_BAR_PX + _GAP_PX))
        if self._found is None or not 0 <= index < len(self._found.counts):
            return ""
        n = self._found.counts[index]
        day = word_moment(self._found.day(index).isoformat())
        return f"{day}: " + ntr("{n} interaction", "{n} interactions", n)

    def _spoken(self) -> str:
        if self._found is None:
            return tr("Matches by day")
        counts = self._found.counts
        best = max(range(len(counts)), key=counts.__getitem__, default=0)
        return tr(
            "Matches by day, from {first} to {last}; most on {day}: {n}",
            first=word_moment(self._found.day(0).isoformat()),
            last=word_moment(self._found.last.isoformat()),
            day=word_moment(self._found.day(best).isoformat()),
            n=format_count(counts[best]),
        )


def _short(day: date) -> str:
    """Return a day without its year: `05.10` in Russian, `10-05` in English."""
    return day.strftime("%d.%m" if language() == "ru" else "%m-%d")
