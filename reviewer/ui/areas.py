"""From area to area of a window by one key (F6, Shift+F6), each entered where it was left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget


def step_area(areas: Sequence[QWidget], step: int) -> None:
    """Put the keyboard into the area `step` after the one that has it, going round.

    Areas without anything to focus are passed over. Where none has the keyboard, the first one
    gets it.
    """
    focus = QApplication.focusWidget()
    inside = [i for i, area in enumerate(areas) if focus is not None and _holds(area, focus)]
    count = len(areas)
    begin = inside[-1] if inside else (-1 if step > 0 else 0)
    for distance in range(1, count + 1):
        area = areas[(begin + step * distance) % count]
        target = way_in(area)
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)
            return


def way_in(area: QWidget) -> QWidget | None:
    """Return what of an area takes the keyboard: what had it last, else the first, if any."""
    # None where nothing of it ever had the keyboard, whatever the stubs say.
    last: QWidget | None = area.focusWidget()
    if last is not None and _takes(area, last):
        return last
    widget: QWidget | None = area
    while widget is not None and not _takes(area, widget):
        following = widget.nextInFocusChain()
        widget = following if following is not area else None
    return widget


def _holds(area: QWidget, widget: QWidget) -> bool:
    return widget is area or area.isAncestorOf(widget)


def _takes(area: QWidget, widget: QWidget) -> bool:
    return (
        _holds(area, widget)
        and widget.isVisible()
        and widget.isEnabled()
        and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    )
