"""How tooltips show what others wrote: as it is written, and broken where it is long."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel
from typing_extensions import override

TIP: Final = "QTipLabel"
"""Qt's own class behind all tooltips."""
_WIDEST: Final = 480


class TipLooks(QObject):
    """Watches Qt's label of tooltips. Thread: main."""

    def take(self, label: QLabel) -> None:
        """Let a label show plain text: what a customer wrote is no HTML that Qt would obey."""
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt breaks lines of rich text alone, and places the tip after it gave it its size.
        if not (isinstance(event, QResizeEvent) and isinstance(watched, QLabel)):
            return False
        if event.size().width() > _WIDEST:
            watched.setWordWrap(True)
            watched.resize(_WIDEST, watched.heightForWidth(_WIDEST))
        return False
