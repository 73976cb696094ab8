"""The scroll bars of the timeline, in pixels at the zoom in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QScrollBar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from reviewer.ui.review.geometry import Lanes, Viewport

BAR_PX: Final = 10
_LEAD_PX: Final = 8
_END_PX: Final = 24


class TimelineBars(QObject):
    """One under the lanes for time, one beside the rows where they do not fit. Thread: main."""

    # (px: int) The user scrolled along the time to there.
    along_moved = Signal(int)
    # (px: int) The user scrolled the rows to there.
    down_moved = Signal(int)

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.along = QScrollBar(Qt.Orientation.Horizontal, canvas)
        self.down = QScrollBar(Qt.Orientation.Vertical, canvas)
        for bar in (self.along, self.down):
            bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            bar.hide()
        self.along.valueChanged.connect(self.along_moved)
        self.down.valueChanged.connect(self.down_moved)

    def place(
        self, view: Viewport, lanes: Lanes, left_px: int, width_px: int, height_px: int
    ) -> float:
        """Put them where they belong; return how far the rows are scrolled, px."""
        self.along.setVisible(not view.is_fitted)
        self.along.setGeometry(left_px, height_px - BAR_PX, width_px - left_px, BAR_PX)
        # The bar counts px: Qt's integers would not hold microseconds.
        end_px = round((view.duration_us / view.us_per_px) - view.width_px) + _END_PX
        self.along.blockSignals(True)
        self.along.setRange(-_LEAD_PX, max(-_LEAD_PX, end_px))
        self.along.setPageStep(round(view.width_px))
        self.along.setSingleStep(max(1, round(view.width_px / 10)))
        self.along.setValue(round(view.left_us / view.us_per_px))
        self.along.blockSignals(False)
        scroll, top = round(lanes.max_scroll_px), round(lanes.rows_top)
        self.down.setVisible(scroll > 0)
        self.down.setGeometry(width_px - BAR_PX, top, BAR_PX, round(lanes.rows_bottom) - top)
        self.down.blockSignals(True)
        self.down.setRange(0, scroll)
        self.down.setPageStep(round(lanes.rows_bottom - lanes.rows_top))
        self.down.setSingleStep(round(lanes.row_px))
        kept = min(lanes.scroll_px, lanes.max_scroll_px)
        self.down.setValue(round(kept))
        self.down.blockSignals(False)
        return kept

    def wheel(self, delta: int) -> bool:
        """Scroll the rows by a turn of the wheel; false where all of them are seen."""
        if not self.down.isVisible():
            return False
        self.down.setValue(self.down.value() - delta // 2)
        return True
